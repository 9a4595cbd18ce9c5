/** Why a mail was or was not sent: a stable code with data. Screens translate codes; data are ids, times, numbers. */
export type Outcome =
  | 'planned' // a ledger row was written; deliver takes it from here
  | 'already-planned' // its ledger row existed
  | 'deferred' // waits in the customer item until `reason.until`, then judged again
  | 'lapsed' // no longer true, too old, or crowded out
  | 'cancelled' // a fact of `cancel_on`, or its condition, stopped it
  | 'suppressed' // consent or suppression forbids it
  | 'held-out' // hash says: control group
  | 'shadow' // the journey is in shadow: it would have been planned
  | 'skipped' // the trigger's condition was false, or `once_per`/`reentry` had its answer
  | 'emitted' // an event was emitted
  | 'arrived-too-late' // a fact came after the mail that it would have stopped
  | 'sent'
  | 'failed'
  | 'unknown'
  | 'unresolved'
  | 'put-back' // of the ledger
  | 'merged' // two customers turned out to be one; the occasion is the id that ends
  | 'kept-apart'; // two who were told to be one stay two

export const REASON_CODES = [
  'due',
  'deferred-gap',
  'deferred-day-cap',
  'deferred-week-cap',
  'deferred-quiet-hours',
  'deferred-behind',
  'deferred-promotion-paused',
  'deferred-own-pause',
  'expired',
  'before-go-live',
  'candidates-full',
  'runs-full',
  'trigger-false',
  'condition-false',
  'once-per',
  'reentry',
  'cancel-event',
  'cancel-when',
  'fact-withdrawn',
  'no-address',
  'no-consent',
  'basis-expired',
  'consent-withdrawn',
  'topic-left',
  'hard-bounce',
  'soft-bounces',
  'complaint',
  'erased',
  'merged',
  'aliases-full',
  'anonymous-shared',
  'holdout-global',
  'holdout-journey',
  'journey-off',
  'journey-paused',
  'mode-shadow',
  'emit',
  'risk-changed',
  'fact-late',
  'older-than-log',
  'accepted',
  'throttled',
  'breaker-open',
  'daily-ceiling',
  'brake-bounces',
  'brake-complaints',
  'not-on-allow-list',
  'rejected',
  'render-failed',
  'render-limit',
  'aborted',
  'product-gone',
  'ambiguous',
  'lease-lost',
  'no-evidence',
  'confirmed-by-event',
  'gate-moved',
  'release-gone',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** Data of a reason: short texts and numbers, never an address, a name or a body. */
export type Reason = { code: ReasonCode } & { [key: string]: string | number | boolean };

/** One line of "why": what happened to one occasion of one journey at one moment. */
export type DecisionReason = {
  at: number;
  journey: string;
  step: string;
  occasion: string;
  outcome: Outcome;
  reason: Reason;
  messageId?: string;
};
