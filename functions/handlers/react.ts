/** Three lanes, one code: facts and browsing come as published events, wakes as orders of the tick. */
import { eachLimited } from '../app/each-limited.ts';
import {
  type Arrival,
  CUSTOMERS_AT_ONCE,
  type ReactDeps,
  reactToEvents,
  reactToWake,
} from '../app/react.ts';
import { PerennialError } from '../contract/errors.ts';
import type { PublishedDetail, WakeOrder } from '../contract/events.ts';
import { type QueueItem, sqsBatch } from '../runtime/middleware.ts';
import { telemetry } from '../runtime/telemetry.ts';

type Order = { wake: WakeOrder } | { arrival: Arrival };

/** A batch of one lane -> what follows for its customers. At least once: facts and due times drop repeats. */
export const createHandler = (deps: ReactDeps) =>
  sqsBatch(parseOrder, async (items) => {
    const wakes = items.flatMap((item) => ('wake' in item.body ? [{ ...item, ...item.body }] : []));
    const events = items.flatMap((item) =>
      'arrival' in item.body ? [{ ...item, ...item.body }] : [],
    );
    return [...(await foldAll(deps, events)), ...(await wakeAll(deps, wakes))];
  });

async function foldAll(
  deps: ReactDeps,
  events: (QueueItem<Order> & { arrival: Arrival })[],
): Promise<string[]> {
  if (events.length === 0) return [];
  const ids = new Map(events.map(({ id, arrival }) => [arrival, id]));
  const failed = await reactToEvents(
    deps,
    events.map(({ arrival }) => arrival),
  );
  return failed.flatMap(({ arrivals, error }) => {
    telemetry().error('events were not folded', error, { alias: arrivals[0]?.event.aliasId });
    return arrivals.flatMap((arrival) => ids.get(arrival) ?? []);
  });
}

async function wakeAll(
  deps: ReactDeps,
  wakes: (QueueItem<Order> & { wake: WakeOrder })[],
): Promise<string[]> {
  const failed: string[] = [];
  await eachLimited(wakes, CUSTOMERS_AT_ONCE, async ({ id, wake }) => {
    try {
      await reactToWake(deps, wake);
    } catch (error) {
      telemetry().error('wake failed', error, { customer: wake.customerId });
      failed.push(id);
    }
  });
  return failed;
}

/** Only our own functions write here (the bus policy and the queue's own), so the shape is enough. */
export function parseOrder(body: string): Order {
  const message = JSON.parse(body) as Partial<WakeOrder> & { detail?: PublishedDetail };
  if (typeof message.customerId === 'string' && typeof message.dueAt === 'number') {
    return { wake: { customerId: message.customerId, dueAt: message.dueAt } };
  }
  const { metadata, data } = message.detail ?? {};
  if (!metadata || !data) {
    throw new PerennialError(
      'not-an-order',
      `queue message: got the fields ${Object.keys(message).join(', ')}, wanted a published event or a wake.`,
    );
  }
  const event = {
    ...data,
    id: metadata.id,
    key: metadata.key,
    occurredAt: Date.parse(data.occurredAt),
    receivedAt: Date.parse(data.receivedAt),
  };
  return { arrival: { event, complete: metadata.complete } };
}
