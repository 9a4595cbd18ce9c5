/** From occasions that are due to runs. Each is judged once per journey, and the answer is kept. */
import type { Instant } from '../../contract/time.ts';
import { compareText } from '../facts/marks.ts';
import type { Run } from '../customer.ts';
import { onceId } from '../occasions.ts';
import { holds, whyNotGoOn } from '../still-true.ts';
import { earliestOf, type Pending, pendingOf, STALE_MS } from './dues.ts';
import { dayAfter, FOREVER, marker } from './markers.ts';
import { tell, type Work } from './work.ts';

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
  for (const pending of due) startOne(work, pending);
  return earliestOf(all.filter((pending) => pending.due > work.now));
}

function startOne(work: Work, pending: Pending): void {
  const { journey, occasion, index, due } = pending;
  const once = onceId(journey, occasion);
  const expiresAt = occasion.at + journey.expiresMs;
  // Kept as long as the occasion can still be looked at.
  const keptUntil = dayAfter(expiresAt + STALE_MS);
  work.done[marker(journey.id, occasion.id)] ??= keptUntil;
  const run: Run = {
    journey: journey.id,
    release: work.plan.release,
    occasion: once,
    subject: occasion.subject,
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
  const no = whyNotGoOn(run, journey, customer, now, plan.settings);
  if (no) return no;
  if (now - due > STALE_MS) return { outcome: 'skipped', reason: { code: 'before-go-live', due } };
  if (journey.condition && !holds(journey.condition, run, customer, now, plan.settings)) {
    return { outcome: 'skipped', reason: { code: 'condition-false' } };
  }
  const last = work.starts.find(([id]) => id === journey.id)?.[1];
  if (journey.reentryMs !== undefined && last !== undefined && due - last < journey.reentryMs) {
    return { outcome: 'skipped', reason: { code: 'reentry', lastStart: last } };
  }
  return undefined;
}
