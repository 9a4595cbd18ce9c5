/** A wake does everything that is due at its moment: starts, steps, mails; and finds the next moment. */
import type { Policy } from '../../contract/journeys.ts';
import { GATE_CLAIMS_MAX } from '../../contract/messages.ts';
import { DAY_MS, type Instant } from '../../contract/time.ts';
import type { Customer, Decision, Runtime } from '../customer.ts';
import { advanceDue } from './advance.ts';
import { arbitrate } from './arbitrate.ts';
import { afterLastWake, earliestDue } from './dues.ts';
import { liveMarkers } from './markers.ts';
import { dueLook } from '../churn.ts';
import { planOf } from './plan.ts';
import { lookAtRisk } from './risk.ts';
import { startDue } from './start.ts';
import type { Work } from './work.ts';

/** As long as the longest cap looks back, and as late facts are still worth a word. */
export const RECENT_MS = 7 * DAY_MS;
/** As many as the gate keeps claims. */
export const RECENT_MAX = GATE_CLAIMS_MAX;
/** No journey asks further back: `reentry` and `expires` are at most a year and 90 days. */
export const STARTS_MS = 366 * DAY_MS;

/** The names of emits of one wake: the same when it runs again, others at the next. */
export const wakeCause = (customerId: string, dueAt: Instant): string =>
  `${customerId}|wake|${dueAt}`;

/** Everything that is due at `now`. A repeat of an earlier wake, or one that comes too early, does nothing. */
export function wake(customer: Customer, now: Instant, policy: Policy): Decision {
  const idle = { customer, messages: [], emits: [], reasons: [], changed: false };
  const { nextWakeAt, mergedInto } = customer;
  if (mergedInto !== undefined || nextWakeAt === undefined || now < nextWakeAt) return idle;
  const work = workOf(customer, now, policy);
  lookAtRisk(work);
  const nextStart = startDue(work);
  advanceDue(work);
  arbitrate(work);
  const { messages, emits, reasons } = work;
  const after = withNextWake({ ...customer, runtime: runtimeOf(work) }, work, nextStart);
  return { customer: after, messages, emits, reasons, changed: true };
}

function workOf(customer: Customer, now: Instant, policy: Policy): Work {
  const { runtime, id } = customer;
  return {
    customer,
    plan: planOf(policy),
    now,
    cause: wakeCause(id, now),
    runs: [...runtime.runs],
    candidates: [...runtime.candidates],
    recent: runtime.recent.filter(({ plannedAt }) => plannedAt > now - RECENT_MS),
    done: runtime.done,
    starts: runtime.starts.filter(([, at]) => at > now - STARTS_MS),
    messages: [],
    emits: [],
    reasons: [],
  };
}

const runtimeOf = (work: Work): Runtime => ({
  ...work.customer.runtime,
  runs: work.runs,
  candidates: work.candidates,
  recent: work.recent.slice(-RECENT_MAX),
  done: liveMarkers(work.done, work.now),
  starts: work.starts,
  wokeAt: work.now,
});

function withNextWake(customer: Customer, { plan }: Work, nextStart: Instant): Customer {
  const { nextWakeAt: _, ...rest } = customer;
  const due = Math.min(nextStart, earliestDue(rest, plan), dueLook(rest, plan));
  return due === Number.POSITIVE_INFINITY
    ? rest
    : { ...rest, nextWakeAt: afterLastWake(rest, due) };
}
