/** What a mail changed: the share of those mailed who ordered, against that of those held out. */

/** Customers, and those of them who ordered. */
export type Group = { customers: number; ordered: number };

/** Differences of shares, in [-1, 1]: mailed less held out. */
export type Lift = {
  difference: number;
  /** 95% interval. */
  low: number;
  high: number;
  /** `none`: the interval holds 0, so that nobody can tell it from luck. `unknown`: too few to ask. */
  verdict: 'more' | 'fewer' | 'none' | 'unknown';
};

/** Below that a difference of orders is luck: 10% against 13% needs thousands, 50 only stops nonsense. */
export const GROUP_MIN = 50;
/** Quantile of the normal distribution for 95%. */
const Z = 1.959964;

/** Wilson's interval of a share (Wilson 1927, JASA 22, 209-212): sensible for few customers and for 0 or all. */
export function wilson({ customers: n, ordered }: Group): { low: number; high: number } {
  if (n === 0) return { low: 0, high: 1 };
  const share = ordered / n;
  const middle = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + (Z / (2 * n)) ** 2);
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

const shareOf = ({ customers, ordered }: Group): number =>
  customers === 0 ? 0 : ordered / customers;

/**
 * The difference with Newcombe's interval: the two Wilson intervals put together by squares (Newcombe 1998,
 * Statistics in Medicine 17, 873-890, method 10). It keeps its promise of 95% where the usual formula is
 * too sure: with few customers, and with shares of a few percent.
 */
export function liftOf(mailed: Group, held: Group): Lift {
  const [a, b] = [shareOf(mailed), shareOf(held)];
  const [ofA, ofB] = [wilson(mailed), wilson(held)];
  const difference = a - b;
  const low = difference - Math.hypot(a - ofA.low, ofB.high - b);
  const high = difference + Math.hypot(ofA.high - a, b - ofB.low);
  const isFew = Math.min(mailed.customers, held.customers) < GROUP_MIN;
  const verdict = isFew ? 'unknown' : low > 0 ? 'more' : high < 0 ? 'fewer' : 'none';
  return { difference, low, high, verdict };
}
