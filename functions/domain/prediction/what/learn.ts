/**
 * Baskets -> tables of what is bought again, together, next and now. Incremental: a night adds its orders to
 * the counts of the model before; nothing else is read. Bounded: PRODUCTS_MAX products, PAIRS_MAX pairs,
 * KEPT_MAX neighbours of each; together at most MODEL_BYTES_MAX.
 */
import type { CatalogueProduct } from '../../../contract/catalogue.ts';
import { WHAT_VERSION, type WhatModel } from '../../../contract/prediction-what.ts';
import type { Basket } from '../../../contract/predictions.ts';
import {
  Counts,
  packPairs,
  type Pair,
  packStats,
  PRODUCTS_MAX,
  type ProductStats,
  UNIT,
} from './counts.ts';
import { dictionaryOf, featuresFrom, featuresOf, packFeatures } from './features.ts';
import { likeEdges } from './likeness.ts';
import { type Edge, KEPT_MAX, neighboursOf, packFitting } from './neighbours.ts';
import { PairCounts } from './pair-counts.ts';

/** As JSON: a function keeps it beside its work, and reads it within a second. */
export const MODEL_BYTES_MAX = 5_000_000;
/** Of 1.9 million pairs of a shop with 3,700 products, the strongest 450,000 lost nothing. */
export const PAIRS_MAX = 450_000;
/** Of the bytes that products, counts and features leave, pairs take this part, neighbours the rest. */
const PAIRS_PART = 0.54;
/** Ids of a usual length take a quarter of it; with longer ones there is room for fewer products. */
const IDS_BYTES_MAX = 2_000_000;
/** Names, brackets, features and totals. */
const REST_BYTES = 200_000;
/** A pair of products that few bought proves little. */
const BUYERS_DOUBT = 5;

/**
 * The model after these orders; the same in whatever order they come. `products` tells what the shop's feed
 * says of them; whatever else is in it becomes known as well, sold or not.
 */
export function learnWhat(
  previous: WhatModel | undefined,
  baskets: readonly Basket[],
  products: ReadonlyMap<string, CatalogueProduct> = new Map(),
): WhatModel {
  const sorted = inOrder(baskets);
  const day = sorted.at(-1)?.basket.day ?? previous?.day ?? 0;
  const counts = new Counts(previous, day);
  enterProducts(counts, sorted, products);
  for (const { basket } of sorted) counts.add(basket);
  return publish(counts, featuresByProduct(previous, products));
}

type Sorted = { basket: Basket; text: string };

/** By day, then by content: pruning must not depend on who ordered first. */
const inOrder = (baskets: readonly Basket[]): Sorted[] =>
  baskets
    .map((basket) => ({ basket, text: basket.lines.map(({ product }) => product).join('\n') }))
    .sort((a, b) => a.basket.day - b.basket.day || compare(a.text, b.text));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Makes room for the new products: those of most orders first, then those of the feed. */
function enterProducts(
  counts: Counts,
  sorted: readonly Sorted[],
  products: ReadonlyMap<string, CatalogueProduct>,
): void {
  const orders = new Map<string, number>();
  for (const { basket } of sorted) {
    for (const { product } of basket.lines) orders.set(product, (orders.get(product) ?? 0) + 1);
  }
  const first = sorted[0]?.basket.day ?? counts.day;
  const bySales = [...orders].sort(([a, m], [b, n]) => n - m || compare(a, b));
  for (const [product] of bySales) counts.enter(product, counts.day);
  for (const product of [...products.keys()].sort()) {
    if (products.get(product)?.available) counts.enter(product, Math.max(first, counts.day));
  }
}

/** Of what the feed tells now, else of what it told before. */
function featuresByProduct(
  previous: WhatModel | undefined,
  products: ReadonlyMap<string, CatalogueProduct>,
): ReadonlyMap<string, readonly string[]> {
  const known = new Map<string, readonly string[]>();
  if (previous) {
    featuresFrom(previous.featured, previous.products.length).forEach((codes, index) => {
      known.set(
        previous.products[index] as string,
        codes.map((code) => previous.features[code] as string),
      );
    });
  }
  for (const [id, product] of products) known.set(id, featuresOf(product));
  return known;
}

