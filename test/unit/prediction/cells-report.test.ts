import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Day } from '../../../functions/contract/predictions.ts';
import {
  baseOf,
  type CellRow,
  CellBook,
  addMoves,
} from '../../../functions/domain/prediction/cells.ts';
import { rowsOfDays } from '../../../functions/domain/prediction/cells/from-days.ts';
import { periodOf, periodStart } from '../../../functions/domain/prediction/cells/grid.ts';
import { CellTable } from '../../../functions/domain/prediction/cells/table.ts';
import {
  spendRowsOfCells,
  valueOfCells,
} from '../../../functions/domain/prediction/cells/value.ts';
import {
  expectedValue,
  fitGammaGamma,
} from '../../../functions/domain/prediction/families/gamma-gamma.ts';
import { baseReport, type Evaluate } from '../../../functions/domain/prediction/report.ts';
import { hasShared, orderDays, sharedPath } from '../../builders/shared-data.ts';
import { readFileSync } from 'node:fs';

const START = periodStart(700);
const TODAY = START + 420;
const options = { today: TODAY, horizonDays: 90 };
const anyShop = fc.array(
  fc
    .uniqueArray(fc.nat({ max: 420 }), { minLength: 1, maxLength: 9 })
    .map((days) => days.map((day) => START + day).sort((a, b) => a - b)),
  { minLength: 1, maxLength: 40 },
);

/** The longer the silence, the less. */
const evaluate: Evaluate = ({ x, tx, T }) => ({
  pActive: (x + 1) / (x + 2 + (T - tx) / 50),
  expectedOrders: (x + 1) / 4,
});

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe('the report on the whole base', () => {
  it('counts everybody once, in one bin and one cohort, and adds up what is expected of them', () => {
    fc.assert(
      fc.property(anyShop, (shop) => {
        const report = baseReport(rowsOfDays(shop), evaluate, options);
        expect(report.customers).toBe(shop.length);
        expect(sumOf(report.active.map(({ customers }) => customers))).toBe(shop.length);
        expect(sumOf(report.cohorts.map(({ customers }) => customers))).toBe(shop.length);
        expect(report.expectedOrders).toBeCloseTo(sumOf(shop.map((days) => days.length / 4)), 6);
        const active = sumOf(report.cohorts.map(({ expectedActive }) => expectedActive));
        expect(report.expectedActive).toBeCloseTo(active, 6);
        expect(report.expectedActive).toBeLessThanOrEqual(shop.length);
        expect(report.expectedRevenue).toBe(0);
      }),
    );
  });

  it('says of each cohort who has come again, and by when', () => {
    fc.assert(
      fc.property(anyShop, (shop) => {
        const { cohorts } = baseReport(rowsOfDays(shop), evaluate, options);
        for (const { from, customers, repeaters, repeats, repeatedShare } of cohorts) {
          const own = shop.filter(([first = 0]) => periodOf(first) === periodOf(from));
          expect(customers).toBe(own.length);
          expect(repeats).toBe(sumOf(own.map((days) => days.length - 1)));
          const again = (end: Day) => own.filter(([, second = Infinity]) => second < end).length;
          expect(repeaters).toBe(again(Infinity));
          for (const [age, share] of (repeatedShare ?? []).entries()) {
            expect(share).toBeCloseTo(again(from + (age + 1) * 28) / own.length, 9);
          }
        }
      }),
    );
  });

  it('keeps the shares of a cohort only while its periods are kept apart', () => {
    const rows = rowsOfDays([[START, START + 40], [START + 100]]);
    const old = rows.filter(({ period }) => period <= 701);
    const rolled = [...baseOf(old), ...rows.filter(({ period }) => period > 701)];
    const flows = [{ period: 701, firsts: 1, repeats: 1 }];
    const { cohorts } = baseReport(rolled, evaluate, { ...options, flows });
    expect(cohorts.map(({ repeatedShare }) => repeatedShare !== undefined)).toEqual([false, true]);
    expect(cohorts[0]).toMatchObject({ customers: 1, repeaters: 1 });
  });

  it('is of nobody where nobody bought', () => {
    const report = baseReport([], evaluate, options);
    expect(report).toMatchObject({
      customers: 0,
      expectedOrders: 0,
      expectedRevenue: 0,
      cohorts: [],
    });
  });
});

