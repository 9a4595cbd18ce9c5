/**
 * Customers counted by what the models know of them, so that neither a fit nor a report reads customers.
 *
 * A customer stands in a cell: (first week, repeat order days, last week). An order day moves them:
 *
 *   period 7            period 8                        rows that it changes
 *   ----d1--------|------d2------                       (7, cell 1): n +1
 *     cell 1      |   cell 2                            (8, cell 1): n -1, o +1   (8, cell 2): n +1
 *
 * `o` is what those who stood there ordered in the period, `q` in the quarter that begins with it.
 *
 * A row says by how much its cell changed within its period, by when orders happened and not by when they
 * became known. So the rows of all periods before one are the shop as it stood at that period's start, and
 * stay so under late orders, repeats and refunds: there is nothing to copy at a month's end. Everything is
 * whole numbers, and what a customer adds to all rows is a function of their facts: the difference between
 * the facts before and after goes into the same transaction as the facts themselves.
 */
import type { Day } from '../../contract/predictions.ts';
import { type Period, periodOfWeek, quarterOf, type Week, weekOf } from './cells/grid.ts';
import { type Bought, orderDaysOf, spendOf } from './history.ts';

export type Cell = {
  /** Of the first order day. */
  first: Week;
  /** Order days after the first; REPEATS_MAX stands for more. */
  repeats: number;
  /** Of the last order day. */
  last: Week;
};

/** Whole numbers that add up over customers. */
export type CellSums = {
  /** Customers who came into the cell in the period, less those who left. */
  n: number;
  /** Their sums of log gaps, in thousandths. */
  g: number;
  /** Order days in the period of those who stood in the cell at its start. */
  o: number;
  /** The same of the quarter that begins with the period. */
  q: number;
  /** Customers with a known spend whose last order day it is. */
  p: number;
  /** Their log of the mean spend of an order day in minor units, in thousandths. */
  v: number;
  /** The squares of it, in millionths. */
  v2: number;
};

/** One row: what a cell changed by in a period. Also what one customer changes of it. */
export type CellRow = Cell & { period: Period } & CellSums;
export type CellChange = CellRow;

export const SUMS = ['n', 'g', 'o', 'q', 'p', 'v', 'v2'] as const;

/** Rows of periods that nobody asks for one by one any more are added up under this period. */
export const BASE: Period = -1;

/** Two years of periods: a back-test over both seasons of a year, and the year before it. */
export const KEPT_PERIODS = 26;

/** Order days of a period: first ones and others. What is left of a period whose rows are in the base. */
export type PeriodFlow = { period: Period; firsts: number; repeats: number };

/** Three years of daily orders. Whoever buys more often is as regular as one can be. */
export const REPEATS_MAX = 999;

/**
 * A thousandth: far below what a fit can tell apart, and far above the last bits in which the logarithms
 * of two machines may differ.
 */
export const FIXED_POINT = 1_000;
const fixed = (value: number): number => Math.round(value * FIXED_POINT);

const ZERO: CellSums = { n: 0, g: 0, o: 0, q: 0, p: 0, v: 0, v2: 0 };

/** Names a row among all. */
export const rowKey = ({ period, first, repeats, last }: Cell & { period: Period }): string =>
  `${period}/${first}.${repeats}.${last}`;

/** True when all sums are zero: the row may as well not be there. */
export const isZero = (sums: CellSums): boolean => SUMS.every((name) => sums[name] === 0);

/** Rows by key, and what is added to them. */
export class CellBook {
  private readonly rows = new Map<string, CellRow>();

  add(period: Period, { first, repeats, last }: Cell, sums: Partial<CellSums>, sign = 1): void {
    const key = rowKey({ period, first, repeats, last });
    let row = this.rows.get(key);
    if (!row) this.rows.set(key, (row = { period, first, repeats, last, ...ZERO }));
    for (const name of SUMS) row[name] += sign * (sums[name] ?? 0);
  }

  /** Rows that are not all zero, in a fixed order. */
  changes(): CellChange[] {
    return [...this.rows.values()].filter((row) => !isZero(row)).sort(compareRows);
  }
}

export const compareRows = (a: CellRow, b: CellRow): number =>
  a.period - b.period || a.first - b.first || a.repeats - b.repeats || a.last - b.last;

/** The sum of rows: one row a key, none with only zeros, in a fixed order. */
export function sumOfRows(rows: Iterable<CellRow>): CellRow[] {
  const book = new CellBook();
  for (const row of rows) book.add(row.period, row, row);
  return book.changes();
}

/**
 * The order days that rows of one period stand for: a newcomer adds 1 to `n`, and each repeat 1 to the
 * repeats of all customers.
 */
export function flowOf(period: Period, rows: Iterable<CellRow>): PeriodFlow {
  const flow = { period, firsts: 0, repeats: 0 };
  for (const { n, repeats } of rows) {
    flow.firsts += n;
    flow.repeats += n * repeats;
  }
  return flow;
}

/** What rows of old periods leave in the base: who stands where now. Nobody asks who bought then. */
export const baseOf = (rows: Iterable<CellRow>): CellRow[] => {
  const book = new CellBook();
  for (const row of rows) book.add(BASE, row, { ...row, o: 0, q: 0 });
  return book.changes();
};

/** Everything that one customer adds to the rows; `currency` is the shop's. */
export function cellsOf(facts: Bought, currency: string): CellChange[] {
  const book = new CellBook();
  addCustomer(book, facts, currency, 1);
  return book.changes();
}

/** What to add to the rows when the facts of a customer become others. Empty when no order changed. */
export function cellChanges(before: Bought, after: Bought, currency: string): CellChange[] {
  // Merging keeps what it does not change: most events are about something else.
  if (before.orders === after.orders && before.sealed === after.sealed) return [];
  const book = new CellBook();
  addCustomer(book, before, currency, -1);
  addCustomer(book, after, currency, 1);
  return book.changes();
}

function addCustomer(book: CellBook, facts: Bought, currency: string, sign: 1 | -1): void {
  const days = orderDaysOf(facts);
  const end = addMoves(book, days, sign);
  const spend = end && spendOf(facts, currency, days.length);
  if (!end || !spend) return;
  const v = fixed(Math.log(spend.total / spend.orders));
  book.add(end.period, end.cell, { p: 1, v, v2: v * v }, sign);
}

type Standing = { period: Period; cell: Cell };

/** The way of one customer through the cells; where they stand at its end. */
export function addMoves(book: CellBook, days: readonly Day[], sign: 1 | -1): Standing | undefined {
  const first = weekOf(days[0] ?? 0);
  let now: Standing | undefined;
  /** Where they stood when the period of `now` began, and its quarter. */
  let atPeriod: Cell | undefined;
  let atQuarter: Cell | undefined;
  let gaps = 0;
  for (const [index, day] of days.entries()) {
    const last = weekOf(day);
    const period = periodOfWeek(last);
    const quarter = quarterOf(period);
    const cell = { first, repeats: Math.min(index, REPEATS_MAX), last };
    if (now) {
      if (now.period < period) atPeriod = now.cell;
      if (now.period < quarter) atQuarter = now.cell;
      book.add(period, now.cell, { n: -1, g: -gaps }, sign);
      gaps += fixed(Math.log(day - (days[index - 1] as Day)));
    }
    if (atPeriod) book.add(period, atPeriod, { o: 1 }, sign);
    if (atQuarter) book.add(quarter, atQuarter, { q: 1 }, sign);
    book.add(period, cell, { n: 1, g: gaps }, sign);
    now = { period, cell };
  }
  return now;
}
