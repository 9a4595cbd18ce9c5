import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Day } from '../../../functions/contract/predictions.ts';
import { baseOf, type CellRow, flowOf } from '../../../functions/domain/prediction/cells.ts';
import { classOf, STEPS } from '../../../functions/domain/prediction/cells/classes.ts';
import { rowsOfDays } from '../../../functions/domain/prediction/cells/from-days.ts';
import {
  periodOf,
  periodStart,
  weekOf,
  weekStart,
} from '../../../functions/domain/prediction/cells/grid.ts';

import { ROWS_MAX } from '../../../functions/domain/prediction/cells/census.ts';
import { panelFromCells } from '../../../functions/domain/prediction/cells/panel.ts';
import { stretches } from '../../../functions/domain/prediction/cells/plan.ts';
import { rowOfCell } from '../../../functions/domain/prediction/cells/rows.ts';
import type { Panel, Split } from '../../../functions/domain/prediction/panel.ts';
import { splitAt } from '../../../functions/domain/prediction/who/panel-from-days.ts';

const START = periodStart(700) + 3;
const TODAY = START + 600;

const anyShop = (max: number) =>
  fc.array(
    fc
      .uniqueArray(fc.nat({ max: 600 }), { minLength: 1, maxLength: 12 })
      .map((days) => days.map((day) => START + day).sort((a, b) => a - b)),
    { minLength: 1, maxLength: max },
  );

/** Sums of a split by number of repeats: what both makers of panels must agree on. */
function byRepeats({ rows }: Split) {
  const sums = new Map<number, { n: number; buyers: number; orders: number | undefined }>();
  for (const { x, n, buyers, orders } of rows) {
    const sum = sums.get(x) ?? { n: 0, buyers: 0, orders: orders === undefined ? undefined : 0 };
    sum.n += n;
    sum.buyers += buyers;
    if (sum.orders !== undefined) sum.orders += orders ?? 0;
    sums.set(x, sum);
  }
  return [...sums].sort(([a], [b]) => a - b);
}

const without = (split: Split, isKnown: boolean): Split => ({
  ...split,
  rows: split.rows.map(({ orders, ...row }) => ({
    ...row,
    ...(isKnown && orders !== undefined && { orders }),
  })),
});

const people = ({ rows }: Pick<Panel, 'rows'>): number => rows.reduce((sum, { n }) => sum + n, 0);

describe('a panel from counted cells', () => {
  it('counts who stood where, who bought and how often exactly as the order days say', () => {
    let known = 0;
    fc.assert(
      fc.property(anyShop(30), fc.integer({ min: 10, max: 400 }), (shop, horizonDays) => {
        const panel = panelFromCells(rowsOfDays(shop), { today: TODAY, horizonDays });
        expect(people(panel)).toBe(shop.length);
        for (const split of panel.splits) {
          const wanted = splitAt(shop, split.origin, split.horizonDays);
          const isKnown = split.rows[0]?.orders !== undefined;
          known += isKnown ? 1 : 0;
          expect(byRepeats(split)).toEqual(byRepeats(without(wanted, isKnown)));
        }
      }),
      { numRuns: 100 },
    );
    expect(known).toBeGreaterThan(100);
  });

  it('says the same while old periods are in the base, but for splits that began in them', () => {
    fc.assert(
      fc.property(anyShop(20), fc.integer({ min: 700, max: 722 }), (shop, before) => {
        const rows = rowsOfDays(shop);
        const old = rows.filter(({ period }) => period < before);
        const flows = [...Map.groupBy(old, ({ period }) => period)].map(([period, some]) =>
          flowOf(period, some),
        );
        const rolled = [...baseOf(old), ...rows.filter(({ period }) => period >= before)];
        const options = { today: TODAY, horizonDays: 90 };
        const [whole, later] = [
          panelFromCells(rows, options),
          panelFromCells(rolled.toReversed(), { ...options, flows }),
        ];
        const sorted = (panel: Panel) => panel.rows.toSorted((a, b) => a.T - b.T || a.x - b.x);
        expect(people(later)).toBe(people(whole));
        expect(later.flow).toEqual(whole.flow);
        expect(sorted(later).map(({ T }) => T)).toEqual(sorted(whole).map(({ T }) => T));
        const base = Math.max(0, ...old.map(({ period }) => period));
        const rest = whole.splits.filter(({ origin }) => periodOf(origin + 1) > base);
        expect(later.splits.map(byRepeats)).toEqual(rest.map(byRepeats));
      }),
      { numRuns: 50 },
    );
  });

  it('has all order days in its flow', () => {
    fc.assert(
      fc.property(anyShop(20), (shop) => {
        const { flow } = panelFromCells(rowsOfDays(shop), { today: TODAY, horizonDays: 90 });
        expect(flow.reduce((sum, { firsts }) => sum + firsts, 0)).toBe(shop.length);
        const repeats = shop.reduce((sum, days) => sum + days.length - 1, 0);
        expect(flow.reduce((sum, each) => sum + each.repeats, 0)).toBe(repeats);
        const last = flow.at(-1);
        expect((last?.from ?? 0) + (last?.days ?? 0)).toBe(TODAY + 1);
      }),
      { numRuns: 30 },
    );
  });

  it('is empty for a shop without orders, and has no splits for a new one', () => {
    const options = { today: TODAY, horizonDays: 90 };
    expect(panelFromCells([], options)).toEqual({ origin: TODAY, rows: [], splits: [], flow: [] });
    const young = panelFromCells(rowsOfDays([[TODAY - 3], [TODAY - 1, TODAY]]), options);
    expect(people(young)).toBe(2);
    expect(young.splits).toEqual([]);
  });

  it('puts cells together that no model tells apart, and loses nobody', () => {
    const shop: Day[][] = [];
    for (let n = 0; n < ROWS_MAX * 3; n += 1) {
      shop.push([START + (n % 200), START + 201 + (n % 311), START + 550 + (n % 7) * 7]);
    }
    const panel = panelFromCells(rowsOfDays(shop), { today: TODAY, horizonDays: 90 });
    expect(panel.rows.length).toBeLessThan(ROWS_MAX);
    expect(people(panel)).toBe(shop.length);
    for (const split of panel.splits) {
      const bought = (rows: Split['rows']) => rows.reduce((sum, { buyers }) => sum + buyers, 0);
      const wanted = splitAt(shop, split.origin, split.horizonDays);
      expect(bought(split.rows)).toBe(bought(wanted.rows));
      for (const { n, buyers } of split.rows) expect(buyers >= 0 && buyers <= n).toBe(true);
    }
  });
});