/** Rows of customers with their spends, as the facts make them. */
function rowsOfSpends(customers: readonly { days: Day[]; mean: number }[]): CellRow[] {
  const book = new CellBook();
  for (const { days, mean } of customers) {
    const end = addMoves(book, days, 1);
    if (!end || mean <= 0) continue;
    const v = Math.round(1000 * Math.log(mean));
    book.add(end.period, end.cell, { p: 1, v, v2: v * v });
  }
  return book.changes();
}

describe('what orders are worth, from cells', () => {
  it('is the one price, where everything has one price', () => {
    const customers = Array.from({ length: 60 }, (_, n) => ({ days: [START + n], mean: 2_500 }));
    const { expectedRevenue, expectedOrders } = baseReport(
      rowsOfSpends(customers),
      evaluate,
      options,
    );
    expect(expectedRevenue / expectedOrders / 2_500).toBeCloseTo(1, 1);
  });

  it('is unknown where nobody has a known spend', () => {
    expect(valueOfCells(CellTable.of(rowsOfDays([[START]])))).toBeUndefined();
  });

  describe.skipIf(!hasShared('cdnow_sample.csv'))('of the CDNOW sample', () => {
    const file = 'cdnow_sample.csv';
    /** Mean value of an order day after the first by customer, in cents, as the paper takes it. */
    function repeaters() {
      const spends = new Map<string, Map<string, number>>();
      for (const line of readFileSync(sharedPath(file), 'utf8').trimEnd().split(/\r?\n/).slice(1)) {
        const [customer = '', date = '', amount = ''] = line.split(',');
        if (date > '1997-09-30') continue;
        const days = spends.get(customer) ?? new Map<string, number>();
        spends.set(customer, days.set(date, (days.get(date) ?? 0) + 100 * Number(amount)));
      }
      return [...spends.values()].flatMap((days) => {
        const later = [...days].sort(([a], [b]) => (a < b ? -1 : 1)).slice(1);
        const mean = sumOf(later.map(([, value]) => value)) / later.length;
        return mean > 0 ? [{ orders: later.length, mean }] : [];
      });
    }

    it('is within 1% of what the spends themselves say on the whole, within a quarter of any customer’s', () => {
      expect(orderDays(file)).toHaveLength(2_357);
      const known = repeaters();
      const exact = fitGammaGamma(known.map((row) => ({ n: 1, ...row }))).params;
      const rows = rowsOfSpends(
        known.map(({ orders, mean }) => ({
          days: Array.from({ length: orders }, (_, n) => START + n * 7),
          mean,
        })),
      );
      const counted = fitGammaGamma(spendRowsOfCells(CellTable.of(rows))).params;
      console.info(
        `Gamma-Gamma of CDNOW repeaters, cents: spends ${exact.map((v) => v.toFixed(2)).join(' ')}, ` +
          `cells ${counted.map((v) => v.toFixed(2)).join(' ')}`,
      );
      const off = (orders: number, mean: number) => {
        const customer = { orders, mean };
        return Math.abs(expectedValue(counted, customer) / expectedValue(exact, customer) - 1);
      };
      expect(off(0, 0)).toBeLessThan(0.01);
      for (const orders of [1, 2, 5, 10]) {
        for (const mean of [1_500, 3_500, 8_000]) expect(off(orders, mean)).toBeLessThan(0.25);
      }
      const worth = (params: readonly number[]) =>
        sumOf(known.map((customer) => expectedValue(params, customer)));
      expect(worth(counted) / worth(exact)).toBeCloseTo(1, 2);
    });
  });
});
