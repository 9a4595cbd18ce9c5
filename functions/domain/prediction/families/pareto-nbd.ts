/**
 * Pareto/NBD: orders come at random at a rate lambda, over customers gamma(r, alpha), until a lifetime
 * ends that is exponential with rate mu, over customers gamma(s, beta).
 *
 * Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005, "A Note on Deriving the Pareto/NBD Model and
 * Related Expressions". With R = r + x the likelihood is Gamma(R) / Gamma(r) alpha^r beta^s times
 *
 *   alive  (alpha + T)^-R (beta + T)^-s
 *   gone   s times the integral over y from tx to T of (alpha + y)^-R (beta + y)^-(s + 1)
 */
import { digamma, lnGamma } from '../math/gamma.ts';
import { decayIntegral, probability } from '../math/sums.ts';
import { type Columns, columnsOf, type CustomerRow, type Family, search } from './family.ts';
import { panelOf, paretoIntegral } from './pareto-integral.ts';

type Params = [r: number, alpha: number, s: number, beta: number];

const TIMED = [false, true, false, true] as const;
/** As for BG/NBD, one start is enough. Times in units of the mean T. */
const START = { r: 0.6, alpha: 0.3, s: 0.6, beta: 0.5 } as const;
/** An earlier fit where nobody is ever lost lies on a plain that no slope leads away from. */
const INSIDE = { s: 0.02, beta: 50 } as const;

function startOf(scale: number, earlier: readonly number[] | undefined): number[] {
  const own = [START.r, START.alpha * scale, START.s, START.beta * scale] as const;
  if (!earlier) return [...own];
  const [r, alpha, s, beta] = earlier as Params;
  const inside = s > INSIDE.s && beta < INSIDE.beta * scale;
  return inside ? [r, alpha, s, beta] : [r, alpha, own[2], own[3]];
}

/** ln of the integral for "gone", without s, and its slopes by r, alpha, s + 1 and beta, into `out`. */
function goneIntegral(
  [r, alpha, s, beta]: Params,
  x: number,
  tx: number,
  T: number,
  out: Out,
): void {
  const [R, A, B] = [r + x, alpha + tx, beta + tx];
  const { min, span, rule } = panelOf(A, R, B, s + 1, T - tx);
  const far = Math.max(A, B) - min;
  const first = A < B;
  const lnMin = Math.log(min);
  const [lnA, lnB] = [first ? lnMin : Math.log(A), first ? Math.log(B) : lnMin];
  let sum = 0;
  let byLnNear = 0;
  let byLnOther = 0;
  let byNear = 0;
  let byOther = 0;
  const near = first ? R : s + 1;
  const other = first ? s + 1 : R;
  const lnOther = first ? lnB : lnA;
  for (let i = 0; i < rule.nodes.length; i += 1) {
    const v = span * (rule.nodes[i] as number);
    const up = min * Math.exp(v);
    const lnUp = Math.log(up + far) - lnOther;
    const f = (rule.weights[i] as number) * Math.exp((1 - near) * v - other * lnUp);
    sum += f;
    byLnNear += f * v;
    byLnOther += f * lnUp;
    byNear += f / up;
    byOther += f / (up + far);
  }
  out.ln = Math.log(sum * span * min) - R * lnA - (s + 1) * lnB;
  out.r = -(first ? byLnNear : byLnOther) / sum - lnA;
  out.alpha = (-R * (first ? byNear : byOther)) / sum;
  out.s = -(first ? byLnOther : byLnNear) / sum - lnB;
  out.beta = (-(s + 1) * (first ? byOther : byNear)) / sum;
}

type Out = { ln: number; r: number; alpha: number; s: number; beta: number };

