/**
 * What the candidates would have forecast on earlier days. A family is fitted on what was known on that day;
 * the regression, which needs answers, on the other half of the customers.
 */
import type { Family, Prior } from '../families/family.ts';
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
    const { params } = family.fit(stand.rows, start, usualFamily(stand.rate));
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

/**
 * Where the family's parameters are drawn to, with the weight of two customers: nothing to a shop, but where
 * all customers are alike there is no best, and the search would run away. Mild spread of the rates, twice the
 * shop's pace while active, a third lost at each order.
 */
export function usualFamily(rate: number): Prior {
  return { center: [0.6, 0.3 / rate, 0.9, 1.8], weight: 2 };
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
