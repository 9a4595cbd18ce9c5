/**
 * Cells that no model tells apart. Weeks are exact for a while and then ever wider: whether somebody first
 * bought 100 or 101 weeks ago changes nothing that could be measured.
 */
import type { Cell } from '../cells.ts';
import type { Week } from './grid.ts';

/** Up to here each number has a class of its own; a power of two. */
const EXACT = 16;
/** Classes of each doubling above: the middle of a class is within 3% of what is in it. */
const STEPS = 16;

/** Numbers below EXACT, then EXACT to EXACT * 2 in STEPS classes, and so on. */
export function classOf(value: number): number {
  if (value < EXACT) return Math.max(0, value);
  const doubling = Math.floor(Math.log2(value / EXACT));
  const start = EXACT * 2 ** doubling;
  return EXACT + doubling * STEPS + Math.floor(((value - start) / start) * STEPS);
}

/** Largest class + 1: of 2^15 weeks. */
const CLASSES = 256;

/** Names the class of a cell as seen from the week `now`. */
export const cellClass = ({ first, repeats, last }: Cell, now: Week): number =>
  (classOf(repeats) * CLASSES + classOf(now - first)) * CLASSES + classOf(now - last);

/** Names a cell among all, exactly. */
export const cellNumber = ({ first, repeats, last }: Cell): number =>
  (first * 1024 + repeats) * 8192 + last;
