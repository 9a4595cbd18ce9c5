/**
 * What a model takes a cell's customers for. A cell knows weeks; the days are where orders of random days
 * would lie in them on average: of k distinct days of n, the j-th is at j (n + 1) / (k + 1).
 */
import type { Day } from '../../../contract/predictions.ts';
import type { Row } from '../panel.ts';
import { FIXED_POINT, type Cell } from '../cells.ts';
import { WEEK_DAYS, weekStart } from './grid.ts';

/** The row of `n` customers of one cell, with their sum of log gaps, on the day `origin`. */
export function rowOfCell(cell: Cell, n: number, g: number, origin: Day): Row {
  const row = { n, x: cell.repeats, tx: 0, T: 0, logGaps: g / n / FIXED_POINT };
  const days = daysOfWeek(cell.last, origin);
  const end = middle(cell.last, days);
  if (cell.repeats === 0) row.T = origin - end;
  else if (cell.first === cell.last) {
    // All order days in one week.
    const step = (days + 1) / (cell.repeats + 2);
    row.tx =
      cell.repeats === 1 ? oneGap(row.logGaps, days - 1) : Math.min(days - 1, cell.repeats * step);
    row.T = Math.max(row.tx, origin - weekStart(cell.first) + 1 - step);
  } else {
    const middles = end - middle(cell.first, WEEK_DAYS);
    // One gap is known by its logarithm: to the day where all in the cell waited equally long.
    row.tx = cell.repeats === 1 ? oneGap(row.logGaps, middles + WEEK_DAYS - 1) : middles;
    row.T = origin - end + row.tx;
  }
  return row;
}

/** The mean gap of customers with one, of at most so many days. */
const oneGap = (logGaps: number, max: number): number => Math.min(max, Math.exp(logGaps));

/** Days of a week until `origin`: all seven but in the running one. */
const daysOfWeek = (week: number, origin: Day): number =>
  Math.max(1, Math.min(WEEK_DAYS, origin - weekStart(week) + 1));

const middle = (week: number, days: number): Day => weekStart(week) + (days - 1) / 2;
