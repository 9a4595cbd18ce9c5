/** The part of a night that learns when products are needed again and what goes together: from gathered orders. */
import type { CatalogueProduct } from '../contract/catalogue.ts';
import type { WhatModel } from '../contract/prediction-what.ts';
import type { WhenModel } from '../contract/prediction-when.ts';
import type { Basket } from '../contract/predictions.ts';
import { BASKETS_DAYS } from '../contract/retention.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import type { CatalogueReader } from './catalogue.ts';
import { type Baskets, dateOf } from './gather.ts';
import type { LearnState } from './models.ts';

export type Products = ReadonlyMap<string, CatalogueProduct>;

/** Pure; each is given what it said before. */
export type ProductLearners = {
  when(previous: WhenModel | undefined, baskets: readonly Basket[], products: Products): WhenModel;
  what(previous: WhatModel | undefined, baskets: readonly Basket[], products: Products): WhatModel;
};

export type ProductDeps = {
  baskets: Pick<Baskets, 'read'>;
  catalogue: CatalogueReader;
  learners: ProductLearners;
  count(name: string, value?: number): void;
};

/** Orders that one night learns products from; of an import with more, the others say the same. */
export const ORDERS_A_NIGHT_MAX = 500_000;
/**
 * Products of the feed that are read: 1 KB each in memory, and twice as many as the tables hold. More than
 * that are learned by their orders alone.
 */
export const PRODUCTS_A_NIGHT_MAX = 100_000;
/** Orders at once in memory: some 20 MB. */
export const ORDERS_AT_ONCE = 20_000;
/**
 * Orders are learned when they are a fiftieth of all that were, or so many, or have waited for so long: a
 * small shop's two orders a day change no table, and a new model each night would only cost.
 */
export const NEW_SHARE = 0.02;
export const NEW_ORDERS = 500;
export const WAIT_DAYS_MAX = 5;
/**
 * A record may wait in the stream for a day. So a date is complete, and its orders are counted once, when
 * another whole day has gone by.
 */
export const SETTLED_DAYS = 2;

/** Dates that are complete and not learned yet, oldest first; what is older than the baskets live is gone. */
export function datesAfter(through: string | undefined, at: Instant): string[] {
  const dates: string[] = [];
  for (let back = BASKETS_DAYS; back >= SETTLED_DAYS; back -= 1) {
    const date = dateOf(at - back * DAY_MS);
    if (through === undefined || date > through) dates.push(date);
  }
  return dates;
}

/** True when the orders that wait are worth a new model. */
export async function areOrdersDue(
  { baskets }: Pick<ProductDeps, 'baskets'>,
  { basketsThrough, basketsLearned = 0 }: LearnState,
  at: Instant,
): Promise<boolean> {
  const urgent = dateOf(at - (SETTLED_DAYS + WAIT_DAYS_MAX) * DAY_MS);
  const enough = Math.min(NEW_ORDERS, NEW_SHARE * basketsLearned);
  let waiting = 0;
  for (const date of datesAfter(basketsThrough, at)) {
    for await (const page of baskets.read(date)) {
      waiting += page.length;
      if (page.length > 0 && (waiting >= enough || date <= urgent)) return true;
    }
  }
  return false;
}

export type ProductModels = { when?: WhenModel; what?: WhatModel; orders: number };

/** Adds the orders of these dates to what was known, in slices, so that no date is ever whole in memory. */
export async function learnProducts(
  deps: ProductDeps,
  before: Omit<ProductModels, 'orders'>,
  dates: readonly string[],
): Promise<ProductModels> {
  const models: ProductModels = { ...before, orders: 0 };
  // Read whole: what is new in the feed has no order yet.
  const products = await readProducts(deps);
  const seen = new Set<string>();
  let slice: Basket[] = [];
  const learnSlice = () => {
    if (slice.length === 0) return;
    models.when = deps.learners.when(models.when, slice, products);
    models.what = deps.learners.what(models.what, slice, products);
    slice = [];
  };
  for (const date of dates) {
    for await (const page of deps.baskets.read(date)) {
      for (const { id, basket } of page) {
        if (seen.has(id)) continue;
        if (seen.size < ORDERS_A_NIGHT_MAX) {
          seen.add(id);
          slice.push(basket);
        } else deps.count('OrdersNotLearned');
      }
      if (slice.length >= ORDERS_AT_ONCE) learnSlice();
    }
  }
  learnSlice();
  return { ...models, orders: seen.size };
}

async function readProducts({ catalogue, count }: ProductDeps): Promise<Products> {
  const products = new Map<string, CatalogueProduct>();
  let left = 0;
  for await (const page of catalogue.pages()) {
    for (const product of page) {
      if (products.size < PRODUCTS_A_NIGHT_MAX) products.set(product.id, product);
      else left += 1;
    }
  }
  count('ProductsNotRead', left);
  return products;
}
