import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rowsOfDays } from '../../../functions/domain/prediction/cells/from-days.ts';
import { panelFromCells } from '../../../functions/domain/prediction/cells/panel.ts';
import {
  bgCnbdK,
  bgNbd,
  mbgCnbdK,
  mbgNbd,
} from '../../../functions/domain/prediction/families/beta-geometric.ts';
import {
  expectedValue,
  fitGammaGamma,
  gammaGammaUncertainty,
  spendRows,
  type SpendRow,
} from '../../../functions/domain/prediction/families/gamma-gamma.ts';
import { paretoNbd } from '../../../functions/domain/prediction/families/pareto-nbd.ts';
import { uncertaintyOf } from '../../../functions/domain/prediction/families/standard-errors.ts';
import type { Row } from '../../../functions/domain/prediction/panel.ts';
import { dayOf, hasShared, orderDays, sharedPath } from '../../builders/shared-data.ts';

const WEEK = 7;

/** One row per customer, in weeks, as the papers have it. */
function weekRows(customers: number[][], until: number): Row[] {
  return customers.flatMap((all) => {
    const days = all.filter((day) => day <= until);
    const [first, last] = [days[0], days.at(-1)];
    if (first === undefined || last === undefined) return [];
    const gaps = days.slice(1).map((day, i) => (day - (days[i] as number)) / WEEK);
    return {
      n: 1,
      x: gaps.length,
      tx: (last - first) / WEEK,
      T: (until - first) / WEEK,
      logGaps: gaps.reduce((sum, gap) => sum + Math.log(gap), 0),
    };
  });
}

const rounded = (values: readonly number[], digits: number) =>
  values.map((v) => Number(v.toFixed(digits)));

describe('BG/NBD with the published parameters of CDNOW (Fader, Hardie & Lee 2005)', () => {
  const params = [0.243, 4.414, 0.793, 2.426, 1];
  const customer = { x: 2, tx: 30.43, T: 38.86 };

  it('expects 1.226 orders of the customer of the paper in 39 weeks', () => {
    expect(bgNbd.expected(params, customer, 39)).toBeCloseTo(1.226, 3);
  });

  it('says that this customer is alive with 0.7266', () => {
    expect(bgNbd.pAlive(params, customer)).toBeCloseTo(0.7266, 4);
  });
});

