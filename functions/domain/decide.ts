/**
 * The one pure function that says what follows from an event or a wake. No I/O, no clock, no chance:
 * time comes with the stimulus, chance is a hash.
 */
import type { CustomerEvent } from '../contract/events.ts';
import type { Policy, Trigger } from '../contract/journeys.ts';
import type { DecisionReason } from '../contract/reasons.ts';
import type { Instant } from '../contract/time.ts';
import type { Customer, Decision, Facts, Recent } from './customer.ts';
import { dueLook, lookingAnew, settledAt } from './churn.ts';
import { mergeEvent, rebuildOrders } from './facts/merge.ts';
import { REBUILD } from './facts/orders.ts';
import { asOf } from './prediction/model-at.ts';
import { whyNot } from './still-true.ts';
import { afterLastWake, earliestDue, earliestOf, pendingOf } from './wake/dues.ts';
import { type Plan, planOf } from './wake/plan.ts';
import { wake } from './wake/wake.ts';

export type Stimulus =
  | { kind: 'event'; event: CustomerEvent }
  /** `dueAt` is the stored due time: the `now` of the wake. */
  | { kind: 'wake'; dueAt: Instant };

/**
 * What follows for this customer. An event merges facts and may move the wake earlier; only a wake
 * plans, defers, lapses or emits. Total over parsed events.
 */
export function decide(customer: Customer, stimulus: Stimulus, policy: Policy): Decision {
  if (stimulus.kind === 'event') return fold(customer, stimulus.event, policy);
  const { dueAt } = stimulus;
  return wake(customer, dueAt, seenBy(policy, customer.facts, dueAt));
}

/**
 * The policy with the models that are seen at `now`: or, where an event came in late, when all that is known
 * of the customer's orders had settled. So it is the same in whatever order events came.
 */
const seenBy = (policy: Policy, facts: Facts, now: Instant): Policy =>
  policy.models ? asOf(policy, Math.max(now, settledAt(facts) ?? now)) : policy;

const unchanged = (customer: Customer): Decision => ({
  customer,
  messages: [],
  emits: [],
  reasons: [],
  changed: false,
});

function fold(customer: Customer, event: CustomerEvent, policy: Policy): Decision {
  if (customer.mergedInto !== undefined) return unchanged(customer);
  const facts = mergeEvent(customer.facts, customer.id, event);
  if (facts === REBUILD) return { ...unchanged(customer), rebuild: true };
  if (facts === customer.facts) return unchanged(customer);
  const plan = planOf(seenBy(policy, facts, event.receivedAt));
  const merged = lookingAnew(customer.facts, { ...customer, facts }, plan);
  const touched = touchedBy(event, customer.facts, facts);
  const { recent, reasons } = lateFacts(customer, merged, event, plan);
  const after = recent ? { ...merged, runtime: { ...merged.runtime, recent } } : merged;
  return {
    ...unchanged(rearmed(after, plan, touched, event.receivedAt)),
    reasons,
    changed: true,
  };
}

const BROWSED: ReadonlySet<Trigger> = new Set(['Product Viewed']);
const CARTS: ReadonlySet<Trigger> = new Set(['Cart Updated']);

/** Another zone moves every local hour. */
const hasMoved = ({ profile: before }: Facts, { profile: after }: Facts): boolean =>
  before !== after &&
  (before.timezone?.[0] !== after.timezone?.[0] || before.country?.[0] !== after.country?.[0]);

/** The triggers whose due times the event may have moved: views are most events, and touch little. */
function touchedBy(
  event: CustomerEvent,
  before: Facts,
  after: Facts,
): ReadonlySet<Trigger> | 'all' {
  if (hasMoved(before, after)) return 'all';
  switch (event.name) {
    case 'Product Viewed':
    case 'Products Searched':
      return BROWSED;
    case 'Cart Updated':
    case 'Cart Viewed':
    case 'Checkout Started':
    case 'Product Added':
    case 'Product Removed':
      return CARTS;
    default:
      return 'all';
  }
}

