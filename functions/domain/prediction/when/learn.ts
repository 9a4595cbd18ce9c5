/** What the shop's gaps tell, learned from baskets: bounded, and without knowing whose they are. */
import {
  type ProductGaps,
  type Rhythm,
  type Slope,
  WHEN_VERSION,
  type WhenModel,
} from '../../../contract/prediction-when.ts';
import type { Basket, Day } from '../../../contract/predictions.ts';
import { categoryShifts, type Known, refillsOf } from './catalogue.ts';
import { fitLevel, USUAL } from './fit.ts';
import { ownShare } from './gap.ts';
import { addGap, fadedGrid } from './grid.ts';
import { piecesShift, rhythmShift, shiftOf, slopeOfPieces, usualPieces } from './products.ts';
import { logGap, NO_RHYTHM } from './rhythm.ts';
import { own, put } from './table.ts';

/** A gap of a year ago counts half: a season is seen once more, and an old assortment is forgotten. */
export const HALF_LIFE_DAYS = 365;
/** Products whose gaps are kept, those with most of them: some 35 bytes each, which every `react` keeps. */
export const PRODUCTS_MAX = 5_000;
/** What moves gaps is used where it is surely no chance (Student's t), and then as it was measured. */
export const SURE = 3;

/** Nothing learned: what shops usually are. */
export const emptyWhen = (until: Day): WhenModel => ({
  kind: 'when',
  version: WHEN_VERSION,
  until,
  orders: USUAL,
  products: USUAL,
  orderGaps: 0,
  productGaps: 0,
  usualGap: USUAL.at,
  byRhythm: 0,
  byPieces: 0,
  byProduct: {},
  byCategory: {},
  refill: {},
  learned: { orders: {}, products: {}, rhythm: NO_SLOPE, pieces: NO_SLOPE },
});

const NO_SLOPE: Slope = { n: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 };

/**
 * Goes on from what was learned before. The order of baskets within a call makes no difference (but for
 * rounding); between calls only little: what a product's gap should be is known better later.
 */
export function learnWhen(
  previous: WhenModel | undefined,
  baskets: Iterable<Basket>,
  products?: Known,
): WhenModel {
  const rows = Array.isArray(baskets) ? (baskets as Basket[]) : [...baskets];
  const until = rows.reduce((day, basket) => Math.max(day, basket.day), previous?.until ?? 0);
  const model = faded(previous ?? emptyWhen(until), until);
  if (products) model.refill = refillsOf(products, PRODUCTS_MAX);
  addOrders(model, rows);
  addProducts(model, rows);
  // Rounded before the fit, so that learning nothing more says the same.
  model.learned.orders = fadedGrid(model.learned.orders, 1);
  model.orders = fitLevel(model.learned.orders);
  model.byProduct = mostTelling(model.byProduct);
  if (products) model.byCategory = categoryShifts(model, products, PRODUCTS_MAX);
  // Whose rhythm is whose is told against the shop's, so after it.
  addSlopes(model, rows);
  addShifted(model, rows);
  model.learned.products = fadedGrid(model.learned.products, 1);
  model.products = fitLevel(model.learned.products);
  return model;
}

const weightOf = (day: Day, until: Day): number => 0.5 ** ((until - day) / HALF_LIFE_DAYS);

/** A copy with everything counted as much less as it is older now. */
function faded(model: WhenModel, until: Day): WhenModel {
  const factor = weightOf(model.until, until);
  const byProduct: WhenModel['byProduct'] = {};
  for (const product of Object.keys(model.byProduct)) {
    const [gaps, logGaps, logPieces] = model.byProduct[product] as ProductGaps;
    put(byProduct, product, [gaps * factor, logGaps * factor, logPieces * factor]);
  }
  const { orders, products, rhythm, pieces } = model.learned;
  return {
    ...model,
    until,
    orderGaps: model.orderGaps * factor,
    productGaps: model.productGaps * factor,
    byProduct,
    learned: {
      orders: fadedGrid(orders, factor),
      products: fadedGrid(products, factor),
      rhythm: fadedSlope(rhythm, factor),
      pieces: fadedSlope(pieces, factor),
    },
  };
}

const fadedSlope = ({ n, x, y, xx, xy, yy }: Slope, factor: number): Slope => ({
  n: n * factor,
  x: x * factor,
  y: y * factor,
  xx: xx * factor,
  xy: xy * factor,
  yy: yy * factor,
});

function addOrders(model: WhenModel, baskets: readonly Basket[]): void {
  for (const { day, own } of baskets) {
    if (own?.gap === undefined || own.gap <= 0) continue;
    const weight = weightOf(day, model.until);
    addGap(model.learned.orders, own, logGap(own.gap), 0, weight);
    model.orderGaps += weight;
  }
}

