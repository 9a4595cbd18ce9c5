/**
 * The customer item: facts, which are a pure function of the set of events, and runtime, which wakes
 * alone change. Plain JSON; short lists with hard limits, since every event loads and stores it.
 */
import type { Channel } from '../contract/events.ts';
import type { Gate, PlannedMessage, Subject } from '../contract/messages.ts';
import type { ChurnRisk } from '../contract/predictions.ts';
import type { DecisionReason } from '../contract/reasons.ts';
import type { Instant } from '../contract/time.ts';
import type { CellChange } from './prediction/cells.ts';

/** When something happened, and what its event may cause. */
export type Mark = {
  at: Instant;
  /** `receivedAt - occurredAt`; absent when they are equal. */
  lag?: number;
  /** It builds the profile and triggers nothing. */
  quiet?: 'history' | 'unverified';
  /** How deep in a chain of emits; absent for 0. */
  depth?: number;
};

/** [value, at, unverified]: a last-writer register of the profile; verified values come first. */
export type Field = [value: string, at: Instant, unverified?: 1];
export type ProfileField = 'email' | 'firstName' | 'locale' | 'timezone' | 'country';

/** [product id, pieces] */
export type Line = [product: string, quantity: number];

export type Refund = Mark & {
  id: string;
  /** Minor units; absent means the whole order. */
  amount?: number;
};

export type OrderFact = {
  id: string;
  /** The order itself; absent while only its shipping, refund... is known. */
  placed?: Mark;
  /** Packed log key of its `Order Completed` (see facts/key.ts). */
  key?: string;
  /** Minor units. */
  total?: number;
  currency?: string;
  lines?: Line[];
  pieces?: number;
  gift?: 1;
  /** The customer was told of mails at the sale, and could say no. */
  notice?: 1;
  channel?: Channel;
  shipped?: Mark;
  delivered?: Mark;
  cancelled?: Mark;
  refunds?: Refund[];
};

/** What left the list of orders: exact sums, and enough to tell a repeat of them from a new order. */
export type SealedOrders = {
  /** Verified orders that were placed and not cancelled. */
  count: number;
  /** Net of refunds, minor units by currency; and of how many orders it is, without those paid back whole. */
  totals: [currency: string, amount: number, orders: number][];
  firstAt?: Instant;
  /** Days with an order that counts for predictions, packed (see facts/days.ts). */
  days: string;
  /** All orders in here, whatever their state. */
  size: number;
  /** The newest of them: [time, order id, unverified]. What is newer is in the list or unknown. */
  watermark: [Instant, string, unverified?: 1];
  /** Bloom filter of their ids, base64: "maybe" asks for a rebuild, "no" is certain. */
  filter: string;
};

export type CartFact = {
  id: string;
  /** Its latest event. */
  last: Mark;
  /** The latest event that told the whole cart. */
  whole?: { at: Instant; key: string; lines: Line[]; expiresAt?: Instant };
  /** Pieces added (removed: below zero) since then, newest first; `id` tells two of one moment apart. */
  edits?: [product: string, pieces: number, at: Instant, id: string][];
};

export type FeedbackFact = Mark & {
  survey: string;
  occasion?: string;
  score: number;
  key: string;
};

export type ViewFact = Mark & {
  product: string;
  /** Only of the newest few: see VIEW_KEYS_MAX. */
  key?: string;
};

export type ConsentFacts = {
  /** By topic, `*` for all marketing: the latest verified `Consent Given`. */
  given: (Mark & { topic: string })[];
  /** By topic, `*` for all: the latest explicit withdrawal. */
  withdrawn: { topic: string; at: Instant }[];
  /** `marketing_consent` of identify: the latest true and the latest false. */
  identifiedYes?: Instant;
  identifiedNo?: Instant;
};

/** What SES told about the address; the gate says the same and is the authority at the claim. */
export type ReachFacts = {
  hardBounceAt?: Instant;
  complaintAt?: Instant;
  /** The newest transient bounces: [at, event id]. */
  softBounces?: [Instant, string][];
};

/** What the customer chose on the preferences page: [value, when]. */
export type PreferenceFacts = {
  pausedUntil?: [until: Instant, at: Instant];
  /** BCP 47. */
  language?: [language: string, at: Instant];
};

export type Facts = {
  profile: { [field in ProfileField]?: Field };
  /** The first verified live identify; the trigger `identify`. */
  identified?: Mark;
  /** Newest first. */
  orders: OrderFact[];
  sealed?: SealedOrders;
  /** Newest first. */
  carts: CartFact[];
  /** Cart events at or before this moment are forgotten: the last one of the newest cart that left. */
  cartsFloor?: Instant;
  /** Newest first. */
  feedback: FeedbackFact[];
  /** Newest first. */
  views: ViewFact[];
  /** Newest first: [query, at]. */
  searches: [query: string, at: Instant][];
  consent: ConsentFacts;
  reach: ReachFacts;
  /** All that was known until then is erased: nothing that happened or came before it is a fact any more. */
  erasedAt?: Instant;
  /** Absent while the customer has chosen nothing. */
  preferences?: PreferenceFacts;
};

