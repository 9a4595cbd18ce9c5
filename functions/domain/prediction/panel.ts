/**
 * What a fit sees of a shop: customers counted by what the models know of them, at several origins in the
 * past together with what they did afterwards, and now. Made from order days (commands) or cells (`learn`).
 */
import type { Day } from '../../contract/predictions.ts';

/** Customers with the same history. Days may be fractions: a cell's middle. */
export type Row = {
  /** How many customers. */
  n: number;
  /** Order days after the first. */
  x: number;
  /** First to last order day, days; 0 when x = 0. */
  tx: number;
  /** First order day to the origin, days; at least tx. */
  T: number;
  /** Mean over these customers of the sum of log gaps. */
  logGaps: number;
};

/** A row and what its customers did within the split's horizon. */
export type Outcome = Row & {
  /** Customers with at least one order day. At most n. */
  buyers: number;
  /** Order days of all of them; absent where only buyers are known. */
  orders?: number;
};

/** The shop as it was on the day `origin` (orders of that day included), and the days after it. */
export type Split = { origin: Day; horizonDays: number; rows: Outcome[] };

/** Order days of all customers in a stretch of the past, for season and trend. */
export type Flow = { from: Day; days: number; firsts: number; repeats: number };

export type Panel = {
  origin: Day;
  /** Everybody first seen by `origin`. */
  rows: Row[];
  /** Earlier origins, oldest first; empty when the history is too short. */
  splits: Split[];
  /** Oldest first, without gaps, until `origin`. */
  flow: Flow[];
};
