/**
 * What a customer may buy for the first time. Whatever they have bought, put into the cart or looked at
 * speaks for its neighbours; words searched for and attributes they keep to speak for the products that have
 * them; all of it times how the product sells now. The sum is shared out over as many products as are new in
 * an order of such a customer, so that it can stand beside what is bought again.
 */
import type { PickReason, WhatContext } from '../../../contract/prediction-what.ts';
import type { Purchases } from './again.ts';
import { type Affinity, affinityFactor } from './affinity.ts';
import { wordsOf } from './features.ts';
import { BUYERS_KNOWN } from './likeness.ts';
import type { Tables } from './tables.ts';

export type Fresh = { place: number; chance: number; reason: PickReason };

/** Of one customer's products the newest; older ones change nothing, but cost time. */
const SOURCES_MAX = 64;
/** What lies in the cart is wanted now. */
const CART_WEIGHT = 2;
/** A look is less than an order. */
const VIEW_WEIGHT = 0.7;
const VIEWS_MAX = 20;
/** How much a look speaks for the product itself, as a part of everything that is known; twice, for twice. */
const VIEWED_PART = 0.1;
/** How much a search does for all that it finds. */
const SEARCHED_PART = 0.5;
const SEARCHES_MAX = 5;
/** Products of one word or attribute that are asked: those sold most. */
const POSTINGS_MAX = 100;
const SEARCHED_MAX = 30;
/**
 * What is known of a customer's products weighs as much as these had buyers. Attributes weigh as much as so
 * many: with a few dozen orders they are the better guide, with thousands the orders are.
 */
const ATTRIBUTE_BUYERS = 5;
/** What everybody buys speaks a little to everybody, and is all there is to say to a stranger. */
const POPULAR_BUYERS = 0.3;
/** Orders after which the customer's own taste for new products counts as much as that of the shop. */
const NOVELTY_DOUBT = 3;
/** Days in which a product is new to the shop. */
const NEW_DAYS = 30;
/**
 * The best places of a list hold less than the sums say, since what speaks for them speaks together: 0.6 of it
 * on a wholesaler, 1 on made-up jewellers.
 */
const NOVELTY_TRUST = 0.75;
/** Nothing is certain. */
const CHANCE_MAX = 0.95;

/** Parts of sums by product, and of each the reason that spoke loudest. */
class Sums {
  /** Products that something spoke for. */
  readonly touched: number[] = [];
  /** Of the products whose neighbours were added. */
  buyers = 0;
  private readonly reasons: PickReason[] = [];
  private readonly tables: Tables;

  constructor(tables: Tables) {
    this.tables = tables;
  }

  /** The number of a reason, for `add`. */
  because(reason: PickReason): number {
    return this.reasons.push(reason) - 1;
  }

  add(place: number, part: number, reason: number): void {
    if (part <= 0) return;
    const { sums, loudest, reasons } = this.tables.scratch;
    const sum = sums[place] as number;
    if (sum === 0) this.touched.push(place);
    if (part > (loudest[place] as number)) {
      loudest[place] = part;
      reasons[place] = reason;
    }
    sums[place] = sum + part;
  }

  neighboursOf(product: string, weight: number, why: PickReason): void {
    const { places, neighbours, stats } = this.tables;
    const source = places.get(product);
    if (source === undefined) return;
    this.buyers += weight * (stats[source]?.buyers ?? 0);
    const { starts, targets, weights } = neighbours;
    const reason = this.because(why);
    const end = starts[source + 1] as number;
    for (let at = starts[source] as number; at < end; at += 1) {
      this.add(targets[at] as number, weight * (weights[at] as number), reason);
    }
  }

  itself(product: string, part: number, why: PickReason): void {
    const place = this.tables.places.get(product);
    if (place !== undefined) this.add(place, part, this.because(why));
  }

  /** Makes everything so far sum up to so much. */
  scaleTo(total: number): void {
    const { sums, loudest } = this.tables.scratch;
    let all = 0;
    for (const place of this.touched) all += sums[place] as number;
    if (all <= 0) return;
    for (const place of this.touched) {
      sums[place] = ((sums[place] as number) * total) / all;
      loudest[place] = ((loudest[place] as number) * total) / all;
    }
  }

  /** The sum and its reason; the place is as nobody had spoken for it. */
  take(place: number): { sum: number; reason: PickReason } {
    const { sums, loudest, reasons } = this.tables.scratch;
    const sum = sums[place] as number;
    sums[place] = 0;
    loudest[place] = 0;
    return { sum, reason: this.reasons[reasons[place] as number] as PickReason };
  }
}

/** Everything that the customer does not have yet and that something speaks for, in no order. */
export function freshOf(
  tables: Tables,
  context: WhatContext,
  { purchases, affinity }: { purchases: Purchases; affinity: Affinity },
): Fresh[] {
  const sums = new Sums(tables);
  addBought(sums, context, purchases);
  addLooks(sums, context);
  sums.scaleTo(sums.buyers);
  addAttributes(sums, tables, affinity);
  addPopular(sums, tables, context.at);
  const all = sums.buyers + POPULAR_BUYERS + (affinity.liked.length > 0 ? ATTRIBUTE_BUYERS : 0);
  addViewed(sums, context, all * VIEWED_PART);
  addSearches(sums, tables, { context, total: all * SEARCHED_PART });
  // Where orders tell enough, attributes tell nothing more.
  const hint = ATTRIBUTE_BUYERS / (ATTRIBUTE_BUYERS + sums.buyers);
  const had = new Set<number | undefined>();
  for (const { product } of purchases.own) had.add(tables.places.get(product));
  for (const product of context.cart ?? []) had.add(tables.places.get(product));
  const found: Fresh[] = [];
  for (const place of sums.touched) {
    const { sum, reason } = sums.take(place);
    if (had.has(place)) continue;
    const trend = tables.trend[place] as number;
    const chance = sum * trend * affinityFactor(tables, affinity, place) ** hint;
    found.push({ place, chance, reason: honest(tables, place, reason) });
  }
  return sharedOut(found, noveltyOf(tables, purchases));
}

