import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share } from '../../../functions/contract/ids.ts';
import { FAMILIES } from '../../../functions/domain/prediction/families/all.ts';
import { betaGeometricObjective } from '../../../functions/domain/prediction/families/beta-geometric-likelihood.ts';
import { clv, discountedOrders } from '../../../functions/domain/prediction/families/clv.ts';
import {
  compress,
  compressOutcomes,
} from '../../../functions/domain/prediction/families/compress.ts';
import { columnsOf } from '../../../functions/domain/prediction/families/family.ts';
import {
  expectedValue,
  fitGammaGamma,
  gammaGammaUncertainty,
} from '../../../functions/domain/prediction/families/gamma-gamma.ts';
import { paretoObjective } from '../../../functions/domain/prediction/families/pareto-nbd.ts';
import { uncertaintyOf } from '../../../functions/domain/prediction/families/standard-errors.ts';
import type { Outcome, Row } from '../../../functions/domain/prediction/panel.ts';

const all = Object.values(FAMILIES);

/** A shop of made-up customers: gamma rates, gaps of k phases, beta chances to be lost after each order. */
function shop(size: number, k = 1, seed = 'shop'): Row[] {
  return Array.from({ length: size }, (_, i) => {
    let draws = 0;
    const chance = () => share(seed, `${i}.${(draws += 1)}`) * 0.999999 + 5e-7;
    const gap = (mean: number) => {
      let sum = 0;
      for (let j = 0; j < k; j += 1) sum -= (Math.log(chance()) * mean) / k;
      return Math.max(1, Math.round(sum));
    };
    // Exponential rates, mean one order in 60 days; a chance of loss that is beta(1, 3).
    const mean = 60 / -Math.log(chance());
    const lost = 1 - chance() ** (1 / 3);
    const T = Math.round(30 + 500 * chance());
    const row: Row = { n: 1, x: 0, tx: 0, T, logGaps: 0 };
    while (chance() > lost && row.x < 400) {
      const next = gap(mean);
      if (row.tx + next > T) break;
      row.x += 1;
      row.tx += next;
      row.logGaps += Math.log(next);
    }
    return row;
  });
}

const ROWS = shop(1500);

