/** The send ledger's row, the gate, and the link between customer item and mail. */
import type { Coupon } from './coupons.ts';
import type { Key } from './keys.ts';
import type { ChurnRisk } from './predictions.ts';
import type { Reason } from './reasons.ts';
import type { Instant } from './time.ts';

export type Purpose = 'marketing' | 'transactional';

/** What a customer can leave without leaving all. */
export const TOPICS = ['offers', 'feedback', 'reminders'] as const;
export type Topic = (typeof TOPICS)[number];

export type MessageState =
  | 'PLANNED'
  | 'SENDING'
  | 'SENT'
  | 'FAILED'
  | 'SUPPRESSED'
  | 'UNKNOWN'
  | 'UNRESOLVED';

/** What a mail is about: enough to find its variables at render time with at most one small read. */
export type Subject = {
  kind: 'order' | 'cart' | 'product' | 'feedback' | 'view' | 'profile' | 'customer';
  /** order_id, cart_id, product_id ... */
  id: string;
  /** Log row with the products' names, prices and pictures. */
  key?: Key;
};

/** What `decide` plans. */
export type PlannedMessage = {
  id: string;
  customerId: string;
  journey: string;
  step: string;
  occasion: string;
  template: string;
  purpose: Purpose;
  topic: Topic;
  /** The release whose journey and template it keeps. */
  release: string;
  subject: Subject;
  /** When the run started: facts after it can cancel. */
  startedAt: Instant;
  /** Virtual "now" of the wake that planned it. */
  plannedAt: Instant;
  /** Sent after this moment it would be stale: SUPPRESSED(expired). */
  expiresAt: Instant;
  /** How likely the customer was lost when it was planned: lift is told by it. Absent where nobody could tell. */
  risk?: ChurnRisk;
};

/** The ledger row. Every write compares the previous `opId` and stores a fresh one. */
export type Message = PlannedMessage & {
  state: MessageState;
  opId: string;
  attempt: number;
  /** The locale whose words it was claimed with: the customer's, or what that fell back to. */
  words?: string;
  /** What it was claimed with; the bus tells it once the mail is sent. */
  coupon?: Coupon;
  /** Earliest next attempt while PLANNED. */
  notBefore: Instant;
  /** While SENDING: until then nobody else touches it. */
  leaseUntil?: Instant;
  /** When the outcome became ambiguous. */
  unknownSince?: Instant;
  reason?: Reason;
  sesMessageId?: string;
  sentAt?: Instant;
  /** True while a breaker or pause holds it: counted apart from what is overdue. */
  held?: boolean;
};

/** Marketing claims kept in the gate: 7 days of at most two a week need 3; 32 leaves room for any cap. */
export const GATE_CLAIMS_MAX = 32;

/**
 * Whether marketing may reach this customer at this moment. It holds what narrows permission, and the
 * claims of the last 7 days. Permission itself is the customer item's consent fact, compared by time:
 * a consent given later than a withdrawal reopens, anything else stays closed.
 * (docs/decisions: why the gate holds no positive consent.)
 */
export type Gate = {
  customerId: string;
  /** Grows by one with every write; 0 when the row does not exist yet. */
  version: number;
  /** By topic, `*` for all marketing: the latest withdrawal. */
  withdrawn: { [topic: string]: { at: Instant; id: string; source: string } };
  suppressed?: { code: 'hard-bounce' | 'soft-bounces' | 'complaint' | 'erased'; at: Instant };
  /** Transient bounces of the last 30 days, by event id (at most 3 are kept; three suppress). */
  softBounces?: { [eventId: string]: Instant };
  mergedInto?: string;
  /** Ids that the customer had when mails were planned: their rows of the ledger lie there. */
  former?: readonly string[];
  /** Marketing claims: message id and time, newest last. */
  claims: [string, Instant][];
};

/** SES message tags of every mail (A-Z a-z 0-9 _ - only). They come back with every SES event. */
export const TAG = {
  message: 'perennial-message',
  customer: 'perennial-customer',
  journey: 'perennial-journey',
  step: 'perennial-step',
  opId: 'perennial-op',
} as const;
