/**
 * Regression that is pulled towards a prior guess: logistic for shares, log-linear for counts. Newton's
 * method on the penalised likelihood (iteratively reweighted least squares, Nelder & Wedderburn 1972; ridge:
 * le Cessie & van Houwelingen 1992). Both are concave, so the answer is unique and does not depend on the start.
 */

/** `n` alike customers: what is known of them, and how many of them did it (or how often together). */
export type Observation = { features: readonly number[]; n: number; y: number; offset?: number };

/**
 * Where the coefficients are pulled to, and how strongly: the inverse of the guess's covariance, row by row.
 */
export type Prior = { mean: readonly number[]; precision: readonly number[] };

export type Regression = {
  coefficients: number[];
  /** Inverse of the curvature at the optimum: the coefficients' covariance, row by row. */
  covariance: number[];
  converged: boolean;
};

const STEPS_MAX = 30;
/** Of the largest coefficient's change: far below what any forecast shows. */
const ENOUGH = 1e-7;
/** |linear predictor|: e^30 orders or a chance of 1e-13 are beyond any shop. */
const PREDICTOR_MAX = 30;

export function logistic(observations: readonly Observation[], prior: Prior): Regression {
  return newton(observations, prior, (eta) => {
    const mean = 1 / (1 + Math.exp(-eta));
    return { mean, weight: mean * (1 - mean) };
  });
}

/** Counts: `y` is the sum over the n customers, the mean exp(features . coefficients + offset). */
export function logLinear(observations: readonly Observation[], prior: Prior): Regression {
  return newton(observations, prior, (eta) => {
    const mean = Math.exp(eta);
    return { mean, weight: mean };
  });
}

export function dot(one: readonly number[], two: readonly number[]): number {
  let total = 0;
  for (let at = 0; at < one.length; at += 1) total += (one[at] as number) * (two[at] as number);
  return total;
}

type Link = (eta: number) => { mean: number; weight: number };

function newton(observations: readonly Observation[], prior: Prior, link: Link): Regression {
  const size = prior.mean.length;
  const coefficients = [...prior.mean];
  let curvature: Float64Array = new Float64Array(size * size);
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const gradient = pull(coefficients, prior);
    curvature = Float64Array.from(prior.precision);
    for (const one of observations) add(one, coefficients, link, gradient, curvature);
    const change = solve(cholesky(curvature, size), gradient);
    // Full Newton steps may leap where nearly all bought; two units of log-odds at a time cannot.
    const largest = change.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.min(1, 2 / largest);
    for (let at = 0; at < size; at += 1) {
      coefficients[at] = (coefficients[at] as number) + scale * (change[at] as number);
    }
    if (largest < ENOUGH) {
      return { coefficients, covariance: inverse(curvature, size), converged: true };
    }
  }
  return { coefficients, covariance: inverse(curvature, size), converged: false };
}

/** Slope of the prior's part of the log-likelihood. */
function pull(coefficients: readonly number[], { mean, precision }: Prior): Float64Array {
  const size = mean.length;
  const gradient = new Float64Array(size);
  for (let row = 0; row < size; row += 1) {
    let slope = 0;
    for (let column = 0; column < size; column += 1) {
      const away = (coefficients[column] as number) - (mean[column] as number);
      slope -= (precision[row * size + column] as number) * away;
    }
    gradient[row] = slope;
  }
  return gradient;
}

function add(
  { features, n, y, offset = 0 }: Observation,
  coefficients: readonly number[],
  link: Link,
  gradient: Float64Array,
  curvature: Float64Array,
): void {
  const size = features.length;
  const eta = dot(features, coefficients) + offset;
  const { mean, weight } = link(Math.max(-PREDICTOR_MAX, Math.min(PREDICTOR_MAX, eta)));
  const residual = y - n * mean;
  for (let row = 0; row < size; row += 1) {
    const value = features[row] as number;
    if (value === 0) continue;
    gradient[row] = (gradient[row] as number) + value * residual;
    const weighted = n * weight * value;
    for (let column = 0; column <= row; column += 1) {
      const cell = row * size + column;
      curvature[cell] = (curvature[cell] as number) + weighted * (features[column] as number);
    }
  }
}

/** Lower triangle L with L L' = matrix (only whose lower triangle is read); a vanishing pivot is lifted. */
function cholesky(matrix: Float64Array, size: number): Float64Array {
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let value = matrix[row * size + column] as number;
      for (let k = 0; k < column; k += 1) {
        value -= (lower[row * size + k] as number) * (lower[column * size + k] as number);
      }
      lower[row * size + column] =
        row === column
          ? Math.sqrt(Math.max(value, 1e-12))
          : value / (lower[column * size + column] as number);
    }
  }
  return lower;
}

function solve(lower: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  const answer = Float64Array.from(right);
  for (let row = 0; row < size; row += 1) {
    for (let k = 0; k < row; k += 1) {
      answer[row] =
        (answer[row] as number) - (lower[row * size + k] as number) * (answer[k] as number);
    }
    answer[row] = (answer[row] as number) / (lower[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row -= 1) {
    for (let k = row + 1; k < size; k += 1) {
      answer[row] =
        (answer[row] as number) - (lower[k * size + row] as number) * (answer[k] as number);
    }
    answer[row] = (answer[row] as number) / (lower[row * size + row] as number);
  }
  return answer;
}

/** Of a symmetric positive matrix, row by row. */
export function inverse(matrix: Float64Array, size: number): number[] {
  const lower = cholesky(matrix, size);
  const all: number[] = [];
  for (let column = 0; column < size; column += 1) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    all.push(...solve(lower, unit));
  }
  return all;
}
