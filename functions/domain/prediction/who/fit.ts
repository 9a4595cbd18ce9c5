/**
 * The shop's own model of who comes back. Candidates stand on earlier days of the shop's past, forecast, and
 * are judged by what came; what they showed there decides their shares, and is stored.
 */
import {
  type Candidate,
  type Coefficients,
  WHO_VERSION,
  type WhoModel,
} from '../../../contract/prediction-who.ts';
import type { Basis } from '../../../contract/predictions.ts';
import { compress, compressOutcomes } from '../families/compress.ts';
import { mbgCnbdK as FAMILY } from '../families/beta-geometric.ts';
import type { Panel } from '../panel.ts';
import { fitFamily, type Forecasts, forecasts, judgedWith } from './candidates.ts';
import { paceOf } from './features.ts';
import { metrics } from './metrics.ts';
import { ACTIVE, ORDERS } from './prior.ts';
import { logistic, logLinear, type Regression } from './ridge.ts';
import { type Clock, clockOf, monthsOf, onClock } from './season.ts';
import { observe, type Stand } from './stands.ts';

/** Fewer repeat buyers and the prior has much to say beside them: said as 'shrunk'. */
export const SHOP_REPEATERS = 100;
/** Fewer, and nothing of the shop is told from chance: 'prior'. */
export const SHRUNK_REPEATERS = 20;
/** Fewer customers, and nothing is told at all. */
export const PRIOR_CUSTOMERS = 10;

/** Rows of one origin that are looked at; more only cost time (see compress.ts). */
const ROWS_MAX = 2000;

/**
 * The family's share before the back-test is asked: it knows less than the regression, but errs elsewhere, and
 * the mean of two is better than the better one on each of the public logs.
 */
export const FAMILY_WEIGHT = 0.25;
/**
 * Log-loss that moving the share by 1 must gain: the past tells the future's best share only roughly, and
 * that of a few hundred customers hardly.
 */
const WEIGHT_PULL = 0.02;
const WEIGHT_PULL_CUSTOMERS = 500;
const WEIGHTS = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6];

/** `horizonDays`: what is asked for most; others can be asked of the model as well. */
export function fitWho(panel: Panel, { horizonDays }: { horizonDays: number }): WhoModel {
  const { months, strength } = monthsOf(panel.flow);
  const clock = clockOf(months);
  const stands = panel.splits.map((split) => standOf(split, clock));
  const rows = compress(panel.rows, ROWS_MAX).map((row) => onClock(row, panel.origin, clock));
  const customers = sum(panel.rows, ({ n }) => n);
  const repeaters = sum(panel.rows, ({ n, x }) => (x > 0 ? n : 0));
  const basis = basisOf(customers, repeaters, stands.length);
  const { bought, ordered } = observe(stands);
  const family = fitFamily(FAMILY, rows, paceOf(rows));
  const tested = forecasts(stands, FAMILY, family.params);
  const weight = tested.length > 0 ? weightOf(tested) : FAMILY_WEIGHT;
  const judged = judgedWith(tested, weight);
  return {
    kind: 'who',
    version: WHO_VERSION,
    origin: panel.origin,
    horizonDays,
    basis,
    customers,
    repeaters,
    rate: paceOf(rows),
    months,
    seasonStrength: short(strength),
    active: coefficients(logistic(bought, ACTIVE)),
    orders: coefficients(logLinear(ordered, ORDERS)),
    family: { id: FAMILY.id, params: family.params.map(short) },
    candidates: candidatesOf(tested, weight),
    ...(judged.length > 0 ? { backTest: metrics(judged) } : {}),
  };
}

function standOf(split: Panel['splits'][number], clock: Clock): Stand {
  const { origin, horizonDays } = split;
  const rows = compressOutcomes(split.rows, ROWS_MAX).map((row) => ({
    ...onClock(row, origin, clock),
    first: origin - row.T,
  }));
  const horizon = clock(origin + horizonDays) - clock(origin);
  return { origin, horizonDays, horizon, rows, rate: paceOf(rows) };
}

function basisOf(customers: number, repeaters: number, stands: number): Basis {
  if (customers < PRIOR_CUSTOMERS) return 'none';
  if (repeaters < SHRUNK_REPEATERS || stands === 0) return 'prior';
  return repeaters < SHOP_REPEATERS ? 'shrunk' : 'shop';
}

/** The share with the least log-loss in the back-test, as far as it is worth leaving the usual one. */
function weightOf(tested: readonly Forecasts[]): number {
  const pull = WEIGHT_PULL * (1 + WEIGHT_PULL_CUSTOMERS / sum(tested, ({ n }) => n));
  let best = { weight: FAMILY_WEIGHT, loss: Number.POSITIVE_INFINITY };
  for (const weight of WEIGHTS) {
    const away = weight - FAMILY_WEIGHT;
    const loss = metrics(judgedWith(tested, weight)).logLoss + pull * away * away;
    if (loss < best.loss) best = { weight, loss };
  }
  return best.weight;
}

function candidatesOf(tested: readonly Forecasts[], weight: number): Candidate[] {
  const shares = [
    { id: 'regression', weight: short(1 - weight), alone: 0 },
    { id: FAMILY.id, weight, alone: 1 },
  ];
  return shares.map(({ id, weight: share, alone }) => {
    const judged = judgedWith(tested, alone);
    if (judged.length === 0) return { id, weight: share };
    const { bins: _, ...figures } = metrics(judged);
    return { id, weight: share, figures };
  });
}

function coefficients({ coefficients: values, covariance }: Regression): Coefficients {
  return { values: values.map(short), covariance: covariance.map(short) };
}

/** Six digits are beyond what any fit tells, and keep the model small. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}
