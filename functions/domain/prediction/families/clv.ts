/**
 * Customer lifetime value: the value of the orders still to come, each discounted by when it comes (Fader,
 * Hardie & Lee 2005, "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis").
 */
import { gaussLegendre } from '../math/quadrature.ts';
import type { CustomerRow, Family } from './family.ts';
import { expectedValue } from './gamma-gamma.ts';
import type { Uncertainty } from './standard-errors.ts';

export type ClvTerms = {
  /** Orders after this are not counted, days. */
  horizonDays: number;
  /** 0.15 is 15% a year, compounded. */
  yearlyRate: number;
  /** Share of an order's value that is earned; 1 gives revenue. */
  margin: number;
};

const YEAR_DAYS = 365.25;
/** Expected orders bend most right after now: the second panel is four times as long. */
const PANELS = [0, 0.2, 1] as const;
const RULE = gaussLegendre(6);

/**
 * The expected number of orders within the horizon, each weighted by e^(-rate t): by parts, from the expected
 * orders up to each time, so for any family. The rows of the fit are in days.
 */
export function discountedOrders(
  family: Family,
  params: readonly number[],
  row: CustomerRow,
  { horizonDays, yearlyRate }: Omit<ClvTerms, 'margin'>,
): number {
  if (!(horizonDays > 0)) return 0;
  const rate = Math.log1p(yearlyRate) / YEAR_DAYS;
  let sum = Math.exp(-rate * horizonDays) * family.expected(params, row, horizonDays);
  if (rate === 0) return sum;
  for (let panel = 1; panel < PANELS.length; panel += 1) {
    const from = (PANELS[panel - 1] as number) * horizonDays;
    const length = (PANELS[panel] as number) * horizonDays - from;
    for (let i = 0; i < RULE.nodes.length; i += 1) {
      const at = from + length * (RULE.nodes[i] as number);
      const orders = family.expected(params, row, at);
      sum += rate * length * (RULE.weights[i] as number) * Math.exp(-rate * at) * orders;
    }
  }
  return sum;
}

export type Fitted = { params: readonly number[]; uncertainty?: Uncertainty };

export type Clv = {
  /** In the unit of the spends. */
  value: number;
  /**
   * Of the expectation, by the spread of the parameters (delta method); what the customer will in fact spend
   * varies far more. Absent where the spread of either fit is not known.
   */
  standardError?: number;
};

/** `spend`: the customer's orders with a value and their mean; orders 0 where none is known. */
export function clv(
  family: Family,
  buying: Fitted,
  spending: Fitted,
  customer: { row: CustomerRow; spend: { orders: number; mean: number } },
  terms: ClvTerms,
): Clv {
  const orders = (params: readonly number[]) =>
    discountedOrders(family, params, customer.row, terms);
  const worth = (params: readonly number[]) => terms.margin * expectedValue(params, customer.spend);
  const [count, each] = [orders(buying.params), worth(spending.params)];
  const value = count * each;
  if (!buying.uncertainty || !spending.uncertainty) return { value };
  const variance =
    each * each * varianceOf(orders, buying.params, buying.uncertainty) +
    count * count * varianceOf(worth, spending.params, spending.uncertainty);
  return { value, standardError: Math.sqrt(variance) };
}

const STEP = 1e-4;

/** The variance of f over the spread of the parameters' logarithms, to the first order. */
function varianceOf(
  f: (params: readonly number[]) => number,
  params: readonly number[],
  { covariance }: Uncertainty,
): number {
  const slopes = covariance.map((_, i) => {
    const moved = (by: number) => f(params.map((v, j) => (i === j ? v * Math.exp(by) : v)));
    return (moved(STEP) - moved(-STEP)) / (2 * STEP);
  });
  let sum = 0;
  covariance.forEach((row, i) => {
    row.forEach((v, j) => {
      sum += v * (slopes[i] as number) * (slopes[j] as number);
    });
  });
  return Math.max(0, sum);
}
