/**
 * What baskets add up to. An event counts 2^((its day - epoch) / half-life), so that adding never touches
 * what is there; when a half-life has gone by, everything is halved once and the epoch moves. Sums of whole
 * numbers: the order of adding does not matter.
 */
import type { WhatModel, WhatTotals } from '../../../contract/prediction-what.ts';
import type { Basket, Day } from '../../../contract/predictions.ts';
import { Packer, Unpacker } from './pack.ts';
import { INDEX_MAX, PairCounts } from './pair-counts.ts';

/**
 * What goes together changes with the seasons and with the range. Of 60, 120, 180 and 365 days, 120 and 180
 * were best on every split that was tried.
 */
export const HALF_LIFE_DAYS = 180;
/** What sells now: 7, 14 and 30 days differ little; shorter ones need more orders. */
export const RECENT_HALF_LIFE_DAYS = 14;
/** One order of the epoch's day. Smaller parts of an order than a 16th are not worth their bytes. */
export const UNIT = 16;
/** Models with more products would be too large for a function to keep; those sold least are left out. */
export const PRODUCTS_MAX = 50_000;
/** Of one order, as of the earlier ones, for pairs: these grow with the square. */
export const PRODUCTS_PER_ORDER_MAX = 64;
/** Earlier products that were passed over this time. */
export const EARLIER_KEPT = 1_024;
/** Halved so often, nothing is left. */
const HALVINGS_MAX = 64;

export type ProductStats = {
  /** Orders with it. */
  sold: number;
  /** Orders in which their customer had it for the first time. */
  buyers: number;
  /** Later orders of its buyers without it, and with it. */
  passed: number;
  again: number;
  /** Orders with it, lately. */
  recent: number;
  /** First day in an order or in the feed. */
  first: Day;
};

export const epochOf = (day: Day, halfLife: number): Day => Math.floor(day / halfLife) * halfLife;
export const weightOf = (day: Day, halfLife: number): number =>
  2 ** ((day - epochOf(day, halfLife)) / halfLife);

const nothing = (first: Day): ProductStats => ({
  sold: 0,
  buyers: 0,
  passed: 0,
  again: 0,
  recent: 0,
  first,
});

const NO_TOTALS: WhatTotals = { orders: 0, laterOrders: 0, firstTimes: 0, recentOrders: 0 };

export class Counts {
  readonly products: string[] = [];
  readonly stats: ProductStats[] = [];
  readonly pairs = new PairCounts();
  readonly totals: WhatTotals = { ...NO_TOTALS };
  private readonly places = new Map<string, number>();
  readonly day: Day;

  /** The counts of a model, as they stand on `day`. */
  constructor(previous: WhatModel | undefined, day: Day) {
    this.day = Math.max(day, previous?.day ?? day);
    if (previous) this.read(previous);
  }

  placeOf(product: string): number | undefined {
    return this.places.get(product);
  }

  /** `undefined` when there is no room for another one. */
  enter(product: string, day: Day): number | undefined {
    const known = this.places.get(product);
    if (known !== undefined) return known;
    if (this.products.length >= INDEX_MAX) return undefined;
    this.places.set(product, this.products.length);
    this.stats.push(nothing(day));
    return this.products.push(product) - 1;
  }

  /** Products that are not in the counts are passed over: see `enter`. */
  add({ day, lines, earlier }: Basket): void {
    const weight = this.slow(day);
    const recent = this.fast(day);
    const [fresh, again] = this.lines(lines);
    const before = this.known(earlier);
    for (const place of [...fresh, ...again]) {
      const stats = this.stats[place] as ProductStats;
      stats.sold += weight;
      stats.recent += recent;
      stats.first = Math.min(stats.first, day);
    }
    for (const place of fresh) (this.stats[place] as ProductStats).buyers += weight;
    for (const place of again) (this.stats[place] as ProductStats).again += weight;
    for (const place of before) (this.stats[place] as ProductStats).passed += weight;
    this.totals.orders += weight;
    this.totals.recentOrders += recent;
    if (again.length + before.length > 0) {
      this.totals.laterOrders += weight;
      this.totals.firstTimes += weight * fresh.length;
    }
    this.addPairs(fresh, [...again, ...before.slice(0, PRODUCTS_PER_ORDER_MAX)], weight);
  }

  /** A customer counts for a pair once: in the order that completed it. */
  private addPairs(fresh: readonly number[], others: readonly number[], weight: number): void {
    if (weight === 0) return;
    for (let i = 0; i < fresh.length; i += 1) {
      const place = fresh[i] as number;
      for (let j = i + 1; j < fresh.length; j += 1) {
        this.pairs.add(place, fresh[j] as number, weight);
      }
      for (const other of others) if (other !== place) this.pairs.add(place, other, weight);
    }
  }

