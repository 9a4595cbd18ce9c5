/** Who stands in which cell, as rows are counted in the order of their periods. */
import type { Day } from '../../../contract/predictions.ts';
import { type Cell, REPEATS_MAX } from '../cells.ts';
import type { Row } from '../panel.ts';
import { classesUpTo, STEPS } from './classes.ts';
import { weekOf, weekStart } from './grid.ts';
import { Numbers } from './numbers.ts';
import { rowOfCell } from './rows.ts';
import type { CellTable } from './table.ts';

/**
 * Weeks that are told apart: nearly twenty years. Orders that claim to be older, by a clock that was wrong,
 * count as of the first of them. Two such weeks and the repeats fit into 30 bits.
 */
const WEEK_BITS = 10;
const WEEKS = 2 ** WEEK_BITS;
/**
 * Rows of one day that stay exact cells. Where there are more, cells are put together that no model tells
 * apart: what fits a million customers is then as fast as for ten thousand.
 */
export const ROWS_MAX = 8_000;

/** Rows that models see, and by cell its row: -1 where nobody stands. */
export type Places = { rows: Row[]; rowOf: Int32Array };

export type Named = {
  /** By row of the table: its cell. */
  cellOf: Int32Array;
  /** By cell. */
  first: Int16Array;
  repeats: Int16Array;
  last: Int16Array;
};

export class Census {
  /** The first Monday of anything known; later than any day without rows. */
  readonly firstDay: Day;
  readonly cellOf: Int32Array;
  readonly named: Named;
  private readonly table: CellTable;
  /** Customers by cell, and their sums of log gaps, of the rows counted so far. */
  readonly n: Int32Array;
  private readonly g: Float64Array;
  private readonly classes: Int32Array | undefined;

  constructor(table: CellTable, today: Day) {
    this.table = table;
    this.named = namedCells(table, weekOf(today));
    this.cellOf = this.named.cellOf;
    const { first } = this.named;
    this.firstDay = weekStart(first.reduce((least, week) => Math.min(least, week), Infinity));
    this.n = new Int32Array(first.length);
    this.g = new Float64Array(first.length);
    this.countAll();
    this.classes = this.coarsest(today);
    this.n.fill(0);
    this.g.fill(0);
  }

  /** Adds a row of the table. */
  count(row: number): void {
    const cell = this.cellOf[row] as number;
    const { n, g } = this.table.columns;
    this.n[cell] = (this.n[cell] as number) + (n[row] as number);
    this.g[cell] = (this.g[cell] as number) + (g[row] as number);
  }

  /** Adds all rows: after it, everybody stands where they do today. */
  countAll(): void {
    for (let row = 0; row < this.table.size; row += 1) this.count(row);
  }

  /** Where everybody stands on the day `origin`. */
  places(origin: Day): Places {
    const { n, g } = this;
    const { first, repeats, last } = this.named;
    const rows: Row[] = [];
    const rowOf = new Int32Array(n.length).fill(-1);
    const known = new Numbers();
    const week = weekOf(origin + 1);
    const cell = { first: 0, repeats: 0, last: 0 };
    for (let at = 0; at < n.length; at += 1) {
      if ((n[at] as number) <= 0) continue;
      cell.first = first[at] as number;
      cell.repeats = repeats[at] as number;
      cell.last = last[at] as number;
      const row = rowOfCell(cell, n[at] as number, g[at] as number, origin);
      const place = this.classes ? known.of(classOfCell(this.classes, cell, week)) : rows.length;
      rowOf[at] = place;
      if (place === rows.length) rows.push(row);
      else merge(rows[place] as Row, row);
    }
    return { rows, rowOf };
  }

  /** The finest classes in which today's customers are in few rows; none where their cells are few. */
  private coarsest(today: Day): Int32Array | undefined {
    let isMany = this.hasMany((at) => at);
    let classes: Int32Array | undefined;
    const { first, repeats, last } = this.named;
    const week = weekOf(today + 1);
    for (const steps of STEPS) {
      if (!isMany) return classes;
      const next = classesUpTo(WEEKS, steps);
      classes = next;
      const cell = { first: 0, repeats: 0, last: 0 };
      isMany = this.hasMany((at) => {
        cell.first = first[at] as number;
        cell.repeats = repeats[at] as number;
        cell.last = last[at] as number;
        return classOfCell(next, cell, week);
      });
    }
    return classes;
  }

  /** More names of cells with customers than fit. */
  private hasMany(nameOf: (at: number) => number): boolean {
    const names = new Numbers();
    for (let at = 0; at < this.n.length && names.size <= ROWS_MAX; at += 1) {
      if ((this.n[at] as number) > 0) names.of(nameOf(at));
    }
    return names.size > ROWS_MAX;
  }
}

/** Each cell of the table gets a number from 0 on, in the order in which they are met. */
function namedCells({ columns, size }: CellTable, thisWeek: number): Named {
  const oldest = thisWeek - WEEKS + 1;
  const within = (week: number) => Math.max(0, Math.min(WEEKS - 1, week - oldest));
  const cellOf = new Int32Array(size);
  const cells = new Numbers();
  for (let row = 0; row < size; row += 1) {
    const first = within(columns.first[row] as number);
    const last = within(columns.last[row] as number);
    const repeats = Math.min(REPEATS_MAX, columns.repeats[row] as number);
    cellOf[row] = cells.of((((first << WEEK_BITS) | repeats) << WEEK_BITS) | last);
  }
  const names = cells.all();
  const named = {
    cellOf,
    first: new Int16Array(names.length),
    repeats: new Int16Array(names.length),
    last: new Int16Array(names.length),
  };
  names.forEach((name, cell) => {
    named.first[cell] = oldest + (name >> (2 * WEEK_BITS));
    named.repeats[cell] = (name >> WEEK_BITS) & (WEEKS - 1);
    named.last[cell] = oldest + (name & (WEEKS - 1));
  });
  return named;
}

/**
 * Customers of one class: alike in repeats, in weeks since the first order, and in the shorter of the weeks
 * from the first to the last order and since then. Who left after a month and who came last month are both
 * told apart by weeks, after however many years.
 */
function classOfCell(classes: Int32Array, { first, repeats, last }: Cell, week: number): number {
  const [active, silent] = [last - first, week - last];
  const isSilent = active < silent ? 1 : 0;
  const shorter = classes[isSilent ? active : silent] as number;
  const counted = ((classes[repeats] as number) << WEEK_BITS) | (classes[week - first] as number);
  return (((counted << 1) | isSilent) << CLASS_BITS) | shorter;
}
/** Of the finest classes of all weeks. */
const CLASS_BITS = 8;

/** Adds customers to a row, which stays their mean. */
function merge(sum: Row, { n, x, tx, T, logGaps }: Row): void {
  sum.n += n;
  const share = n / sum.n;
  sum.x += (x - sum.x) * share;
  sum.tx += (tx - sum.tx) * share;
  sum.T += (T - sum.T) * share;
  sum.logGaps += (logGaps - sum.logGaps) * share;
}
