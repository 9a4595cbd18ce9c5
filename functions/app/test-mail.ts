/**
 * A mail to oneself: as a sample or a real customer would get it, marked, and counted by nobody. It has no row
 * in the ledger, no tags and no configuration set, so that no event of SES finds its way back; its links and
 * its coupon are made with a secret that nobody knows, and lead to the shop's front page.
 */
import type { Journey, Policy } from '../contract/journeys.ts';
import type { PlannedMessage, Subject } from '../contract/messages.ts';
import type { CompiledTemplate } from '../contract/release.ts';
import type { Settings } from '../contract/settings.ts';
import type { Variables } from '../contract/conditions.ts';
import type { Instant } from '../contract/time.ts';
import type { Customer } from '../domain/customer.ts';
import { unpackKey } from '../domain/facts/key.ts';
import { ABOUT } from '../domain/journeys/check-condition.ts';
import { planned } from '../domain/ledger.ts';
import { fullSubject, occasionsOf } from '../domain/occasions.ts';
import { asOf } from '../domain/prediction/model-at.ts';
import { type ComposeDeps, composerOf } from './compose.ts';
import type { Composed } from './deliver.ts';
import type { Mail } from './mail.ts';
import { type Format, render } from './render.ts';

/** On every test mail, for whoever looks at its source. */
export const TEST_HEADER = { Name: 'X-Perennial-Test', Value: 'not counted, links lead nowhere' };
const TEST_MARK = '[Test] ';

/** The front page of the shop, with a mark behind which no server sees anything. */
const nowhere = ({ shop }: Settings): string => `${shop.url.replace(/#.*$/, '')}#test-mail`;

type Content = Extract<Composed, { mail: unknown }>['mail'];

/** Marked, to the one who asked for it; no mail client offers to unsubscribe from it. */
function asTest({ from, replyTo, subject, html, text }: Content, to: string): Mail {
  return { to, from, replyTo, subject: `${TEST_MARK}${subject}`, html, text, tags: {} };
}

export type TestMail = { mail: Mail; words?: string } | { refused: string };

export type SampleTest = {
  to: string;
  template: CompiledTemplate;
  variables: Variables;
  format: Format;
  settings: Settings;
};

/** With the variables of a sample customer. */
export function testOfSample({ to, template, variables, format, settings }: SampleTest): TestMail {
  const origin = nowhere(settings);
  const own = variables['links'] as Variables | undefined;
  const links = {
    ...own,
    unsubscribe: `${origin}/unsubscribe`,
    survey: `${origin}/survey`,
    preferences: `${origin}/preferences`,
  };
  const rendered = render(template, { ...variables, links }, format);
  if (!('html' in rendered)) return { refused: whyNot(rendered) };
  const { sender } = settings;
  const from = {
    name: template.from?.name ?? sender.fromName,
    address: template.from?.address ?? sender.from,
  };
  const { subject, html, text, words } = rendered;
  const replyTo = template.replyTo ?? sender.replyTo;
  return { mail: asTest({ to, from, replyTo, subject, html, text }, to), words };
}

export type CustomerTest = {
  to: string;
  template: CompiledTemplate;
  journey: Journey;
  customer: Customer;
  policy: Omit<Policy, 'journeys' | 'release'>;
  /** Where it is to be another than the customer's own. */
  locale?: string;
};
export type CustomerTestDeps = Pick<ComposeDeps, 'log' | 'catalogue' | 'tables'> & {
  now(): Instant;
  /** At least 32 characters that nobody can guess. */
  secret(): string;
};

/** With what is known of a customer, about the last thing that the journey could be about. */
export async function testOfCustomer(
  deps: CustomerTestDeps,
  { to, template, journey, customer, policy, locale }: CustomerTest,
): Promise<TestMail> {
  const now = deps.now();
  const dated = asOf({ ...policy, release: RELEASE, journeys: [journey] }, now);
  const subject = subjectOf(journey, customer, dated);
  if (!subject) {
    return {
      refused: `This customer has no ${ABOUT[journey.trigger] ?? 'occasion'} for this mail.`,
    };
  }
  const composer = composerOf({
    templates: { find: async () => template },
    log: deps.log,
    catalogue: deps.catalogue,
    ...(deps.tables && { tables: deps.tables }),
    linkOrigin: nowhere(policy.settings),
    secrets: { current: deps.secret() },
  });
  const message = messageOf(journey, template.id, { customer, subject, now });
  const composed = await composer.compose(
    planned(message, RELEASE),
    readBy(customer, to, locale, now),
    dated,
  );
  if (!('mail' in composed)) return { refused: whyNot(composed) };
  const { words } = composed;
  return { mail: asTest(composed.mail, to), ...(words !== undefined && { words }) };
}

const RELEASE = 'test';

function whyNot(composed: Exclude<Composed, { mail: unknown }>): string {
  if ('aborted' in composed) return `The mail says itself that it is not sent: ${composed.aborted}`;
  if ('suppressed' in composed) return `It would not be sent: ${composed.suppressed.code}`;
  return composed.failed;
}

/** The same customer with the reader's address, and where wished in another language. */
function readBy(
  customer: Customer,
  to: string,
  locale: string | undefined,
  now: Instant,
): Customer {
  const { facts } = customer;
  const profile: Customer['facts']['profile'] = {
    ...facts.profile,
    email: [to, now],
    ...(locale !== undefined && { locale: [locale, now] }),
  };
  return { ...customer, facts: { ...facts, profile } };
}

/** The newest occasion; or, of orders that may cause nothing any more, the newest that there is. */
function subjectOf(journey: Journey, customer: Customer, shop: Policy): Subject | undefined {
  const { facts, id } = customer;
  const occasions = occasionsOf(journey.trigger, customer, Number.NEGATIVE_INFINITY, shop);
  const newest = occasions.toSorted((a, b) => b.at - a.at)[0];
  if (newest) return fullSubject(customer, newest);
  const about = ABOUT[journey.trigger];
  if (about === undefined) return { kind: 'customer', id };
  const order = facts.orders.find(({ placed }) => placed !== undefined);
  if (!order?.placed || about === 'cart' || about === 'feedback') return undefined;
  const key = order.key === undefined ? {} : { key: unpackKey(id, order.key, order.placed.at) };
  if (about === 'order') return { kind: 'order', id: order.id, ...key };
  const [product] = order.lines?.[0] ?? [];
  return product === undefined ? undefined : { kind: 'product', id: product, ...key };
}

type About = { customer: Customer; subject: Subject; now: Instant };

function messageOf(
  journey: Journey,
  template: string,
  { customer, subject, now }: About,
): PlannedMessage {
  const step = journey.steps.find((each) => each.kind === 'send' && each.template === template);
  const { purpose, topic } = step?.kind === 'send' ? step : journey;
  return {
    id: RELEASE,
    customerId: customer.id,
    journey: journey.id,
    step: step?.id ?? RELEASE,
    occasion: subject.id,
    template,
    purpose,
    topic,
    release: RELEASE,
    subject,
    startedAt: now,
    plannedAt: now,
    expiresAt: now + journey.expiresMs,
  };
}
