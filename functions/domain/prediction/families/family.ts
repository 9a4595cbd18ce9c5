/**
 * What every family of models has in common: "buys while alive, at an own rate, and drops out at some
 * time, unseen". A family differs in how regular the buying is and in when one can drop out.
 */
import type { Row } from '../panel.ts';
import { minimize, type Objective } from '../math/bfgs.ts';

export type FamilyId = 'bg-nbd' | 'mbg-nbd' | 'bg-cnbd-k' | 'mbg-cnbd-k' | 'pareto-nbd';

/** What a family asks of one customer; times in the unit of the rows that it was fitted on. */
export type CustomerRow = Pick<Row, 'x' | 'tx' | 'T'> & { logGaps?: number };

export type Fit = {
  /** In the order of the family's `names`; times in the unit of the rows. */
  params: number[];
  /** Sum over customers; constants of the data alone included, so that families compare. */
  logLikelihood: number;
  converged: boolean;
  /** In the order of `names`; see standard-errors.ts. */
  standardErrors?: number[];
};

/** Pulls ln(parameter) towards ln(center), with the weight of so many customers' worth of a unit square. */
export type Prior = { center: readonly number[]; weight: number };

export type Family = {
  id: FamilyId;
  names: readonly string[];
  /** Maximum likelihood, or with a prior its mode. `start`: parameters of an earlier fit, to begin there. */
  fit(rows: readonly Row[], start?: readonly number[], prior?: Prior): Fit;
  /** Sum over the rows of n times the log-likelihood of one customer. */
  logLikelihood(params: readonly number[], rows: readonly Row[]): number;
  /** P(at least one order within `horizon` after T). */
  pActive(params: readonly number[], row: CustomerRow, horizon: number): number;
  /** Expected orders within `horizon` after T. */
  expected(params: readonly number[], row: CustomerRow, horizon: number): number;
  /** P(not dropped out by T). Says little by itself: 1 for all who bought once, in BG/NBD. */
  pAlive(params: readonly number[], row: CustomerRow): number;
};

/**
 * Parameters are found as logarithms between these bounds, times in units of the mean T: where all are
 * alike the likelihood has no maximum, and a rate's spread would run away to nothing.
 */
const LN_LOWER = Math.log(1e-4);
const LN_UPPER = Math.log(1e4);

/** The mean negative log-likelihood per customer at ln(params), and its slopes. */
export type LogObjective = Objective;

export type Search = {
  objective: LogObjective;
  /** Parameters to begin at. */
  start: readonly number[];
  /** True for parameters that are times. */
  timed: readonly boolean[];
  /** Mean T, or 1 where nothing has lasted yet. */
  scale: number;
  /** Sum of n. */
  total: number;
  prior?: Prior | undefined;
  /** Parameters may not fall below; 0 where there is no such bound. */
  least?: readonly number[];
};

/** The maximum of the likelihood, or with a prior its mode. */
export function search({ objective, start, timed, scale, total, prior, least }: Search): Fit {
  const lower = timed.map((is, i) =>
    Math.max(LN_LOWER + (is ? Math.log(scale) : 0), Math.log(least?.[i] ?? 0)),
  );
  const upper = timed.map((is) => LN_UPPER + (is ? Math.log(scale) : 0));
  const goal = prior ? pulled(objective, prior, total) : objective;
  const end = minimize(goal, start.map(Math.log), { lower, upper });
  const value = prior ? objective(end.at, new Float64Array(timed.length)) : end.value;
  return {
    params: Array.from(end.at, Math.exp),
    logLikelihood: -value * total,
    converged: end.converged,
  };
}

function pulled(objective: LogObjective, prior: Prior, total: number): LogObjective {
  const center = prior.center.map(Math.log);
  const weight = prior.weight / total;
  return (at, gradient) => {
    let value = objective(at, gradient);
    for (let i = 0; i < center.length; i += 1) {
      const away = (at[i] as number) - (center[i] as number);
      value += 0.5 * weight * away * away;
      gradient[i] = (gradient[i] as number) + weight * away;
    }
    return value;
  };
}

/** The rows as columns, which a likelihood runs over some dozens of times. */
export type Columns = {
  size: number;
  total: number;
  /** Mean T over customers; 1 where nothing has lasted yet. */
  scale: number;
  n: Float64Array;
  x: Float64Array;
  tx: Float64Array;
  T: Float64Array;
  logGaps: Float64Array;
  /** Which of `counts` a row's x is. */
  which: Int32Array;
  /** The distinct x, ascending: what depends on x alone is computed once for each. */
  counts: Float64Array;
};

export function columnsOf(rows: readonly Row[]): Columns {
  const counts = Float64Array.from(new Set(rows.map((row) => row.x))).sort();
  const place = new Map(Array.from(counts, (x, i) => [x, i]));
  const pick = (key: 'n' | 'x' | 'tx' | 'T' | 'logGaps') =>
    Float64Array.from(rows, (row) => row[key]);
  let total = 0;
  let time = 0;
  for (const row of rows) {
    total += row.n;
    time += row.n * row.T;
  }
  return {
    size: rows.length,
    total,
    scale: total > 0 && time > 0 ? time / total : 1,
    n: pick('n'),
    x: pick('x'),
    tx: pick('tx'),
    T: pick('T'),
    logGaps: pick('logGaps'),
    which: Int32Array.from(rows, (row) => place.get(row.x) as number),
    counts,
  };
}