  private lines(lines: Basket['lines']): [fresh: number[], again: number[]] {
    const fresh = new Set<number>();
    const again = new Set<number>();
    for (const { product, gap } of lines.slice(0, PRODUCTS_PER_ORDER_MAX)) {
      const place = this.places.get(product);
      if (place !== undefined) (gap === undefined ? fresh : again).add(place);
    }
    return [[...fresh].filter((place) => !again.has(place)), [...again]];
  }

  private known(products: readonly string[]): number[] {
    const places = new Set<number>();
    for (const product of products.slice(0, EARLIER_KEPT)) {
      const place = this.places.get(product);
      if (place !== undefined) places.add(place);
    }
    return [...places];
  }

  private slow(day: Day): number {
    const epoch = epochOf(this.day, HALF_LIFE_DAYS);
    return Math.round(UNIT * 2 ** ((Math.min(day, this.day) - epoch) / HALF_LIFE_DAYS));
  }

  private fast(day: Day): number {
    const epoch = epochOf(this.day, RECENT_HALF_LIFE_DAYS);
    return Math.round(UNIT * 2 ** ((Math.min(day, this.day) - epoch) / RECENT_HALF_LIFE_DAYS));
  }

  private read(model: WhatModel): void {
    const slow = halver(model.day, this.day, HALF_LIFE_DAYS);
    const fast = halver(model.day, this.day, RECENT_HALF_LIFE_DAYS);
    const stats = statsOf(model);
    model.products.forEach((product, index) => {
      this.places.set(product, index);
      this.products.push(product);
      const { sold, buyers, passed, again, recent, first } = stats[index] as ProductStats;
      this.stats.push({
        sold: slow(sold),
        buyers: slow(buyers),
        passed: slow(passed),
        again: slow(again),
        recent: fast(recent),
        first,
      });
    });
    eachPair(model.pairs, (a, b, count) => {
      const left = slow(count);
      if (left > 0) this.pairs.add(a, b, left);
    });
    const { orders, laterOrders, firstTimes, recentOrders } = model.totals;
    this.totals.orders = slow(orders);
    this.totals.laterOrders = slow(laterOrders);
    this.totals.firstTimes = slow(firstTimes);
    this.totals.recentOrders = fast(recentOrders);
  }
}

/** Halves as often as the epoch has moved between two days. */
function halver(from: Day, to: Day, halfLife: number): (count: number) => number {
  const times = (epochOf(to, halfLife) - epochOf(from, halfLife)) / halfLife;
  const divisor = 2 ** Math.min(HALVINGS_MAX, times);
  return times === 0 ? (count) => count : (count) => Math.round(count / divisor);
}

/** First days are told from here: 2000-01-01. Nothing that is still sold is older. */
const FIRST_DAY = 10_957;

export function packStats(stats: readonly ProductStats[]): string {
  const packer = new Packer();
  for (const { sold, buyers, passed, again, recent, first } of stats) {
    for (const count of [sold, buyers, passed, again, recent]) packer.add(count);
    packer.add(Math.max(0, first - FIRST_DAY));
  }
  return packer.text();
}

export function statsOf({ products, stats }: WhatModel): ProductStats[] {
  const packed = new Unpacker(stats);
  return products.map(() => ({
    sold: packed.next(),
    buyers: packed.next(),
    passed: packed.next(),
    again: packed.next(),
    recent: packed.next(),
    first: packed.next() + FIRST_DAY,
  }));
}

export type Pair = [a: number, b: number, count: number];

/** Ascending by the first, then the second; for each first one: how many, then gaps and counts. */
export function packPairs(pairs: readonly Pair[], products: number): string {
  const packer = new Packer();
  let at = 0;
  for (let first = 0; first < products; first += 1) {
    let end = at;
    while (end < pairs.length && (pairs[end] as Pair)[0] === first) end += 1;
    packer.add(end - at);
    let before = first;
    for (; at < end; at += 1) {
      const [, second, count] = pairs[at] as Pair;
      packer.add(second - before);
      packer.add(count);
      before = second;
    }
  }
  return packer.text();
}

export function eachPair(packed: string, use: (...pair: Pair) => void): void {
  const unpacker = new Unpacker(packed);
  for (let first = 0; !unpacker.done; first += 1) {
    let second = first;
    for (let left = unpacker.next(); left > 0; left -= 1) {
      second += unpacker.next();
      use(first, second, unpacker.next());
    }
  }
}
