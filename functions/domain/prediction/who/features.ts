/** What the regressions see of a customer. All are free of units: days are measured by the horizon or the shop's pace. */
import type { Row } from '../panel.ts';

/** What is asked of one customer: see panel.ts. */
export type Facts = Pick<Row, 'x' | 'tx' | 'T' | 'logGaps'>;

/**
 * A customer counts for half an order more than seen, in the time that the shop's mean customer needs for
 * it: so that one without repeats has a rate. A half is the usual guess for a share (Jeffreys).
 */
const HALF = 0.5;
/** A week: whether somebody bought today or three days ago says little. */
const DAYS_BLUR = 7;
/** Euler's constant: mean of log(mean gap) - log(gap) where orders come at random. */
const RANDOM = 0.5772156649;
/** Gaps needed until a customer's regularity counts half. */
const GAPS_HALF = 4;
/** Below it a shop has no pace: one order in 270 years. */
const RATE_MIN = 1e-5;

export const FEATURES = [
  'one',
  'log of the orders due within the horizon at the own rate',
  'log of 1 + orders due since the last one',
  'its square',
  'log of 1 + repeat orders',
  'bought once',
  'log of days since the last order, by horizon',
  'regularity of the gaps',
  'regularity times orders due since',
  'log of days since the first order, by horizon',
  'that of those who bought once',
] as const;

/** Order days after the first per customer and day; the shop's own scale of time. */
export function paceOf(rows: readonly Row[]): number {
  let orders = 0;
  let days = 0;
  for (const { n, x, T } of rows) {
    orders += n * x;
    days += n * T;
  }
  return Math.max(RATE_MIN, orders / Math.max(1, days));
}

/** See FEATURES. `rate` is the shop's pace, `horizon` days. */
export function featuresOf({ x, tx, T, logGaps }: Facts, rate: number, horizon: number): number[] {
  const wait = HALF / rate;
  const since = Math.max(0, T - tx);
  const due = Math.log(((x + HALF) / (T + wait)) * horizon);
  const missed = Math.log1p((since * (x + HALF)) / (tx + wait));
  const once = x > 0 ? 0 : 1;
  const uneven = x > 0 ? Math.log(Math.max(tx, 1) / x) - logGaps / x - RANDOM : 0;
  const regularity = (x / (x + GAPS_HALF)) * uneven;
  const age = Math.log((T + DAYS_BLUR) / horizon);
  return [
    1,
    due,
    missed,
    (missed * missed) / 4,
    Math.log1p(x),
    once,
    Math.log((since + DAYS_BLUR) / horizon),
    regularity,
    regularity * missed,
    age,
    once * age,
  ];
}
