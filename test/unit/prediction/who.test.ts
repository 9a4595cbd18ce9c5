import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WhoModel } from '../../../functions/contract/prediction-who.ts';
import type { History } from '../../../functions/contract/predictions.ts';
import type { Panel } from '../../../functions/domain/prediction/panel.ts';
import {
  fitWho,
  PRIOR_CUSTOMERS,
  SHOP_REPEATERS,
  SHRUNK_REPEATERS,
} from '../../../functions/domain/prediction/who/fit.ts';
import { metrics } from '../../../functions/domain/prediction/who/metrics.ts';
import { panelFromDays } from '../../../functions/domain/prediction/who/panel-from-days.ts';
import { crossingDay, predictWho } from '../../../functions/domain/prediction/who/predict.ts';
import { logistic, logLinear } from '../../../functions/domain/prediction/who/ridge.ts';
import {
  clockOf,
  monthsOf,
  RETAIL_MONTHS,
} from '../../../functions/domain/prediction/who/season.ts';
import { madeUpShop, type ShopLaw } from '../../builders/made-up-shops.ts';
import { dayOf } from '../../builders/shared-data.ts';

const START = dayOf('2023-01-01');
const UNTIL = START + 600;
const HORIZON = 120;

const LAW: ShopLaw = {
  customers: 1500,
  days: 730,
  seed: 7,
  arrivals: 730,
  gapDays: 40,
  rateShape: 0.8,
  regularity: 1,
  lossPerOrder: [0.6, 2.4],
};

const shop = (law: Partial<ShopLaw> = {}) =>
  madeUpShop({ ...LAW, ...law }).map((days) => days.map((day) => START + day));

const panelOf = (customers: number[][], until = UNTIL): Panel =>
  panelFromDays(customers, { until, horizonDays: HORIZON });

const modelOf = (customers: number[][], until = UNTIL): WhoModel =>
  fitWho(panelOf(customers, until), { horizonDays: HORIZON });

const usual = modelOf(shop());

/** Any customer that could be: up to an order a day over ten years, gaps even or as uneven as can be. */
const anyHistory: fc.Arbitrary<History> = fc
  .record({
    first: fc.integer({ min: UNTIL - 3650, max: UNTIL }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    often: fc.double({ min: 0, max: 1, noNaN: true }),
    even: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ first, part, often, even }) => {
    const span = Math.round((UNTIL - first) * part);
    const repeats = span === 0 ? 0 : Math.max(1, Math.round(span ** often));
    const mean = repeats > 0 ? span / repeats : 0;
    const logGaps = repeats > 0 ? even * repeats * Math.log(mean) : 0;
    return { first, last: first + span, repeats, logGaps };
  });

describe('the forecast of one customer', () => {
  it('is always a chance, with an interval around it and no fewer orders than that', () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 1, max: 730 }), (history, horizonDays) => {
        const one = predictWho(usual, history, UNTIL, horizonDays);
        expect(one.pActive).toBeGreaterThan(0);
        expect(one.pActive).toBeLessThan(1);
        expect(one.low).toBeGreaterThanOrEqual(0);
        expect(one.low).toBeLessThanOrEqual(one.pActive);
        expect(one.high).toBeGreaterThanOrEqual(one.pActive);
        expect(one.high).toBeLessThanOrEqual(1);
        expect(one.expectedOrders).toBeGreaterThanOrEqual(one.pActive);
        expect(one.expectedOrders).toBeLessThanOrEqual(horizonDays);
      }),
    );
  });

  it('falls with silence for those who came often, and is higher for a longer horizon', () => {
    const history: History = {
      first: UNTIL - 400,
      last: UNTIL,
      repeats: 10,
      logGaps: 10 * Math.log(38),
    };
    const after = (days: number) => predictWho(usual, history, UNTIL + days).pActive;
    expect(after(0)).toBeGreaterThan(after(60));
    expect(after(60)).toBeGreaterThan(after(180));
    expect(after(180)).toBeGreaterThan(after(400));
    const within = (days: number) => predictWho(usual, history, UNTIL, days);
    expect(within(30).pActive).toBeLessThan(within(120).pActive);
    expect(within(30).expectedOrders).toBeLessThan(within(120).expectedOrders);
  });

  it('is the same whenever it is asked, and from a model that went through JSON', () => {
    const stored = JSON.parse(JSON.stringify(usual)) as WhoModel;
    fc.assert(
      fc.property(anyHistory, (history) => {
        expect(predictWho(stored, history, UNTIL)).toEqual(predictWho(usual, history, UNTIL));
      }),
    );
  });
});