describe('a fit', () => {
  it.each(all)('$id climbs along the true slopes', (family) => {
    const c = columnsOf(ROWS.slice(0, 60));
    const objectives = family.id.startsWith('pareto')
      ? [paretoObjective(c)]
      : [1, 2, 5].map((k) =>
          betaGeometricObjective(c, { k, modified: family.id.startsWith('mbg') }),
        );
    const spot = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...objectives), spot, (objective, [r, alpha, a, b]) => {
        const at = [
          r,
          (alpha as number) + 3,
          a,
          family.id.startsWith('pareto') ? (b as number) + 3 : b,
        ];
        const gradient = new Float64Array(4);
        objective(Float64Array.from(at as number[]), gradient);
        at.forEach((_, i) => {
          const moved = (by: number) =>
            objective(
              Float64Array.from(at as number[], (v, j) => (i === j ? v + by : v)),
              new Float64Array(4),
            );
          const slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
          expect(Math.abs(slope - (gradient[i] as number))).toBeLessThan(
            1e-5 * (1 + Math.abs(slope)),
          );
        });
      }),
      { numRuns: 40 },
    );
  });

  it.each(all)('$id counts weights as that many customers', (family) => {
    const rows = ROWS.slice(0, 300);
    const doubled = family.fit(rows.flatMap((row) => [row, row]));
    const weighted = family.fit(rows.map((row) => ({ ...row, n: 2 })));
    doubled.params.forEach((v, i) => expect(weighted.params[i]).toBeCloseTo(v, 4));
    expect(weighted.logLikelihood).toBeCloseTo(doubled.logLikelihood, 4);
  });

  it.each(all)(
    '$id ends at the same place from its own end and from a plain where nobody is lost',
    (family) => {
      const own = family.fit(ROWS);
      const plain = family.id === 'pareto-nbd' ? [0.7, 60, 1e-4, 1e6] : [0.7, 60, 1e-4, 1e4, 1];
      for (const start of [own.params, plain]) {
        const again = family.fit(ROWS, start);
        expect(again.logLikelihood).toBeCloseTo(own.logLikelihood, 2);
      }
    },
  );

  it.each(all)('$id gives its own likelihood', (family) => {
    const fit = family.fit(ROWS);
    expect(family.logLikelihood(fit.params, ROWS)).toBeCloseTo(fit.logLikelihood, 6);
  });

  it('finds the regularity that the customers have', () => {
    expect(FAMILIES['mbg-cnbd-k'].fit(shop(800, 1, 'one')).params[4]).toBe(1);
    expect(FAMILIES['mbg-cnbd-k'].fit(shop(800, 3, 'three')).params[4]).toBe(3);
    expect(FAMILIES['bg-cnbd-k'].fit(shop(800, 3, 'three')).params[4]).toBe(3);
  });

  it('finds the rates that the customers have, within what it says it may be off', () => {
    const rows = shop(4000, 1, 'truth');
    const family = FAMILIES['mbg-nbd'];
    const fit = family.fit(rows);
    const { standardErrors } = uncertaintyOf(family, rows, fit);
    [1, 60, 1, 3].forEach((truth, i) => {
      const off = Math.abs((fit.params[i] as number) - truth) / (standardErrors[i] as number);
      expect(off).toBeLessThan(3);
    });
  });

  it('is pulled towards a prior the more the fewer customers there are', () => {
    const prior = { center: [1, 60, 1, 3], weight: 20 };
    const away = (rows: Row[]) =>
      Math.abs(Math.log((FAMILIES['mbg-nbd'].fit(rows, undefined, prior).params[0] as number) / 1));
    const few = ROWS.slice(0, 5);
    expect(away(few)).toBeLessThan(0.5);
    const free = FAMILIES['mbg-nbd'].fit(ROWS).params;
    const held = FAMILIES['mbg-nbd'].fit(ROWS, undefined, prior).params;
    expect((held[0] as number) / (free[0] as number)).toBeCloseTo(1, 0);
  });

  const extremes: [string, Row[]][] = [
    ['nobody', []],
    ['one customer', [{ n: 1, x: 3, tx: 40, T: 50, logGaps: 7 }]],
    ['one newcomer of today', [{ n: 1, x: 0, tx: 0, T: 0, logGaps: 0 }]],
    ['newcomers of today alone', [{ n: 5000, x: 0, tx: 0, T: 0, logGaps: 0 }]],
    ['nobody who came back', [{ n: 900, x: 0, tx: 0, T: 90, logGaps: 0 }]],
    ['identical customers', [{ n: 400, x: 4, tx: 80, T: 100, logGaps: 12 }]],
    ['daily buyers for 20 years', [{ n: 3, x: 7299, tx: 7299, T: 7300, logGaps: 0 }]],
    [
      'both ends at once',
      [
        { n: 1e6, x: 0, tx: 0, T: 7300, logGaps: 0 },
        { n: 1, x: 5000, tx: 7000, T: 7000, logGaps: 1700 },
      ],
    ],
  ];

  it.each(extremes)('keeps its head with %s', (_what, rows) => {
    for (const family of all) {
      const fit = family.fit(rows);
      expect(Number.isFinite(fit.logLikelihood)).toBe(true);
      expect(fit.params.every((v) => Number.isFinite(v) && v > 0)).toBe(true);
      for (const row of rows) {
        const p = family.pActive(fit.params, row, 90);
        expect(p >= 0 && p <= 1).toBe(true);
        expect(Number.isFinite(family.expected(fit.params, row, 90))).toBe(true);
      }
      const { standardErrors } = uncertaintyOf(family, rows, fit);
      expect(standardErrors.some(Number.isNaN)).toBe(false);
    }
  });
});

