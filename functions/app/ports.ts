/** Ports that several use cases of the way in share. */
import type { Refusal } from '../contract/event-schemas.ts';
import type { Gate } from '../contract/messages.ts';
import type { LoggedEvent } from '../contract/own-events.ts';
import type { Instant } from '../contract/time.ts';
import type { Maker } from '../contract/webhooks.ts';
import type { PrivacyRequest } from '../domain/sources/call.ts';

export type Stored = 'stored' | 'duplicate';

export type LogWriter = {
  /** Durable when it resolves. 'duplicate' when the same sender's id, time and alias are there already. */
  append(logged: LoggedEvent): Promise<Stored>;
  /**
   * The event and its customer's gate, in one transaction. `update` is asked again when the gate moved;
   * it returns the gate itself when nothing changes.
   */
  appendAndNarrow(logged: LoggedEvent, update: (gate: Gate) => Gate): Promise<Stored>;
};

/** A refused event, told without any of its values. */
export type Reject = {
  id: string;
  at: Instant;
  /** Where it came from. */
  source: 'http' | 'bus' | 'hook';
  /** Present only when it is a name that we know: other texts may hold anything. */
  name?: string;
  reason: Refusal;
};
/** What a maker asks on behalf of a person or a shop: kept until somebody has acted on it. */
export type KeptRequest = PrivacyRequest & { at: Instant; from: Maker };
export type PrivacyRequests = {
  /** Durable when it resolves; the same request again changes nothing. */
  add(request: KeptRequest): Promise<void>;
};

export type Rejects = { add(rejects: readonly Reject[]): Promise<void> };

/** What goes on the bus. `detail` holds nothing personal. */
export type BusEntry = { name: string; detail: object };
export type Bus = {
  /** Resolves to the places of the entries that the bus refused, after its tries; empty: all are on it. */
  put(entries: readonly BusEntry[]): Promise<number[]>;
};
