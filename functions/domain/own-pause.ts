import type { Instant } from '../contract/time.ts';
import type { Customer } from './customer.ts';

/**
 * No marketing before this moment, because the customer asked for a pause; the beginning of time when nobody
 * did. Mails that lapse in it lapse; the others wait. Asked when a mail is planned, and again at the claim.
 */
export const pausedUntil = ({ facts }: Customer): Instant =>
  facts.preferences?.pausedUntil?.[0] ?? Number.NEGATIVE_INFINITY;
