/** What orders are worth, from cells: of each, the moments of the logarithm of the mean spend. */
import { FIXED_POINT } from '../cells.ts';
import { expectedValue, fitGammaGamma, type SpendRow, spendRows } from '../families/gamma-gamma.ts';
import { classOf } from './classes.ts';
import type { CellTable } from './table.ts';

/** Sums over customers with a known spend: how many, of the log of their mean spend, and of its square. */
export type LogSpend = { p: number; v: number; v2: number };

/** Customers who ordered so many times are alike in how sure their mean is. */
const ORDERS_STEPS = 4;

/** Mean and variance of the log of the mean spend of an order day, minor units. */
const momentsOf = ({ p, v, v2 }: LogSpend) => {
  const meanLog = v / p / FIXED_POINT;
  return { meanLog, varianceLog: Math.max(0, v2 / p / FIXED_POINT ** 2 - meanLog ** 2) };
};

/** Customers by number of order days, as rows that a Gamma-Gamma model is fitted on. */
export function spendRowsOfCells({ columns, size }: CellTable): SpendRow[] {
  const { repeats, n, p, v, v2 } = columns;
  const sums = new Map<number, LogSpend & { orders: number; n: number }>();
  for (let row = 0; row < size; row += 1) {
    const name = classOf((repeats[row] as number) + 1, ORDERS_STEPS);
    let sum = sums.get(name);
    if (!sum) sums.set(name, (sum = { p: 0, v: 0, v2: 0, orders: 0, n: 0 }));
    sum.p += p[row] as number;
    sum.v += v[row] as number;
    sum.v2 += v2[row] as number;
    sum.n += n[row] as number;
    sum.orders += (n[row] as number) * ((repeats[row] as number) + 1);
  }
  return [...sums]
    .sort(([a], [b]) => a - b)
    .flatMap(([, sum]) =>
      sum.p > 0 && sum.n > 0
        ? spendRows({ n: sum.p, orders: sum.orders / sum.n, ...momentsOf(sum) })
        : [],
    );
}

/** p, q and v of Gamma-Gamma, v in minor units; undefined where nobody has a known spend. */
export function valueOfCells(table: CellTable): number[] | undefined {
  const rows = spendRowsOfCells(table);
  return rows.length > 0 ? fitGammaGamma(rows).params : undefined;
}

/**
 * What the next order day of some customers is worth on average: their own mean, shrunk. All have ordered
 * `orders` times.
 */
export function worthOf(params: readonly number[], orders: number, spend: LogSpend): number {
  if (!(spend.p > 0)) return expectedValue(params, { orders: 0, mean: 0 });
  const { meanLog, varianceLog } = momentsOf(spend);
  // The mean of a log-normal variable; the shrinking is linear in it.
  return expectedValue(params, { orders, mean: Math.exp(meanLog + varianceLog / 2) });
}