/** Sum of n times the log-likelihood, then its slopes by r, alpha, s and beta. */
function sumOver(c: Columns, params: Params): Float64Array {
  const [r, alpha, s, beta] = params;
  const base = c.counts.map((x) => lnGamma(r + x) - lnGamma(r));
  const psi = c.counts.map((x) => digamma(r + x) - digamma(r));
  const [lnAlpha, lnBeta, lnS] = [Math.log(alpha), Math.log(beta), Math.log(s)];
  const gone: Out = { ln: 0, r: 0, alpha: 0, s: 0, beta: 0 };
  const sums = new Float64Array(5);
  for (let i = 0; i < c.size; i += 1) {
    const x = c.x[i] as number;
    const tx = c.tx[i] as number;
    const T = c.T[i] as number;
    const n = c.n[i] as number;
    const w = c.which[i] as number;
    const lnA = Math.log(alpha + T);
    const lnB = Math.log(beta + T);
    const alive = -(r + x) * lnA - s * lnB;
    let share = 0;
    let lnSum = alive;
    if (T > tx) {
      goneIntegral(params, x, tx, T, gone);
      const odds = Math.exp(lnS + gone.ln - alive);
      share = odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds);
      lnSum = odds < 1e300 ? alive + Math.log1p(odds) : lnS + gone.ln;
    }
    const stay = 1 - share;
    sums[0] = (sums[0] as number) + n * ((base[w] as number) + r * lnAlpha + s * lnBeta + lnSum);
    const byR = (psi[w] as number) + lnAlpha - stay * lnA + (share && share * gone.r);
    sums[1] = (sums[1] as number) + n * byR;
    const byAlpha = r / alpha - (stay * (r + x)) / (alpha + T) + (share && share * gone.alpha);
    sums[2] = (sums[2] as number) + n * byAlpha;
    const byS = lnBeta - stay * lnB + (share && share * (gone.s + 1 / s));
    sums[3] = (sums[3] as number) + n * byS;
    const byBeta = s / beta - (stay * s) / (beta + T) + (share && share * gone.beta);
    sums[4] = (sums[4] as number) + n * byBeta;
  }
  return sums;
}

/** Mean negative log-likelihood at (ln r, ln alpha, ln s, ln beta), gradient included. */
export function paretoObjective(c: Columns) {
  return (at: Float64Array, gradient: Float64Array): number => {
    const params = Array.from(at, Math.exp);
    const sums = sumOver(c, params as Params);
    for (let i = 0; i < 4; i += 1)
      gradient[i] = (-(params[i] as number) * (sums[i + 1] as number)) / c.total;
    return Number.isNaN(sums[0]) ? Number.POSITIVE_INFINITY : -(sums[0] as number) / c.total;
  };
}

function alive(params: readonly number[], { x, tx, T }: CustomerRow): number {
  const [r, alpha, s, beta] = params as Params;
  const [A, B, silence] = [alpha + tx, beta + tx, T - tx];
  if (!(silence > 0)) return 1;
  const whole = (r + x) * Math.log1p(silence / A) + s * Math.log1p(silence / B);
  const gone = (s / B) * paretoIntegral(A, r + x, B, s + 1, silence) * Math.exp(whole);
  return probability(1 / (1 + gone));
}

/** Given alive, the next order comes at y with density E[lambda e^(-(lambda + mu) y)]. */
function active(params: readonly number[], row: CustomerRow, horizon: number): number {
  if (!(horizon > 0)) return 0;
  const [r, alpha, s, beta] = params as Params;
  const [R, A, B] = [r + row.x, alpha + row.T, beta + row.T];
  const some = (R / A) * paretoIntegral(A, R + 1, B, s, horizon);
  return probability(alive(params, row) * some);
}

/** Fader & Hardie 2005, equation 41. */
function expected(params: readonly number[], row: CustomerRow, horizon: number): number {
  if (!(horizon > 0)) return 0;
  const [r, alpha, s, beta] = params as Params;
  const [A, B] = [alpha + row.T, beta + row.T];
  const lived = B * decayIntegral(s - 1, Math.log1p(horizon / B));
  return alive(params, row) * ((r + row.x) / A) * lived;
}

/** Parameters r, alpha, s, beta. */
export const paretoNbd: Family = {
  id: 'pareto-nbd',
  names: ['r', 'alpha', 's', 'beta'],
  fit(rows, start, prior) {
    const c = columnsOf(rows);
    if (c.total === 0) return { params: [1, 1, 1, 1], logLikelihood: 0, converged: false };
    return search({
      objective: paretoObjective(c),
      start: startOf(c.scale, start),
      timed: TIMED,
      scale: c.scale,
      total: c.total,
      prior,
    });
  },
  logLikelihood(params, rows) {
    const c = columnsOf(rows);
    return -paretoObjective(c)(Float64Array.from(params, Math.log), new Float64Array(4)) * c.total;
  },
  pActive: active,
  expected,
  pAlive: alive,
};
