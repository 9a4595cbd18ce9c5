/**
 * A compiled journey and the policy: what `decide` and `judge` need beside customer and event.
 * Plain JSON: made by `compileJourneys` (domain/journeys) when publishing, read as is by the functions.
 */
import type { Condition } from './conditions.ts';
import type { CouponTerms } from './coupons.ts';
import type { Purpose, Topic } from './messages.ts';
import type { Model } from './predictions.ts';
import type { Settings } from './settings.ts';

export type JourneyMode = 'off' | 'shadow' | 'live';

/**
 * What can start a journey. All but the last two are events; the last two are moments that the kernel
 * computes from facts: a product is due again, a customer is late against their own rhythm.
 */
export const TRIGGERS = [
  'Order Completed',
  'Order Shipped',
  'Order Delivered',
  'Order Cancelled',
  'Order Refunded',
  'Cart Updated',
  'Product Viewed',
  'Feedback Submitted',
  'Consent Given',
  'identify',
  'Reorder Due',
  'Churn Risk Changed',
] as const;
export type Trigger = (typeof TRIGGERS)[number];

/**
 * One occasion a trigger: this order, this cart, this product's due date... `customer` means once ever.
 * Default: the thing that the trigger is about.
 */
export type OncePer = 'order' | 'cart' | 'product' | 'feedback' | 'customer';

/** A wait's alternatives: the first whose event has happened (for this order) and whose `when` holds counts. */
export type WaitOption = {
  ms: number;
  /** Counted from this event of the same order, not from the step's due time. */
  after?: 'Order Shipped' | 'Order Delivered';
  when?: Condition;
};

export type Step =
  | { kind: 'wait'; id: string; options: WaitOption[] }
  /** The next local time `at` (minutes after midnight, customer's zone), on `weekday` (1 Monday to 7) if given; spread by hash over 30 minutes. */
  | { kind: 'wait_until'; id: string; atMinute: number; weekday?: number }
  | {
      kind: 'send';
      id: string;
      template: string;
      purpose: Purpose;
      topic: Topic;
      priority: number;
      measured: boolean;
      when?: Condition;
      /** Marketing only: each of these mails carries a code of its own. */
      coupon?: CouponTerms;
    }
  /** Indices into `steps`; `steps.length` means the end. */
  | { kind: 'branch'; id: string; when: Condition; then: number; otherwise: number }
  | {
      kind: 'emit';
      id: string;
      event: string;
      properties: { [name: string]: string | number | boolean | Condition };
    }
  /** Compiled from nested lists: continue at `to`. */
  | { kind: 'jump'; id: string; to: number };

export type CancelRule = { event: string } | { when: Condition };

export type Journey = {
  id: string;
  trigger: Trigger;
  /** Judged when the first step that is not a wait is due; false: the occasion is skipped with a reason. */
  condition?: Condition;
  oncePer: OncePer;
  /** At least so long between two starts for one customer. */
  reentryMs?: number;
  /** Any of these facts after the run's start stops it, at the wake and again at the claim. */
  cancelOn: CancelRule[];
  /** 0 to 100; the higher speaks first. */
  priority: number;
  purpose: Purpose;
  topic: Topic;
  mode: JourneyMode;
  /** Share in [0, 1]; `measured: false` exempts from the global holdout too. */
  holdout: number;
  measured: boolean;
  /** A mail that is later than this after its occasion is stale. At most 90 days. */
  expiresMs: number;
  steps: Step[];
};

/** The release's half that decisions need; templates travel beside it. */
export type Policy = {
  /** Release id: hash of all content. Runs and messages keep it. */
  release: string;
  journeys: Journey[];
  settings: Settings;
  /**
   * Journeys of earlier releases, for runs that started with them. A run whose release is not here goes
   * on in the journey of the same id, at the step of the same id.
   */
  older?: { release: string; journeys: Journey[] }[];
  /**
   * What `learn` made of the shop's orders, newest first; the one whose `from` is the last at or before the
   * moment of a stimulus counts. None before the first night.
   */
  models?: readonly Model[];
};

/** What a customer's facts are judged by: the shop's settings, and what was learned from its orders. */
export type Shop = Pick<Policy, 'settings' | 'models'>;

export const EXPIRES_MAX_DAYS = 90;
export const STEPS_MAX = 50;
export const JOURNEYS_MAX = 100;
