/** A model made ready for questions: unpacked once, then each is a walk over a few short lists. */
import type { WhatModel, WhatTotals } from '../../../contract/prediction-what.ts';
import type { Day } from '../../../contract/predictions.ts';
import {
  epochOf,
  HALF_LIFE_DAYS,
  type ProductStats,
  RECENT_HALF_LIFE_DAYS,
  statsOf,
  UNIT,
} from './counts.ts';
import { attributeOf, featuresFrom, wordsOf } from './features.ts';
import { postingsOf } from './likeness.ts';
import { type Neighbours, neighboursFrom } from './neighbours.ts';

/** Counts in orders, as they are on the model's day. */
export type Tables = {
  model: WhatModel;
  places: ReadonlyMap<string, number>;
  stats: readonly ProductStats[];
  neighbours: Neighbours;
  features: readonly { text: string; attribute: { name: string; value: string } | undefined }[];
  featured: readonly (readonly number[])[];
  /** Products of a feature, those sold most first. */
  postings: readonly (readonly number[])[];
  /** Codes of the features that hold a word. */
  words: ReadonlyMap<string, readonly number[]>;
  /** Of what is sold with such an attribute, the share that has this value; by code. */
  common: Float64Array;
  /** Products that sell best now. */
  popular: readonly number[];
  totals: WhatTotals;
  /** How often a product is bought again: hits a later order, over the whole shop. */
  againShare: number;
  /** Of one product: how much it sells now against half a year. */
  trend: Float64Array;
  /** Of one product: how likely it is in an order of anybody's. */
  share: Float64Array;
  /** Room to add up scores in; zero between questions. */
  scratch: { sums: Float64Array; loudest: Float64Array; reasons: Uint16Array };
};

/** So many are enough for any list, whatever the customer has already. */
const POPULAR_MAX = 300;
/** Bounds of the doubt, in orders: what sells twice a year has no trend, and no shop is without any. */
const TREND_DOUBT_MIN = 0.5;
const TREND_DOUBT_MAX = 100;
/**
 * A faded sum scatters less than a count: its variance is its mean times the mean weight, which is a half
 * for weights that fade by halves.
 */
const FADED_VARIANCE = 0.5;
/** Next to what sold in the last weeks, half a year says little, but fills the places of a quiet shop. */
const SLOW_SHARE = 0.1;

const opened = new WeakMap<WhatModel, Tables>();

/** Cached for as long as the model is kept. */
export function tablesOf(model: WhatModel): Tables {
  let tables = opened.get(model);
  if (!tables) {
    tables = open(model);
    opened.set(model, tables);
  }
  return tables;
}

const fading = (day: Day, halfLife: number): number =>
  2 ** (-(day - epochOf(day, halfLife)) / halfLife) / UNIT;

function open(model: WhatModel): Tables {
  const size = model.products.length;
  const slow = fading(model.day, HALF_LIFE_DAYS);
  const fast = fading(model.day, RECENT_HALF_LIFE_DAYS);
  const stats = statsOf(model).map(({ sold, buyers, passed, again, recent, first }) => ({
    sold: sold * slow,
    buyers: buyers * slow,
    passed: passed * slow,
    again: again * slow,
    recent: recent * fast,
    first,
  }));
  const totals: WhatTotals = {
    orders: model.totals.orders * slow,
    laterOrders: model.totals.laterOrders * slow,
    firstTimes: model.totals.firstTimes * slow,
    recentOrders: model.totals.recentOrders * fast,
  };
  const featured = featuresFrom(model.featured, size);
  const share = shares(stats, totals);
  const features = model.features.map((text) => ({ text, attribute: attributeOf(text) }));
  return {
    model,
    places: new Map(model.products.map((product, place) => [product, place])),
    stats,
    neighbours: neighboursFrom(model.neighbours, size),
    features,
    featured,
    postings: postingsOf(featured),
    words: wordIndex(features),
    common: commonShares(features, featured, stats),
    popular: popularOf(share),
    totals,
    againShare: againShareOf(stats),
    trend: trends(stats),
    share,
    scratch: {
      sums: new Float64Array(size),
      loudest: new Float64Array(size),
      reasons: new Uint16Array(size),
    },
  };
}

/**
 * What is seen in the short window against what is expected if nothing changed. How far to believe it is
 * the shop's own matter: a gamma prior of mean 1 whose variance is what the products' scatter has beyond
 * chance (method of moments). A steady shop with few orders has none, one with seasons a lot.
 */
function trends(stats: readonly ProductStats[]): Float64Array {
  const window = RECENT_HALF_LIFE_DAYS / HALF_LIFE_DAYS;
  const sum = (of: (each: ProductStats) => number) =>
    stats.reduce((all, each) => all + of(each), 0);
  const [recent, sold] = [sum((each) => each.recent), sum((each) => each.sold)];
  // The shop as a whole may have grown: that favours no product.
  const scale = sold > 0 && recent > 0 ? recent / sold : window;
  const expected = (each: ProductStats) => each.sold * scale;
  const scatter = sum((each) => (each.recent - expected(each)) ** 2) - FADED_VARIANCE * recent;
  const squares = sum((each) => expected(each) ** 2);
  const prior = scatter > 0 ? (FADED_VARIANCE * squares) / scatter : TREND_DOUBT_MAX;
  const doubt = Math.min(TREND_DOUBT_MAX, Math.max(TREND_DOUBT_MIN, prior));
  return Float64Array.from(stats, (each) => (each.recent + doubt) / (expected(each) + doubt));
}

function shares(stats: readonly ProductStats[], totals: WhatTotals): Float64Array {
  const orders = Math.max(1, totals.recentOrders + SLOW_SHARE * totals.orders);
  return Float64Array.from(stats, ({ sold, recent }) => (recent + SLOW_SHARE * sold) / orders);
}

const popularOf = (share: Float64Array): number[] =>
  Array.from(share, (_, place) => place)
    .sort((a, b) => (share[b] as number) - (share[a] as number) || a - b)
    .slice(0, POPULAR_MAX);

function againShareOf(stats: readonly ProductStats[]): number {
  let [again, all] = [0, 0];
  for (const each of stats) {
    again += each.again;
    all += each.again + each.passed;
  }
  return all > 0 ? again / all : 0;
}

type Features = Tables['features'];

function wordIndex(features: Features): Map<string, number[]> {
  const index = new Map<string, number[]>();
  features.forEach(({ text, attribute }, code) => {
    for (const word of new Set(wordsOf(attribute?.value ?? text.slice(text.indexOf('~') + 1)))) {
      const codes = index.get(word);
      if (codes) codes.push(code);
      else index.set(word, [code]);
    }
  });
  return index;
}

/** By sales, so that a taste is told apart from what everybody takes; a little by the range itself. */
const RANGE_WEIGHT = 0.1;

function commonShares(
  features: Features,
  featured: Tables['featured'],
  stats: readonly ProductStats[],
): Float64Array {
  const sums = new Float64Array(features.length);
  const byName = new Map<string, number>();
  featured.forEach((codes, place) => {
    const weight = (stats[place]?.sold ?? 0) + RANGE_WEIGHT;
    for (const code of codes) {
      const name = features[code]?.attribute?.name;
      if (name === undefined) continue;
      sums[code] = (sums[code] as number) + weight;
      byName.set(name, (byName.get(name) ?? 0) + weight);
    }
  });
  return sums.map((sum, code) => sum / (byName.get(features[code]?.attribute?.name ?? '') ?? 1));
}
