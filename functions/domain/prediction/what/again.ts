/**
 * What a customer buys again. Each of their products has a rate: in how many of their orders since the first
 * with it it was again, shrunk towards how its other buyers do (a beta prior worth RATE_DOUBT orders). How it
 * sells now multiplies the odds: a rate of 0.5 that sells twice as well as usual becomes 0.67.
 */
import type { WhatContext } from '../../../contract/prediction-what.ts';
import type { Day } from '../../../contract/predictions.ts';
import type { Tables } from './tables.ts';

/** Orders after which a customer's own habit counts as much as that of others; 3 to 20 differ by 3%. */
const RATE_DOUBT = 5;
/** Later orders after which a product's own share counts as much as the shop's. */
const SHARE_DOUBT = 20;
/** What a customer has of one product. */
export type Own = {
  product: string;
  /** Order days with it, the first and the last of them. */
  times: number;
  first: Day;
  last: Day;
};

export type Purchases = {
  /** Ascending. */
  days: Day[];
  /** The latest bought first; of one day by id. */
  own: Own[];
};

/** What is after `at` is not known yet. */
export function purchasesOf({ bought, at }: Pick<WhatContext, 'bought' | 'at'>): Purchases {
  const known = bought.filter(({ day }) => day <= at).sort((a, b) => a.day - b.day);
  const own = new Map<string, Own>();
  const days: Day[] = [];
  for (const { product, day } of known) {
    if (days.at(-1) !== day) days.push(day);
    const before = own.get(product);
    if (!before) own.set(product, { product, times: 1, first: day, last: day });
    else if (before.last !== day) {
      before.times += 1;
      before.last = day;
    }
  }
  const latestFirst = (a: Own, b: Own) => b.last - a.last || (a.product < b.product ? -1 : 1);
  return { days, own: [...own.values()].sort(latestFirst) };
}

/** Share of later orders in which its buyers have it again. */
export function againShareOf(tables: Tables, place: number | undefined): number {
  const stats = place === undefined ? undefined : tables.stats[place];
  const again = stats?.again ?? 0;
  const all = again + (stats?.passed ?? 0);
  return (again + SHARE_DOUBT * tables.againShare) / (all + SHARE_DOUBT);
}

/** How likely the product is in the customer's next order. */
export function againChance(tables: Tables, { own, days }: { own: Own; days: readonly Day[] }) {
  const place = tables.places.get(own.product);
  const later = days.length - 1 - days.indexOf(own.first);
  const share = againShareOf(tables, place);
  const rate = (own.times - 1 + RATE_DOUBT * share) / (later + RATE_DOUBT);
  const trend = place === undefined ? 1 : (tables.trend[place] as number);
  return (rate * trend) / (1 - rate + rate * trend);
}
