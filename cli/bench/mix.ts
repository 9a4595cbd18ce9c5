/** The reference mix: 70% views, 15% cart, 10% orders, 5% other, in visits, one event a call. */
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import { CATALOGUE } from '../../infra/local/demo/catalogue.ts';
import { type Random, randomOf } from '../../infra/local/demo/random.ts';
import {
  identify,
  type SegmentEvent,
  segmentProduct,
  track,
} from '../../infra/local/demo/segment.ts';

export const MIX = {
  'Product Viewed': 0.7,
  'Cart Updated': 0.1,
  'Checkout Started': 0.05,
  // An order comes as three events where the shop tells of its way.
  'Order Completed': 0.04,
  'Order Shipped': 0.035,
  'Order Delivered': 0.025,
  // Everyone once: a shop knows the address of those who come with an id.
  identify: 0.03,
  'Products Searched': 0.02,
} as const;
export type MixKind = keyof typeof MIX;

/** How many events a customer brings in the stretch; the first is their identify. */
export const EVENTS_PER_CUSTOMER = 33;
/** A quarter: long enough for every wait of the journeys that ship. */
export const MIX_DAYS = 90;
export const MIX_START: Instant = Date.UTC(2026, 0, 5);

const VISIT_EVENTS_MEAN = 4;
const BETWEEN_EVENTS_S = [10, 180] as const;

const later = (Object.entries(MIX) as [MixKind, number][]).filter(([kind]) => kind !== 'identify');

type Visitor = {
  userId: string;
  orders: number;
  shipped: number;
  delivered: number;
  random: Random;
};

function eventOf(visitor: Visitor, at: Instant, kind: MixKind): SegmentEvent {
  const { random, userId } = visitor;
  const lines = Array.from({ length: random.int(1, 3) }, () => ({
    product: random.pick(CATALOGUE),
    quantity: random.int(1, 2),
  }));
  const products = lines.map(segmentProduct);
  const actor = { userId };
  switch (kind) {
    case 'Product Viewed':
      return track(actor, at, kind, { ...products[0] });
    case 'Products Searched':
      return track(actor, at, kind, { query: `${random.pick(CATALOGUE).style} ring` });
    case 'Checkout Started':
    case 'Cart Updated': {
      const cart = { cart_id: `${userId}-${Math.floor(at / DAY_MS)}`, currency: 'EUR', products };
      return track(actor, at, kind, cart);
    }
    // By count, since customers' events are made visit by visit and not in the order of time.
    case 'Order Shipped':
      return track(actor, at, kind, { order_id: `${userId}-${(visitor.shipped += 1)}` });
    case 'Order Delivered':
      return track(actor, at, kind, { order_id: `${userId}-${(visitor.delivered += 1)}` });
    case 'Order Completed': {
      visitor.orders += 1;
      const total = lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0);
      const order = { order_id: `${userId}-${visitor.orders}`, currency: 'EUR', total, products };
      return track(actor, at, kind, order);
    }
    case 'identify':
      return identify(actor, at, {
        email: `${userId}@example.com`,
        first_name: 'Sample',
        address: { country: random.pick(['LT', 'DE', 'FR', 'US', 'JP']) },
        ...(random.chance(0.85) && { marketing_consent: true }),
      });
    default:
      return kind satisfies never;
  }
}

function* eventsOfCustomer(seed: string, number: number): Generator<SegmentEvent> {
  const userId = `mix-${number}`;
  const visitor = {
    userId,
    orders: 0,
    shipped: 0,
    delivered: 0,
    random: randomOf(seed, 'mix', userId),
  };
  const { random } = visitor;
  yield eventOf(visitor, MIX_START + random.int(0, 3600) * 1000, 'identify');
  let left = EVENTS_PER_CUSTOMER - 1;
  while (left > 0) {
    let at = MIX_START + Math.floor(random.next() * MIX_DAYS * DAY_MS);
    const visit = Math.min(left, 1 + Math.floor(random.wait(VISIT_EVENTS_MEAN - 1)));
    for (let i = 0; i < visit; i += 1) {
      yield eventOf(visitor, at, random.weighted(later));
      at += random.int(...BETWEEN_EVENTS_S) * 1000;
    }
    left -= visit;
  }
}

/** Customer by customer, so not in the order of time; the same for the same seed. */
export function* mixEvents(count: number, seed = '1'): Generator<SegmentEvent> {
  let left = count;
  for (let customer = 0; left > 0; customer += 1) {
    for (const event of eventsOfCustomer(seed, customer)) {
      if (left <= 0) return;
      left -= 1;
      yield event;
    }
  }
}
