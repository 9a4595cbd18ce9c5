/**
 * What (M)BG/CNBD-k says of one customer. Given alive at T, lambda and p are independent: p is
 * beta(a, b + x + d), and lambda a mixture, over the phase j < k that the running gap is in, of
 * gamma(R + j, alpha + T) with weights proportional to (R)_j / j! ((T - tx) / (alpha + T))^j. All that follows is
 * exact for every k: Platzer & Reutterer 2016 give approximations where k > 1.
 */
import { betaI, lnGamma } from '../math/gamma.ts';
import { gaussLegendre, integrate } from '../math/quadrature.ts';
import { probability } from '../math/sums.ts';
import type { CustomerRow } from './family.ts';

/** r, alpha, a, b, k. */
export type BetaGeometric = readonly number[];

/** (sum over j < k of (R)_j / j! z^j), which may be large, never infinite: k is small. */
function phases(R: number, z: number, k: number): number {
  let term = 1;
  let sum = 1;
  for (let j = 1; j < k; j += 1) {
    term *= ((R + j - 1) / j) * z;
    sum += term;
  }
  return sum;
}

export function alive(params: BetaGeometric, row: CustomerRow, modified: boolean): number {
  const [r, alpha, a, b, k] = params as [number, number, number, number, number];
  if (!modified && row.x === 0) return 1;
  const R = r + k * row.x;
  const left = b + row.x - (modified ? 0 : 1);
  const silence = row.T - row.tx;
  const series = phases(R, silence / (alpha + row.T), k);
  // (alpha + T) / (alpha + tx), written so that a short silence after a long time loses nothing.
  const gone = (a / left) * Math.exp(R * Math.log1p(silence / (alpha + row.tx)));
  return probability(1 / (1 + gone / series));
}

/** P(alive) times 1 - P(the running gap outlasts the horizon). */
export function active(
  params: BetaGeometric,
  row: CustomerRow,
  horizon: number,
  modified: boolean,
): number {
  if (!(horizon > 0)) return 0;
  const [r, alpha, , , k] = params as [number, number, number, number, number];
  const R = r + k * row.x;
  const silence = row.T - row.tx;
  const now = phases(R, silence / (alpha + row.T), k);
  const later = phases(R, (silence + horizon) / (alpha + row.T + horizon), k);
  const none = (later / now) * Math.exp(-R * Math.log1p(horizon / (alpha + row.T)));
  return probability(alive(params, row, modified) * (1 - none));
}

/**
 * Expected orders within the horizon: P(alive) times the sum over n of E[(1 - p)^(n - 1)] P(at least n gaps
 * end). The n-th ends with the phase n k of a Poisson process; its phases, given j, are negative binomial.
 */
export function expectedOrders(
  params: BetaGeometric,
  row: CustomerRow,
  horizon: number,
  modified: boolean,
): number {
  if (!(horizon > 0)) return 0;
  const [r, alpha, a, b, k] = params as [number, number, number, number, number];
  const now = alpha + row.T;
  const renewals: Renewals = {
    R: r + k * row.x,
    growth: horizon / now,
    silence: (row.T - row.tx) / now,
    k,
    a,
    left: b + row.x + (modified ? 1 : 0),
  };
  return alive(params, row, modified) * (renewalsShort(renewals) ?? renewalsLong(renewals));
}

/** `growth` and `silence` are in units of alpha + T. */
export type Renewals = {
  R: number;
  growth: number;
  silence: number;
  k: number;
  a: number;
  left: number;
};

/** Terms after which the sum is left to the other way; a usual customer's takes some tens. */
const TERMS_MAX = 2000;
/** What is left out of the sum is less than this many orders. */
const TAIL = 1e-11;
/** (1 - q)^R is no normal number below e^-700. */
const LOG_MAX = 700;

/** The plain sum; absent where it would be long. */
export function renewalsShort(of: Renewals): number | undefined {
  const { R, growth, silence, k, a, left } = of;
  const lnStay = -Math.log1p(growth);
  if ((R + k) * -lnStay > LOG_MAX || R * growth > k * TERMS_MAX) return undefined;
  const q = growth / (1 + growth);
  let total = 0;
  let weight = 1;
  let weights = 0;
  for (let j = 0; j < k; j += 1) {
    if (j > 0) weight *= ((R + j - 1) / j) * silence;
    if (weight === 0) break;
    weights += weight;
    let mass = Math.exp((R + j) * lnStay);
    let tail = 1;
    let at = 0;
    let survives = 1;
    let sum = 0;
    let n = 1;
    for (; n <= TERMS_MAX; n += 1) {
      for (const end = n * k - j; at < end; at += 1) {
        tail -= mass;
        mass *= (q * (R + j + at)) / (at + 1);
      }
      if (!(tail > TAIL)) break;
      sum += survives * tail;
      survives *= (left + n - 1) / (a + left + n - 1);
      if (survives * tail < TAIL * sum) break;
    }
    if (n > TERMS_MAX) return undefined;
    total += weight * sum;
  }
  return total / weights;
}

/** Summed one by one up to here, then as an integral (Euler-Maclaurin: from the middle between two). */
const SINGLE_MAX = 64;
const PANEL = gaussLegendre(8);
/** Outside of so many standard deviations the tail is 1. */
const WIDE = 9;
const PANELS_MAX = 4000;

/** The same for thousands of expected orders: tails are incomplete betas, summed in panels. */
export function renewalsLong(of: Renewals): number {
  const { R, growth, k, a, left } = of;
  const mean = (R * growth) / k;
  const spread = mean * Math.sqrt(1 / R + 1 / (R * growth));
  const sure = mean - WIDE * spread;
  const fixed = lnGamma(a + left) - lnGamma(left);
  const term = (n: number) => {
    const survives = Math.exp(fixed + lnGamma(left + n - 1) - lnGamma(a + left + n - 1));
    return n < sure ? survives : survives * tailOf(of, n);
  };
  let sum = 0;
  for (let n = 1; n <= SINGLE_MAX; n += 1) sum += term(n);
  let from = SINGLE_MAX + 0.5;
  for (let panel = 0; panel < PANELS_MAX; panel += 1) {
    const step = Math.min(from / 4, Math.max(spread / 2, from >= sure ? 0 : sure - from));
    const part = integrate(PANEL, from, from + step, term);
    sum += part;
    from += step;
    if (from > mean && part < 1e-9 * sum) break;
  }
  return sum;
}

function tailOf({ R, growth, silence, k }: Renewals, n: number): number {
  const q = growth / (1 + growth);
  let weight = 1;
  let weights = 0;
  let sum = 0;
  for (let j = 0; j < k; j += 1) {
    if (j > 0) weight *= ((R + j - 1) / j) * silence;
    weights += weight;
    sum += weight * betaI(q, n * k - j, R + j);
  }
  return sum / weights;
}
