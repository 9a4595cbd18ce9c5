/** What made-up customers do with a mail. Chances are those of a shop that people like, and stated here. */
import { share } from '../../../functions/contract/ids.ts';
import { HOUR_MS, type Instant, MINUTE_MS } from '../../../functions/contract/time.ts';
import { type Cart, orderProperties, parcel } from './life.ts';
import type { Person } from './people.ts';
import { type Random, randomOf } from './random.ts';
import { type Line, type SegmentEvent, track } from './segment.ts';

/** A mail as the ledger knows it, and its address. */
export type DemoMail = {
  to: string;
  journey: string;
  step: string;
  /** The ledger id: equal mails get equal reactions. */
  messageId: string;
  at: Instant;
  /** Of the run: order, cart or product, where the caller knows it. */
  occasion?: string;
};

/** Something that follows so long after the mail was accepted. */
export type Reaction =
  | { after: number; kind: 'events'; events: SegmentEvent[] }
  | { after: number; kind: 'click' }
  | { after: number; kind: 'unsubscribe' }
  | { after: number; kind: 'complaint' }
  | { after: number; kind: 'bounce'; bounceType: 'Permanent' };

const UNSUBSCRIBES = 0.006;
/** One in several thousand, as providers ask of senders (below 0.1%). */
const COMPLAINTS = 0.0003;
/** Mailboxes that no longer exist. */
const DEAD_MAILBOXES = 0.01;
const ANSWERS = { survey: 0.38, reminder: 0.2 };
const CLICKS = 0.12;
/** How many buy because of the mail, by journey. */
const BUYS: Readonly<Record<string, number>> = {
  'abandoned-cart': 0.14,
  reorder: 0.25,
  'win-back': 0.06,
};

const COMMENTS: Readonly<Record<'high' | 'middle' | 'low', readonly string[]>> = {
  high: ['Lovely work, and quick.', 'The clasp alone is worth it.', 'My sister wants one too.'],
  middle: ['Nice, but the box was dented.', 'Delivery took longer than I thought.'],
  low: ['The stone was loose when it arrived.', 'Nobody answered my question.'],
};

/** 0 to 10 around the customer's happiness. */
const scoreOf = (random: Random, { happiness }: Person): number =>
  Math.max(0, Math.min(10, Math.round(10 * happiness + 2 + 1.2 * random.normal())));

function answer(random: Random, person: Person, mail: DemoMail): Reaction[] {
  const chance = mail.step.includes('remind') ? ANSWERS.reminder : ANSWERS.survey;
  if (!random.chance(chance)) return [];
  const after = Math.ceil(random.wait(9 * HOUR_MS)) + 3 * MINUTE_MS;
  const score = scoreOf(random, person);
  const mood = score >= 9 ? 'high' : score >= 7 ? 'middle' : 'low';
  const comment = random.chance(0.3) && random.pick(COMMENTS[mood]);
  const event = track(person.actor, mail.at + after, 'Feedback Submitted', {
    survey: 'nps',
    score,
    ...(mail.occasion && { occasion: mail.occasion }),
    ...(comment && { comment }),
  });
  return [
    { after: after - 2 * MINUTE_MS, kind: 'click' },
    { after, kind: 'events', events: [event] },
  ];
}

/** Occasions name the thing, some with a moment: `cart-7@2026-01-05T…`. */
const isAbout = ({ occasion }: DemoMail, id: string): boolean =>
  occasion === id || occasion?.startsWith(`${id}@`) === true;

/** What the mail was about: the cart of the occasion or the newest before it, what is used up, or nothing. */
function wanted(person: Person, carts: readonly Cart[], mail: DemoMail): Line[] {
  if (mail.journey === 'reorder') {
    const product = person.uses.find(({ id }) => isAbout(mail, id)) ?? person.uses[0];
    return product ? [{ product, quantity: person.trade ? 3 : 1 }] : [];
  }
  const before = carts.filter(({ at, lines }) => at < mail.at && lines.length > 0);
  const cart = before.find(({ id }) => isAbout(mail, id)) ?? before.at(-1);
  return cart?.lines ?? [];
}

function buy(random: Random, person: Person, lines: Line[], mail: DemoMail): Reaction[] {
  if (lines.length === 0 || !random.chance(BUYS[mail.journey] ?? 0)) return [];
  const after = Math.ceil(random.wait(5 * HOUR_MS)) + 10 * MINUTE_MS;
  const orderId = `order-${mail.messageId}`;
  const at = mail.at + after;
  const order = track(person.actor, at, 'Order Completed', orderProperties(orderId, lines));
  return [
    { after: after - 5 * MINUTE_MS, kind: 'click' },
    { after, kind: 'events', events: [order] },
    ...parcel(random, person, orderId, at).map((event) => ({
      after: Date.parse(event.timestamp) - mail.at,
      kind: 'events' as const,
      events: [event],
    })),
  ];
}

/** Reactions of one person to one mail, by time; the same for the same mail. */
export function reactionsOf(
  seed: string,
  person: Person,
  carts: readonly Cart[],
  mail: DemoMail,
): Reaction[] {
  if (share('dead-mailbox', seed, person.id) < DEAD_MAILBOXES) {
    return [{ after: MINUTE_MS, kind: 'bounce', bounceType: 'Permanent' }];
  }
  const random = randomOf(seed, 'reaction', mail.messageId);
  const soon = Math.ceil(random.wait(6 * HOUR_MS)) + MINUTE_MS;
  if (random.chance(COMPLAINTS)) return [{ after: soon, kind: 'complaint' }];
  if (random.chance(UNSUBSCRIBES * (2 - person.happiness))) {
    return [{ after: soon, kind: 'unsubscribe' }];
  }
  const asked = mail.journey === 'feedback' && !mail.step.includes('review');
  const reactions = asked
    ? answer(random, person, mail)
    : buy(random, person, wanted(person, carts, mail), mail);
  if (reactions.length === 0 && random.chance(CLICKS)) return [{ after: soon, kind: 'click' }];
  return reactions.sort((a, b) => a.after - b.after);
}