/** A journey under way, past its first waits. */
export type Run = {
  journey: string;
  release: string;
  occasion: string;
  subject: Subject;
  startedAt: Instant;
  expiresAt: Instant;
  /** The step it stands at. */
  step: string;
  /** When it came there; a wait counts from here. */
  from: Instant;
  /** Depth of the event that caused it; absent for 0. */
  depth?: number;
};

/** A mail that waits for its time. */
export type Candidate = {
  message: Omit<PlannedMessage, 'plannedAt' | 'customerId'>;
  priority: number;
  notBefore: Instant;
};

/**
 * A mail planned lately: for the pace, and to notice facts that come too late. What its row in the ledger
 * says as well is left out: the item is written with every event, and billed by the kilobyte.
 */
export type Recent = Pick<
  PlannedMessage,
  | 'id'
  | 'journey'
  | 'step'
  | 'occasion'
  | 'purpose'
  | 'release'
  | 'subject'
  | 'startedAt'
  | 'plannedAt'
> & {
  /** A fact that would have stopped it came later; told once. */
  late?: 1;
};

/** The churn alarm's latest look (see churn.ts): what was told, when, and by which model if any could tell. */
export type Risk = { level: ChurnRisk; at: Instant; model?: string };

export type Runtime = {
  runs: Run[];
  candidates: Candidate[];
  /** Newest last. */
  recent: Recent[];
  /** Short hash of journey and occasion -> the day (since 1970) after which it is forgotten; 0: never. */
  done: { [marker: string]: number };
  /** Last start by journey, for `reentry`: [journey, at]. */
  starts: [journey: string, at: Instant][];
  /** Absent before the first look; the level is low then. */
  risk?: Risk;
  /** When the churn risk is looked at next; 0: not before the next order. */
  lookAt?: Instant;
  /** The latest wake. */
  wokeAt?: Instant;
};

export type Customer = {
  id: string;
  /** Grows with every stored change; the adapter's optimistic lock. 0 while it is not stored. */
  version: number;
  facts: Facts;
  runtime: Runtime;
  nextWakeAt?: Instant;
  mergedInto?: string;
  /** All aliases that are this customer, its own first, as in `links` of events; absent for one alone. */
  aliases?: readonly string[];
};

/** Somebody who turned out to be the decision's customer, as read: its item and gate only point there now. */
export type Absorbed = { customer: Customer; gate: Gate };

/** An event that `decide` causes. `cause` and index make its id, so a repeat meets the same row. */
export type Emit = {
  id: string;
  name: string;
  properties: { [name: string]: string | number | boolean };
  depth: number;
  at: Instant;
};

export type Decision = {
  customer: Customer;
  messages: PlannedMessage[];
  emits: Emit[];
  reasons: DecisionReason[];
  /** What the customer's orders changed in the counted cells; `react` adds it. */
  cells?: CellChange[];
  /** Who became this customer, and its gate, where theirs changes it; all of it in the same commit. */
  union?: { absorbed: Absorbed[]; gate?: { was: Gate; next: Gate } };
  /** The item cannot tell the event apart: read the log and call `rebuildFacts`. Nothing else is decided. */
  rebuild?: true;
  /** False: nothing to store. */
  changed: boolean;
};

/** A customer of whom nothing is known. */
export const emptyCustomer = (id: string): Customer => ({
  id,
  version: 0,
  facts: {
    profile: {},
    orders: [],
    carts: [],
    feedback: [],
    views: [],
    searches: [],
    consent: { given: [], withdrawn: [] },
    reach: {},
  },
  runtime: { runs: [], candidates: [], recent: [], done: {}, starts: [] },
});

/** When the event of a mark was received. */
export const receivedAt = (mark: Mark): Instant => mark.at + (mark.lag ?? 0);

const languageOf = (locale: string): string => locale.split('-')[0] ?? '';

/** The language that the customer chose, in the country of the profile where that speaks it; else the profile's. */
export function localeOf({ profile, preferences }: Facts): string | undefined {
  const told = profile.locale?.[0];
  const chosen = preferences?.language?.[0];
  if (!chosen) return told;
  return told && languageOf(told) === languageOf(chosen) ? told : chosen;
}

/** The profile as plain values. */
export function profileOf(customer: Customer): { [field in ProfileField]?: string } {
  const plain: { [field in ProfileField]?: string } = {};
  for (const [name, field] of Object.entries(customer.facts.profile)) {
    if (field) plain[name as ProfileField] = field[0];
  }
  const locale = localeOf(customer.facts);
  if (locale) plain.locale = locale;
  return plain;
}
