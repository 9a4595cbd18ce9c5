/** Measured on public order logs; see docs/predictions.md. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readOrders } from '../../../cli/orders-file.ts';
import {
  backTestOrders,
  backTestProducts,
} from '../../../functions/domain/prediction/when/backtest.ts';
import type { Purchase } from '../../../functions/domain/prediction/when/next.ts';
import { dayOf, hasShared, orderDays, sharedPath } from '../../builders/shared-data.ts';

const GROCERY = 'grocery_elog.csv';
const RETAIL = 'online_retail_orders.csv';
const CDNOW = 'cdnow_sample.csv';

/** `error`: what a gamma model with gamma-distributed rates, given the elapsed time, reaches. */
const LOGS = [
  { file: GROCERY, until: '2006-12-31', horizon: 364, error: 31, covered: [0.77, 0.85] },
  { file: GROCERY, until: '2006-09-30', horizon: 364, error: 31.8, covered: [0.74, 0.87] },
  { file: GROCERY, until: '2007-06-30', horizon: 180, error: 25.6, covered: [0.74, 0.87] },
  { file: RETAIL, until: '2011-08-31', horizon: 100, error: 17.3, covered: [0.77, 0.85] },
  { file: RETAIL, until: '2011-05-31', horizon: 100, error: 14.7, covered: [0.74, 0.87] },
  { file: CDNOW, until: '1997-09-30', horizon: 273, error: 44.2, covered: [0.74, 0.87] },
] as const;

describe.each(LOGS)('the next order of $file after $until', (log) => {
  const { file, until, horizon, error, covered } = log;
  it.skipIf(!hasShared(file))(
    `misses by fewer days than ${error}, and four of five lie in their interval`,
    () => {
      const found = backTestOrders(orderDays(file), dayOf(until), horizon);
      expect(found.cases).toBeGreaterThan(100);
      expect(found.error).toBeLessThan(error);
      expect(found.error).toBeLessThan(0.9 * found.rule);
      expect(found.covered).toBeGreaterThan(covered[0]);
      expect(found.covered).toBeLessThan(covered[1]);
    },
  );
});

const LINES = 'online_retail.csv.gz';

describe.skipIf(!hasShared(LINES))(
  'products of online_retail bought three times, and again',
  () => {
    const customers = new Map<string, Purchase[]>();
    beforeAll(() =>
      readOrders(
        sharedPath(LINES),
        { needs: ['item'], wants: ['quantity'] },
        ({ customer, item = '', day, quantity = 0 }) => {
          if (quantity <= 0) return;
          const lines = customers.get(customer) ?? [];
          if (lines.length === 0) customers.set(customer, lines);
          lines.push({ product: item, day, quantity });
        },
      ),
    );

    it.each([
      ['2011-08-31', 100],
      ['2011-05-31', 100],
    ] as const)(
      'are told after %s at least 15 per cent nearer to the day than by their median gap',
      (until, horizon) => {
        const found = backTestProducts(customers.values(), dayOf(until), horizon);
        expect(found.cases).toBeGreaterThan(3_000);
        expect(found.error).toBeLessThan(0.85 * found.rule);
        expect(found.covered).toBeGreaterThan(0.77);
        expect(found.covered).toBeLessThan(0.9);
      },
    );
  },
);
