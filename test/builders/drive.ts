/** Drives one customer through events and wakes on virtual time: what a queue and a clock would do. */
import type { CustomerEvent } from '../../functions/contract/events.ts';
import type { Policy } from '../../functions/contract/journeys.ts';
import type { PlannedMessage } from '../../functions/contract/messages.ts';
import type { DecisionReason } from '../../functions/contract/reasons.ts';
import { type Instant, iso } from '../../functions/contract/time.ts';
import {
  type Customer,
  type Decision,
  type Emit,
  emptyCustomer,
} from '../../functions/domain/customer.ts';
import { decide, rebuildFacts } from '../../functions/domain/decide.ts';
import { CUSTOMER } from './events.ts';

/** Any customer's year has fewer; more is a loop of wakes. */
const WAKES_MAX = 5_000;

export class Drive {
  customer: Customer = emptyCustomer(CUSTOMER);
  policy: Policy;
  readonly log: CustomerEvent[] = [];
  readonly messages: PlannedMessage[] = [];
  readonly emits: Emit[] = [];
  readonly reasons: DecisionReason[] = [];
  wakes = 0;
  rebuilds = 0;

  constructor(policy: Policy) {
    this.policy = policy;
  }

  /** Folds events in the order given; no wake runs between them. */
  fold(...events: CustomerEvent[]): this {
    for (const event of events) {
      this.log.push(event);
      const decision = decide(this.customer, { kind: 'event', event }, this.policy);
      if (decision.rebuild) {
        this.rebuilds += 1;
        this.customer = rebuildFacts(this.customer, this.log, this.policy);
      } else this.#take(decision);
    }
    return this;
  }

  /** Runs every wake up to and including `until`. */
  wakeUntil(until: Instant): this {
    while (this.customer.nextWakeAt !== undefined && this.customer.nextWakeAt <= until) {
      this.wakes += 1;
      if (this.wakes > WAKES_MAX) throw new Error('wakes without end');
      const dueAt = this.customer.nextWakeAt;
      this.#take(decide(this.customer, { kind: 'wake', dueAt }, this.policy));
      if (this.customer.nextWakeAt === dueAt) throw new Error(`woken twice for ${iso(dueAt)}`);
    }
    return this;
  }

  /** Events as they were received, with the wakes between them; then wakes until the end. */
  live(events: readonly CustomerEvent[], until: Instant): this {
    const inTurn = [...events].sort((a, b) => a.receivedAt - b.receivedAt);
    for (const event of inTurn) this.wakeUntil(event.receivedAt - 1).fold(event);
    return this.wakeUntil(until);
  }

  /** `outcome code` of every reason, in order. */
  get told(): string[] {
    return this.reasons.map(({ outcome, reason }) => `${outcome} ${reason.code}`);
  }

  /** Step and time of every planned mail. */
  get mails(): string[] {
    return this.messages.map(({ step, plannedAt }) => `${step} ${iso(plannedAt).slice(0, 16)}`);
  }

  #take(decision: Decision): void {
    this.customer = decision.customer;
    this.messages.push(...decision.messages);
    this.emits.push(...decision.emits);
    this.reasons.push(...decision.reasons);
  }
}