type Line = Basket['lines'][number];
type Gone = { line: Line; gap: number; rhythm: Rhythm; orders: Rhythm; weight: number };

/** Lines that end a gap of their product. */
function* gapsOf({ until }: WhenModel, baskets: readonly Basket[]): Generator<Gone> {
  for (const { day, own, lines } of baskets) {
    const weight = weightOf(day, until);
    for (const line of lines) {
      if (line.gap === undefined || line.gap <= 0) continue;
      const { gap, own: rhythm = NO_RHYTHM } = line;
      yield { line, gap, rhythm, orders: own ?? NO_RHYTHM, weight };
    }
  }
}

function addProducts(model: WhenModel, baskets: readonly Basket[]): void {
  let sum = model.usualGap * model.productGaps;
  const added = new Map<string, ProductGaps>();
  for (const { line, gap, weight } of gapsOf(model, baskets)) {
    const sums = added.get(line.product) ?? [0, 0, 0];
    if (sums[0] === 0) added.set(line.product, sums);
    sums[0] += weight;
    sums[1] += weight * logGap(gap);
    sums[2] += weight * Math.log(Math.max(1, line.before ?? 1));
    model.productGaps += weight;
    sum += weight * logGap(gap);
  }
  for (const [product, [gaps, logGaps, logPieces]] of added) {
    const [g, l, p] = own(model.byProduct, product) ?? [0, 0, 0];
    put(model.byProduct, product, [g + gaps, l + logGaps, p + logPieces]);
  }
  if (model.productGaps > 0) model.usualGap = sum / model.productGaps;
}

/** At most PRODUCTS_MAX, in the order of their names; four digits of each sum. */
function mostTelling(byProduct: WhenModel['byProduct']): WhenModel['byProduct'] {
  const kept = Object.entries(byProduct)
    .filter(([, [gaps]]) => gaps >= GAPS_MIN)
    .sort(([one, [a]], [two, [b]]) => b - a || (one < two ? -1 : 1))
    .slice(0, PRODUCTS_MAX)
    .sort(([one], [two]) => (one < two ? -1 : 1));
  const table: WhenModel['byProduct'] = {};
  for (const [product, [gaps, logGaps, logPieces]] of kept) {
    put(table, product, [round(gaps), round(logGaps), round(logPieces)]);
  }
  return table;
}

/** Below it a product's gaps have faded to nothing. */
const GAPS_MIN = 0.05;
const round = (value: number): number => Math.round(value * 1000) / 1000;

/** How far what is left to explain follows the customer's order rhythm, and then the pieces. */
function addSlopes(model: WhenModel, baskets: readonly Basket[]): void {
  const { products, orders, learned } = model;
  for (const { line, gap, rhythm, orders: own, weight } of gapsOf(model, baskets)) {
    const share = ownShare(products, rhythm);
    const known = model.usualGap + shiftOf(model, line.product);
    const rest = logGap(gap) - (known + share * (rhythm.mean - known));
    const x = (1 - share) * rhythmShift(orders, own);
    addPoint(learned.rhythm, x, rest, weight);
    const pieces = piecesShift(share, rhythm, line.before, usualPieces(model, line.product));
    addPoint(learned.pieces, pieces, rest, weight);
  }
  model.byRhythm = slopeOf(learned.rhythm);
  model.byPieces = slopeOf(learned.pieces);
}

function addPoint(slope: Slope, x: number, y: number, weight: number): void {
  slope.n += weight;
  slope.x += weight * x;
  slope.y += weight * y;
  slope.xx += weight * x * x;
  slope.xy += weight * x * y;
  slope.yy += weight * y * y;
}

/** Between 0 and 1; 0 where it could be chance. */
export function slopeOf({ n, x, y, xx, xy, yy }: Slope): number {
  const spread = xx - (x * x) / n;
  if (!(n > 2 && spread > 0)) return 0;
  const common = xy - (x * y) / n;
  const slope = common / spread;
  const rest = Math.max(0, yy - (y * y) / n - slope * common);
  const error = Math.sqrt(rest / (n - 2) / spread);
  return slope > SURE * error ? round(Math.min(1, slope)) : 0;
}

function addShifted(model: WhenModel, baskets: readonly Basket[]): void {
  for (const { line, gap, rhythm, orders, weight } of gapsOf(model, baskets)) {
    const share = ownShare(model.products, rhythm);
    const shift = shiftOf(model, line.product) + model.byRhythm * rhythmShift(model.orders, orders);
    const more = piecesShift(share, rhythm, line.before, usualPieces(model, line.product));
    const slope = slopeOfPieces(model, model.byPieces, line.product);
    addGap(model.learned.products, rhythm, logGap(gap) - slope * more, shift, weight);
  }
}
