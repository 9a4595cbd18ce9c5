/**
 * The event as everything inside sees it. Names and properties follow the Segment e-commerce spec v2;
 * the schemas per name and version are in `event-schemas.ts`.
 */
import type { Key } from './keys.ts';
import type { Instant } from './time.ts';

export const CHANNELS = ['web', 'store', 'app', 'email', 'system'] as const;
export type Channel = (typeof CHANNELS)[number];

/** `live` events may lead to mails; `history` events only build the profile. */
export type EventMode = 'live' | 'history';

/** `server` keys are secret and trusted; `browser` keys are public: no consent, no merges, no triggers. */
export type WriteKeyKind = 'server' | 'browser';

/** Events that the kernel knows. Every other name is stored, published, and ignored by it. */
export const EVENT_NAMES = [
  'Order Completed',
  'Order Refunded',
  'Order Cancelled',
  'Order Shipped',
  'Order Delivered',
  'Cart Updated',
  'Product Added',
  'Product Removed',
  'Cart Viewed',
  'Checkout Started',
  'Product Viewed',
  'Products Searched',
  'Feedback Submitted',
  'Consent Given',
  'Consent Withdrawn',
  'Preferences Updated',
  'Reason Given',
  'Email Delivered',
  'Email Opened',
  'Email Link Clicked',
  'Email Bounced',
  'Email Marked as Spam',
  'identify',
  // Segment's other calls: kept and told, but no fact comes from them. `alias` says who is the same person.
  'alias',
  'group',
  'page',
  'screen',
  // Emitted by `decide`; known so that other applications can subscribe and the kernel can ignore them.
  'Churn Risk Changed',
  'Detractor Reported',
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Segment's calls that have no name of their own: each is stored under the name of its call. */
export const CALL_NAMES = ['identify', 'alias', 'group', 'page', 'screen'] as const;
export type CallName = (typeof CALL_NAMES)[number];
export const isCallName = (name: unknown): name is CallName =>
  CALL_NAMES.some((call) => call === name);

/** Calls of which the kernel takes no notice at all: they go on the bus for others, and not to `react`. */
export const SET_ASIDE: readonly string[] = ['group', 'page', 'screen'];

/** The lane that carries an event to `react`, so that a flood of views never delays a purchase. */
export const BROWSE_EVENTS: readonly string[] = [
  'Product Viewed',
  'Products Searched',
  'Cart Viewed',
  'Email Opened',
  'Email Delivered',
];

/** A product as it stands in an order, a cart or a view. `price` is of one piece, in minor units. */
export type Product = {
  id: string;
  quantity: number;
  name?: string;
  price?: number;
  currency?: string;
  variant?: string;
  category?: string;
  brand?: string;
  /** Absolute https addresses; anything else is left out at ingest. */
  url?: string;
  imageUrl?: string;
  /** Free attributes that stories and affinities use: material, stone, style, story, certificate. */
  attributes?: { [name: string]: string };
};

/** What an event tells about the person; personal, so never published and never logged. */
export type ProfileFields = {
  email?: string;
  firstName?: string;
  lastName?: string;
  phone?: string;
  /** BCP 47, `lt-LT`. */
  locale?: string;
  /** IANA zone, `Europe/Vilnius`; an unknown zone is left out at ingest. */
  timezone?: string;
  /** ISO 3166-1 alpha-2, upper case. */
  country?: string;
  /** `marketing_consent` of identify. */
  marketingConsent?: boolean;
};

/** Parsed properties, by name, in our own form (camelCase, minor units). All are optional but the ids. */
export type OrderProperties = {
  orderId: string;
  total: number;
  currency: string;
  products: Product[];
  /** The order as a whole is a gift: it feeds no affinity and no product mail. */
  gift?: boolean;
  /** At this sale the customer was told of mails about the shop's own goods, and could say no. */
  marketingNotice?: boolean;
};
export type RefundProperties = { orderId: string; total?: number; currency?: string };
export type OrderRefProperties = { orderId: string };
export type CartProperties = {
  cartId: string;
  products: Product[];
  currency?: string;
  url?: string;
  /** When the cart really expires, if it does. */
  expiresAt?: Instant;
};
export type CartLineProperties = { cartId: string; product: Product };
export type ViewProperties = { product: Product };
export type SearchProperties = { query: string };
export type FeedbackProperties = {
  /** Which survey: `nps`, and the occasion (order id) it was asked for, where known. */
  survey: string;
  occasion?: string;
  /** 0 to 10. */
  score: number;
  comment?: string;
  /** What was agreed to, word for word, and when: the comment may be quoted. */
  quoteWording?: string;
  quoteAt?: Instant;
  /** BCP 47: the language that it was asked in. */
  language?: string;
};
/** What a customer chose on the preferences page; absent: left as it was. */
export type PreferenceProperties = {
  /** No marketing mail before this moment; in the past, the pause is over. */
  pausedUntil?: Instant;
  /** BCP 47. */
  language?: string;
};
/** Why somebody left us (`unsubscribe`) or a cart (`cart`): one of our own few words. */
export type ReasonGivenProperties = { about?: string; reason?: string; messageId?: string };
/** `topic` absent means all marketing. */
export type ConsentProperties = { topic?: string; source: string; wording?: string };
export type EmailProperties = {
  messageId?: string;
  bounceType?: 'Permanent' | 'Transient' | 'Undetermined';
  url?: string;
};

export type CustomerEvent = {
  /** The sender's `messageId`: stored once. */
  id: string;
  name: string;
  version: number;
  /** Hashed alias that the event carried; `customerId` after the look-up. */
  aliasId: string;
  /** Corrected for the sender's clock; never more than five minutes ahead of `receivedAt`. */
  occurredAt: Instant;
  /** Stamped once, at ingest. `now` of the event. */
  receivedAt: Instant;
  channel: Channel;
  mode: EventMode;
  /** False when it came with a browser key: its orders and consents are kept and trigger nothing. */
  verified: boolean;
  /** How deep in a chain of emits (0: from outside; at most EMIT_DEPTH_MAX). */
  depth: number;
  /** Parsed by the schema of its name; `{}` for names that we do not know (the log keeps the original). */
  properties: { [name: string]: unknown };
  profile?: ProfileFields;
  /**
   * Aliases (`aliasLink` of ids.ts) that a trusted sender says are one person: the event's own first, then at
   * least one other. Hashes: they may be published.
   */
  links?: readonly string[];
  /** Its row in the log. */
  key: Key;
};

export const EMIT_DEPTH_MAX = 3;
/** A sender's clock may be this far ahead before `occurredAt` becomes `receivedAt`. */
export const CLOCK_AHEAD_MAX_MS = 5 * 60_000;
/** DynamoDB items end at 400 KB, PutEvents entries at 256 KB; 64 KB is far above any honest event. */
export const EVENT_BYTES_MAX = 64 * 1024;
/** Segment's own limit of a batch. */
export const BATCH_BYTES_MAX = 500 * 1024;

/** Source of everything that `publish` puts on the bus; the bus policy refuses it to everyone else. */
export const BUS_SOURCE = 'perennial';

/** `detail` of a published event: ids, times and properties that are not personal. */
export type PublishedDetail = {
  metadata: {
    id: string;
    /** Key of the log row. */
    key: Key;
    /** True when `data` holds all that the kernel needs, so that `react` need not read the log. */
    complete: boolean;
  };
  data: {
    name: string;
    version: number;
    aliasId: string;
    occurredAt: string;
    receivedAt: string;
    channel: Channel;
    mode: EventMode;
    verified: boolean;
    depth: number;
    links?: readonly string[];
    properties: { [name: string]: unknown };
  };
};

/** Body of the wake queue: a customer who is due. `react` drops it when `dueAt` is not the stored one. */
export type WakeOrder = { customerId: string; dueAt: Instant };

/** Body of the deliver queue: a ledger row to look at. The row, re-read, decides. */
export type DeliverOrder = { customerId: string; messageId: string };
