/**
 * Learns what `functions/domain/prediction/who/prior.ts` holds, and prints it: `node cli/bench/learn-who-prior.ts`.
 * Regressions are fitted on many made-up shops; their coefficients' mean and spread from shop to shop, without
 * what is chance within a shop, are the prior (random-effects summary by the EM algorithm, Dempster, Laird
 * & Rubin 1977).
 */
import { featuresOf, paceOf } from '../../functions/domain/prediction/who/features.ts';
import { splitAt } from '../../functions/domain/prediction/who/panel-from-days.ts';
import {
  dot,
  inverse,
  logistic,
  logLinear,
  type Observation,
  type Prior,
  type Regression,
} from '../../functions/domain/prediction/who/ridge.ts';
import { anyLaw, madeUpShop } from '../../test/builders/made-up-shops.ts';

const SHOPS = 300;
const CUSTOMERS = 1500;
/** Horizons as parts of the shop's age. */
const HORIZONS = [0.15, 0.4, 0.85];
const HORIZON_MAX = 400;
/** Days after a made-up shop's present that are made up too. */
const AHEAD = 400;
/** Hardly any prior, so that a coefficient of which a shop tells nothing stays a number. */
const LOOSE = 0.05;
const STEPS = 60;
/** The three horizons of a shop overlap: together they tell two thirds of three. */
const OVERLAP = 1.5;
/** A real shop's level moves by this much in log-odds from one horizon to the next; a made-up one's does not. */
const LEVEL_DEVIATION = 0.25;
/** Below this spread no coefficient is held. */
const NUGGET = 1e-3;

/** One shop's coefficients and their covariance. */
type Estimate = { at: number[]; covariance: number[] };

function main(): void {
  const active: Estimate[] = [];
  const orders: Estimate[] = [];
  for (let shop = 0; shop < SHOPS; shop += 1) {
    const { bought, ordered } = observed(1000 * shop + 17);
    active.push(estimate(logistic(bought, loose(bought)), 1));
    const counts = logLinear(ordered, loose(ordered));
    orders.push(estimate(counts, dispersion(ordered, counts)));
    process.stderr.write(`\r${shop + 1} of ${SHOPS} shops`);
  }
  process.stderr.write('\n');
  for (const [name, estimates] of Object.entries({ ACTIVE: active, ORDERS: orders })) {
    const { mean, precision } = summary(estimates);
    process.stdout.write(
      `${name} ${JSON.stringify({ mean: short(mean), precision: short(precision) })}\n`,
    );
  }
}

function observed(seed: number): { bought: Observation[]; ordered: Observation[] } {
  const law = anyLaw(seed, CUSTOMERS);
  const today = law.days - AHEAD;
  const customers = madeUpShop(law);
  const bought: Observation[] = [];
  const ordered: Observation[] = [];
  for (const part of HORIZONS) {
    const horizon = Math.floor(part * today);
    if (horizon > HORIZON_MAX) continue;
    const { rows } = splitAt(customers, today, horizon);
    const rate = paceOf(rows);
    for (const row of rows) {
      const features = featuresOf(row, rate, horizon);
      bought.push({ features, n: row.n, y: row.buyers });
      ordered.push({ features, n: row.n, y: row.orders ?? 0 });
    }
  }
  return { bought, ordered };
}

function loose(observations: readonly Observation[]): Prior {
  const size = observations[0]?.features.length ?? 0;
  return { mean: Array.from({ length: size }, () => 0), precision: identity(size, LOOSE) };
}

const estimate = (fit: Regression, more: number): Estimate => ({
  at: fit.coefficients,
  covariance: fit.covariance.map((value) => value * OVERLAP * more),
});

/** How much more counts vary than chance has it (Pearson); at least 1. */
function dispersion(observations: readonly Observation[], { coefficients }: Regression): number {
  let sum = 0;
  for (const { features, n, y } of observations) {
    const mean = n * Math.exp(dot(features, coefficients));
    sum += (y - mean) ** 2 / (mean + 1e-9);
  }
  return Math.max(1, sum / observations.length);
}

function summary(shops: readonly Estimate[]): { mean: number[]; precision: number[] } {
  const size = shops[0]?.at.length ?? 0;
  const within = shops.map(({ covariance }) => inverseOf(covariance, 1e-9));
  let mean = Array.from({ length: size }, (_, at) => median(shops.map((shop) => shop.at[at] ?? 0)));
  let between = identity(size, 1);
  for (let step = 0; step < STEPS; step += 1) {
    const own = inverseOf(between, 1e-6);
    const pulled = times(own, mean);
    const posts = shops.map(({ at }, shop) => {
      const information = within[shop] as number[];
      const covariance = inverseOf(plus(information, own), 0);
      const seen = times(information, at);
      return { covariance, at: times(covariance, plus(seen, pulled)) };
    });
    mean = mean.map((_, at) => sum(posts.map((post) => post.at[at] ?? 0)) / shops.length);
    between = between.map((_, cell) => {
      const [row, column] = [Math.floor(cell / size), cell % size];
      const away = (post: Estimate, at: number) => (post.at[at] ?? 0) - (mean[at] ?? 0);
      return (
        sum(posts.map((one) => away(one, row) * away(one, column) + (one.covariance[cell] ?? 0))) /
        shops.length
      );
    });
  }
  between[0] = (between[0] ?? 0) + LEVEL_DEVIATION ** 2;
  return { mean, precision: inverseOf(between, NUGGET) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const short = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(4)));

const identity = (size: number, value: number) =>
  Array.from({ length: size * size }, (_, cell) => (cell % (size + 1) === 0 ? value : 0));

const plus = (one: readonly number[], two: readonly number[]) =>
  one.map((value, at) => value + (two[at] ?? 0));

const times = (matrix: readonly number[], vector: readonly number[]) =>
  vector.map((_, row) => dot(matrix.slice(row * vector.length, (row + 1) * vector.length), vector));

/** Of a symmetric matrix whose diagonal is lifted by `nugget`. */
function inverseOf(matrix: readonly number[], nugget: number): number[] {
  const size = Math.round(Math.sqrt(matrix.length));
  return inverse(Float64Array.from(plus(matrix, identity(size, nugget))), size);
}

if (import.meta.main) main();
