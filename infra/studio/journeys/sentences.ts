/** What a journey does, in sentences. */
import type { OncePer, Trigger } from '../../../functions/contract/journeys.ts';
import type { JourneyFile, StepFile } from '../../../functions/domain/journeys/shape.ts';
import { title } from '../../local/web/words.ts';
import { conditionWords, questionWords } from './condition-words.ts';

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ['week', 'day', 'hour', 'minute', 'second'];

/** `P1DT12H` -> `1 day 12 hours`. */
export function durationWords(text: string): string {
  const [, ...parts] = DURATION.exec(text) ?? [];
  const words = parts.flatMap((part, at) => {
    const count = Number(part ?? 0);
    return count === 0 ? [] : [`${count} ${UNITS[at]}${count === 1 ? '' : 's'}`];
  });
  return words.join(' ') || text;
}

export const TRIGGER_WORDS: Readonly<Record<Trigger, string>> = {
  'Order Completed': 'an order is placed',
  'Order Shipped': 'an order leaves the shop',
  'Order Delivered': 'an order arrives',
  'Order Cancelled': 'an order is cancelled',
  'Order Refunded': 'an order is paid back',
  'Cart Updated': 'a cart is filled or changed',
  'Product Viewed': 'a product is looked at',
  'Feedback Submitted': 'somebody answers a survey',
  'Consent Given': 'somebody agrees to get mail',
  identify: 'somebody becomes known',
  'Reorder Due': 'a product is due to be bought again',
  'Churn Risk Changed': 'the risk to lose a customer rises',
};

const eventWords = (event: string): string =>
  Object.hasOwn(TRIGGER_WORDS, event) ? TRIGGER_WORDS[event as Trigger] : `${event} comes`;

export const triggerSentence = (trigger: string): string => `Starts when ${eventWords(trigger)}`;

const ONCE: Readonly<Record<OncePer, string>> = {
  order: 'once for each order',
  cart: 'once for each cart',
  product: 'once each time a product is due',
  feedback: 'once for each answer',
  customer: 'once for each customer, ever',
};

function waitSentence(step: StepFile & { kind: 'wait' }): string[] {
  if (typeof step.wait === 'string') return [`Waits ${durationWords(step.wait)}`];
  const options = step.wait.map((option, at, all) => {
    const after = option.after === 'Order Delivered' ? ' after delivery' : ' after shipping';
    const when = option.when === undefined ? '' : ` if ${conditionWords(option.when)}`;
    const alone = at === all.length - 1 && at > 0 && !option.after && !when;
    return `${alone ? 'else ' : ''}${durationWords(option.for)}${option.after ? after : ''}${when}`;
  });
  return ['Waits', ...options];
}

const untilSentence = ({ wait_until: { at, weekday } }: StepFile & { kind: 'wait_until' }) =>
  weekday ? `Goes on at ${at} local time on ${title(weekday)}` : `Goes on at ${at} local time`;

export type Sentence = { title: string; details: string[] };

/** The step in words: what it does, and what else there is to know. */
export function stepSentence(step: StepFile): Sentence {
  switch (step.kind) {
    case 'wait': {
      const [first = '', ...details] = waitSentence(step);
      return { title: first, details };
    }
    case 'wait_until':
      return { title: untilSentence(step), details: [] };
    case 'send':
      return { title: `Sends “${title(step.send)}”`, details: sendDetails(step) };
    case 'branch':
      return { title: questionWords(step.branch.when), details: [] };
    case 'emit': {
      const names = Object.keys(step.emit.properties ?? {}).map((name) =>
        name.replaceAll('_', ' '),
      );
      const details = names.length > 0 ? [`with ${names.join(', ')}`] : [];
      return { title: `Tells other applications: ${step.emit.event}`, details };
    }
    case 'exit':
      return { title: 'Ends here', details: [] };
    default:
      return step satisfies never;
  }
}

function sendDetails({ when, purpose, topic, priority }: StepFile & { kind: 'send' }): string[] {
  return [
    when === undefined ? '' : `only if ${conditionWords(when)}`,
    purpose === undefined ? '' : `${purpose}`,
    topic === undefined ? '' : `topic ${topic}`,
    priority === undefined ? '' : `priority ${priority}`,
  ].filter((part) => part !== '');
}

export type Fact = { name: string; words: string[] };

const TOPIC_WORDS = 'can be left without leaving all';

function holdoutWords(file: JourneyFile, share: number): string {
  const measured =
    file.holdout !== 'none' && file.purpose === 'marketing' && file.topic !== 'feedback';
  if (!measured) return 'nobody: the effect of these mails is not measured';
  const held = typeof file.holdout === 'number' ? file.holdout : share;
  const percent = Math.round(held * 1_000) / 10;
  const by = typeof file.holdout === 'number' ? '' : ', as in the settings';
  return `${percent}% get no mail, so that its effect can be measured${by}`;
}

const MODES: Readonly<Record<JourneyFile['mode'], string>> = {
  live: 'mails go out',
  shadow: 'decides and gives reasons, sends nothing',
  off: 'nothing starts',
};

/** What the file leaves to its settings and its trigger. */
export type Defaults = {
  /** The part of customers who are held out. */
  share: number;
  oncePer: OncePer | undefined;
};

/** Everything beside the steps. */
export function journeyFacts(file: JourneyFile, { share, oncePer }: Defaults): Fact[] {
  const cancels = (file.cancel_on ?? []).map((rule) =>
    'event' in rule ? eventWords(rule.event) : conditionWords(rule.when),
  );
  const once = file.once_per ?? oncePer;
  const often = [
    ...(once ? [ONCE[once]] : []),
    ...(file.reentry ? [`at least ${durationWords(file.reentry)} between two starts`] : []),
  ];
  const facts: Fact[] = [
    { name: 'Starts when', words: [eventWords(file.trigger)] },
    { name: 'Only if', words: file.condition ? [conditionWords(file.condition)] : [] },
    { name: 'How often', words: often },
    { name: 'Stops when', words: cancels },
    { name: 'Too late', words: [`${durationWords(file.expires)} after its occasion`] },
    {
      name: 'Purpose',
      words: [file.purpose === 'marketing' ? 'marketing: needs consent' : 'transactional'],
    },
    { name: 'Topic', words: file.topic ? [`${file.topic}: ${TOPIC_WORDS}`] : [] },
    { name: 'Priority', words: [`${file.priority} of 100: the higher speaks first`] },
    { name: 'Held out', words: [holdoutWords(file, share)] },
    { name: 'Mode', words: [`${file.mode}: ${MODES[file.mode]}`] },
  ];
  return facts.filter(({ words }) => words.length > 0);
}
