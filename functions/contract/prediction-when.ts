/** What the shop learned of the time between orders, and between purchases of the same product. */
import type { Day } from './predictions.ts';

/**
 * A customer's gaps so far, of orders or of one product, by the logarithm of (days + 1). Later gaps weigh
 * more: each weighs `GAP_FADE` of the next.
 */
export type Rhythm = {
  gaps: number;
  /** Faded mean of ln(gap + 1). */
  mean: number;
  /** Faded sum of squares around it. */
  spread: number;
  /** Faded mean of ln(pieces) that these gaps began with. */
  pieces?: number;
};

/** What is known before a customer's own gaps are: orders or products of the whole shop. */
export type Level = {
  /** Mean of ln(gap + 1) of customers. */
  at: number;
  /** As many own gaps weigh as much as the shop: variance within customers / variance between them. */
  ratio: number;
  /** Variance of ln(gap + 1) within a customer. */
  variance: number;
  /** As many own gaps tell a customer's own regularity as well as the shop's does. */
  steadiness: number;
};

/** [gaps, sum of their ln(gap + 1), sum of ln(pieces) that they began with], older ones faded. */
export type ProductGaps = [gaps: number, logGaps: number, logPieces: number];

/** Counts of (own gaps so far, their mean, their spread, next gap) in coarse classes: see when/grid.ts. */
export type GapGrid = { [cell: string]: number };

/** Sums of points around a straight line. */
export type Slope = { n: number; x: number; y: number; xx: number; xy: number; yy: number };

/** See WHO_VERSION. */
export const WHEN_VERSION = 1;

export type WhenModel = {
  kind: 'when';
  version: typeof WHEN_VERSION;
  /** Of the newest basket; older ones have faded by as much as they are older. */
  until: Day;
  orders: Level;
  products: Level;
  /** Gaps learned from, faded. */
  orderGaps: number;
  productGaps: number;
  /** Mean ln(gap + 1) of the products' gaps as they came; `products.at` is that of customers. */
  usualGap: number;
  /** How far a product's gap follows the customer's own order rhythm (0: not at all). */
  byRhythm: number;
  /** ... and the pieces bought (1: twelve last twelve times as long as one; 0: makes no difference). */
  byPieces: number;
  byProduct: { [product: string]: ProductGaps };
  /** How far the ln(gap + 1) of a product's category lies above the usual, where the product says little. */
  byCategory: { [product: string]: number };
  /** How many days a piece lasts, from the catalogue. */
  refill: { [product: string]: number };
  /** What `learnWhen` goes on from; nothing else reads it. */
  learned: { orders: GapGrid; products: GapGrid; rhythm: Slope; pieces: Slope };
};

/**
 * What a date rests on most: the customer's own gaps, the product's with others, the refill days of the
 * catalogue, the shop's; or gaps of shops in general, while this one has too few.
 */
export type WhenBasis = 'customer' | 'product' | 'refill' | 'shop' | 'prior';

/** A date and the interval in which four of five such dates lie: low <= due <= high. */
export type Due = { due: Day; low: Day; high: Day; basis: WhenBasis };

export type ProductDue = Due & {
  product: string;
  /** Days on which the customer bought it. */
  purchases: number;
  last: Day;
};
