/** Measured on public order logs; see docs/predictions.md. */
import { describe, expect, it } from 'vitest';
import { readOrders } from '../../../cli/orders-file.ts';
import type { Day } from '../../../functions/contract/predictions.ts';
import { medianGap } from '../../../functions/domain/rhythm.ts';
import {
  basketsOfCustomer,
  basketsOfDays,
} from '../../../functions/domain/prediction/when/baskets.ts';
import { learnWhen } from '../../../functions/domain/prediction/when/learn.ts';
import {
  dueProducts,
  nextOrder,
  type Purchase,
} from '../../../functions/domain/prediction/when/next.ts';
import {
  dayOf,
  hasShared,
  orderDays,
  type SharedFile,
  sharedPath,
} from '../../builders/shared-data.ts';

type Told = { due: Day; low: Day; high: Day };
type Score = { cases: number; error: number; rule: number; covered: number };

function score(cases: { told: Told; rule: Day; truth: Day }[]): Score {
  const mean = (of: (one: (typeof cases)[number]) => number) =>
    cases.reduce((sum, one) => sum + of(one), 0) / cases.length;
  return {
    cases: cases.length,
    error: mean(({ told, truth }) => Math.abs(told.due - truth)),
    rule: mean(({ rule, truth }) => Math.abs(rule - truth)),
    covered: mean(({ told, truth }) => Number(truth >= told.low && truth <= told.high)),
  };
}

/** The customer's median gap after their last order, and never before tomorrow. */
function ruleOf(past: readonly Day[], at: Day): Day {
  const gap = medianGap(past.toReversed());
  return Math.max(at + 1, (past.at(-1) ?? at) + (gap ?? 0));
}

function ordersScore(file: Exclude<SharedFile, 'online_retail.csv.gz'>, at: Day, horizon: number) {
  const customers = orderDays(file);
  const known = customers.map((days) => days.filter((day) => day <= at));
  const model = learnWhen(
    undefined,
    known.flatMap((days) => basketsOfDays(days)),
  );
  const cases = known.flatMap((past, customer) => {
    const truth = customers[customer]?.find((day) => day > at && day <= at + horizon);
    if (past.length < 4 || truth === undefined) return [];
    const history = { first: past[0] ?? 0, last: past.at(-1) ?? 0, repeats: 0, logGaps: 0 };
    const told = nextOrder(model, { ...history, days: past }, at, { withinDays: horizon });
    return [{ told, rule: ruleOf(past, at), truth }];
  });
  return score(cases);
}

const LOGS = [
  { file: 'grocery_elog.csv', until: '2006-12-31', horizon: 364, error: 31, covered: [0.77, 0.85] },
  { file: 'grocery_elog.csv', until: '2006-09-30', horizon: 364, error: 31, covered: [0.74, 0.87] },
  {
    file: 'grocery_elog.csv',
    until: '2007-06-30',
    horizon: 180,
    error: 25.6,
    covered: [0.74, 0.87],
  },
  {
    file: 'online_retail_orders.csv',
    until: '2011-08-31',
    horizon: 100,
    error: 17.3,
    covered: [0.77, 0.85],
  },
  {
    file: 'online_retail_orders.csv',
    until: '2011-05-31',
    horizon: 100,
    error: 14.7,
    covered: [0.74, 0.87],
  },
  {
    file: 'cdnow_sample.csv',
    until: '1997-09-30',
    horizon: 273,
    error: 44.2,
    covered: [0.74, 0.87],
  },
] as const;

describe.each(LOGS)(
  'the next order of $file after $until',
  ({ file, until, horizon, error, covered }) => {
    it.skipIf(!hasShared(file))(
      `misses by fewer days than ${error}, which a gamma model reaches, and its interval is honest`,
      () => {
        const found = ordersScore(file, dayOf(until), horizon);
        expect(found.cases).toBeGreaterThan(100);
        expect(found.error).toBeLessThan(error);
        expect(found.error).toBeLessThan(0.9 * found.rule);
        expect(found.covered).toBeGreaterThan(covered[0]);
        expect(found.covered).toBeLessThan(covered[1]);
      },
    );
  },
);

const LINES = 'online_retail.csv.gz';

async function customersOf(file: SharedFile): Promise<Purchase[][]> {
  const customers = new Map<string, Purchase[]>();
  await readOrders(
    sharedPath(file),
    { needs: ['item'], wants: ['quantity'] },
    ({ customer, item = '', day, quantity = 0 }) => {
      if (quantity <= 0) return;
      const lines = customers.get(customer) ?? [];
      if (lines.length === 0) customers.set(customer, lines);
      lines.push({ product: item, day, quantity });
    },
  );
  return [...customers.values()];
}

function productsScore(customers: readonly Purchase[][], at: Day, horizon: number): Score {
  const known = customers.map((lines) => lines.filter(({ day }) => day <= at));
  const model = learnWhen(
    undefined,
    known.flatMap((lines) => basketsOfCustomer(lines)),
  );
  const cases = known.flatMap((past, customer) => {
    const told = new Map(
      dueProducts(model, { lines: past }, at).map((due) => [due.product, due] as const),
    );
    const byProduct = Map.groupBy(customers[customer] ?? [], ({ product }) => product);
    return [...byProduct].flatMap(([product, lines]) => {
      const days = [...new Set(lines.map(({ day }) => day))].sort((one, two) => one - two);
      const before = days.filter((day) => day <= at);
      const truth = days.find((day) => day > at && day <= at + horizon);
      const due = told.get(product);
      if (before.length < 3 || truth === undefined || !due) return [];
      return [{ told: due, rule: ruleOf(before, at), truth }];
    });
  });
  return score(cases);
}

describe.skipIf(!hasShared(LINES))(
  'products bought three times and again, in online_retail',
  () => {
    it.each([
      ['2011-08-31', 100],
      ['2011-05-31', 100],
    ] as const)(
      'are told after %s at least 15 per cent nearer to the day than by their median gap',
      async (until, horizon) => {
        const found = productsScore(await customersOf(LINES), dayOf(until), horizon);
        expect(found.cases).toBeGreaterThan(3_000);
        expect(found.error).toBeLessThan(0.85 * found.rule);
        expect(found.covered).toBeGreaterThan(0.77);
        expect(found.covered).toBeLessThan(0.9);
      },
    );
  },
);
