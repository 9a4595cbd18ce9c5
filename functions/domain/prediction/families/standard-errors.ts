/** How far the parameters may be off, for want of customers: from the curvature of the likelihood. */
import { hessian, inverse } from '../math/hessian.ts';
import type { Row } from '../panel.ts';
import type { Family, Fit } from './family.ts';

export type Uncertainty = {
  /** Of the parameters, in their order; Infinity where the customers do not tell. k has none. */
  standardErrors: number[];
  /** Of the logarithms of the parameters; zero for those that the customers do not tell. */
  covariance: number[][];
};

/** A parameter whose logarithm is spread wider than this is not told: its likelihood is flat. */
const SPREAD_MAX = 10;

/** Of a family's fit on its rows. Costs some 30 times its likelihood: for compressed rows. */
export function uncertaintyOf(family: Family, rows: readonly Row[], fit: Fit): Uncertainty {
  // k is a whole number beside the others, held where it is.
  const free = Math.min(4, fit.params.length);
  const rest = fit.params.slice(free);
  const minus = (at: readonly number[]) =>
    -family.logLikelihood([...at.map(Math.exp), ...rest], rows);
  return spread(minus, fit.params.slice(0, free));
}

/** From minus the log-likelihood as a function of the logarithms of the parameters, at its minimum. */
export function spread(
  minus: (at: readonly number[]) => number,
  params: readonly number[],
): Uncertainty {
  const matrix = hessian(minus, params.map(Math.log));
  const told = toldOf(matrix);
  const part = inverse(told.map((i) => told.map((j) => matrix[i]?.[j] as number)));
  const covariance = params.map(() => params.map(() => 0));
  const standardErrors = params.map(() => Number.POSITIVE_INFINITY);
  told.forEach((i, row) => {
    told.forEach((j, column) => {
      (covariance[i] as number[])[j] = part?.[row]?.[column] ?? 0;
    });
    if (part) standardErrors[i] = (params[i] as number) * Math.sqrt(part[row]?.[row] ?? 0);
  });
  return { standardErrors, covariance };
}

/** Adds parameter by parameter whatever keeps the matrix positive definite and the spread finite. */
function toldOf(matrix: readonly (readonly number[])[]): number[] {
  const told: number[] = [];
  for (let i = 0; i < matrix.length; i += 1) {
    const tried = [...told, i];
    const found = inverse(tried.map((a) => tried.map((b) => matrix[a]?.[b] as number)));
    if (found?.every((row, j) => Math.sqrt(row[j] as number) < SPREAD_MAX)) told.push(i);
  }
  return told;
}
