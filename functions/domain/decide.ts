/** The one pure function that says what follows from an event or a wake. No I/O, no clock, no chance. */
import type { CustomerEvent } from '../contract/events.ts';
import type { Policy } from '../contract/journeys.ts';
import type { Instant } from '../contract/time.ts';
import type { Customer, Decision } from './customer.ts';

export type Stimulus =
  | { kind: 'event'; event: CustomerEvent }
  /** `dueAt` is the stored due time: the `now` of the wake. */
  | { kind: 'wake'; dueAt: Instant };

/** What follows for this customer. Total: it never throws. Only a wake plans, defers, lapses or emits. */
export function decide(customer: Customer, _stimulus: Stimulus, _policy: Policy): Decision {
  return { customer, messages: [], emits: [], reasons: [], changed: false };
}

/** The customer with facts made anew from the log, where `decide` asked for it. Runtime stays. */
export function rebuildFacts(
  customer: Customer,
  _logEvents: readonly CustomerEvent[],
  _policy: Policy,
): Customer {
  return customer;
}
