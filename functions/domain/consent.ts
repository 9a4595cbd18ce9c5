/**
 * May this customer be mailed for this purpose and topic? What narrows (gate and facts) and what
 * permits (facts) are compared by time; at equal times the withdrawal wins.
 */
import type { Gate, Purpose, Topic } from '../contract/messages.ts';
import type { Reason } from '../contract/reasons.ts';
import type { Settings } from '../contract/settings.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import type { Customer } from './customer.ts';
import { type Basis, saleBasis } from './legal-basis.ts';

export type Permission =
  /** `basis`: what a marketing mail rests on; absent for transactional ones and where it is assumed. */
  { ok: true; basis?: Basis } | { ok: false; reason: Reason };

type Asked = Pick<Settings, 'assumeConsent' | 'shop'>;

/** Three transient bounces within so long are a dead mailbox. */
export const SOFT_BOUNCES_WINDOW_MS = 30 * DAY_MS;
export const SOFT_BOUNCES_MAX = 3;

const no = (code: Reason['code']): Permission => ({ ok: false, reason: { code } });
const latest = (...times: (Instant | undefined)[]): Instant =>
  Math.max(...times.map((at) => at ?? Number.NEGATIVE_INFINITY));

/**
 * Whether a mail of this purpose and topic may go now, and on what basis. Transactional mail needs an address that is not
 * erased and nothing else here. The gate is asked where it is known (at the claim).
 */
export function permission(
  customer: Customer,
  gate: Gate | undefined,
  { purpose, topic }: { purpose: Purpose; topic: Topic },
  settings: Asked,
  now: Instant,
): Permission {
  if (gate?.suppressed?.code === 'erased') return no('erased');
  if (!customer.facts.profile.email) return no('no-address');
  const unreachable = suppression(customer, gate);
  if (unreachable === 'hard-bounce') return no(unreachable);
  if (purpose === 'transactional') return { ok: true };
  if (unreachable) return no(unreachable);
  return consent(customer, gate, topic, settings, now);
}

/** Suppression by gate or facts, which say the same. No event reopens either. */
function suppression(customer: Customer, gate: Gate | undefined): Reason['code'] | undefined {
  if (gate?.suppressed) return gate.suppressed.code;
  const { reach } = customer.facts;
  if (reach.hardBounceAt !== undefined) return 'hard-bounce';
  if (reach.complaintAt !== undefined) return 'complaint';
  const soft = reach.softBounces ?? [];
  const [newest, oldest] = [soft[0], soft[SOFT_BOUNCES_MAX - 1]];
  if (newest && oldest && newest[0] - oldest[0] <= SOFT_BOUNCES_WINDOW_MS) return 'soft-bounces';
  return undefined;
}

function consent(
  customer: Customer,
  gate: Gate | undefined,
  topic: Topic,
  settings: Asked,
  now: Instant,
): Permission {
  const { given, withdrawn, identifiedYes, identifiedNo } = customer.facts.consent;
  const givenAt = (name: string) => given.find((entry) => entry.topic === name)?.at;
  const leftAt = (name: string) => withdrawn.find((entry) => entry.topic === name)?.at;
  const gateAll = gate?.withdrawn['*'];
  const gateSaysIdentify = gateAll?.source === 'identify';

  const topicGiven = latest(givenAt(topic));
  const topicLeft = latest(leftAt(topic), gate?.withdrawn[topic]?.at);
  if (topicLeft > Number.NEGATIVE_INFINITY && topicLeft >= topicGiven) return no('topic-left');

  const anyGiven = latest(givenAt('*'), topicGiven);
  const explicitLeft = latest(leftAt('*'), gateSaysIdentify ? undefined : gateAll?.at);
  const softLeft = latest(identifiedNo, gateSaysIdentify ? gateAll?.at : undefined);
  const closed = (left: Instant, reopened: Instant) =>
    left > Number.NEGATIVE_INFINITY && left >= reopened;
  if (closed(explicitLeft, anyGiven)) return no('consent-withdrawn');
  if (closed(softLeft, latest(anyGiven, identifiedYes))) return no('consent-withdrawn');
  if (anyGiven > Number.NEGATIVE_INFINITY || identifiedYes !== undefined) {
    return { ok: true, basis: 'consent' };
  }
  return settings.assumeConsent ? { ok: true } : withoutConsent(customer, settings, now);
}

/** Nobody consented, nobody left: the law of both countries decides whether a sale is enough. */
function withoutConsent(customer: Customer, settings: Asked, now: Instant): Permission {
  const sale = saleBasis(customer, settings, now);
  if (sale.ok) return { ok: true, basis: sale.basis };
  const { country, until } = sale;
  if (until !== undefined) return { ok: false, reason: { code: 'basis-expired', country, until } };
  return { ok: false, reason: { code: 'no-consent', country } };
}
