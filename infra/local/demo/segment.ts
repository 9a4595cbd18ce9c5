/** Segment's own form of events, as a shop's server would send them to `POST /v1/batch`. */
import { hashId } from '../../../functions/contract/ids.ts';
import { type Instant, iso } from '../../../functions/contract/time.ts';
import { type CatalogueProduct, SHOP_URL } from './catalogue.ts';

export type SegmentEvent = {
  type: 'track' | 'identify';
  messageId: string;
  timestamp: string;
  userId?: string;
  anonymousId?: string;
  event?: string;
  properties?: { [name: string]: unknown };
  traits?: { [name: string]: unknown };
  context?: { [name: string]: unknown };
};

/** What a shop sends at one moment: `at` is when it arrives, the events carry their own times. */
export type Batch = { at: Instant; events: SegmentEvent[] };

/** Who does something: a customer with the shop's id, or a visitor without one. */
export type Actor = { userId: string } | { anonymousId: string };

/** The id is a hash of what happened, so that the same shop sends the same ids again. */
export const track = (
  actor: Actor,
  at: Instant,
  event: string,
  properties: { [name: string]: unknown },
): SegmentEvent => ({
  type: 'track',
  messageId: hashId('demo', JSON.stringify(actor), event, String(at), JSON.stringify(properties)),
  timestamp: iso(at),
  ...actor,
  event,
  properties,
});

export const identify = (
  actor: Actor,
  at: Instant,
  traits: { [name: string]: unknown },
): SegmentEvent => ({
  type: 'identify',
  messageId: hashId('demo', JSON.stringify(actor), 'identify', String(at), JSON.stringify(traits)),
  timestamp: iso(at),
  ...actor,
  traits,
});

export type Line = { product: CatalogueProduct; quantity: number };

/** A product as the spec's `products` array holds it, with the attributes that stories use. */
export const segmentProduct = ({ product, quantity }: Line) => ({
  product_id: product.id,
  name: product.name,
  category: product.category,
  brand: 'Amber & Oak',
  price: product.price,
  quantity,
  url: `${SHOP_URL}/products/${product.id.toLowerCase()}`,
  image_url: `${SHOP_URL}/images/${product.id.toLowerCase()}.jpg`,
  material: product.material,
  stone: product.stone,
  style: product.style,
  story: product.story,
});

export const totalOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0);

/** Sorts by time and puts together what arrives within the same stretch of `everyMs`. */
export function* batched(events: readonly SegmentEvent[], everyMs: number): Generator<Batch> {
  const sorted = events
    .map((event) => ({ event, time: Date.parse(event.timestamp) }))
    .sort((a, b) => a.time - b.time || (a.event.messageId < b.event.messageId ? -1 : 1));
  let batch: Batch | undefined;
  for (const { event, time } of sorted) {
    const at = Math.ceil(time / everyMs) * everyMs;
    if (batch && (batch.at !== at || batch.events.length >= BATCH_EVENTS_MAX)) {
      yield batch;
      batch = undefined;
    }
    batch ??= { at, events: [] };
    batch.events.push(event);
  }
  if (batch) yield batch;
}

/** Segment's clients send at most 100 events a call, unless told otherwise. */
const BATCH_EVENTS_MAX = 100;
