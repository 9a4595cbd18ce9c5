/** Measured on a public order log and on a made-up shop; see docs/predictions.md. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { WhatModel } from '../../../functions/contract/prediction-what.ts';
import type { Day } from '../../../functions/contract/predictions.ts';
import { learnWhat } from '../../../functions/domain/prediction/what/learn.ts';
import { recommend } from '../../../functions/domain/prediction/what/recommend.ts';
import {
  mostPopular,
  nextOrders,
  plainCosine,
  Score,
  scoreNew,
} from '../../builders/list-metrics.ts';
import {
  basketsBetween,
  jeweller,
  onlineRetail,
  ordersOf,
  type Shop,
  until,
} from '../../builders/product-shops.ts';
import { dayOf, hasShared } from '../../builders/shared-data.ts';

/** What is new in the next order after a day, by our lists and by the two rules. */
function compareNew(shop: Shop, day: Day) {
  const model = learnWhat(undefined, basketsBetween(shop, 0, day), shop.products);
  const cases = nextOrders(shop, day);
  const own = new Score();
  for (const { past, fresh } of cases) {
    const picks = recommend(model, { at: day, bought: past, only: 'new' }, 10);
    own.add(
      picks.map(({ product }) => product),
      fresh,
    );
  }
  return {
    own: own.means,
    popular: scoreNew(cases, mostPopular(shop, day)),
    cosine: scoreNew(cases, plainCosine(shop, day)),
  };
}

function expectAhead({ own, popular, cosine }: ReturnType<typeof compareNew>): void {
  expect(own.hit10).toBeGreaterThan(1.5 * popular.hit10);
  expect(own.ndcg10).toBeGreaterThan(1.5 * popular.ndcg10);
  expect(own.hit10).toBeGreaterThan(cosine.hit10);
  expect(own.ndcg10).toBeGreaterThan(cosine.ndcg10);
}

/** Days between two fits; every night in a shop, but here it must not take minutes. */
const REFIT_DAYS = 84;

/** The last order of everybody with at least four, from what was known before it. */
function scoreAgain(shop: Shop, start: Day) {
  const [own, frequency] = [new Score(), new Score()];
  const cases = shop.customers
    .map((bought) => ({ bought, orders: ordersOf(bought) }))
    .filter(({ orders }) => orders.length >= 4)
    .map(({ bought, orders }) => ({ bought, last: orders.at(-1) as (typeof orders)[number] }))
    .sort((a, b) => a.last.day - b.last.day);
  let known: { model: WhatModel | undefined; to: Day } = { model: undefined, to: start };
  for (const { bought, last } of cases) {
    const to = last.day - 1 - ((last.day - 1 - start) % REFIT_DAYS);
    if (to > known.to) {
      known = { model: learnWhat(known.model, basketsBetween(shop, known.to, to)), to };
    }
    const past = until(bought, last.day - 1);
    const picks = recommend(known.model, { at: last.day - 1, bought: past, only: 'again' }, 10);
    own.add(
      picks.map(({ product }) => product),
      last.products,
    );
    frequency.add(byFrequency(ordersOf(past)), last.products);
  }
  return { own: own.means, frequency: frequency.means };
}

function byFrequency(orders: ReturnType<typeof ordersOf>): string[] {
  const times = new Map<string, number>();
  for (const { products } of orders) {
    for (const product of products) times.set(product, (times.get(product) ?? 0) + 1);
  }
  return [...times].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([product]) => product);
}

describe.skipIf(!hasShared('online_retail.csv.gz'))('on a wholesaler of gifts', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await onlineRetail();
  });

  it('finds what is new in the next order better than the popular list and plain cosine', {
    timeout: 240_000,
  }, () => {
    const compared = compareNew(shop, dayOf('2011-08-31'));
    expect(compared.own.cases).toBe(1_824);
    expectAhead(compared);
  });

  it('knows what is bought again better than a rate times the share of repeating buyers', {
    timeout: 240_000,
  }, () => {
    const { own, frequency } = scoreAgain(shop, dayOf('2010-11-30'));
    expect(own.cases).toBe(1_410);
    expect(own.recall10).toBeGreaterThan(0.217);
    expect(own.ndcg10).toBeGreaterThan(0.324);
    expect(own.hit5).toBeGreaterThan(0.709);
    expect(own.recall10).toBeGreaterThan(frequency.recall10);
  });
});

/** Means over several shops: one of them has but 500 cases, and an error of two in a hundred. */
function compareAll(shops: readonly Shop[], day: Day): ReturnType<typeof compareNew> {
  const all = shops.map((shop) => compareNew(shop, day));
  const mean = (of: (each: ReturnType<typeof compareNew>) => number) =>
    all.reduce((sum, each) => sum + of(each), 0) / all.length;
  const means = (rule: 'own' | 'popular' | 'cosine') => ({
    cases: mean((each) => each[rule].cases),
    recall10: mean((each) => each[rule].recall10),
    ndcg10: mean((each) => each[rule].ndcg10),
    hit5: mean((each) => each[rule].hit5),
    hit10: mean((each) => each[rule].hit10),
  });
  return { own: means('own'), popular: means('popular'), cosine: means('cosine') };
}

describe('on made-up jewellers', () => {
  it.each([1_500, 400, 150])(
    'finds what is new better than the two rules (%i customers)',
    (size) => {
      const shops = [1, 2, 3].map((seed) => jeweller(seed, size));
      expectAhead(compareAll(shops, 20_000 + 250));
    },
  );
});