describe('customers merged into weighted rows', () => {
  const many = shop(6000, 2, 'many');

  it('are no more than the limit, and still all there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7000 }), (limit) => {
        const rows = compress(many, limit);
        expect(rows.length).toBeLessThanOrEqual(limit);
        const sum = (of: Row[], key: 'x' | 'tx' | 'T' | 'logGaps') =>
          of.reduce((sum, row) => sum + row.n * row[key], 0);
        expect(rows.reduce((n, row) => n + row.n, 0)).toBe(6000);
        for (const key of ['x', 'tx', 'T', 'logGaps'] as const)
          expect(sum(rows, key) / sum(many, key)).toBeCloseTo(1, 9);
        expect(rows.every((row) => row.T >= row.tx - 1e-6)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('give the same chances to four digits, and parameters well within their standard errors', () => {
    for (const family of [FAMILIES['mbg-cnbd-k'], FAMILIES['pareto-nbd']]) {
      const whole = family.fit(many).params;
      const rows = compress(many, 2000);
      const small = family.fit(rows);
      const { standardErrors } = uncertaintyOf(family, rows, small);
      whole.slice(0, 4).forEach((v, i) => {
        const off = Math.abs(v - (small.params[i] as number)) / (standardErrors[i] as number);
        expect(off).toBeLessThan(0.2);
      });
      const away = many.map((row) =>
        Math.abs(family.pActive(whole, row, 90) - family.pActive(small.params, row, 90)),
      );
      expect(away.reduce((sum, v) => sum + v, 0) / many.length).toBeLessThan(5e-4);
    }
  });

  it('keep what they bought afterwards, where it is known', () => {
    const outcomes: Outcome[] = many.map((row, i) => ({ ...row, buyers: i % 2, orders: i % 3 }));
    const rows = compressOutcomes(outcomes, 500);
    expect(rows.reduce((sum, row) => sum + row.buyers, 0)).toBe(3000);
    expect(rows.reduce((sum, row) => sum + (row.orders ?? 0), 0)).toBe(6000);
    const unknown = compressOutcomes(
      many.map((row) => ({ ...row, buyers: 0 })),
      500,
    );
    expect(unknown.every((row) => row.orders === undefined)).toBe(true);
  });

  it('refuse a limit of none', () => {
    expect(() => compress(many, 0)).toThrow('wanted a limit of at least 1, got 0');
  });
});

describe('what a customer is worth', () => {
  const WEEK = 7;
  const params = [0.553, 10.578 * WEEK, 0.606, 11.67 * WEEK];
  const row = { x: 2, tx: 30.43 * WEEK, T: 38.86 * WEEK };
  const spending = [6.25, 3.74, 15.44];

  it.each([
    [52, 1.736261344951288],
    [156, 3.589567179444002],
    [520, 5.768372618382908],
  ])('in %i weeks at 15%% a year is what adaptive quadrature gives', (weeks, wanted) => {
    const got = discountedOrders(FAMILIES['pareto-nbd'], params, row, {
      horizonDays: weeks * WEEK,
      yearlyRate: 0.15,
    });
    expect(got / wanted).toBeCloseTo(1, 4);
  });

  it('is less the higher the rate, and the plain expectation without one', () => {
    const at = (yearlyRate: number) =>
      discountedOrders(FAMILIES['mbg-nbd'], [0.5, 40, 0.9, 1.6, 1], row, {
        horizonDays: 1000,
        yearlyRate,
      });
    expect(at(0)).toBe(FAMILIES['mbg-nbd'].expected([0.5, 40, 0.9, 1.6, 1], row, 1000));
    expect(at(0.5)).toBeLessThan(at(0.1));
    expect(at(0.1)).toBeLessThan(at(0));
  });

  it('says how far it may be off once the spread of both fits is known', () => {
    const family = FAMILIES['mbg-nbd'];
    const fit = family.fit(ROWS);
    const spends = ROWS.filter(({ x }) => x > 0).map(({ x }, i) => ({
      n: 1,
      orders: x,
      mean: 20 + 40 * share('spend', `${i}`),
    }));
    const value = fitGammaGamma(spends);
    const terms = { horizonDays: 730, yearlyRate: 0.1, margin: 0.4 };
    const customer = { row: { x: 3, tx: 90, T: 120 }, spend: { orders: 4, mean: 35 } };
    const bare = clv(family, fit, value, customer, terms);
    expect(bare.standardError).toBeUndefined();
    const full = clv(
      family,
      { ...fit, uncertainty: uncertaintyOf(family, ROWS, fit) },
      { ...value, uncertainty: gammaGammaUncertainty(spends, value) },
      customer,
      terms,
    );
    expect(full.value).toBe(bare.value);
    expect(full.standardError as number).toBeGreaterThan(0);
    expect(full.standardError as number).toBeLessThan(full.value / 5);
  });

  it('leans on the own mean the more orders it is of', () => {
    const all = expectedValue(spending, { orders: 0, mean: 0 });
    const after = [1, 5, 50].map((orders) => expectedValue(spending, { orders, mean: 100 }));
    expect(all).toBeCloseTo(35.22, 2);
    expect(after[0] as number).toBeGreaterThan(all);
    expect(after).toEqual([...after].sort((one, two) => one - two));
    expect(after[2] as number).toBeLessThan(100);
  });

  it('is finite for free orders alone, for one customer, and where all pay the same', () => {
    for (const rows of [
      [],
      [{ n: 3, orders: 2, mean: 0 }],
      [{ n: 1, orders: 1, mean: 19.9 }],
      [{ n: 100, orders: 4, mean: 50 }],
    ]) {
      const fit = fitGammaGamma(rows);
      const value = expectedValue(fit.params, { orders: 2, mean: 50 });
      expect(Number.isFinite(value) && value > 0).toBe(true);
    }
  });
});
