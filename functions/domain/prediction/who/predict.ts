/** What the shop's model says of one customer: how likely an order within a horizon is, and how many. */
import type { Coefficients, WhoModel, WhoPrediction } from '../../../contract/prediction-who.ts';
import type { Day, History } from '../../../contract/predictions.ts';
import { FAMILIES } from '../families/all.ts';
import type { FamilyId } from '../families/family.ts';
import { type Facts, featuresOf } from './features.ts';
import { expectedOf, pooled, share } from './pool.ts';
import { dot } from './ridge.ts';
import { clockOf, onClock } from './season.ts';

/** Quantile of the normal distribution for an 80% interval. */
const EIGHTY = 1.2816;
/** exp of it is beyond any count of a shop. */
const LOG_MAX = 30;
/** The whole shop's level moves by so much in log-odds from one horizon to the next: seen on public logs. */
const LEVEL_DEVIATION = 0.3;
/**
 * Days between looks at where P(active) falls below a threshold, doubled up to four weeks: within these it is
 * found by halving. `decide` asks at each order, and of many a customer it is never below.
 */
const STEP_DAYS = 7;
const STEP_DAYS_MAX = 28;

/** Of a customer on the day `at` (orders of that day included). */
export function predictWho(
  model: WhoModel,
  history: History,
  at: Day,
  horizonDays: number = model.horizonDays,
): WhoPrediction {
  return predictRow(model, factsOn(history, at), at, horizonDays);
}

/** The first day from `from` until `untilDay` on which P(active) is below `threshold`, if nothing is bought. */
export function crossingDay(
  model: WhoModel,
  history: History,
  from: Day,
  threshold: number,
  untilDay: Day,
): Day | undefined {
  const below = (day: Day) => predictWho(model, history, day).pActive < threshold;
  if (from > untilDay) return undefined;
  if (below(from)) return from;
  let above = from;
  for (let step = STEP_DAYS; above < untilDay; step = Math.min(2 * step, STEP_DAYS_MAX)) {
    let high = Math.min(untilDay, above + step);
    if (!below(high)) {
      above = high;
      continue;
    }
    for (let low = above; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (below(middle)) high = middle;
      else low = middle;
    }
    return high;
  }
  return undefined;
}

/** The same of a row; `at`: the day on which its T was counted. */
export function predictRow(
  model: WhoModel,
  facts: Facts,
  at: Day,
  horizonDays: number = model.horizonDays,
): WhoPrediction {
  const clock = clockOf(model.months);
  const days = Math.max(1, horizonDays);
  const horizon = clock(at + days) - clock(at);
  const row = onClock(facts, at, clock);
  const features = featuresOf(row, model.rate, horizon);
  const logOdds = dot(features, model.active.values);
  const orders = Math.exp(Math.min(LOG_MAX, dot(features, model.orders.values)));
  const { weight, p, expected } = familyOf(model, row, horizon);
  const pActive = pooled([share(logOdds), p], weight);
  const doubt = EIGHTY * Math.sqrt(LEVEL_DEVIATION ** 2 + variance(features, model.active));
  const middle = Math.log(pActive / (1 - pActive));
  return {
    pActive,
    expectedOrders: expectedOf([orders, expected], weight, pActive, days),
    low: share(middle - doubt),
    high: share(middle + doubt),
    basis: model.basis,
  };
}

function familyOf(model: WhoModel, row: Facts, horizon: number) {
  const weight = model.candidates[1]?.weight ?? 0;
  const known = model.family && FAMILIES[model.family.id as FamilyId];
  if (!model.family || !known || weight === 0) return { weight: 0, p: 0, expected: 0 };
  const { params } = model.family;
  return {
    weight,
    p: known.pActive(params, row, horizon),
    expected: known.expected(params, row, horizon),
  };
}

function factsOn({ first, last, repeats, logGaps }: History, at: Day): Facts {
  const T = Math.max(0, at - first);
  return { x: repeats, tx: Math.min(last - first, T), T, logGaps };
}

function variance(features: readonly number[], { covariance }: Coefficients): number {
  const size = features.length;
  let total = 0;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      total +=
        (features[row] as number) *
        (features[column] as number) *
        (covariance[row * size + column] as number);
    }
  }
  return Math.max(0, total);
}
