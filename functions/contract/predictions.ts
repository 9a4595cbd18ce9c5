/**
 * What `learn` publishes and `decide`, `deliver` and the commands evaluate: plain JSON, never code. The
 * three parts answer who comes back, when they need what, and what they may like.
 */
import type { WhatModel } from './prediction-what.ts';
import type { Rhythm, WhenModel } from './prediction-when.ts';
import type { WhoModel } from './prediction-who.ts';
import type { Instant } from './time.ts';

/** Whole days since 1970-01-01 UTC. Several orders of one day are one order day to the models. */
export type Day = number;

/**
 * What a prediction rests on: the shop's own orders; these shrunk towards a prior, since they are few; the
 * prior alone; or nothing: it cannot tell yet.
 */
export type Basis = 'shop' | 'shrunk' | 'prior' | 'none';

/** How likely a customer is lost: P(active within the horizon) against the settings' two thresholds. */
export type ChurnRisk = 'low' | 'medium' | 'high';

/** What the models know of one customer: sums of the order days that count. */
export type History = {
  first: Day;
  last: Day;
  /** Order days after the first. */
  repeats: number;
  /** Sum of the natural logarithms of the gaps between order days, in days; 0 without repeats. */
  logGaps: number;
  /** Order days with an amount in the shop's currency, net of refunds, minor units; absent without any. */
  spend?: { orders: number; total: number };
};

/** What `learn` needs of one order; nothing of it names a customer. */
export type Basket = {
  day: Day;
  lines: {
    product: string;
    quantity: number;
    /** Days since this customer's order before with the same product, and the pieces of that one. */
    gap?: number;
    before?: number;
    /** This customer's earlier gaps of the product, without that one. */
    own?: Rhythm;
  }[];
  /** This customer's gaps between order days: those before, and days since the last one. */
  own?: Rhythm & { gap?: number };
  /** Products of the customer's earlier orders, newest first, without those of this one. */
  earlier: string[];
};

/** The parts that `decide` needs; small enough for each `react` to keep. */
export type Model = {
  /** Content hash. */
  id: string;
  /**
   * From this moment on it is the one to use, so that which model a decision saw does not depend on when a
   * function last looked.
   */
  from: Instant;
  who?: WhoModel;
  when?: WhenModel;
};

/** Beside it, for `deliver` alone: large. */
export type Tables = { id: string; from: Instant; what: WhatModel };
