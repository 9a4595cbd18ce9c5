/**
 * A panel from counted cells: the rows of all periods before one add up to the shop at its start; who leaves
 * a cell afterwards has bought, since only buying leaves a cell and nobody enters one of an older week.
 */
import type { Day } from '../../../contract/predictions.ts';
import { BASE, type CellRow, type PeriodFlow } from '../cells.ts';
import type { Flow, Outcome, Panel, Split } from '../panel.ts';
import { Census } from './census.ts';
import { PERIOD_DAYS, type Period, periodOf, periodStart } from './grid.ts';
import { type Stretch, stretches } from './plan.ts';
import { CellTable, type PeriodRows } from './table.ts';

export type CellPanelOptions = {
  /** Orders of this day, as far as known, are the last. */
  today: Day;
  horizonDays: number;
  /** Of periods whose rows are in the base. */
  flows?: readonly PeriodFlow[];
};

/** The shop from its rows: several of one cell and period add up, in any order. */
export function panelFromCells(
  rows: Iterable<CellRow> | CellTable,
  { today, horizonDays, flows = [] }: CellPanelOptions,
): Panel {
  const table = rows instanceof CellTable ? rows : CellTable.of(rows);
  const census = new Census(table, today);
  // Who bought in a period of the base is not known, and so not who stood where when it began.
  const oldest = flows.reduce((least, { period }) => Math.max(least, period + 1), 0);
  const plan = stretches(census.firstDay, today, horizonDays).filter(
    ({ period }) => period >= oldest,
  );
  const byPeriod = table.byPeriod();
  const { periods, rows: rowsOf } = byPeriod;
  const splits: Split[] = [];
  const begin = (until: Period) => {
    for (let next = plan[0]; next && next.period <= until; next = plan[0]) {
      splits.push(splitFrom(next, census, table, rowsOf));
      plan.shift();
    }
  };
  for (const period of periods) {
    begin(period);
    for (const row of rowsOf(period)) census.count(row);
  }
  begin(Number.POSITIVE_INFINITY);
  return {
    origin: today,
    rows: census.places(today).rows,
    splits: splits.filter((split) => split.rows.length > 0),
    flow: flowUntil(table, byPeriod, flows, today),
  };
}

/** A stretch of the past: who stood where when it begins, as counted by then, and what they did. */
function splitFrom(
  { period, end, orders }: Stretch,
  census: Census,
  table: CellTable,
  rowsOf: PeriodRows['rows'],
): Split {
  const origin = periodStart(period) - 1;
  const { rows, rowOf } = census.places(origin);
  const known = orders && { orders: 0 };
  const outcomes: Outcome[] = rows.map((row) => ({ ...row, buyers: 0, ...known }));
  const { n } = table.columns;
  const ordered = orders && table.columns[orders];
  for (let each = period; each <= periodOf(end - 1); each += 1) {
    for (const row of rowsOf(each)) {
      // Nobody stood in cells of later weeks.
      const outcome = outcomes[rowOf[census.cellOf[row] as number] as number];
      if (!outcome) continue;
      outcome.buyers -= n[row] as number;
      if (ordered && each === period) {
        outcome.orders = (outcome.orders ?? 0) + (ordered[row] as number);
      }
    }
  }
  return { origin, horizonDays: end - periodStart(period), rows: outcomes };
}

/** Order days by period, oldest first, without gaps; the running one until today. */
function flowUntil(
  table: CellTable,
  { periods, rows: rowsOf }: PeriodRows,
  flows: readonly PeriodFlow[],
  today: Day,
): Flow[] {
  const sums = new Map<Period, { firsts: number; repeats: number }>();
  const add = (period: Period, firsts: number, repeats: number) => {
    const sum = sums.get(period);
    if (!sum) sums.set(period, { firsts, repeats });
    else {
      sum.firsts += firsts;
      sum.repeats += repeats;
    }
  };
  for (const { period, firsts, repeats } of flows) add(period, firsts, repeats);
  const { n, repeats } = table.columns;
  for (const period of periods) {
    if (period === BASE) continue;
    const flow = { firsts: 0, repeats: 0 };
    for (const row of rowsOf(period)) {
      flow.firsts += n[row] as number;
      flow.repeats += (n[row] as number) * (repeats[row] as number);
    }
    add(period, flow.firsts, flow.repeats);
  }
  const flow: Flow[] = [];
  if (sums.size === 0) return flow;
  for (let each = Math.min(...sums.keys()); each <= periodOf(today); each += 1) {
    const from = periodStart(each);
    const days = Math.min(PERIOD_DAYS, today + 1 - from);
    flow.push({ from, days, ...(sums.get(each) ?? { firsts: 0, repeats: 0 }) });
  }
  return flow;
}
