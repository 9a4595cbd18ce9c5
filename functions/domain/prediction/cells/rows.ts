/**
 * What a model takes a cell's customers for. A cell knows weeks; the days are where orders of random days
 * would lie in them on average: of k distinct days of n, the j-th is at j (n + 1) / (k + 1).
 */
import type { Day } from '../../../contract/predictions.ts';
import type { Row } from '../panel.ts';
import { FIXED_POINT, type Cell } from '../cells.ts';
import { WEEK_DAYS, weekStart } from './grid.ts';

/** A cell with the sums of those who stand in it. */
export type Standing = Cell & { n: number; g: number };

/** The row of a cell on the day `origin`; its customers are as many as `n`. */
export function rowOfCell({ first, repeats, last, n, g }: Standing, origin: Day): Row {
  const logGaps = g / n / FIXED_POINT;
  const days = daysOfWeek(last, origin);
  if (repeats === 0) return { n, x: 0, tx: 0, T: origin - middle(last, days), logGaps };
  if (first === last) {
    // All order days in one week.
    const step = (days + 1) / (repeats + 2);
    const tx = repeats === 1 ? oneGap(logGaps, days - 1) : Math.min(days - 1, repeats * step);
    return { n, x: repeats, tx, T: origin - weekStart(first) + 1 - step, logGaps };
  }
  const end = middle(last, days);
  const middles = end - middle(first, WEEK_DAYS);
  // One gap is known by its logarithm: to the day where all in the cell waited equally long.
  const tx = repeats === 1 ? oneGap(logGaps, middles + WEEK_DAYS - 1) : middles;
  return { n, x: repeats, tx, T: origin - end + tx, logGaps };
}

/** The mean gap of customers with one, of at most so many days. */
const oneGap = (logGaps: number, max: number): number => Math.min(max, Math.exp(logGaps));

/** Days of a week until `origin`: all seven but in the running one. */
const daysOfWeek = (week: number, origin: Day): number =>
  Math.max(1, Math.min(WEEK_DAYS, origin - weekStart(week) + 1));

const middle = (week: number, days: number): Day => weekStart(week) + (days - 1) / 2;
