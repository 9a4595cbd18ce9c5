/**
 * Gamma-Gamma: what an order of a customer is worth. The values of one's orders are gamma with shape p and
 * a rate that is gamma(q, v) over customers, and have nothing to do with how often one buys.
 *
 * Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value"; Fader, Hardie & Lee 2005, "RFM and CLV".
 */
import { digamma, lnGamma } from '../math/gamma.ts';
import { type Fit, type Prior, search } from './family.ts';
import { spread, type Uncertainty } from './standard-errors.ts';

/** Customers with the same number of orders and the same mean value. */
export type SpendRow = {
  /** How many customers. */
  n: number;
  /** Orders that the mean is of. */
  orders: number;
  /** Mean value of an order, any unit of money. Rows without a positive one are left out. */
  mean: number;
};

const START = [4, 3, 1] as const;
/** Below q = 1 the expected value of a newcomer's order is infinite. */
const Q_MIN = 1.05;

const usable = (row: SpendRow) => row.n > 0 && row.orders > 0 && row.mean > 0;

/** Parameters p, q, v, the last in the unit of the means. */
export function fitGammaGamma(
  rows: readonly SpendRow[],
  start?: readonly number[],
  prior?: Prior,
): Fit {
  const used = rows.filter(usable);
  const total = used.reduce((sum, row) => sum + row.n, 0);
  if (total === 0) return { params: [1, Q_MIN, 1], logLikelihood: 0, converged: false };
  const scale = used.reduce((sum, row) => sum + row.n * row.mean, 0) / total;
  return search({
    objective: (at, gradient) => {
      const params = Array.from(at, Math.exp);
      const sums = sumOver(used, params);
      for (let i = 0; i < 3; i += 1)
        gradient[i] = (-(params[i] as number) * (sums[i + 1] as number)) / total;
      return Number.isNaN(sums[0]) ? Number.POSITIVE_INFINITY : -(sums[0] as number) / total;
    },
    start: start ?? [START[0], START[1], START[2] * scale],
    timed: [false, false, true],
    scale,
    total,
    prior,
    least: [0, Q_MIN, 0],
  });
}

/** Sum of n times the log-likelihood of the mean, then its slopes by p, q and v. */
function sumOver(rows: readonly SpendRow[], params: readonly number[]): number[] {
  const [p, q, v] = params as [number, number, number];
  const own = { q: lnGamma(q), psi: digamma(q), ln: Math.log(v) };
  let [sum, byP, byQ, byV] = [0, 0, 0, 0];
  for (const { n, orders, mean } of rows) {
    const shape = p * orders;
    const whole = v + orders * mean;
    const lnWhole = Math.log(whole);
    const lnTotal = Math.log(orders * mean);
    const psi = digamma(shape + q);
    sum +=
      n *
      (lnGamma(shape + q) -
        lnGamma(shape) -
        own.q +
        q * (own.ln - lnWhole) +
        shape * (lnTotal - lnWhole) -
        Math.log(mean));
    byP += n * orders * (psi - digamma(shape) + lnTotal - lnWhole);
    byQ += n * (psi - own.psi + own.ln - lnWhole);
    byV += n * (q / v - (shape + q) / whole);
  }
  return [sum, byP, byQ, byV];
}

/** How far p, q and v may be off. */
export function gammaGammaUncertainty(rows: readonly SpendRow[], fit: Fit): Uncertainty {
  const used = rows.filter(usable);
  return spread((at) => -(sumOver(used, at.map(Math.exp))[0] as number), fit.params);
}

/**
 * The expected value of a customer's next order: their own mean, shrunk towards all customers' the more
 * the fewer orders it is of; all customers' where there is none (orders: 0).
 */
export function expectedValue(
  params: readonly number[],
  { orders, mean }: { orders: number; mean: number },
): number {
  const [p, q, v] = params as [number, number, number];
  return (p * (v + orders * mean)) / (p * orders + q - 1);
}

/** Nodes and weights of the Gauss-Hermite rule for a standard normal variable. */
const NORMAL = [
  [0, 8 / 15],
  [1.3556261799742659, 0.22207592200561266],
  [-1.3556261799742659, 0.22207592200561266],
  [2.8569700138728056, 0.011257411327720691],
  [-2.8569700138728056, 0.011257411327720691],
] as const;

/**
 * Customers of whom only the mean and the variance of ln(mean value) are known, as five rows with the
 * same moments: a cell keeps no list of amounts.
 */
export function spendRows(of: {
  n: number;
  orders: number;
  meanLog: number;
  varianceLog: number;
}): SpendRow[] {
  if (!(of.varianceLog > 0)) return [{ n: of.n, orders: of.orders, mean: Math.exp(of.meanLog) }];
  const deviation = Math.sqrt(of.varianceLog);
  return NORMAL.map(([at, weight]) => ({
    n: of.n * weight,
    orders: of.orders,
    mean: Math.exp(of.meanLog + at * deviation),
  }));
}