describe('the row of a cell', () => {
  const origin = periodStart(720) - 1;
  const rowOf = (cell: CellRow, today: Day) => rowOfCell(cell, cell.n, cell.g, today);

  it('lies within what its weeks allow, whatever the days', () => {
    fc.assert(
      fc.property(anyShop(1), ([days = []]) => {
        const until = days.at(-1) ?? 0;
        for (const today of [until, until + 3, until + 400]) {
          const [cell] = baseOf(rowsOfDays([days]));
          const row = rowOf(cell as CellRow, today);
          expect(row.x).toBe(days.length - 1);
          expect(row.tx).toBeGreaterThanOrEqual(0);
          expect(row.T).toBeGreaterThanOrEqual(row.tx - 1e-9);
          expect(Math.abs(row.T - (today - (days[0] ?? 0)))).toBeLessThanOrEqual(7);
          expect(Math.abs(row.tx - (until - (days[0] ?? 0)))).toBeLessThanOrEqual(7);
        }
      }),
    );
  });

  it('has the middle day of its week for those who came once', () => {
    const week = weekOf(origin) - 3;
    const row = rowOfCell({ first: week, repeats: 0, last: week }, 2, 0, origin);
    expect(row).toEqual({ n: 2, x: 0, tx: 0, T: origin - weekStart(week) - 3, logGaps: 0 });
  });

  it('knows the gap of those who came twice, to the day', () => {
    const [cell] = baseOf(rowsOfDays([[origin - 50, origin - 17]]));
    expect(rowOf(cell as CellRow, origin).tx).toBeCloseTo(33, 1);
  });

  it('takes of the running week only the days that have been', () => {
    const monday = weekStart(weekOf(origin));
    const cell = { first: weekOf(monday), repeats: 0, last: weekOf(monday) };
    expect(rowOfCell(cell, 1, 0, monday).T).toBe(0);
    expect(rowOfCell(cell, 1, 0, monday + 2).T).toBe(1);
  });
});

describe('the stretches of a back-test', () => {
  it('end by today, have as much before them, and are near the asked horizon or count orders', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 7, max: 365 }),
        fc.nat({ max: 60 }),
        (history, horizonDays, day) => {
          const today = TODAY + day;
          const first = today - history;
          const plan = stretches(first, today, horizonDays);
          for (const { period, end, orders } of plan) {
            const days = end - periodStart(period);
            expect(end).toBeLessThanOrEqual(today + 1);
            expect(periodStart(period) - first).toBeGreaterThanOrEqual(days);
            const near = Math.min(Math.max(28, horizonDays), (history + 1) / 2);
            expect(orders !== undefined || Math.abs(days - near) <= 28).toBe(true);
          }
          expect(plan.length).toBeLessThanOrEqual(9);
          const isLong = history > 4 * Math.max(28, horizonDays) + 28;
          expect(!isLong || plan.some(({ end }) => end === today + 1)).toBe(true);
        },
      ),
    );
  });
});

describe('classes of weeks', () => {
  it('are exact for a while, and of equal share of the number above', () => {
    for (const steps of STEPS) {
      for (let value = 0; value < 1_024; value += 1) {
        const widens = classOf(value + 1, steps) - classOf(value, steps);
        expect(widens === 0 || widens === 1).toBe(true);
        expect(widens === 1 || value >= 2 * steps).toBe(true);
      }
    }
    expect(classOf(256, 16)).toBe(classOf(271, 16));
    expect(classOf(272, 16)).toBe(classOf(256, 16) + 1);
  });
});
