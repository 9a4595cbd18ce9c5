/** The gamma function and its kin: plain series, the same digits on every machine. */

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
/** From here on Stirling's series with the terms below is exact to the last digits of a double. */
const STIRLING_FROM = 10;

/** ln Γ(z) for z > 0: recurrence up to Stirling's series (Abramowitz & Stegun 6.1.41). */
export function lnGamma(z: number): number {
  if (z === 1 || z === 2) return 0;
  let shift = 1;
  let at = z;
  while (at < STIRLING_FROM) {
    shift *= at;
    at += 1;
  }
  const w = 1 / at;
  const w2 = w * w;
  const tail =
    w *
    (1 / 12 -
      w2 *
        (1 / 360 -
          w2 * (1 / 1260 - w2 * (1 / 1680 - w2 * (1 / 1188 - w2 * (691 / 360360 - w2 / 156))))));
  return (at - 0.5) * Math.log(at) - at + HALF_LOG_TWO_PI + tail - Math.log(shift);
}

/** ψ(z), the derivative of ln Γ, for z > 0 (Abramowitz & Stegun 6.3.5 and 6.3.18). */
export function digamma(z: number): number {
  let below = 0;
  let at = z;
  while (at < STIRLING_FROM) {
    below += 1 / at;
    at += 1;
  }
  const w2 = 1 / (at * at);
  const tail =
    w2 *
    (1 / 12 -
      w2 * (1 / 120 - w2 * (1 / 252 - w2 * (1 / 240 - w2 * (1 / 132 - (w2 * 691) / 32760)))));
  return Math.log(at) - 0.5 / at - tail - below;
}

/** ln B(a, b) for a, b > 0. */
export const lnBeta = (a: number, b: number): number => lnGamma(a) + lnGamma(b) - lnGamma(a + b);

/** Steps that any series here may take; the slowest that is met takes some hundreds. */
const TERMS_MAX = 100_000;
const EPSILON = 1e-16;
const TINY = 1e-300;

/**
 * The regularised lower incomplete gamma function P(a, x), a > 0: the chance that a gamma variable of
 * shape a and rate 1 is at most x (Numerical Recipes 6.2: series below a + 1, continued fraction above).
 */
export function gammaP(a: number, x: number): number {
  if (!(x > 0)) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** 1 - P(a, x), exact where it is small. */
export function gammaQ(a: number, x: number): number {
  if (!(x > 0)) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < TERMS_MAX && term > sum * EPSILON; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return Math.min(1, sum * Math.exp(a * Math.log(x) - x - lnGamma(a)));
}

/** Lentz's method. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < TERMS_MAX; n += 1) {
    const an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + an / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return Math.min(1, h * Math.exp(a * Math.log(x) - x - lnGamma(a)));
}

/**
 * The regularised incomplete beta function I_x(a, b), a, b > 0: the chance that a beta variable is at most
 * x. With it P(NB >= n) = I_q(n, r) (Numerical Recipes 6.4, Lentz's method).
 */
export function betaI(x: number, a: number, b: number): number {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b));
  return x < (a + 1) / (a + b + 2)
    ? Math.min(1, (front * betaFraction(x, a, b)) / a)
    : Math.max(0, 1 - (front * betaFraction(1 - x, b, a)) / b);
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  if (Math.abs(d) < TINY) d = TINY;
  d = 1 / d;
  let h = d;
  for (let m = 1; m < TERMS_MAX; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    if (Math.abs(d) < TINY) d = TINY;
    c = 1 + even / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    if (Math.abs(d) < TINY) d = TINY;
    c = 1 + odd / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return h;
}
