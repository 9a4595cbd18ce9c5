import type { Topic } from '../contract/messages.ts';
import { isBadAnswer } from '../contract/surveys.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import type { Customer } from './customer.ts';
import { isTrusted } from './facts/marks.ts';

/**
 * After a bad score no promotion for so many days; feedback mails are the answer to it and go on. The
 * moment when the pause ends; 0 when there is none. Asked when a mail is planned, and again at the claim.
 */
export function promotionPausedUntil({ facts }: Customer, topic: Topic, days: number): Instant {
  const latest = facts.feedback.find(isTrusted);
  if (topic === 'feedback' || !latest || !isBadAnswer(latest)) return 0;
  return latest.at + days * DAY_MS;
}
