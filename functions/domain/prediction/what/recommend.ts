/**
 * The list for one customer: what they buy again and what may be new to them, by how likely each is in the
 * next order. The marketer's own picks come first.
 */
import type { CatalogueProduct } from '../../../contract/catalogue.ts';
import type { Pick, WhatContext, WhatModel } from '../../../contract/prediction-what.ts';
import { type Affinity, affinityOf, isNever } from './affinity.ts';
import { againChance, againShareOf, type Own, type Purchases, purchasesOf } from './again.ts';
import { freshOf } from './fresh.ts';
import { type Tables, tablesOf } from './tables.ts';

/** Longer lists are no recommendation any more. */
export const PICKS_MAX = 1_000;
/**
 * Bought within so many days, and nobody needs a second one yet, unless it is used up. Half a year: what
 * lasts longer is no thing for a reminder either, but may be a present by then.
 */
export const LATELY_DAYS = 180;
/**
 * Used up, where the feed does not say: its buyers have it again in one of 25 later orders or more. Of gifts
 * for resale it is one of 12, of jewellery one of hundreds.
 */
export const CONSUMED_SHARE = 0.04;
/** Where the refill is known: not before this part of it has gone by. */
const REFILL_PART = 0.5;
/** Dearer than so many times the dearest, or cheaper than such a part of the cheapest of theirs. */
export const PRICE_FACTOR = 4;
/** Prices of so few say nothing. */
const PRICES_MIN = 3;

/** At most `k` picks, best first; the same for the same model and context. Never the same product twice. */
export function recommend(model: WhatModel | undefined, context: WhatContext, k: number): Pick[] {
  const limit = Math.min(k, PICKS_MAX);
  const pinned = pinnedOf(context);
  if (!model) return pinned.slice(0, limit);
  const tables = tablesOf(model);
  const purchases = purchasesOf(context);
  const affinity = affinityOf(tables, context, purchases);
  const shown = new Set([...pinned.map(({ product }) => product), ...(context.excluded ?? [])]);
  const prices = priceRange(context, purchases);
  const scored = [
    ...(context.only === 'new' ? [] : againPicks(tables, context, purchases)),
    ...(context.only === 'again' ? [] : freshPicks(tables, context, { purchases, affinity })),
  ];
  const picks = pinned.slice(0, limit);
  for (const pick of bestFirst(scored, limit)) {
    if (picks.length >= limit) break;
    if (!shown.has(pick.product) && isOffered(context, pick.product, prices)) picks.push(pick);
  }
  return picks;
}

/** Of thousands a few are wanted: so many are put in order at first, the rest only when these fall out. */
const AHEAD = 64;

function* bestFirst(scored: readonly Pick[], wanted: number): Generator<Pick> {
  const least = nthScore(scored, wanted * 2 + AHEAD);
  yield* scored.filter(({ score }) => score >= least).sort(byScore);
  yield* scored.filter(({ score }) => score < least).sort(byScore);
}

/** The n-th best score, by a heap of the best so far with the least on top; of fewer the least there is. */
function nthScore(scored: readonly Pick[], n: number): number {
  if (scored.length <= n) return Number.NEGATIVE_INFINITY;
  const heap = Float64Array.from(scored.slice(0, n), ({ score }) => score).sort();
  for (let next = n; next < scored.length; next += 1) {
    const { score } = scored[next] as Pick;
    if (score > (heap[0] as number)) sink(heap, score);
  }
  return heap[0] as number;
}

/** Puts the score in the place of the least one. */
function sink(heap: Float64Array, score: number): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number))
      child += 1;
    if ((heap[child] as number) >= score) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = score;
}

const byScore = (a: Pick, b: Pick): number => b.score - a.score || (a.product < b.product ? -1 : 1);

/** Pinned by hand: only what is excluded, gone, in the cart or just bought stays away. */
function pinnedOf(context: WhatContext): Pick[] {
  const { pinned = [], excluded = [], cart = [], bought, at } = context;
  return [...new Set(pinned)]
    .filter((product) => !excluded.includes(product) && !cart.includes(product))
    .filter((product) => !bought.some((one) => one.product === product && isLately(one.day, at)))
    .filter((product) => isOffered(context, product, undefined))
    .map((product) => ({ product, score: 1, reason: { code: 'pinned' } }));
}

const isLately = (day: number, at: number): boolean => at - day < LATELY_DAYS;

function againPicks(tables: Tables, context: WhatContext, purchases: Purchases): Pick[] {
  const { cart = [], catalogue, at } = context;
  const { days } = purchases;
  return purchases.own
    .filter(({ product }) => !cart.includes(product))
    .filter((own) => isWantedAgain(tables, own, { at, product: catalogue?.(own.product) }))
    .map((own) => ({
      product: own.product,
      score: againChance(tables, { own, days }),
      reason: { code: 'bought-again' },
    }));
}

function isWantedAgain(
  tables: Tables,
  { product: id, last }: Own,
  { at, product }: { at: number; product: CatalogueProduct | undefined },
): boolean {
  if (product?.refillDays !== undefined) return at - last >= REFILL_PART * product.refillDays;
  const consumed =
    product?.consumed ?? againShareOf(tables, tables.places.get(id)) >= CONSUMED_SHARE;
  return consumed || !isLately(last, at);
}

function freshPicks(
  tables: Tables,
  context: WhatContext,
  known: { purchases: Purchases; affinity: Affinity },
): Pick[] {
  return freshOf(tables, context, known)
    .filter(({ place }) => !isNever(tables, known.affinity, place))
    .map(({ place, chance, reason }) => ({
      product: tables.model.products[place] as string,
      score: chance,
      reason,
    }));
}

type Prices = { least: number; most: number; currency: string | undefined };

/** Of what the customer has bought, in the currency of the last; undefined when too few are known. */
function priceRange({ catalogue }: WhatContext, { own }: Purchases): Prices | undefined {
  if (!catalogue) return undefined;
  const known = own.flatMap(({ product }) => {
    const { price, currency } = catalogue(product) ?? {};
    return price === undefined || price <= 0 ? [] : [{ price, currency }];
  });
  const currency = known[0]?.currency;
  const prices = known.filter((each) => each.currency === currency).map(({ price }) => price);
  if (prices.length < PRICES_MIN) return undefined;
  return { least: Math.min(...prices), most: Math.max(...prices), currency };
}

function isOffered({ catalogue }: WhatContext, id: string, prices: Prices | undefined): boolean {
  if (!catalogue) return true;
  const product = catalogue(id);
  if (!product?.available) return false;
  if (!prices || product.price === undefined || product.currency !== prices.currency) return true;
  return (
    product.price <= prices.most * PRICE_FACTOR && product.price * PRICE_FACTOR >= prices.least
  );
}