describe('the day on which a silent customer crosses a threshold', () => {
  it('is the first one below it, as day by day would find', () => {
    const threshold = fc.double({ min: 0.05, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(anyHistory, threshold, (history, below) => {
        const p = (day: number) => predictWho(usual, history, day).pActive;
        const found = crossingDay(usual, history, UNTIL, below, UNTIL + 400);
        const isBelowAtLast = p(found ?? UNTIL + 400) < below;
        expect(isBelowAtLast).toBe(found !== undefined);
        const isBelowBefore = found !== undefined && found > UNTIL && p(found - 1) < below;
        expect(isBelowBefore).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('is none after its last day, and the first where one is below already', () => {
    const history = { first: UNTIL, last: UNTIL, repeats: 0, logGaps: 0 };
    expect(crossingDay(usual, history, UNTIL, 0.999, UNTIL + 30)).toBe(UNTIL);
    expect(crossingDay(usual, history, UNTIL, 0.5, UNTIL - 1)).toBeUndefined();
    expect(crossingDay(usual, history, UNTIL, 1e-9, UNTIL + 30)).toBeUndefined();
  });
});

describe('what a model rests on', () => {
  it('is said: the shop, its few customers with a prior, the prior alone, or nothing', () => {
    const basis = (customers: number) => modelOf(shop({ customers, seed: 3 })).basis;
    expect(basis(5)).toBe('none');
    expect(basis(PRIOR_CUSTOMERS + 15)).toBe('prior');
    expect(basis(150)).toBe('shrunk');
    expect(basis(1500)).toBe('shop');
    expect([SHRUNK_REPEATERS, SHOP_REPEATERS]).toEqual([20, 100]);
  });

  it('is a model even of no customers at all', () => {
    const empty = modelOf([]);
    expect(empty.basis).toBe('none');
    expect(empty.backTest).toBeUndefined();
    const one = predictWho(empty, { first: 0, last: 0, repeats: 0, logGaps: 0 }, 30);
    expect(one.pActive).toBeGreaterThan(0);
    expect(one.pActive).toBeLessThan(1);
  });

  it('is a model of customers who are all alike, and of a shop where nobody or everybody came back', () => {
    const alike = Array.from({ length: 300 }, () => [START, START + 100, START + 300]);
    const once = Array.from({ length: 300 }, (_, at) => [START + at]);
    const daily = Array.from({ length: 40 }, (_, at) =>
      Array.from({ length: 600 }, (__, day) => START + at + day),
    );
    const sure = (customers: number[][]) => {
      const model = modelOf(customers);
      return metrics(
        panelOf(customers).rows.map(({ n, x, tx, T, logGaps }) => {
          const first = UNTIL - T;
          const history = { first, last: first + tx, repeats: x, logGaps };
          const { pActive, expectedOrders } = predictWho(model, history, UNTIL);
          return { n, p: pActive, expected: expectedOrders, bought: 0 };
        }),
      ).predictedShare;
    };
    expect(sure(once)).toBeLessThan(0.03);
    expect(sure(daily)).toBeGreaterThan(0.95);
    expect(sure(alike)).toBeGreaterThan(0);
    expect(sure(alike)).toBeLessThan(1);
  });

  it('stays small, finite, and tells of each candidate what it showed', () => {
    const text = JSON.stringify(usual);
    expect(text.length).toBeLessThan(20_000);
    expect(text).not.toContain('null');
    expect(usual.candidates.map(({ id }) => id)).toEqual(['regression', 'mbg-cnbd-k']);
    const shares = usual.candidates.reduce((sum, { weight }) => sum + weight, 0);
    expect(shares).toBeCloseTo(1, 6);
    for (const { figures } of usual.candidates) expect(figures?.logLoss).toBeGreaterThan(0);
    expect(usual.backTest?.bins).toHaveLength(10);
  });

  it('works where only buyers are known, not their orders', () => {
    const panel = panelOf(shop());
    const splits = panel.splits.map((split) => ({
      ...split,
      rows: split.rows.map(({ n, x, tx, T, logGaps, buyers }) => ({
        n,
        x,
        tx,
        T,
        logGaps,
        buyers,
      })),
    }));
    const model = fitWho({ ...panel, splits }, { horizonDays: HORIZON });
    const history = { first: UNTIL - 90, last: UNTIL - 30, repeats: 1, logGaps: Math.log(60) };
    const known = predictWho(usual, history, UNTIL);
    const one = predictWho(model, history, UNTIL);
    expect(one.pActive).toBeCloseTo(known.pActive, 1);
    expect(Math.abs(Math.log(one.expectedOrders / known.expectedOrders))).toBeLessThan(0.7);
  });

  it('never looks beyond the day up to which orders are known', () => {
    const customers = shop();
    const known = customers.map((days) => days.filter((day) => day <= UNTIL));
    expect(modelOf(known.filter((days) => days.length > 0))).toEqual(modelOf(customers));
  });

  it('does not depend on the order of the customers', () => {
    expect(modelOf(shop().toReversed())).toEqual(usual);
  });
});

describe('a made-up shop', () => {
  const KINDS: [string, Partial<ShopLaw>][] = [
    ['at random', {}],
    ['by habit', { regularity: 4, rateShape: 2 }],
    ['until a time', { lossPerOrder: [1, 1e9], lossPerDay: [0.8, 200] }],
    ['and comes back', { returnDays: 300 }],
    ['and grows', { growth: 2 }],
  ];
  it.each(KINDS)('that buys %s is told apart, and told the truth in the mean', (_, law) => {
    const customers = shop({ customers: 3000, ...law });
    const model = modelOf(customers);
    const judged = customers.flatMap((days) => {
      const seen = days.filter((day) => day <= UNTIL);
      const first = seen[0];
      const last = seen.at(-1);
      if (first === undefined || last === undefined) return [];
      const logGaps = seen
        .slice(1)
        .reduce((sum, day, at) => sum + Math.log(day - (seen[at] ?? 0)), 0);
      const history = { first, last, repeats: seen.length - 1, logGaps };
      const { pActive, expectedOrders } = predictWho(model, history, UNTIL);
      const orders = days.filter((day) => day > UNTIL && day <= UNTIL + HORIZON).length;
      return [{ p: pActive, expected: expectedOrders, bought: orders > 0 ? 1 : 0, orders }];
    });
    const { auc, calibrationError, ordersRatio } = metrics(judged);
    expect(auc).toBeGreaterThan(0.72);
    expect(calibrationError).toBeLessThan(0.05);
    expect(ordersRatio).toBeGreaterThan(0.8);
    expect(ordersRatio).toBeLessThan(1.25);
  });
});

describe('the season', () => {
  it('is a clock that only goes forward, and makes a year a year', () => {
    const clock = clockOf(RETAIL_MONTHS);
    const day = fc.integer({ min: -20_000, max: 60_000 });
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 400 }), (from, days) => {
        expect(clock(from + days)).toBeGreaterThanOrEqual(clock(from));
        // The end of February may or may not be within.
        expect(Math.abs(clock(from + 1461) - clock(from) - 1461)).toBeLessThan(1.5);
      }),
    );
    const pace = (date: string) => clock(dayOf(date)) - clock(dayOf(date) - 1);
    expect(pace('2024-12-15') / pace('2024-07-15')).toBeCloseTo(1.432 / 0.935, 3);
  });

  it('is learned from the own orders: strong, or hardly any', () => {
    const strength = (law: Partial<ShopLaw>) =>
      monthsOf(panelOf(shop({ customers: 4000, ...law }), START + 729).flow).strength;
    expect(strength({ christmas: 1 })).toBeGreaterThan(1);
    expect(strength({})).toBeLessThan(0.5);
  });

  it('is that of retail where nothing is known', () => {
    const { strength, months } = monthsOf([]);
    expect(strength).toBeCloseTo(0.85, 6);
    expect(months.reduce((sum, month) => sum + month, 0) / 12).toBeCloseTo(1, 3);
    expect(Math.max(...months)).toBe(months[11]);
  });
});

describe('figures of forecasts', () => {
  it('are those of the textbook on a small case', () => {
    const figures = metrics([
      { p: 0.9, expected: 2, bought: 1, orders: 3 },
      { p: 0.6, expected: 1, bought: 0, orders: 0 },
      { p: 0.4, expected: 0.5, bought: 1, orders: 1 },
      { p: 0.1, expected: 0.1, bought: 0, orders: 0 },
    ]);
    expect(figures.brier).toBeCloseTo((0.01 + 0.36 + 0.36 + 0.01) / 4, 12);
    expect(figures.logLoss).toBeCloseTo(-(Math.log(0.9) * 2 + Math.log(0.4) * 2) / 4, 12);
    expect(figures.auc).toBeCloseTo(0.75, 12);
    expect(figures.mae).toBeCloseTo((1 + 1 + 0.5 + 0.1) / 4, 12);
    expect(figures.customers).toBe(4);
  });

  it('do not depend on whether alike customers come as one row', () => {
    const row = fc.record({
      p: fc.constantFrom(0, 0.1, 0.2, 0.5, 0.9, 1),
      n: fc.integer({ min: 1, max: 30 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        const together = rows.map(({ p, n, part }) => ({
          p,
          n,
          expected: p,
          bought: Math.round(n * part),
        }));
        const apart = together.flatMap(({ p, n, bought }) =>
          Array.from({ length: n }, (_, at) => ({ p, expected: p, bought: at < bought ? 1 : 0 })),
        );
        const [one, two] = [metrics(together), metrics(apart)];
        expect(one.brier).toBeCloseTo(two.brier, 9);
        expect(one.logLoss).toBeCloseTo(two.logLoss, 9);
        expect(one.auc || 0).toBeCloseTo(two.auc || 0, 9);
        expect(one.bins.length).toBeLessThanOrEqual(10);
      }),
    );
  });

  it('end, though a forecast is no number', () => {
    expect(metrics([{ p: Number.NaN, expected: 1, bought: 1 }]).customers).toBe(1);
    expect(metrics([]).customers).toBe(0);
  });
});

describe('the regressions', () => {
  const flat = { mean: [0, 0], precision: [1e-6, 0, 0, 1e-6] };

  it('find what the data say, and the prior where there are none', () => {
    const share = logistic(
      [
        { features: [1, 0], n: 100, y: 20 },
        { features: [1, 1], n: 100, y: 50 },
      ],
      flat,
    );
    expect(share.coefficients[0]).toBeCloseTo(Math.log(0.25), 4);
    expect(share.coefficients[1]).toBeCloseTo(-Math.log(0.25), 4);
    const count = logLinear([{ features: [1, 0], n: 10, y: 25 }], flat);
    expect(count.coefficients[0]).toBeCloseTo(Math.log(2.5), 4);
    const none = logistic([], { mean: [0.3, -2], precision: [1, 0.5, 0.5, 1] });
    expect(none.coefficients).toEqual([0.3, -2]);
  });

  it('stay finite where all did it, or none', () => {
    const prior = { mean: [0, 0], precision: [0.1, 0, 0, 0.1] };
    for (const y of [0, 1000]) {
      const { coefficients, converged } = logistic([{ features: [1, 3], n: 1000, y }], prior);
      expect(converged).toBe(true);
      expect(coefficients.every(Number.isFinite)).toBe(true);
    }
  });
});
