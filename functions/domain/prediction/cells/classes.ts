/**
 * Cells that no model tells apart. Weeks are exact for a while and then ever wider: whether somebody first
 * bought 100 or 102 weeks ago changes nothing that could be measured.
 */

/** How fine: numbers below it have a class of their own, each doubling above has as many classes. */
export type Steps = 16 | 8 | 6 | 4;
/**
 * The finest first. Of 300,000 made-up customers classes of 4, in 7,000 rows instead of 81,000, give the
 * parameters of Pareto/NBD within 0.5% and P(active) within 0.001 on average.
 */
export const STEPS: readonly Steps[] = [16, 8, 6, 4];

/** Numbers below `steps`, then `steps` to its double in `steps` classes, and so on. */
export function classOf(value: number, steps: Steps): number {
  if (value < steps) return Math.max(0, value);
  const doubling = 31 - Math.clz32(Math.floor(value / steps));
  const start = steps * 2 ** doubling;
  return steps * (1 + doubling) + Math.floor(((value - start) * steps) / start);
}

/** The classes of all numbers up to `max`. */
export const classesUpTo = (max: number, steps: Steps): Int32Array =>
  Int32Array.from({ length: max + 1 }, (_, value) => classOf(value, steps));
