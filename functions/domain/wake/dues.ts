/** When things are due: a wait's end, an occasion's first step, and the next wake of all. */
import { share } from '../../contract/ids.ts';
import type { Journey, Step, Trigger } from '../../contract/journeys.ts';
import type { Subject } from '../../contract/messages.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../../contract/time.ts';
import { type Customer, type Mark, profileOf, receivedAt, type Run } from '../customer.ts';
import { mayStart, type Occasion, occasionsOf } from '../occasions.ts';
import { SETTLE_MS } from '../settle.ts';
import { holds } from '../still-true.ts';
import { nextLocal, zoneOf } from '../zones.ts';
import { isDone } from './markers.ts';
import type { Plan } from './plan.ts';

/** `wait_until` is spread over so long, so that not all customers are due in the same second. */
export const SPREAD_MS = 30 * MINUTE_MS;
/**
 * A first step that is later than this was not waited for: its journey is new or was off. Longer than
 * any queue keeps an event from being folded.
 */
export const STALE_MS = 3 * DAY_MS;

type About = { journey: string; occasion: string; subject: Subject; startedAt: Instant };
type Wait = Step & { kind: 'wait' | 'wait_until' };

/** When a wait that began at `from` ends; `undefined` while nothing that it waits for has happened. */
export function waitDue(
  step: Wait,
  from: Instant,
  about: About,
  customer: Customer,
  plan: Plan,
): Instant | undefined {
  if (step.kind === 'wait_until') {
    const zone = zoneOf(profileOf(customer), plan.settings);
    const spread = share('spread', customer.id, about.journey, step.id, about.occasion);
    return nextLocal(from, zone, step.atMinute, step.weekday) + Math.floor(spread * SPREAD_MS);
  }
  for (const { ms, after, when } of step.options) {
    const mark = after && markAfter(after, about.subject, customer);
    if (after && !mark) continue;
    // Asked as of the step's beginning, so that the answer is a matter of facts, not of the asking.
    if (when && !holds(when, about, customer, from, plan)) continue;
    return mark ? Math.max(from, mark.at + ms, receivedAt(mark) + SETTLE_MS) : from + ms;
  }
  return undefined;
}

function markAfter(
  event: 'Order Shipped' | 'Order Delivered',
  subject: Subject,
  { facts }: Customer,
): Mark | undefined {
  if (subject.kind !== 'order') return undefined;
  const order = facts.orders.find(({ id }) => id === subject.id);
  return event === 'Order Shipped' ? order?.shipped : order?.delivered;
}

/** An occasion that no journey has dealt with yet, and when its first step after the waits is due. */
export type Pending = { journey: Journey; occasion: Occasion; index: number; due: Instant };

function firstAction(journey: Journey, occasion: Occasion, customer: Customer, plan: Plan) {
  const { id, subject, at } = occasion;
  const about = { journey: journey.id, occasion: id, subject, startedAt: at };
  let from = at;
  let index = 0;
  // Each turn goes one step on; a jump goes forward in what the compiler makes.
  for (let turn = 0; turn <= journey.steps.length; turn += 1) {
    const step = journey.steps[index];
    if (!step) return undefined;
    if (step.kind === 'jump') {
      index = step.to;
      continue;
    }
    if (step.kind !== 'wait' && step.kind !== 'wait_until') {
      return { index, due: Math.max(from, occasion.receivedAt + SETTLE_MS) };
    }
    const due = waitDue(step, from, about, customer, plan);
    if (due === undefined) return undefined;
    from = due;
    index += 1;
  }
  return undefined;
}

/** All pending occasions of these triggers that can still matter at `now`. */
export function pendingOf(
  customer: Customer,
  plan: Plan,
  triggers: ReadonlySet<Trigger> | 'all',
  now: Instant,
): Pending[] {
  const found: Pending[] = [];
  for (const [trigger, { journeys, longestMs }] of plan.byTrigger) {
    if (triggers !== 'all' && !triggers.has(trigger)) continue;
    for (const occasion of occasionsOf(trigger, customer, now - longestMs - STALE_MS, plan)) {
      for (const journey of journeys) {
        const expiresAt = occasion.at + journey.expiresMs;
        if (now >= expiresAt + STALE_MS || !mayStart(journey, occasion, plan.goLiveAt)) continue;
        if (isDone(customer.runtime, journey.id, occasion.id)) continue;
        const first = firstAction(journey, occasion, customer, plan);
        if (first && first.due < expiresAt) found.push({ journey, occasion, ...first });
      }
    }
  }
  return found;
}

/** When a run goes on: the end of its wait, or its own end if that comes first. */
export function runDue(run: Run, customer: Customer, plan: Plan): Instant {
  const step = plan.journeyOf(run)?.steps.find(({ id }) => id === run.step);
  if (step?.kind !== 'wait' && step?.kind !== 'wait_until') return run.from;
  const due = waitDue(step, run.from, run, customer, plan);
  return Math.min(due ?? run.expiresAt, run.expiresAt);
}

/** The earliest moment at which a run or a candidate is due; infinity when none is. */
export function earliestDue(customer: Customer, plan: Plan): Instant {
  let next = Number.POSITIVE_INFINITY;
  for (const { notBefore } of customer.runtime.candidates) next = Math.min(next, notBefore);
  for (const run of customer.runtime.runs) next = Math.min(next, runDue(run, customer, plan));
  return next;
}

/** The earliest of these; infinity when there are none. */
export const earliestOf = (pending: readonly Pending[]): Instant =>
  pending.reduce((next, { due }) => Math.min(next, due), Number.POSITIVE_INFINITY);

/** A wake comes after the latest one, even for what was learned late. */
export const afterLastWake = ({ runtime }: Customer, due: Instant): Instant =>
  Math.max(due, (runtime.wokeAt ?? Number.NEGATIVE_INFINITY) + 1);
