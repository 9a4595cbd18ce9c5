/** Events that others put on the bus, Shopify's and SES's own -> the log, as if they had come by HTTP. */
import { parseEvent } from '../contract/event-schemas.ts';
import { instant, objectOf } from '../contract/event-fields.ts';
import { isCallName } from '../contract/events.ts';
import { SHOPIFY_BUS_SOURCE } from '../contract/webhooks.ts';
import { type HookSinks, takeHook } from './hooks.ts';
import { shopifyBusDetail } from '../domain/sources/shopify.ts';
import { rejectFigure, rejectOf } from './ingest.ts';
import { store } from './narrow.ts';

/** What EventBridge puts into the queue. */
export type BusMessage = {
  id: string;
  source: string;
  'detail-type': string;
  time: string;
  detail: unknown;
};

export type InboundDeps = HookSinks & {
  /** SES events: the ledger, the gate, the log. */
  engage(message: BusMessage): Promise<unknown>;
};

/** Mail events of our configuration set. */
export const SES_SOURCE = 'aws.ses';

export type Inbound = 'stored' | 'duplicate' | 'rejected' | 'engaged' | 'hook';

/** Throws when a write fails: the queue brings the message again. A bad event is refused, not repeated. */
export async function inbound(deps: InboundDeps, message: BusMessage): Promise<Inbound> {
  if (message.source === SES_SOURCE) {
    await deps.engage(message);
    return 'engaged';
  }
  if (message.source.startsWith(SHOPIFY_BUS_SOURCE)) {
    const { topic, payload } = shopifyBusDetail(message.detail);
    await takeHook(deps, 'shopify', topic, payload);
    return 'hook';
  }
  const call = callOf(message);
  const receivedAt = deps.now();
  // Who may put on the bus is the account's own decision: as good as a server key.
  const parsed = parseEvent(call, { receivedAt, currency: deps.currency, kind: 'server' });
  if (!parsed.ok) {
    deps.count(rejectFigure(parsed.reason));
    await deps.rejects.add([rejectOf(call, parsed.reason, receivedAt, 'bus', message.id)]);
    return 'rejected';
  }
  const outcome = await store(deps.log, { event: parsed.event, body: parsed.body });
  deps.count(outcome === 'stored' ? 'EventsLogged' : 'EventsRepeated');
  return outcome;
}

/**
 * `detail` is a Segment call, or `{ metadata, data }` with the call in `data`. What it leaves out the bus
 * knows: the name is the detail-type, the time is the entry's, the id is the entry's id. (An `id` in the
 * data is as likely the till's or the order's: two events with it would be taken for one.)
 */
function callOf({ id, time, detail, 'detail-type': detailType }: BusMessage): unknown {
  const outer = objectOf(detail);
  const metadata = objectOf(outer['metadata']);
  const wrapped = typeof outer['data'] === 'object' && outer['data'] !== null;
  const call = wrapped ? objectOf(outer['data']) : outer;
  const name = call['event'] ?? call['name'] ?? detailType;
  const type = [call['type'], name, call['event'] ?? detailType].find(isCallName);
  const stamped = call['originalTimestamp'] ?? call['timestamp'] ?? call['occurredAt'];
  return {
    ...call,
    type: type ?? 'track',
    ...(type === undefined && { event: name }),
    messageId: call['messageId'] ?? metadata['messageId'] ?? metadata['id'] ?? id,
    timestamp: call['timestamp'] ?? call['occurredAt'] ?? (stamped ? undefined : busTime(time)),
  };
}

const busTime = (time: unknown): string | undefined =>
  typeof time === 'string' && instant(time) !== undefined ? time : undefined;

/** A queue message's body; throws on what is no JSON object, which the queue then moves aside. */
export function parseBusMessage(body: string): BusMessage {
  const message: unknown = JSON.parse(body);
  const { source, id } = objectOf(message);
  if (typeof source !== 'string' || typeof id !== 'string') {
    throw new TypeError('inbound message: wanted an EventBridge event with source and id');
  }
  return message as BusMessage;
}
