/** Sums and logarithms that neither overflow nor lose what is small. */

/** The least probability that is told apart from zero: a log-loss stays finite. */
export const PROBABILITY_MIN = 1e-12;

/** ln(e^a + e^b); -Infinity stands for nothing. */
export function logAdd(a: number, b: number): number {
  const high = Math.max(a, b);
  if (high === Number.NEGATIVE_INFINITY) return high;
  return high + Math.log1p(Math.exp(Math.min(a, b) - high));
}

/** ln of the sum of e^v. */
export function logSum(values: readonly number[]): number {
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) high = Math.max(high, value);
  if (high === Number.NEGATIVE_INFINITY) return high;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - high);
  return high + Math.log(sum);
}

/** ln v, where zero and what rounding made of it count as PROBABILITY_MIN. */
export const safeLog = (v: number): number => Math.log(Math.max(v, PROBABILITY_MIN));

/** (1 - e^(-s l)) / s, which is l at s = 0: the integral of e^(-s t) from 0 to l. */
export const decayIntegral = (s: number, l: number): number =>
  Math.abs(s * l) < 1e-12 ? l : -Math.expm1(-s * l) / s;

/** v between 0 and 1; what is no number is 0, so that it alarms nobody and promises nothing. */
export const probability = (v: number): number => (v > 0 ? Math.min(1, v) : 0);
