/** The whole base at a glance, from counted cells: no customer is read. */
import type { Day } from '../../contract/predictions.ts';
import { BASE, type CellRow, type PeriodFlow } from './cells.ts';
import { Census, type Places } from './cells/census.ts';
import { type Period, periodOf, periodOfWeek, periodStart } from './cells/grid.ts';
import { CellTable } from './cells/table.ts';
import { type LogSpend, valueOfCells, worthOf } from './cells/value.ts';
import type { Row } from './panel.ts';

/** What a model says of customers with one history, for the report's horizon. */
export type Evaluate = (row: Row) => { pActive: number; expectedOrders: number };

/** Customers whose P(active) is at least `from` and below `to`; 1 is in the last bin. */
export type ActiveBin = {
  from: number;
  to: number;
  customers: number;
  expectedOrders: number;
  /** Minor units of the shop's currency. */
  expectedRevenue: number;
};

/** Customers who first ordered in one period of four weeks. */
export type Cohort = {
  from: Day;
  customers: number;
  /** Of them, with more than one order day; and all order days after the first. */
  repeaters: number;
  repeats: number;
  /** Of them, how many are expected to order within the horizon. */
  expectedActive: number;
  /**
   * Share who had ordered again by the end of the first period, the second, ... ; absent for periods that
   * nobody keeps apart any more.
   */
  repeatedShare?: number[];
};

export type BaseReport = {
  today: Day;
  horizonDays: number;
  customers: number;
  expectedActive: number;
  expectedOrders: number;
  /** Minor units; 0 where no order has an amount in the shop's currency. */
  expectedRevenue: number;
  /** Ten, from 0 to 1. */
  active: ActiveBin[];
  /** Oldest first. */
  cohorts: Cohort[];
};

const BINS = 10;

/** P(active), expected orders and revenue of the base, and who came back, by cohort. */
export function baseReport(
  rows: Iterable<CellRow> | CellTable,
  evaluate: Evaluate,
  options: { today: Day; horizonDays: number; flows?: readonly PeriodFlow[] },
): BaseReport {
  const { today, horizonDays, flows = [] } = options;
  const table = rows instanceof CellTable ? rows : CellTable.of(rows);
  const census = new Census(table, today);
  census.countAll();
  const places = census.places(today);
  const forecasts = places.rows.map(evaluate);
  const worth = worthOfPlaces(table, census, places);
  const active = Array.from({ length: BINS }, (_, bin) => ({
    from: bin / BINS,
    to: (bin + 1) / BINS,
    customers: 0,
    expectedOrders: 0,
    expectedRevenue: 0,
  }));
  let expectedActive = 0;
  for (const [at, { n }] of places.rows.entries()) {
    const { pActive, expectedOrders } = forecasts[at] as ReturnType<Evaluate>;
    const bin = active[Math.min(BINS - 1, Math.floor(pActive * BINS))] as ActiveBin;
    expectedActive += n * pActive;
    bin.customers += n;
    bin.expectedOrders += n * expectedOrders;
    bin.expectedRevenue += n * expectedOrders * (worth[at] ?? 0);
  }
  const sum = (name: 'customers' | 'expectedOrders' | 'expectedRevenue') =>
    active.reduce((total, bin) => total + bin[name], 0);
  return {
    today,
    horizonDays,
    customers: sum('customers'),
    expectedActive,
    expectedOrders: sum('expectedOrders'),
    expectedRevenue: sum('expectedRevenue'),
    active,
    cohorts: cohortsOf(table, census, places, { forecasts, flows, today }),
  };
}

/** By row of the places: what one order day is worth; empty where no amounts are known. */
function worthOfPlaces(table: CellTable, { cellOf }: Census, { rows, rowOf }: Places): number[] {
  const params = valueOfCells(table);
  if (!params) return [];
  const spend: LogSpend[] = rows.map(() => ({ p: 0, v: 0, v2: 0 }));
  const { p, v, v2 } = table.columns;
  for (let row = 0; row < table.size; row += 1) {
    const sum = spend[rowOf[cellOf[row] as number] as number];
    if (!sum) continue;
    sum.p += p[row] as number;
    sum.v += v[row] as number;
    sum.v2 += v2[row] as number;
  }
  return rows.map(({ x }, at) => worthOf(params, x + 1, spend[at] as LogSpend));
}

type Forecast = ReturnType<Evaluate>;

function cohortsOf(
  table: CellTable,
  { named, n }: Census,
  { rowOf }: Places,
  seen: { forecasts: readonly Forecast[]; flows: readonly PeriodFlow[]; today: Day },
): Cohort[] {
  const cohorts = new Map<Period, Cohort>();
  for (let cell = 0; cell < n.length; cell += 1) {
    const customers = n[cell] as number;
    if (customers <= 0) continue;
    const period = periodOfWeek(named.first[cell] as number);
    let cohort = cohorts.get(period);
    if (!cohort) {
      cohort = {
        from: periodStart(period),
        customers: 0,
        repeaters: 0,
        repeats: 0,
        expectedActive: 0,
      };
      cohorts.set(period, cohort);
    }
    const repeats = named.repeats[cell] as number;
    cohort.customers += customers;
    cohort.repeaters += repeats > 0 ? customers : 0;
    cohort.repeats += customers * repeats;
    cohort.expectedActive += customers * (seen.forecasts[rowOf[cell] as number]?.pActive ?? 0);
  }
  addShares(cohorts, table, seen);
  return [...cohorts.values()].sort((a, b) => a.from - b.from);
}

/** From how many of a cohort have still ordered only once at the end of each period. */
function addShares(
  cohorts: ReadonlyMap<Period, Cohort>,
  { columns, size }: CellTable,
  { flows, today }: { flows: readonly PeriodFlow[]; today: Day },
): void {
  const oldest = flows.reduce((least, { period }) => Math.max(least, period + 1), 0);
  const once = new Map<Period, number[]>();
  for (const period of cohorts.keys()) {
    const ages = periodOf(today) - period + 1;
    if (period >= oldest)
      once.set(
        period,
        Array.from({ length: ages }, () => 0),
      );
  }
  const { period, first, repeats, n } = columns;
  for (let row = 0; row < size; row += 1) {
    if (repeats[row] !== 0 || period[row] === BASE) continue;
    const cohort = periodOfWeek(first[row] as number);
    const changes = once.get(cohort);
    const age = (period[row] as number) - cohort;
    if (changes?.[age] !== undefined) changes[age] += n[row] as number;
  }
  for (const [each, changes] of once) {
    const cohort = cohorts.get(each) as Cohort;
    let left = 0;
    cohort.repeatedShare = changes.map((change) => 1 - (left += change) / cohort.customers);
  }
}
