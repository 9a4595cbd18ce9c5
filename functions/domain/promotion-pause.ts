import type { Topic } from '../contract/messages.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import type { Customer } from './customer.ts';
import { isTrusted } from './facts/marks.ts';

/** NPS: 0 to 6 are detractors. */
export const DETRACTOR_MAX = 6;

/**
 * After a bad score no promotion for so many days; feedback mails are the answer to it and go on. The
 * moment when the pause ends; 0 when there is none. Asked when a mail is planned, and again at the claim.
 */
export function promotionPausedUntil({ facts }: Customer, topic: Topic, days: number): Instant {
  const latest = facts.feedback.find(isTrusted);
  if (topic === 'feedback' || !latest || latest.score > DETRACTOR_MAX) return 0;
  return latest.at + days * DAY_MS;
}
