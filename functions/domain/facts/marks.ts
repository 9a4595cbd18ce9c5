/** Marks and registers: values that merge the same in any order and any number of times. */
import type { CustomerEvent } from '../../contract/events.ts';
import type { Field, Mark } from '../customer.ts';

/** The mark of an event. `trusted` facts trigger nothing when a browser key sent them. */
export function markOf(event: CustomerEvent, trusted: boolean): Mark {
  const mode = event.mode === 'history' ? 'history' : undefined;
  const quiet = trusted && !event.verified ? 'unverified' : mode;
  const lag = event.receivedAt - event.occurredAt;
  return {
    at: event.occurredAt,
    ...(lag !== 0 && { lag }),
    ...(quiet && { quiet }),
    ...(event.depth > 0 && { depth: event.depth }),
  };
}

/** False for what anyone may have said: it neither counts, nor stops anything, nor takes a place. */
export const isTrusted = (mark: Mark): boolean => mark.quiet !== 'unverified';

const QUIET_RANK = { live: 0, history: 1, unverified: 2 } as const;
const rank = (mark: Mark): number => QUIET_RANK[mark.quiet ?? 'live'];

/** Total order of marks by time; equal only when they are the same in every part. */
export const compareMarks = (a: Mark, b: Mark): number =>
  a.at - b.at ||
  rank(b) - rank(a) ||
  (b.lag ?? 0) - (a.lag ?? 0) ||
  (b.depth ?? 0) - (a.depth ?? 0);

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Negative when `a` is the first: live before history before unverified, then the earlier. */
export const compareFirst = (a: Mark, b: Mark): number =>
  rank(a) - rank(b) || a.at - b.at || -compareMarks(a, b);

/** The first of two marks of the same thing: a live one before a quiet one, then the earlier. */
export const firstMark = (a: Mark | undefined, b: Mark | undefined): Mark | undefined => {
  if (!a || !b) return a ?? b;
  return compareFirst(b, a) < 0 ? b : a;
};

/** Last writer by time; verified values come before unverified ones; equal times by the value. */
export function latestField(a: Field | undefined, b: Field): Field {
  if (!a) return b;
  const order = (a[2] ?? 0) - (b[2] ?? 0) || b[1] - a[1] || compareText(b[0], a[0]);
  return order > 0 ? b : a;
}

/** The later of two moments, either of which may be missing. */
export const laterOf = (a: number | undefined, b: number): number =>
  a === undefined || b > a ? b : a;

/**
 * Puts `item` into a list that is sorted by `compare` (best first), in the place of `old` where that is
 * given, and cuts it to `max`. The same list when there is no room for it.
 */
export function ranked<T>(
  list: readonly T[],
  item: T,
  old: T | undefined,
  compare: (a: T, b: T) => number,
  max: number,
): T[] {
  const next: T[] = [];
  let placed = false;
  for (const each of list) {
    if (each === old) continue;
    if (!placed && compare(item, each) < 0) {
      next.push(item);
      placed = true;
    }
    next.push(each);
  }
  if (!placed && !old && next.length >= max) return list as T[];
  if (!placed) next.push(item);
  if (next.length > max) next.length = max;
  return next;
}
