/**
 * A panel from counted cells: the rows of all periods before one add up to the shop at its start; who leaves
 * a cell afterwards has bought, since only buying leaves a cell and nobody enters one of an older week.
 */
import type { Day } from '../../../contract/predictions.ts';
import { BASE, type Cell, type CellRow, flowOf, type PeriodFlow } from '../cells.ts';
import type { Flow, Outcome, Panel, Row, Split } from '../panel.ts';
import { cellClass, cellNumber } from './classes.ts';
import {
  PERIOD_DAYS,
  PERIOD_WEEKS,
  type Period,
  periodOf,
  periodStart,
  weekOf,
  weekStart,
} from './grid.ts';
import { type Stretch, stretches } from './plan.ts';
import { rowOfCell, type Standing } from './rows.ts';

/**
 * Rows of one origin that stay exact cells. Above, cells are put together that no model tells apart: a
 * million customers in as many rows as ten thousand.
 */
export const EXACT_CELLS_MAX = 5_000;

export type CellPanelOptions = {
  /** Orders of this day, as far as known, are the last. */
  today: Day;
  horizonDays: number;
  /** Of periods whose rows are in the base. */
  flows?: readonly PeriodFlow[];
};

/** The shop from its rows: several of one cell and period add up, in any order. */
export function panelFromCells(rows: Iterable<CellRow>, options: CellPanelOptions): Panel {
  const { today, horizonDays, flows = [] } = options;
  const byPeriod = Map.groupBy(rows, ({ period }) => period);
  const periods = [...byPeriod.keys()].sort((a, b) => a - b);
  const first = firstWeek(byPeriod.values());
  // Who bought in a period of the base is not known, and so not who stood where when it began.
  const oldest = flows.reduce((least, { period }) => Math.max(least, period + 1), 0);
  const plan = stretches(weekStart(first), today, horizonDays).filter(
    ({ period }) => period >= oldest,
  );
  const shop = new Shop();
  const splits: Recorded[] = [];
  for (const period of [...periods, Number.POSITIVE_INFINITY]) {
    for (; (plan[0]?.period ?? Number.POSITIVE_INFINITY) <= period && plan.length > 0; ) {
      splits.push(new Recorded(plan.shift() as Stretch, shop));
    }
    for (const row of byPeriod.get(period) ?? []) {
      for (const split of splits) split.take(row);
      shop.take(row);
    }
  }
  return {
    origin: today,
    rows: [...shop.rows(today, shop.names(weekOf(today))).values()],
    splits: splits.map((split) => split.split()).filter((split) => split.rows.length > 0),
    flow: flowUntil(byPeriod, flows, today),
  };
}

const firstWeek = (groups: Iterable<readonly CellRow[]>): number => {
  let week = Number.POSITIVE_INFINITY;
  for (const rows of groups) for (const { first } of rows) week = Math.min(week, first);
  return week;
};

/** Who stands where, as rows are taken in. */
class Shop {
  private readonly cells = new Map<number, Standing>();

  take({ first, repeats, last, n, g }: CellRow): void {
    if (n === 0 && g === 0) return;
    const name = cellNumber({ first, repeats, last });
    const cell = this.cells.get(name);
    if (!cell) this.cells.set(name, { first, repeats, last, n, g });
    else {
      cell.n += n;
      cell.g += g;
      if (cell.n === 0 && cell.g === 0) this.cells.delete(name);
    }
  }

  /** Rows by the name of their cell, or of a class of cells where there are many. */
  rows(origin: Day, name: (cell: Cell) => number): Map<number, Row> {
    const rows = new Map<number, Row>();
    for (const cell of this.cells.values()) {
      if (cell.n <= 0) continue;
      const key = name(cell);
      const row = rowOfCell(cell, origin);
      const others = rows.get(key);
      if (others) merge(others, row);
      else rows.set(key, row);
    }
    return rows;
  }

  /** How cells are named as seen from a week. */
  names(week: number): (cell: Cell) => number {
    const isFew = this.cells.size <= EXACT_CELLS_MAX;
    return isFew ? cellNumber : (cell) => cellClass(cell, week);
  }
}

/** Adds customers to a row, which stays their mean. */
function merge(sum: Row, { n, x, tx, T, logGaps }: Row): void {
  sum.n += n;
  const share = n / sum.n;
  sum.x += (x - sum.x) * share;
  sum.tx += (tx - sum.tx) * share;
  sum.T += (T - sum.T) * share;
  sum.logGaps += (logGaps - sum.logGaps) * share;
}

/** A stretch of the past: who stood where when it began, and what they did. */
class Recorded {
  private readonly stretch: Stretch;
  private readonly origin: Day;
  private readonly startWeek: number;
  private readonly endPeriod: Period;
  private readonly rows = new Map<number, Outcome>();
  private readonly name: (cell: Cell) => number;

  constructor(stretch: Stretch, shop: Shop) {
    this.stretch = stretch;
    this.origin = periodStart(stretch.period) - 1;
    this.startWeek = stretch.period * PERIOD_WEEKS;
    this.endPeriod = periodOf(stretch.end - 1);
    this.name = shop.names(this.startWeek);
    const known = stretch.orders && { orders: 0 };
    for (const [name, row] of shop.rows(this.origin, this.name)) {
      this.rows.set(name, { ...row, buyers: 0, ...known });
    }
  }

  /** A row of its time or later. */
  take(row: CellRow): void {
    if (row.last >= this.startWeek || row.period > this.endPeriod) return;
    const outcome = this.rows.get(this.name(row));
    if (!outcome) return;
    outcome.buyers -= row.n;
    const { orders } = this.stretch;
    if (orders && row.period === this.stretch.period) {
      outcome.orders = (outcome.orders ?? 0) + row[orders];
    }
  }

  split(): Split {
    const { end, period } = this.stretch;
    const horizonDays = end - periodStart(period);
    return { origin: this.origin, horizonDays, rows: [...this.rows.values()] };
  }
}

/** Order days by period, oldest first, without gaps; the running one until today. */
function flowUntil(
  byPeriod: ReadonlyMap<Period, readonly CellRow[]>,
  flows: readonly PeriodFlow[],
  today: Day,
): Flow[] {
  const sums = new Map<Period, { firsts: number; repeats: number }>();
  const rest = [...byPeriod].flatMap(([period, rows]) =>
    period === BASE ? [] : [flowOf(period, rows)],
  );
  for (const { period, firsts, repeats } of [...flows, ...rest]) {
    const sum = sums.get(period) ?? { firsts: 0, repeats: 0 };
    sums.set(period, { firsts: sum.firsts + firsts, repeats: sum.repeats + repeats });
  }
  const flow: Flow[] = [];
  if (sums.size === 0) return flow;
  for (let period = Math.min(...sums.keys()); period <= periodOf(today); period += 1) {
    const from = periodStart(period);
    const days = Math.min(PERIOD_DAYS, today + 1 - from);
    flow.push({ from, days, ...(sums.get(period) ?? { firsts: 0, repeats: 0 }) });
  }
  return flow;
}