function publish(counts: Counts, known: ReadonlyMap<string, readonly string[]>): WhatModel {
  const ranks = ranksOf(counts);
  const products = ranks.map((place) => counts.products[place] as string);
  const stats = ranks.map((place) => counts.stats[place] as ProductStats);
  const buyers = stats.map((each) => each.buyers);
  const packed = packStats(stats);
  const featured = products.map((product) => known.get(product) ?? []);
  const features = dictionaryOf(featured);
  const codes = packFeatures(featured, features);
  const left = MODEL_BYTES_MAX - REST_BYTES - bytesOf(products) - packed.length - codes.length;
  const { pairs, text } = fittingPairs(counts, ranks, { buyers, bytes: left * PAIRS_PART });
  const kept = new PairCounts();
  for (const [a, b, count] of pairs) kept.add(a, b, count);
  const learned = neighboursOf(pairs, kept, buyers);
  const alike = likeEdges(
    featuresFrom(codes, products.length),
    buyers.map((each) => each / UNIT),
    learned,
  );
  const edges = learned.map((own, at) => both(own, alike[at] ?? []));
  return {
    kind: 'what',
    version: WHAT_VERSION,
    day: counts.day,
    products,
    stats: packed,
    pairs: text,
    neighbours: packFitting(edges, left - text.length),
    features,
    featured: codes,
    totals: { ...counts.totals },
  };
}

/** Places by sales, the most first. What nobody buys any more and the newest know nothing of goes last. */
function ranksOf({ products, stats }: Counts): number[] {
  const sold = (place: number) => stats[place] as ProductStats;
  const ranks = products
    .map((_, place) => place)
    .sort(
      (a, b) =>
        sold(b).sold - sold(a).sold ||
        sold(b).first - sold(a).first ||
        compare(products[a] as string, products[b] as string),
    )
    .slice(0, PRODUCTS_MAX);
  let bytes = 0;
  return ranks.filter((place) => {
    bytes += bytesOf([products[place] as string]);
    return bytes <= IDS_BYTES_MAX;
  });
}

const bytesOf = (products: readonly string[]): number =>
  Buffer.byteLength(JSON.stringify(products));

/** The strongest pairs that fit. */
function fittingPairs(
  counts: Counts,
  ranks: readonly number[],
  { buyers, bytes }: { buyers: readonly number[]; bytes: number },
): { pairs: Pair[]; text: string } {
  for (let max = PAIRS_MAX; ; ) {
    const pairs = strongest(counts, ranks, { buyers, max });
    const text = packPairs(pairs, ranks.length);
    if (text.length <= bytes || pairs.length === 0) return { pairs, text };
    max = Math.floor((pairs.length * SHRINK * bytes) / text.length);
  }
}

/** So that a second try fits. */
const SHRINK = 0.98;

/** By count times cosine, in terms of ranks: common pairs, and rare products that always go together. */
function strongest(
  counts: Counts,
  ranks: readonly number[],
  { buyers, max }: { buyers: readonly number[]; max: number },
): Pair[] {
  if (max <= 0) return [];
  const rankOf = new Int32Array(counts.products.length).fill(-1);
  for (const [rank, place] of ranks.entries()) rankOf[place] = rank;
  const roots = Float64Array.from(buyers, (count) => Math.sqrt(count + BUYERS_DOUBT * UNIT));
  const score = (a: number, b: number, count: number) =>
    (count * count) / ((roots[a] as number) * (roots[b] as number));
  const each = (use: (a: number, b: number, count: number) => void) =>
    counts.pairs.each((one, other, count) => {
      const a = rankOf[one] as number;
      const b = rankOf[other] as number;
      if (a >= 0 && b >= 0) use(Math.min(a, b), Math.max(a, b), count);
    });
  const scores = new Float64Array(counts.pairs.size);
  let size = 0;
  each((a, b, count) => {
    scores[size++] = score(a, b, count);
  });
  const least = size > max ? (scores.subarray(0, size).sort()[size - max] as number) : 0;
  const above: Pair[] = [];
  const equal: Pair[] = [];
  each((a, b, count) => {
    const own = score(a, b, count);
    if (own >= least) (own > least ? above : equal).push([a, b, count]);
  });
  equal.sort(ascending);
  return [...above, ...equal.slice(0, max - above.length)].sort(ascending);
}

const ascending = (a: Pair, b: Pair): number => a[0] - b[0] || a[1] - b[1];

/** Neighbours from orders and from features, the strongest first; of two for one product the stronger. */
function both(own: readonly Edge[], alike: readonly Edge[]): Edge[] {
  if (alike.length === 0) return [...own];
  const bySource = new Map<number, Edge>();
  for (const edge of [...own, ...alike]) {
    const known = bySource.get(edge.source);
    if (!known || edge.weight > known.weight) bySource.set(edge.source, edge);
  }
  return [...bySource.values()]
    .sort((a, b) => b.weight - a.weight || a.source - b.source)
    .slice(0, KEPT_MAX);
}
