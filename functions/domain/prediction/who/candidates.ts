/**
 * What the candidates would have forecast on earlier days. A family is fitted on what was known on that day;
 * the regression, which needs answers, on the other half of the customers.
 */
import { compress } from '../families/compress.ts';
import type { Family, Fit } from '../families/family.ts';
import type { Row } from '../panel.ts';
import { featuresOf } from './features.ts';
import type { Judged } from './metrics.ts';
import { expectedOf, pooled, share } from './pool.ts';
import { ACTIVE, ORDERS } from './prior.ts';
import { dot, logistic, logLinear } from './ridge.ts';
import { observe, type Stand } from './stands.ts';

/** One row's forecasts by both candidates, and what came. */
export type Forecasts = {
  n: number;
  bought: number;
  orders?: number;
  horizonDays: number;
  /** Of the regression, then of the family. */
  p: readonly [number, number];
  expected: readonly [number, number];
};

/** Stands whose horizon is less than this part of the longest are for learning only, not for judging. */
const NEAR_THE_LONGEST = 0.7;
/** Customers of the same week are one half or the other: the same customer is never in both. */
const WEEK_DAYS = 7;

export function forecasts(
  stands: readonly Stand[],
  family: Family,
  start: readonly number[],
): Forecasts[] {
  const longest = Math.max(0, ...stands.map(({ horizonDays }) => horizonDays));
  const judging = stands.filter(({ horizonDays }) => horizonDays >= NEAR_THE_LONGEST * longest);
  const halves = [0, 1].map((half) => regressionsFor(stands, half));
  return judging.flatMap((stand) => {
    const { params } = fitFamily(family, stand.rows, stand.rate, start);
    return stand.rows.map(({ n, buyers, orders, ...row }) => {
      const features = featuresOf(row, stand.rate, stand.horizon);
      const { active, expected } = halves[halfOf(row)] as Regressions;
      return {
        n,
        bought: buyers,
        ...(orders === undefined ? {} : { orders }),
        horizonDays: stand.horizonDays,
        p: [share(dot(features, active)), family.pActive(params, row, stand.horizon)] as const,
        expected: [
          Math.exp(dot(features, expected)),
          family.expected(params, row, stand.horizon),
        ] as const,
      };
    });
  });
}

/** As if the family had the share `weight`. */
export function judgedWith(rows: readonly Forecasts[], weight: number): Judged[] {
  return rows.map(({ n, bought, orders, horizonDays, p, expected }) => {
    const pActive = pooled(p, weight);
    const known = orders === undefined ? {} : { orders };
    const mean = expectedOf(expected, weight, pActive, horizonDays);
    return { n, bought, ...known, p: pActive, expected: mean };
  });
}

/** Rows that a family is fitted on: its search goes over them some hundreds of times. */
const FAMILY_ROWS_MAX = 600;

/**
 * Its parameters are drawn, with the weight of two customers, to a mild spread of the rates, twice the shop's
 * pace while active and a third lost at each order: nothing to a shop, but where all customers are alike there
 * is no best, and the search would run away.
 */
export function fitFamily(
  family: Family,
  rows: readonly Row[],
  rate: number,
  start?: readonly number[],
): Fit {
  const prior = { center: [0.6, 0.3 / rate, 0.9, 1.8], weight: 2 };
  return family.fit(compress(rows, FAMILY_ROWS_MAX), start, prior);
}

type Regressions = { active: number[]; expected: number[] };

const halfOf = ({ first }: { first: number }) => Math.abs(Math.floor(first / WEEK_DAYS)) % 2;

/** For the customers of one half, learned on the other; on all where the other is empty. */
function regressionsFor(stands: readonly Stand[], half: number): Regressions {
  const others = observe(stands, (row) => halfOf(row) !== half);
  const { bought, ordered } = others.bought.length > 0 ? others : observe(stands);
  return {
    active: logistic(bought, ACTIVE).coefficients,
    expected: logLinear(ordered, ORDERS).coefficients,
  };
}
