/**
 * Streams of both tables -> what follows: log rows go on the bus, planned mails to the deliver queue, sent
 * mails on the bus. A record that could not be handed over comes again; whoever hears it twice drops it.
 */
import type { Coupon } from '../contract/coupons.ts';
import { publishedDetail } from '../contract/event-schemas.ts';
import type { CustomerEvent, DeliverOrder } from '../contract/events.ts';
import type { Message } from '../contract/messages.ts';
import { type Instant, iso } from '../contract/time.ts';
import type { Bus, BusEntry } from './ports.ts';

/** What one stream record says. */
export type Change =
  | { kind: 'event'; event: CustomerEvent }
  /** `before` is absent for a new row, and where the stream holds new images only. */
  | { kind: 'message'; message: Pick<Message, 'id' | 'customerId'> & Message; before?: Message }
  /** Rows that nobody waits for: customers, gates, decisions, and rows at the end of their life. */
  | { kind: 'other' };

export type PublishDeps = {
  bus: Bus;
  deliver: { send(orders: readonly DeliverOrder[]): Promise<void> };
  now(): Instant;
  count(name: string, value?: number): void;
};

/** Told on the bus when a mail went out: ids, and the coupon that it carried. */
export const MESSAGE_SENT = 'Message Sent';

/** Resolves to the places of the changes that should come again. */
export async function publish(deps: PublishDeps, changes: readonly Change[]): Promise<number[]> {
  const now = deps.now();
  const entries: { place: number; entry: BusEntry }[] = [];
  const orders: { place: number; order: DeliverOrder }[] = [];
  for (const [place, change] of changes.entries()) {
    const entry = entryOf(change);
    if (entry) entries.push({ place, entry });
    const order = orderOf(change, now);
    if (order) orders.push({ place, order });
  }
  const failed = [...(await putEntries(deps, entries)), ...(await sendOrders(deps, orders))];
  return failed.sort((a, b) => a - b);
}

async function putEntries(
  { bus, count }: PublishDeps,
  entries: readonly { place: number; entry: BusEntry }[],
): Promise<number[]> {
  if (entries.length === 0) return [];
  const refused = await bus.put(entries.map(({ entry }) => entry));
  // Only what goes wrong is counted: EventBridge itself counts the rest, and a line here costs as much.
  if (refused.length > 0) count('EventsRefused', refused.length);
  return refused.map((index) => entries[index]?.place ?? 0);
}

/** All or none: which of a failed call got through is not known, and an order twice is no harm. */
async function sendOrders(
  { deliver, count }: PublishDeps,
  orders: readonly { place: number; order: DeliverOrder }[],
): Promise<number[]> {
  if (orders.length === 0) return [];
  try {
    await deliver.send(orders.map(({ order }) => order));
    return [];
  } catch {
    count('DeliverOrdersRefused', orders.length);
    return orders.map(({ place }) => place);
  }
}

/** A logged event as the bus may see it. */
export const entryOfEvent = (event: CustomerEvent): BusEntry => ({
  name: event.name,
  detail: publishedDetail(event),
});

/** The shop makes the code work by it. A code names nobody. */
const couponDetail = ({ issuedAt, expiresAt, ...coupon }: Coupon) => ({
  ...coupon,
  issuedAt: iso(issuedAt),
  expiresAt: iso(expiresAt),
});

function entryOf(change: Change): BusEntry | undefined {
  if (change.kind === 'event') return entryOfEvent(change.event);
  if (change.kind !== 'message' || !became(change, 'SENT')) return undefined;
  const { id, customerId, journey, step, template, purpose, topic, release, sentAt, coupon } =
    change.message;
  return {
    name: MESSAGE_SENT,
    detail: {
      metadata: { id },
      data: {
        messageId: id,
        customerId,
        journey,
        step,
        template,
        purpose,
        topic,
        release,
        ...(sentAt !== undefined && { sentAt: iso(sentAt) }),
        ...(coupon && { coupon: couponDetail(coupon) }),
      },
    },
  };
}

/** A mail whose time has come. What is put back until later is found by `sweep` when it is due. */
function orderOf(change: Change, now: Instant): DeliverOrder | undefined {
  if (change.kind !== 'message' || !became(change, 'PLANNED')) return undefined;
  const { id, customerId, notBefore } = change.message;
  return notBefore <= now ? { customerId, messageId: id } : undefined;
}

/**
 * Planned again counts as planned: each write has an `opId` of its own. Otherwise only the step into the
 * state counts, so that later notes on a sent mail are not told as another mail.
 */
function became({ message, before }: Change & { kind: 'message' }, state: Message['state']) {
  if (message.state !== state) return false;
  return before === undefined || before.state !== state || before.opId !== message.opId;
}
