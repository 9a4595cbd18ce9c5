/**
 * All rows of a shop in columns. A million customers make about 1.3 million rows, which as objects would
 * take three times the memory and be looked after by the garbage collector.
 */
import type { CellRow } from '../cells.ts';
import type { Period } from './grid.ts';

const SHORT = ['period', 'first', 'repeats', 'last'] as const;
const COUNTS = ['n', 'o', 'q', 'p'] as const;
/** Sums that may outgrow 32 bits. */
const LARGE = ['g', 'v', 'v2'] as const;

export type Columns = { [name in (typeof SHORT)[number]]: Int16Array } & {
  [name in (typeof COUNTS)[number]]: Int32Array;
} & { [name in (typeof LARGE)[number]]: Float64Array };

const ROWS_AT_FIRST = 1_024;
/** Doubling would leave half of a large table unused. */
const GROWTH = 1.3;

export class CellTable {
  /** Rows so far; columns are longer. */
  size = 0;
  readonly columns: Columns = columnsOf(ROWS_AT_FIRST);

  static of(rows: Iterable<CellRow>): CellTable {
    const table = new CellTable();
    for (const row of rows) table.add(row);
    return table;
  }

  /** Rows of one name may come several times: they add up. */
  add(row: CellRow): void {
    if (this.size === this.columns.n.length) {
      lengthen(this.columns, Math.ceil(this.size * GROWTH));
    }
    const { columns, size } = this;
    columns.period[size] = row.period;
    columns.first[size] = row.first;
    columns.repeats[size] = row.repeats;
    columns.last[size] = row.last;
    columns.n[size] = row.n;
    columns.o[size] = row.o;
    columns.q[size] = row.q;
    columns.p[size] = row.p;
    columns.g[size] = row.g;
    columns.v[size] = row.v;
    columns.v2[size] = row.v2;
    this.size += 1;
  }

  /** Order days of all customers, where they stand now. */
  orderDays(): number {
    const { n, repeats } = this.columns;
    let sum = 0;
    for (let at = 0; at < this.size; at += 1) {
      sum += (n[at] as number) * ((repeats[at] as number) + 1);
    }
    return sum;
  }

  /** Places of the rows in the order of their periods: a counting sort. */
  byPeriod(): PeriodRows {
    const { period } = this.columns;
    // From the base, -1, on: `starts[p]` is where the rows of period p - 1 begin.
    const starts = new Int32Array(PERIODS + 1);
    for (let at = 0; at < this.size; at += 1) {
      const next = (period[at] as number) + 2;
      starts[next] = (starts[next] as number) + 1;
    }
    const periods: Period[] = [];
    for (let each = 1; each <= PERIODS; each += 1) {
      if ((starts[each] as number) > 0) periods.push(each - 2);
      starts[each] = (starts[each] as number) + (starts[each - 1] as number);
    }
    const places = new Int32Array(this.size);
    const free = starts.slice();
    for (let at = 0; at < this.size; at += 1) {
      const index = (period[at] as number) + 1;
      const place = free[index] as number;
      places[place] = at;
      free[index] = place + 1;
    }
    return {
      periods,
      rows: (each) => places.subarray(starts[each + 1] ?? 0, starts[each + 2] ?? 0),
    };
  }
}

/** Three centuries of periods: an order is never later than its receipt. */
const PERIODS = 4_096;

export type PeriodRows = {
  /** Those that have rows, in their order. */
  periods: Period[];
  /** Places of its rows. */
  rows(period: Period): Int32Array;
};

function columnsOf(size: number): Columns {
  const columns = {} as Columns;
  for (const name of SHORT) columns[name] = new Int16Array(size);
  for (const name of COUNTS) columns[name] = new Int32Array(size);
  for (const name of LARGE) columns[name] = new Float64Array(size);
  return columns;
}

/** One column after the other, so that never two whole tables are there. */
function lengthen(columns: Columns, size: number): void {
  for (const name of SHORT) columns[name] = longer(columns[name], new Int16Array(size));
  for (const name of COUNTS) columns[name] = longer(columns[name], new Int32Array(size));
  for (const name of LARGE) columns[name] = longer(columns[name], new Float64Array(size));
}

function longer<C extends Int16Array | Int32Array | Float64Array>(old: C, column: C): C {
  column.set(old);
  return column;
}