/** Whom too few have bought was found by what it has in common: then that is the reason. */
function honest(tables: Tables, place: number, reason: PickReason): PickReason {
  if (reason.code !== 'bought-together' && reason.code !== 'bought-next') return reason;
  if ((tables.stats[place]?.buyers ?? 0) >= BUYERS_KNOWN) return reason;
  const { because } = reason;
  const source = tables.places.get(because);
  const theirs = source === undefined ? [] : (tables.featured[source] ?? []);
  const common = (tables.featured[place] ?? []).filter((code) => theirs.includes(code));
  if (common.length === 0) return reason;
  for (const code of common) {
    const attribute = tables.features[code]?.attribute;
    if (attribute) return { code: 'same-attribute', ...attribute, because };
  }
  return { code: 'similar', because };
}

function addPopular(sums: Sums, { popular, share, stats }: Tables, at: number): void {
  const [known, fresh] = [sums.because({ code: 'popular' }), sums.because({ code: 'new' })];
  const all = popular.reduce((sum, place) => sum + (share[place] as number), 0);
  for (const place of popular) {
    const isNew = (stats[place]?.first ?? 0) > at - NEW_DAYS;
    sums.add(place, (POPULAR_BUYERS * (share[place] as number)) / all, isNew ? fresh : known);
  }
}

function addBought(sums: Sums, { cart = [] }: WhatContext, { own, days }: Purchases): void {
  const last = days.at(-1);
  for (const { product, last: day } of own.slice(0, SOURCES_MAX)) {
    const code = day === last ? 'bought-together' : 'bought-next';
    sums.neighboursOf(product, 1, { code, because: product });
  }
  for (const product of cart.slice(0, SOURCES_MAX)) {
    sums.neighboursOf(product, CART_WEIGHT, { code: 'bought-together', because: product });
  }
}

function looksAt({ views = [] }: WhatContext): Map<string, number> {
  const times = new Map<string, number>();
  for (const product of views.slice(0, VIEWS_MAX)) {
    times.set(product, (times.get(product) ?? 0) + 1);
  }
  return times;
}

function addLooks(sums: Sums, context: WhatContext): void {
  for (const [product, looks] of looksAt(context)) {
    const weight = VIEW_WEIGHT * Math.sqrt(looks);
    sums.neighboursOf(product, weight, { code: 'similar', because: product });
  }
}

function addViewed(sums: Sums, context: WhatContext, each: number): void {
  for (const [product, looks] of looksAt(context)) {
    sums.itself(product, each * looks, { code: 'viewed', times: looks });
  }
}

type Search = { context: WhatContext; total: number };

/** Products that match more of the words count more. */
function addSearches(sums: Sums, tables: Tables, { context, total }: Search): void {
  for (const words of (context.searches ?? []).slice(0, SEARCHES_MAX)) {
    const asked = [...new Set(wordsOf(words))];
    const found = new Map<number, number>();
    for (const word of asked) {
      for (const place of productsWith(tables, word)) found.set(place, (found.get(place) ?? 0) + 1);
    }
    const all = [...found.values()].reduce((sum, hits) => sum + hits ** 2, 0);
    const reason = sums.because({ code: 'searched', words });
    for (const [place, hits] of found) sums.add(place, (total * hits ** 2) / all, reason);
  }
}

/** Products with the word in their title, category or attributes. */
function productsWith({ words, postings }: Tables, word: string): Set<number> {
  const found = new Set<number>();
  for (const code of words.get(word) ?? []) {
    for (const place of (postings[code] ?? []).slice(0, SEARCHED_MAX)) found.add(place);
  }
  return found;
}

/** Shared out by how much of the customer's choice a value is, then by sales. */
function addAttributes(sums: Sums, { postings, share }: Tables, { liked }: Affinity): void {
  const all = liked.reduce((sum, each) => sum + each.share, 0);
  for (const { code, name, value, because, share: part } of liked) {
    const reason = sums.because({ code: 'same-attribute', name, value, because });
    const places = (postings[code] ?? []).slice(0, POSTINGS_MAX);
    const sold = (place: number) => (share[place] as number) + Number.EPSILON;
    const total = places.reduce((sum, place) => sum + sold(place), 0);
    for (const place of places) {
      sums.add(place, (ATTRIBUTE_BUYERS * part * sold(place)) / (all * total), reason);
    }
  }
}

/** Products that are new to the customer in one of their orders. */
function noveltyOf({ totals }: Tables, { own, days }: Purchases): number {
  const shop = totals.laterOrders > 0 ? totals.firstTimes / totals.laterOrders : 1;
  const later = Math.max(0, days.length - 1);
  const fresh = own.filter(({ first }) => first !== days[0]).length;
  return (fresh + NOVELTY_DOUBT * shop) / (later + NOVELTY_DOUBT);
}

function sharedOut(found: Fresh[], novelty: number): Fresh[] {
  const sum = found.reduce((all, { chance }) => all + chance, 0);
  if (sum <= 0) return found;
  for (const each of found)
    each.chance = Math.min(CHANCE_MAX, (each.chance / sum) * novelty * NOVELTY_TRUST);
  return found;
}