describe.skipIf(!hasShared('cdnow_sample.csv'))('the CDNOW sample, 39 weeks', () => {
  const until = dayOf('1997-09-30');
  const rows = hasShared('cdnow_sample.csv') ? weekRows(orderDays('cdnow_sample.csv'), until) : [];

  it('has the 2,357 customers of the papers', () => expect(rows.length).toBe(2357));

  it('gives the published BG/NBD', () => {
    const fit = bgNbd.fit(rows);
    expect(rounded(fit.params.slice(0, 4), 3)).toEqual([0.243, 4.414, 0.793, 2.426]);
    expect(fit.logLikelihood).toBeCloseTo(-9582.4, 1);
    expect(fit.converged).toBe(true);
  });

  it('gives the published MBG/NBD', () => {
    const fit = mbgNbd.fit(rows);
    expect(rounded(fit.params.slice(0, 4), 3)).toEqual([0.525, 6.183, 0.891, 1.614]);
    expect(fit.logLikelihood).toBeCloseTo(-9582.14, 2);
  });

  it('gives the published Pareto/NBD', () => {
    const fit = paretoNbd.fit(rows);
    expect(rounded(fit.params, 3).slice(0, 3)).toEqual([0.553, 10.578, 0.606]);
    expect(rounded(fit.params, 2)[3]).toBe(11.67);
    expect(fit.logLikelihood).toBeCloseTo(-9595, 1);
  });

  it('finds no regularity in it: k = 1 in both', () => {
    expect(bgCnbdK.fit(rows).params[4]).toBe(1);
    expect(mbgCnbdK.fit(rows).params[4]).toBe(1);
  });

  it('gives the same in days as in weeks', () => {
    const days = rows.map((row) => ({
      ...row,
      tx: row.tx * WEEK,
      T: row.T * WEEK,
      logGaps: row.logGaps + row.x * Math.log(WEEK),
    }));
    const [r, alpha, s, beta] = paretoNbd.fit(days).params as [number, number, number, number];
    expect(rounded([r, alpha / WEEK, s, beta / WEEK], 2)).toEqual([0.55, 10.58, 0.61, 11.67]);
  });

  it('loses less than a thousandth of P(active) to the grid of weeks', () => {
    const days = orderDays('cdnow_sample.csv')
      .map((all) => all.filter((day) => day <= until))
      .filter((all) => all.length > 0);
    const cells = panelFromCells(rowsOfDays(days), { today: until, horizonDays: 90 }).rows;
    for (const family of [bgNbd, mbgCnbdK, paretoNbd]) {
      const params = family.fit(cells).params.map((v, i) =>
        // The papers' weeks: alpha, and in Pareto/NBD beta, are times.
        i === 1 || (i === 3 && family === paretoNbd) ? v / WEEK : v,
      );
      const exact = family.fit(rows).params;
      const away = rows.map((row) =>
        Math.abs(family.pActive(params, row, 13) - family.pActive(exact, row, 13)),
      );
      expect(away.reduce((sum, v) => sum + v, 0) / rows.length).toBeLessThan(0.001);
    }
  });

  it('says how far the parameters may be off', () => {
    const { standardErrors } = uncertaintyOf(bgNbd, rows, bgNbd.fit(rows));
    expect(rounded(standardErrors, 3)).toEqual([0.013, 0.378, 0.186, 0.705]);
  });

  it('gives the published Gamma-Gamma of the repeat orders of 946 customers', () => {
    const spends = repeatSpends(until);
    const fit = fitGammaGamma(spends);
    expect(spends.length).toBe(946);
    expect(rounded(fit.params, 2)).toEqual([6.25, 3.74, 15.44]);
    expect(rounded(gammaGammaUncertainty(spends, fit).standardErrors, 2)).toEqual([
      1.19, 0.29, 4.16,
    ]);
    expect(expectedValue(fit.params, { orders: 0, mean: 0 })).toBeCloseTo(35.17, 2);
  });

  it('expects the same of newcomers where only moments of the spends are kept', () => {
    const spends = repeatSpends(until).filter((row) => row.mean > 0);
    const fit = fitGammaGamma(momentsOf(spends).flatMap(spendRows));
    expect(expectedValue(fit.params, { orders: 0, mean: 0 })).toBeCloseTo(35.05, 1);
  });
});

describe.skipIf(!hasShared('grocery_elog.csv'))('the online grocer, a year', () => {
  it('is found to be regular: k = 2', () => {
    const rows = weekRows(orderDays('grocery_elog.csv'), dayOf('2006-12-31'));
    const { params } = mbgCnbdK.fit(rows);
    expect(rounded(params, 2)).toEqual([1.33, 2.81, 0.42, 0.79, 2]);
    expect(bgCnbdK.fit(rows).params[4]).toBe(2);
  });
});

function repeatSpends(until: number): SpendRow[] {
  const customers = new Map<string, Map<number, number>>();
  const [, ...lines] = readFileSync(sharedPath('cdnow_sample.csv'), 'utf8').trimEnd().split('\n');
  for (const line of lines) {
    const [customer = '', date = '', amount = ''] = line.split(',');
    const days = customers.get(customer) ?? new Map<number, number>();
    const day = dayOf(date);
    if (day <= until) days.set(day, (days.get(day) ?? 0) + Number(amount));
    customers.set(customer, days);
  }
  return [...customers.values()].flatMap((days) => {
    const first = Math.min(...days.keys());
    const repeats = [...days].filter(([day]) => day > first).map(([, amount]) => amount);
    const orders = repeats.length;
    if (orders === 0) return [];
    return { n: 1, orders, mean: repeats.reduce((sum, amount) => sum + amount, 0) / orders };
  });
}

function momentsOf(spends: SpendRow[]) {
  return [...new Set(spends.map((row) => row.orders))].map((orders) => {
    const logs = spends.filter((row) => row.orders === orders).map((row) => Math.log(row.mean));
    const meanLog = logs.reduce((sum, v) => sum + v, 0) / logs.length;
    const varianceLog = logs.reduce((sum, v) => sum + (v - meanLog) ** 2, 0) / logs.length;
    return { n: logs.length, orders, meanLog, varianceLog };
  });
}
