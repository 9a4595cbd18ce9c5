/** What a customer may like: the tables that are learned, what is asked of them, and what they answer. */
import type { CatalogueProduct } from './catalogue.ts';
import type { Day } from './predictions.ts';

/** See WHO_VERSION. */
export const WHAT_VERSION = 1;

/**
 * Learned from baskets alone; nothing of it names a customer. Counts fade with time: half in 180 days, or
 * in 14 where the name says recent. The packed texts are whole numbers, seven bits a byte, in base64.
 */
export type WhatModel = {
  kind: 'what';
  version: typeof WHAT_VERSION;
  /** The last day that is in it. */
  day: Day;
  /** Product ids, those sold most first; every other list goes by this order. */
  products: string[];
  /** Per product: sold, buyers, passed, again, recent, first day. */
  stats: string;
  /** Customers who bought both of two products. */
  pairs: string;
  /** Per product: the products that it speaks for, and how much. */
  neighbours: string;
  /** `material=silver`, `category=rings`, `title~lantern`: those that more than one product has. */
  features: string[];
  /** Per product: its features. */
  featured: string;
  totals: WhatTotals;
};

/** Sums over the whole shop, faded like the counts. */
export type WhatTotals = {
  orders: number;
  /** Orders of customers who had ordered before, and the products in them that were new to these. */
  laterOrders: number;
  firstTimes: number;
  recentOrders: number;
};

/** What is known of the customer, and what the shop wants. */
export type WhatContext = {
  at: Day;
  bought: readonly { product: string; day: Day; quantity: number }[];
  /** Products in open carts. */
  cart?: readonly string[];
  /** Products looked at, newest first; a product twice was looked at twice. */
  views?: readonly string[];
  /** Words searched for, newest first. */
  searches?: readonly string[];
  /** The marketer's own picks come first, in their order, where nothing speaks against them. */
  pinned?: readonly string[];
  excluded?: readonly string[];
  /** With it, only products that it knows and has available are picked. */
  catalogue?: (product: string) => CatalogueProduct | undefined;
  /** Only what this customer bought before, or only what they did not. */
  only?: 'again' | 'new';
};

/** Why it was picked; `because` is a product id where the code speaks of one. */
export type PickReason =
  | { code: 'pinned' | 'bought-again' | 'popular' | 'new' }
  | { code: 'bought-together' | 'bought-next' | 'similar'; because: string }
  | { code: 'viewed'; times: number }
  | { code: 'searched'; words: string }
  | { code: 'same-attribute'; name: string; value: string; because?: string };

export type Pick = {
  product: string;
  /** About how likely it is to be in the next order; pinned products have 1. */
  score: number;
  reason: PickReason;
};
