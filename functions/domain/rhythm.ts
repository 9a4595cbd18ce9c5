/** Moments that nobody reports: a product is due again, a customer is late against their own rhythm. */
import { DAY_MS, type Instant } from '../contract/time.ts';
import type { Facts, OrderFact } from './customer.ts';
import { counts, isRefunded } from './facts/orders.ts';

/** Two gaps need three purchases; with one gap everything would be a rhythm. */
export const PURCHASES_MIN = 3;
/**
 * Late means twice one's own median gap: regular buyers vary by about half their gap, so that at twice
 * the gap few who are still active have not ordered. The prediction model will replace it.
 */
export const LATE_FACTOR = 2;
/** Below a month even a weekly buyer is only on holiday. */
export const LATE_MIN_MS = 30 * DAY_MS;

export type Placed = OrderFact & { placed: NonNullable<OrderFact['placed']> };

/** Orders that count, newest first. */
export const placedOrders = (facts: { orders: readonly OrderFact[] }): Placed[] =>
  facts.orders.filter((order): order is Placed => counts(order));

/** Median of the gaps between moments, newest first; undefined below PURCHASES_MIN moments. */
export function medianGap(moments: readonly Instant[]): number | undefined {
  if (moments.length < PURCHASES_MIN) return undefined;
  const gaps = moments.slice(1).map((at, index) => (moments[index] ?? at) - at);
  gaps.sort((a, b) => a - b);
  const middle = gaps.length >> 1;
  const high = gaps[middle] ?? 0;
  return gaps.length % 2 === 1 ? high : Math.round((high + (gaps[middle - 1] ?? high)) / 2);
}

/** What the customer buys again and again. */
export type Repeat = {
  product: string;
  purchases: number;
  gapMs: number;
  /** The latest order with it. */
  last: Placed;
  dueAt: Instant;
};

/** The orders with a product that say something about the customer's own need of it. */
export const ownOrders = (facts: { orders: readonly OrderFact[] }): Placed[] =>
  placedOrders(facts).filter((order) => !order.gift && !isRefunded(order));

function repeatOf(product: string, bought: readonly Placed[]): Repeat | undefined {
  if (bought.length < PURCHASES_MIN) return undefined;
  const gapMs = medianGap(bought.map(({ placed }) => placed.at));
  const last = bought[0];
  if (gapMs === undefined || gapMs === 0 || !last) return undefined;
  const dueAt = last.placed.at + gapMs;
  return { product, purchases: bought.length, gapMs, last, dueAt };
}

/** Every product of at least three of the kept orders; gifts and returns tell nothing. */
export const repeats = (facts: Facts): readonly Repeat[] => rhythmOf(facts).repeats;

/** When the customer becomes late; undefined below three orders. */
export const latenessOf = (facts: Facts): Lateness | undefined => rhythmOf(facts).lateness;

export type Lateness = { last: Placed; gapMs: number; dueAt: Instant };
type Rhythm = { repeats: readonly Repeat[]; lateness: Lateness | undefined };

/** Lists of orders are never changed in place, so what follows from one is worked out once. */
const RHYTHMS = new WeakMap<readonly OrderFact[], Rhythm>();

function rhythmOf(facts: Facts): Rhythm {
  const known = RHYTHMS.get(facts.orders);
  if (known) return known;
  const rhythm = { repeats: findRepeats(facts), lateness: findLateness(facts) };
  RHYTHMS.set(facts.orders, rhythm);
  return rhythm;
}

function findRepeats(facts: Facts): Repeat[] {
  if (facts.orders.length < PURCHASES_MIN) return [];
  const byProduct = new Map<string, Placed[]>();
  for (const order of ownOrders(facts)) {
    for (const [product] of order.lines ?? []) {
      const bought = byProduct.get(product);
      if (bought) bought.push(order);
      else byProduct.set(product, [order]);
    }
  }
  const found: Repeat[] = [];
  for (const [product, bought] of byProduct) {
    const repeat = repeatOf(product, bought);
    if (repeat) found.push(repeat);
  }
  return found;
}

/** One product's rhythm, where it has one. */
export const repeatOfProduct = (facts: Facts, product: string): Repeat | undefined =>
  repeats(facts).find((repeat) => repeat.product === product);

function findLateness(facts: Facts): Lateness | undefined {
  const orders = placedOrders(facts);
  const gapMs = medianGap(orders.map(({ placed }) => placed.at));
  const last = orders[0];
  if (gapMs === undefined || !last) return undefined;
  return { last, gapMs, dueAt: last.placed.at + Math.max(LATE_FACTOR * gapMs, LATE_MIN_MS) };
}