/** The customer with the wake moved earlier where something is due before it; never later. */
function rearmed(
  customer: Customer,
  plan: Plan,
  touched: ReadonlySet<Trigger> | 'all',
  now: Instant,
): Customer {
  if (touched !== 'all' && !reaches(plan, touched, customer)) return customer;
  const pending = earliestOf(pendingOf(customer, plan, touched, now));
  // A view moves no wait; what else comes may be what a run waits for.
  const others = touched === BROWSED ? pending : Math.min(pending, earliestDue(customer, plan));
  // Only orders move the look at the churn risk, and they touch everything.
  const due = touched === 'all' ? Math.min(others, dueLook(customer, plan)) : others;
  if (due === Number.POSITIVE_INFINITY) return customer;
  const nextWakeAt = afterLastWake(customer, due);
  const armed = customer.nextWakeAt ?? Number.POSITIVE_INFINITY;
  return nextWakeAt < armed ? { ...customer, nextWakeAt } : customer;
}

/** False when no journey listens to what was touched, and no run could. */
function reaches(plan: Plan, touched: ReadonlySet<Trigger>, { runtime }: Customer): boolean {
  for (const trigger of touched) if (plan.byTrigger.has(trigger)) return true;
  return touched !== BROWSED && runtime.runs.length > 0;
}

/** Mails planned lately that this event would have stopped, had it come in time. Told once a mail. */
function lateFacts(before: Customer, after: Customer, event: CustomerEvent, plan: Plan) {
  const reasons: DecisionReason[] = [];
  const { recent } = before.runtime;
  const isLate = (mail: Recent) =>
    !mail.late && event.occurredAt > mail.startedAt && event.occurredAt <= mail.plannedAt;
  if (!recent.some(isLate)) return { reasons };
  const next = recent.map((mail) => {
    if (!isLate(mail)) return mail;
    const why = lateReason(mail, before, after, plan);
    if (!why) return mail;
    const { journey, step, occasion, id } = mail;
    const reason = { code: 'fact-late', event: event.name, because: why } as const;
    const told = { at: event.receivedAt, journey, step, occasion, messageId: id };
    reasons.push({ ...told, outcome: 'arrived-too-late', reason });
    return { ...mail, late: 1 as const };
  });
  return reasons.length > 0 ? { recent: next, reasons } : { reasons };
}

/** The code that would have stopped the mail when it was planned, if only this event had been there. */
function lateReason(mail: Recent, before: Customer, after: Customer, plan: Plan) {
  const journey = plan.journeyOf(mail);
  if (!journey) return undefined;
  // It was planned before it expired.
  const standing = { ...mail, expiresAt: Number.POSITIVE_INFINITY };
  const ask = (customer: Customer) =>
    whyNot(standing, journey, customer, mail.plannedAt, plan)?.reason.code;
  return ask(before) === undefined ? ask(after) : undefined;
}

/** A customer who absorbed another, with the wake armed for what that changed. */
export function afterUnion(before: Facts, customer: Customer, policy: Policy, now: Instant) {
  const plan = planOf(seenBy(policy, customer.facts, now));
  return rearmed(lookingAnew(before, customer, plan), plan, 'all', now);
}

/**
 * The customer with the order book made anew from the log (all its events; one more time is no harm).
 * Runtime stays. Unchanged when the log holds fewer orders than the item: its rows are too old.
 */
export function rebuildFacts(
  customer: Customer,
  logEvents: readonly CustomerEvent[],
  policy: Policy,
): Customer {
  const facts = rebuildOrders(customer.facts, customer.id, logEvents);
  if (!facts) return customer;
  // Not by spreading: a log may be longer than a call has room for arguments.
  const now = logEvents.reduce((latest, { receivedAt }) => Math.max(latest, receivedAt), 0);
  const plan = planOf(seenBy(policy, facts, now));
  return rearmed(lookingAnew(customer.facts, { ...customer, facts }, plan), plan, 'all', now);
}
