/** What codes say to people. Every outcome and reason has words; a test holds them complete. */
import type { MessageState } from '../../../functions/contract/messages.ts';
import { minorUnitExponent } from '../../../functions/contract/money.ts';
import type { Outcome, Reason, ReasonCode } from '../../../functions/contract/reasons.ts';

/** `good` went out, `wait` may still go, `stop` will not go, `plain` is neither. */
export type Tone = 'good' | 'wait' | 'stop' | 'plain';

export const OUTCOMES: Readonly<Record<Outcome, { words: string; tone: Tone }>> = {
  planned: { words: 'Planned', tone: 'good' },
  'already-planned': { words: 'Already planned', tone: 'plain' },
  deferred: { words: 'Waits', tone: 'wait' },
  lapsed: { words: 'Lapsed', tone: 'stop' },
  cancelled: { words: 'Cancelled', tone: 'stop' },
  suppressed: { words: 'Not allowed', tone: 'stop' },
  'held-out': { words: 'Held out', tone: 'plain' },
  shadow: { words: 'Shadow', tone: 'plain' },
  skipped: { words: 'Skipped', tone: 'plain' },
  emitted: { words: 'Told the bus', tone: 'plain' },
  'arrived-too-late': { words: 'Came too late', tone: 'plain' },
  sent: { words: 'Sent', tone: 'good' },
  failed: { words: 'Failed', tone: 'stop' },
  unknown: { words: 'Unknown', tone: 'wait' },
  unresolved: { words: 'Unresolved', tone: 'stop' },
  'put-back': { words: 'Put back', tone: 'wait' },
  merged: { words: 'One customer', tone: 'plain' },
  'kept-apart': { words: 'Kept apart', tone: 'plain' },
};

export const REASONS: Readonly<Record<ReasonCode, string>> = {
  due: 'its time had come',
  'deferred-gap': 'too soon after the last mail',
  'deferred-day-cap': "the day's limit is reached",
  'deferred-week-cap': "the week's limit is reached",
  'deferred-quiet-hours': 'it is night where the customer lives',
  'deferred-behind': 'a more important mail speaks first',
  'deferred-promotion-paused': 'offers pause after a bad score',
  'deferred-own-pause': 'the customer asked for a pause',
  expired: 'it would have been stale',
  'before-go-live': 'its occasion is older than going live',
  'candidates-full': 'too many mails were waiting',
  'runs-full': 'too many journeys at once',
  'trigger-false': 'what started it is no longer true',
  'condition-false': "the journey's condition did not hold",
  'once-per': 'it was already answered once',
  reentry: 'too soon to start again',
  'cancel-event': 'something happened that cancels it',
  'cancel-when': "the journey's cancel rule holds",
  'fact-withdrawn': 'what it was about was taken back',
  'no-address': 'no address is known',
  'no-consent': 'there is no consent to marketing',
  'basis-expired': 'the sale that allowed mails without consent is too long ago',
  'consent-withdrawn': 'the customer withdrew consent',
  'topic-left': 'the customer left this topic',
  'hard-bounce': 'the mailbox does not exist',
  'soft-bounces': 'the mailbox refused three times',
  complaint: 'the customer reported spam',
  erased: 'the customer was erased',
  merged: 'this customer is now another',
  'aliases-full': 'one customer cannot have so many ids',
  'anonymous-shared': 'the browser is known as somebody else',
  'holdout-global': 'in the group that gets no marketing',
  'holdout-journey': "in this journey's control group",
  'journey-off': 'the journey is off',
  'journey-paused': 'the journey is paused',
  'mode-shadow': 'the journey only watches',
  emit: 'an event for other applications',
  'risk-changed': 'the risk to lose this customer has changed',
  'fact-late': 'it would have stopped a mail that had gone',
  'older-than-log': 'older than the log can tell',
  accepted: 'accepted for delivery',
  throttled: 'the mail service asked for patience',
  'breaker-open': 'sending is stopped by a fault',
  'daily-ceiling': "the day's ceiling is reached",
  'brake-bounces': 'too many bounces: marketing brakes',
  'brake-complaints': 'too many complaints: marketing brakes',
  'not-on-allow-list': 'not on the allow-list',
  rejected: 'the mail service refused it',
  'render-failed': 'the template did not render',
  'render-limit': 'the template exceeds a limit',
  aborted: 'the template decided not to send',
  'product-gone': 'the product is no longer sold',
  ambiguous: 'no one knows whether it was accepted',
  'lease-lost': 'its sender vanished half-way',
  'no-evidence': 'no sign of it within an hour',
  'confirmed-by-event': "the mail service's event confirms it",
  'gate-moved': "the customer's permission just changed",
  'release-gone': 'its release is no longer there',
};

export const STATES: Readonly<Record<MessageState, string>> = {
  PLANNED: 'planned',
  SENDING: 'sending',
  SENT: 'sent',
  FAILED: 'failed',
  SUPPRESSED: 'suppressed',
  UNKNOWN: 'unknown',
  UNRESOLVED: 'unresolved',
};

/** Words for a reason; the data beside the code stays readable. */
export function reasonWords(reason: Reason): string {
  const until = reason['until'];
  const words = REASONS[reason.code];
  if (reason.code === 'risk-changed') return `${words}: from ${reason['from']} to ${reason['to']}`;
  return typeof until === 'number' ? `${words}; again ${stamp(until)}` : words;
}

/** `21 Nov 2026, 23:25` in UTC. */
export const stamp = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  }).format(at);

const NUMBER = new Intl.NumberFormat('en');
export const count = (value: number): string => NUMBER.format(value);

/** Minor units as a price: `1,234.50 EUR`; whole units above ten thousand. */
export function money(minor: number, currency: string): string {
  const exponent = minorUnitExponent(currency);
  const value = minor / 10 ** exponent;
  const digits = Math.abs(value) >= 10_000 ? 0 : exponent;
  const text = value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${text} ${currency}`;
}

/** `post-purchase` -> `Post purchase`. */
export const title = (id: string): string => {
  const words = id.replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
