/** What the shop's model says of one customer: how likely an order within a horizon is, and how many. */
import type { Coefficients, WhoModel, WhoPrediction } from '../../../contract/prediction-who.ts';
import type { Day, History } from '../../../contract/predictions.ts';
import { type Facts, featuresOf } from './features.ts';
import { dot } from './ridge.ts';

/** Quantile of the normal distribution for an 80% interval. */
const EIGHTY = 1.2816;
/** exp of it is beyond any count or chance of a shop. */
const LOG_MAX = 30;
/** Days between looks at where P(active) falls below a threshold; within them it is found by halving. */
const STEP_DAYS = 7;

/** Of a customer on the day `at` (orders of that day included). */
export function predictWho(
  model: WhoModel,
  history: History,
  at: Day,
  horizonDays: number = model.horizonDays,
): WhoPrediction {
  return predictRow(model, factsOn(history, at), horizonDays);
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
  for (let above = from; above < untilDay; above += STEP_DAYS) {
    let high = Math.min(untilDay, above + STEP_DAYS);
    if (!below(high)) continue;
    for (let low = above; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if (below(middle)) high = middle;
      else low = middle;
    }
    return high;
  }
  return undefined;
}

/** The same from a row of a panel. */
export function predictRow(model: WhoModel, facts: Facts, horizonDays: number): WhoPrediction {
  const features = featuresOf(facts, model.rate, Math.max(1, horizonDays));
  const logOdds = bounded(dot(features, model.active.values));
  const doubt = EIGHTY * Math.sqrt(variance(features, model.active));
  const pActive = share(logOdds);
  return {
    pActive,
    // At most an order day a day; and at least the chance of one.
    expectedOrders: Math.max(
      pActive,
      Math.min(horizonDays, Math.exp(bounded(dot(features, model.orders.values)))),
    ),
    low: share(logOdds - doubt),
    high: share(logOdds + doubt),
    basis: model.basis,
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

function share(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

function bounded(value: number): number {
  return Math.max(-LOG_MAX, Math.min(LOG_MAX, value));
}
