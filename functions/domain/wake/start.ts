/** From occasions that are due to runs. Each is judged once per journey, and the answer is kept. */
import type { Trigger } from '../../contract/journeys.ts';
import { DAY_MS, type Instant } from '../../contract/time.ts';
import { compareText } from '../facts/marks.ts';
import type { Run } from '../customer.ts';
import { fullSubject, onceId } from '../occasions.ts';
import { holds, whyNotGoOn } from '../still-true.ts';
import { earliestOf, type Pending, pendingOf, STALE_MS } from './dues.ts';
import { dayAfter, FOREVER, marker } from './markers.ts';
import { tell, type Work } from './work.ts';

/**
 * Occasions that keep their name while their moment moves: a score is given again, another part is paid
 * back. They are remembered as long as the log keeps such events; the others until they are stale.
 */
const MOVABLE: ReadonlySet<Trigger> = new Set([
  'Feedback Submitted',
  'Order Refunded',
  'Reorder Due',
  'Churn Risk Changed',
]);
const MOVABLE_MS = 400 * DAY_MS;

/** The earliest first, then by priority, so that `reentry` gives the same answer every time. */
const inTurn = (a: Pending, b: Pending): number =>
  a.due - b.due ||
  b.journey.priority - a.journey.priority ||
  compareText(a.journey.id, b.journey.id) ||
  compareText(a.occasion.id, b.occasion.id);

/**
 * Starts a run for every pending occasion whose first step is due, or says why not. When the first of
 * the others is due.
 */
export function startDue(work: Work): Instant {
  const all = pendingOf(work.customer, work.plan, 'all', work.now);
  const due = all.filter((pending) => pending.due <= work.now).sort(inTurn);
  if (due.length > 0) work.done = { ...work.done };
  for (const pending of due) startOne(work, pending);
  return earliestOf(all.filter((pending) => pending.due > work.now));
}

function startOne(work: Work, pending: Pending): void {
  const { journey, occasion, index, due } = pending;
  const once = onceId(journey, occasion);
  const expiresAt = occasion.at + journey.expiresMs;
  const keptUntil = dayAfter(
    MOVABLE.has(journey.trigger) ? occasion.at + MOVABLE_MS : expiresAt + STALE_MS,
  );
  work.done[marker(journey.id, occasion.id)] ??= keptUntil;
  const run: Run = {
    journey: journey.id,
    release: work.plan.release,
    occasion: once,
    subject: fullSubject(work.customer, occasion),
    startedAt: occasion.at,
    expiresAt,
    step: journey.steps[index]?.id ?? '',
    from: due,
    ...(occasion.depth > 0 && { depth: occasion.depth }),
  };
  const told = { ...run, occasion: occasion.id };
  if (once !== occasion.id && work.done[marker(journey.id, once)] !== undefined) {
    return tell(work, told, 'skipped', { code: 'once-per' });
  }
  const no = whyNotStart(work, pending, run);
  if (no) return tell(work, told, no.outcome, no.reason);
  if (once !== occasion.id) work.done[marker(journey.id, once)] = FOREVER;
  work.starts = [...work.starts.filter(([id]) => id !== journey.id), [journey.id, due]];
  work.runs.push(run);
}

type Refusal = NonNullable<ReturnType<typeof whyNotGoOn>>;
type NoStart = { outcome: Refusal['outcome'] | 'skipped'; reason: Refusal['reason'] };

function whyNotStart(work: Work, { journey, due }: Pending, run: Run): NoStart | undefined {
  const { customer, now, plan } = work;
  const no = whyNotGoOn(run, journey, customer, now, plan);
  if (no) return no;
  // A new model may find that a date was earlier than the wake for it; the journey's `expires` bounds that.
  const mayBeLate = journey.trigger === 'Reorder Due';
  if (now - due > STALE_MS && !mayBeLate)
    return { outcome: 'skipped', reason: { code: 'before-go-live', due } };
  if (journey.condition && !holds(journey.condition, run, customer, now, plan)) {
    return { outcome: 'skipped', reason: { code: 'condition-false' } };
  }
  const last = work.starts.find(([id]) => id === journey.id)?.[1];
  if (journey.reentryMs !== undefined && last !== undefined && due - last < journey.reentryMs) {
    return { outcome: 'skipped', reason: { code: 'reentry', lastStart: last } };
  }
  return undefined;
}
