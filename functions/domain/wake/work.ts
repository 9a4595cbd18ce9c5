/** What one wake has in hand: copies that it fills, never the customer that it was given. */
import type { Journey } from '../../contract/journeys.ts';
import type { PlannedMessage } from '../../contract/messages.ts';
import type { DecisionReason, Outcome, Reason } from '../../contract/reasons.ts';
import type { Instant } from '../../contract/time.ts';
import type { Candidate, Customer, Emit, Recent, Run, Runtime } from '../customer.ts';
import type { Plan } from './plan.ts';

export type Work = {
  /** As it was given, but for the look at its churn risk. */
  customer: Customer;
  plan: Plan;
  now: Instant;
  /** Of the emits: names this wake. */
  cause: string;
  runs: Run[];
  candidates: Candidate[];
  recent: Recent[];
  /** The customer's own until something starts. */
  done: Runtime['done'];
  starts: Runtime['starts'];
  messages: PlannedMessage[];
  emits: Emit[];
  reasons: DecisionReason[];
};

type Told = { journey: string | Journey; step: string; occasion: string; messageId?: string };

/** Notes a reason. */
export function tell(work: Work, about: Told, outcome: Outcome, reason: Reason): void {
  const { journey, step, occasion, messageId } = about;
  work.reasons.push({
    at: work.now,
    journey: typeof journey === 'string' ? journey : journey.id,
    step,
    occasion,
    outcome,
    reason,
    ...(messageId !== undefined && { messageId }),
  });
}
