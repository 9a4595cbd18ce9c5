/**
 * The likelihood of (M)BG/CNBD-k. While alive a customer's gaps between orders are Erlang-k with a rate
 * lambda, over customers gamma(r, alpha); after each repeat order (MBG: after the first order too) one
 * drops out with probability p, over customers beta(a, b). k = 1 is (M)BG/NBD.
 *
 * Fader, Hardie & Lee 2005 (BG/NBD); Batislam, Denizel & Filiztekin 2007 (MBG/NBD); Platzer &
 * Reutterer 2016 (k). With R = r + k x, and d = 1 for MBG, else 0, the likelihood is, but for a factor of
 * the gaps, Gamma(R) / Gamma(r) alpha^r / B(a, b) times
 *
 *   alive  B(a, b + x + d) (alpha + T)^-R  sum over j < k of (R)_j / j! ((T - tx) / (alpha + T))^j
 *   gone   B(a + 1, b + x + d - 1) (alpha + tx)^-R                       where x + d > 0
 */
import { digamma, lnGamma } from '../math/gamma.ts';
import type { Columns, LogObjective } from './family.ts';

export type Shape = { k: number; modified: boolean };

/** Per distinct x: what the parameters make of it. */
type PerCount = { base: Float64Array; psiR: Float64Array; psiB: Float64Array; psiAB: Float64Array };

function perCount(c: Columns, at: Float64Array, { k, modified }: Shape): PerCount {
  const [r, , a, b] = at as unknown as [number, number, number, number];
  const size = c.counts.length;
  const base = new Float64Array(size);
  const psiR = new Float64Array(size);
  const psiB = new Float64Array(size);
  const psiAB = new Float64Array(size);
  const fixed = lnGamma(a + b) - lnGamma(b) - lnGamma(r);
  const factorial = lnGamma(k);
  for (let i = 0; i < size; i += 1) {
    const x = c.counts[i] as number;
    const left = b + x + (modified ? 1 : 0);
    base[i] = fixed + lnGamma(r + k * x) + lnGamma(left) - lnGamma(a + left) - x * factorial;
    psiR[i] = digamma(r + k * x);
    psiB[i] = digamma(left);
    psiAB[i] = digamma(a + left);
  }
  return { base, psiR, psiB, psiAB };
}

/** Mean negative log-likelihood at (ln r, ln alpha, ln a, ln b), gradient included. */
export function betaGeometricObjective(c: Columns, shape: Shape): LogObjective {
  const params = new Float64Array(4);
  return (at, gradient) => {
    for (let i = 0; i < 4; i += 1) params[i] = Math.exp(at[i] as number);
    const sums = sumOver(c, params, shape);
    for (let i = 0; i < 4; i += 1)
      gradient[i] = (-(params[i] as number) * (sums[i + 1] as number)) / c.total;
    return Number.isNaN(sums[0]) ? Number.POSITIVE_INFINITY : -(sums[0] as number) / c.total;
  };
}

/** Sum of n times the log-likelihood, then its slopes by r, alpha, a and b. */
function sumOver(c: Columns, params: Float64Array, shape: Shape): Float64Array {
  const [r, alpha, a, b] = params as unknown as [number, number, number, number];
  const { k, modified } = shape;
  const per = perCount(c, params, shape);
  const lnAlpha = Math.log(alpha);
  const psi = { r: digamma(r), ab: digamma(a + b), b: digamma(b) };
  const series = new Float64Array(3);
  const sums = new Float64Array(5);
  for (let i = 0; i < c.size; i += 1) {
    const x = c.x[i] as number;
    const w = c.which[i] as number;
    const R = r + k * x;
    const whole = alpha + (c.T[i] as number);
    const lnWhole = Math.log(whole);
    erlang(R, whole - alpha - (c.tx[i] as number), whole, k, series);
    const lnAlive = Math.log(series[0] as number) - R * lnWhole;
    const left = b + x - (modified ? 0 : 1);
    const mayBeGone = modified || x > 0;
    const seen = alpha + (c.tx[i] as number);
    const lnSeen = mayBeGone ? Math.log(seen) : 0;
    const odds = mayBeGone ? (a / left) * Math.exp(-R * lnSeen - lnAlive) : 0;
    const gone = odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds);
    const lnSum = odds < 1e300 ? lnAlive + Math.log1p(odds) : Math.log(a / left) - R * lnSeen;
    const n = c.n[i] as number;
    const data = (k - 1) * (c.logGaps[i] as number);
    const alive = 1 - gone;
    sums[0] = (sums[0] as number) + n * ((per.base[w] as number) + r * lnAlpha + data + lnSum);
    const byR = alive * ((series[1] as number) - lnWhole) - gone * lnSeen;
    sums[1] = (sums[1] as number) + n * ((per.psiR[w] as number) - psi.r + lnAlpha + byR);
    const byAlpha = alive * ((series[2] as number) - R / whole) - (gone * R) / seen;
    sums[2] = (sums[2] as number) + n * (r / alpha + byAlpha);
    const ab = psi.ab - (per.psiAB[w] as number);
    sums[3] = (sums[3] as number) + n * (ab + gone / a);
    const byB = ab + (per.psiB[w] as number) - psi.b - (gone > 0 ? gone / left : 0);
    sums[4] = (sums[4] as number) + n * byB;
  }
  return sums;
}

/**
 * Into `out`: the sum over j < k of (R)_j / j! (silence / whole)^j, and the slopes of its logarithm by r and
 * by alpha.
 */
function erlang(R: number, silence: number, whole: number, k: number, out: Float64Array): void {
  let term = 1;
  let sum = 1;
  let byR = 0;
  let byAlpha = 0;
  let harmonic = 0;
  for (let j = 1; j < k; j += 1) {
    term *= ((R + j - 1) / j) * (silence / whole);
    harmonic += 1 / (R + j - 1);
    sum += term;
    byR += term * harmonic;
    byAlpha -= (term * j) / whole;
  }
  out[0] = sum;
  out[1] = byR / sum;
  out[2] = byAlpha / sum;
}
