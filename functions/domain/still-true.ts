/** Is what a mail was planned for still true? Asked at every wake, and again at the claim. */
import type { Journey } from '../contract/journeys.ts';
import type { PlannedMessage } from '../contract/messages.ts';
import type { Reason } from '../contract/reasons.ts';
import type { Instant } from '../contract/time.ts';
import type { Customer } from './customer.ts';

export type WhyNot = { outcome: 'cancelled' | 'lapsed'; reason: Reason };

/** Why the message must not go any more at `at`; `undefined` while all that it rests on holds. */
export function whyNot(
  message: Omit<PlannedMessage, 'plannedAt' | 'customerId'>,
  _journey: Journey,
  _customer: Customer,
  at: Instant,
): WhyNot | undefined {
  if (at >= message.expiresAt) {
    return { outcome: 'lapsed', reason: { code: 'expired', expiresAt: message.expiresAt } };
  }
  return undefined;
}
