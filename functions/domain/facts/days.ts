/**
 * Sets of days as text: the gaps between them, five bits a character. A customer who buys every month
 * takes one character an order day, where a list of numbers takes six.
 */
import type { Day } from '../../contract/predictions.ts';
import { DAY_MS, type Instant } from '../../contract/time.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BITS = 5;
const MORE = 1 << BITS;

/** The UTC day of a moment. What claims to be older than 1970 is taken for its first day. */
export const dayOf = (at: Instant): Day => Math.max(0, Math.floor(at / DAY_MS));

/** Ascending, each day once. */
export const distinctDays = (days: readonly Day[]): Day[] =>
  [...new Set(days)].sort((a, b) => a - b);

/** Days, ascending and each once, as text; '' for none. */
export function packDays(days: readonly Day[]): string {
  let packed = '';
  let before = -1;
  for (const day of days) {
    let rest = day - before - 1;
    for (; rest >= MORE; rest = Math.floor(rest / MORE)) packed += ALPHABET[MORE + (rest % MORE)];
    packed += ALPHABET[rest];
    before = day;
  }
  return packed;
}

/** What `packDays` made. */
export function unpackDays(packed: string): Day[] {
  const days: Day[] = [];
  let before = -1;
  let gap = 0;
  let scale = 1;
  for (let i = 0; i < packed.length; i += 1) {
    const value = valueOf(packed.charCodeAt(i));
    gap += (value % MORE) * scale;
    scale *= MORE;
    if (value >= MORE) continue;
    before += gap + 1;
    days.push(before);
    gap = 0;
    scale = 1;
  }
  return days;
}

const VALUES = new Map([...ALPHABET].map((letter, value) => [letter.charCodeAt(0), value]));
const valueOf = (code: number): number => VALUES.get(code) ?? 0;

/** The set with one more day; of more than `max` the earliest are kept, whatever their order of arrival. */
export function addDay(packed: string, day: Day, max: number): string {
  const days = unpackDays(packed);
  const all = distinctDays([...days, day]).slice(0, max);
  return all.length === days.length && all.at(-1) === days.at(-1) && days.includes(day)
    ? packed
    : packDays(all);
}
