/** What is known of a product's gap before a customer's own: others with this product, and the shop. */
import type { Level, ProductGaps, Rhythm, WhenModel } from '../../../contract/prediction-when.ts';
import { type Gap, gapOf, ownShare } from './gap.ts';
import { logGap } from './rhythm.ts';
import { own } from './table.ts';

/** As many gaps of a product weigh as much as those of its category, and of a category as the shop's. */
export const PRODUCT_GAPS = 10;
/** As many gaps of a product weigh as much as what the catalogue says of its refill. */
export const REFILL_GAPS = 20;

/** What is known of products while it is being learned, and afterwards. */
export type ProductSums = Pick<
  WhenModel,
  'byProduct' | 'byCategory' | 'refill' | 'usualGap' | 'products'
>;

/** How far the product's ln(gap + 1) lies above that of the shop's products. */
export function shiftOf(sums: ProductSums, product: string): number {
  const [gaps, logGaps] = own(sums.byProduct, product) ?? NONE;
  const refill = own(sums.refill, product);
  const learned = logGaps - gaps * sums.usualGap;
  if (refill === undefined) {
    const category = own(sums.byCategory, product) ?? 0;
    return (learned + PRODUCT_GAPS * category) / (gaps + PRODUCT_GAPS);
  }
  const told = logGap(refill) - sums.products.at;
  return (learned + REFILL_GAPS * told) / (gaps + REFILL_GAPS);
}

/** Of a product with refill days, a piece lasts that long; of others, what the shop's gaps say of pieces. */
export function slopeOfPieces(sums: ProductSums, byPieces: number, product: string): number {
  if (own(sums.refill, product) === undefined) return byPieces;
  const [gaps] = own(sums.byProduct, product) ?? NONE;
  return (gaps * byPieces + REFILL_GAPS) / (gaps + REFILL_GAPS);
}

/** ln of the pieces that this product is usually bought in. */
export function usualPieces({ byProduct }: ProductSums, product: string): number {
  const [gaps, , logPieces] = own(byProduct, product) ?? NONE;
  return logPieces / (gaps + 1);
}

/** How far a customer's order rhythm lies above the shop's. */
export const rhythmShift = (orders: Level, rhythm: Rhythm): number =>
  ownShare(orders, rhythm) * (rhythm.mean - orders.at);

/** ln of the pieces last bought above those that the expectation stands for. */
export function piecesShift(
  share: number,
  rhythm: Rhythm,
  pieces: number | undefined,
  usual: number,
): number {
  if (pieces === undefined || !(pieces > 0)) return 0;
  return Math.log(pieces) - (share * (rhythm.pieces ?? usual) + (1 - share) * usual);
}

const NONE: ProductGaps = [0, 0, 0];

export type ProductPast = {
  product: string;
  /** Of this product. */
  rhythm: Rhythm;
  /** Of the customer's orders. */
  orders: Rhythm;
  /** Last bought. */
  pieces?: number;
};

/** The next gap of a customer and a product. */
export function productGap(model: WhenModel, past: ProductPast): Gap {
  const { product, rhythm } = past;
  const expected =
    model.products.at +
    shiftOf(model, product) +
    model.byRhythm * rhythmShift(model.orders, past.orders);
  const gap = gapOf(model.products, expected, rhythm);
  const share = ownShare(model.products, rhythm);
  const more = piecesShift(share, rhythm, past.pieces, usualPieces(model, product));
  return { ...gap, middle: gap.middle + slopeOfPieces(model, model.byPieces, product) * more };
}
