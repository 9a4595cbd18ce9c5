/** Events that we make ourselves: pages, SES events and `decide` write them as any sender would. */
import { type EventBody, readBody } from './event-schemas.ts';
import { VERSION_NOW } from './event-definitions.ts';
import type { Channel, CustomerEvent } from './events.ts';
import { logKey } from './keys.ts';
import { type Instant, iso } from './time.ts';

/** What the log stores: the event, and the body that it is read from again. */
export type LoggedEvent = { event: CustomerEvent; body: EventBody };

export type OwnEvent = {
  /** Deterministic where the cause may come twice: a repeat then meets the same row. */
  id: string;
  name: string;
  /** A customer's own id is the hash of its oldest alias, so it names a partition of the log. */
  aliasId: string;
  at: Instant;
  channel: Channel;
  /** In the sender's form (snake_case), as the schema of the name reads them. */
  properties: { [name: string]: unknown };
  /** Above 0 only for what `decide` emits. */
  depth?: number;
  /** It is remembered and starts no journey: a press of "undo" is not a new subscriber to be welcomed. */
  quiet?: true;
  /** When it happened, where that is not now: an SES event that came late. */
  occurredAt?: Instant;
};

/** Throws on properties that its own schema refuses: that would be our mistake, not a sender's. */
export function ownEvent(own: OwnEvent): LoggedEvent {
  const depth = own.depth ?? 0;
  const body: EventBody =
    Object.keys(own.properties).length > 0 ? { properties: own.properties } : {};
  const read = readBody(own.name, VERSION_NOW, depth, body);
  if (!read.ok) {
    throw new TypeError(`own event ${own.name}: ${read.reason.path} wanted ${read.reason.wanted}`);
  }
  const occurredAt = Math.min(own.occurredAt ?? own.at, own.at);
  const event: CustomerEvent = {
    id: own.id,
    name: own.name,
    version: VERSION_NOW,
    aliasId: own.aliasId,
    occurredAt,
    receivedAt: own.at,
    channel: own.channel,
    mode: own.quiet ? 'history' : 'live',
    verified: true,
    depth,
    properties: read.properties,
    key: logKey(own.aliasId, iso(occurredAt), own.id),
  };
  return { event, body };
}

/** What `decide` emits, as a row of the log; `id` is the hash of its cause, so it is stored once. */
export const emitEvent = (
  emit: {
    id: string;
    name: string;
    properties: { [name: string]: unknown };
    depth: number;
    at: Instant;
  },
  customerId: string,
): LoggedEvent => ownEvent({ ...emit, aliasId: customerId, channel: 'system' });
