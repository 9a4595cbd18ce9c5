/**
 * WooCommerce's webhooks (REST API v3 payloads) -> events. `order.updated` brings the whole order each time,
 * its refunds included; times are taken from the `_gmt` fields, which are UTC without saying so.
 */
import { objectOf } from '../../contract/event-fields.ts';
import {
  factId,
  given,
  identify,
  LINES_MAX,
  listOf,
  type Mapped,
  mapped,
  NO_TIME,
  type SegmentCall,
  track,
  type Who,
  whoOf,
  words,
} from './call.ts';

type Fields = { [name: string]: unknown };

/** What a topic means to us. Deletions name nothing but the number of what is gone. */
export function woocommerceToEvents(topic: string, payload: unknown): Mapped {
  switch (topic) {
    case 'order.created':
    case 'order.updated':
    case 'order.restored':
      return woocommerceOrderToEvents(payload);
    case 'customer.created':
    case 'customer.updated':
      return woocommerceCustomerToEvents(payload);
    case 'order.deleted':
    case 'customer.deleted':
      return { ignored: 'no-customer' };
    default:
      return { ignored: 'topic' };
  }
}

/**
 * States in which an order has been placed. `pending` waits for its payment at the checkout, `failed` and
 * `checkout-draft` never came about; `on-hold` waits for a transfer, which is an order. `refunded` was one.
 */
const PLACED = new Set(['processing', 'on-hold', 'completed', 'refunded']);
const GONE = new Set(['cancelled', 'trash']);

export function woocommerceOrderToEvents(payload: unknown): Mapped {
  const order = objectOf(payload);
  const who = buyerOf(order);
  if (!who) return { ignored: 'no-customer' };
  const state = String(order['status']);
  return mapped([
    ...(PLACED.has(state) ? [completed(order, who)] : []),
    ...(state === 'completed' ? [shipped(order, who)] : []),
    ...(GONE.has(state) ? [cancelled(order, who)] : []),
    ...refunded(order, who, state),
  ]);
}

export function woocommerceCustomerToEvents(payload: unknown): Mapped {
  const customer = objectOf(payload);
  const who = personOf(customer['id'], customer, objectOf(customer['billing']));
  if (!who) return { ignored: 'no-customer' };
  const at = customer['date_modified_gmt'] ?? customer['date_created_gmt'] ?? NO_TIME;
  return mapped([identify(who, factId('woocommerce', 'customer', customer['id'], at), at)]);
}

const buyerOf = (order: Fields): Who | undefined => {
  const billing = objectOf(order['billing']);
  return personOf(order['customer_id'], billing, billing);
};

const personOf = (userId: unknown, named: Fields, billing: Fields): Who | undefined =>
  whoOf(userId, named['email'] ?? billing['email'], {
    firstName: words(named['first_name']) ?? words(billing['first_name']),
    lastName: words(named['last_name']) ?? words(billing['last_name']),
    phone: words(billing['phone']),
    address: words(billing['country']) && { country: billing['country'] },
  });

const ref = (order: Fields): Fields => ({ order_id: order['id'] });

/** Stored once under the order's number: the order as it was first heard of. */
const completed = (order: Fields, who: Who): SegmentCall =>
  track(
    who,
    'Order Completed',
    factId('woocommerce', 'order', order['id']),
    order['date_created_gmt'] ?? NO_TIME,
    {
      ...ref(order),
      total: order['total'],
      currency: order['currency'],
      products: linesOf(order['line_items']),
      channel: String(order['created_via']).startsWith('pos') ? 'store' : 'web',
    },
  );

/** WooCommerce knows no parcel: `completed` is what shops set when it left, and counts as shipped. */
const shipped = (order: Fields, who: Who): SegmentCall =>
  track(
    who,
    'Order Shipped',
    factId('woocommerce', 'shipped', order['id']),
    order['date_completed_gmt'] ?? order['date_modified_gmt'] ?? NO_TIME,
    ref(order),
  );

const cancelled = (order: Fields, who: Who): SegmentCall =>
  track(
    who,
    'Order Cancelled',
    factId('woocommerce', 'cancelled', order['id']),
    order['date_modified_gmt'] ?? NO_TIME,
    ref(order),
  );

/** Each refund of the order under its own number; a refunded order that lists none was refunded whole. */
function refunded(order: Fields, who: Who, state: string): SegmentCall[] {
  const at = order['date_modified_gmt'] ?? NO_TIME;
  const tell = (refundId: unknown, total?: unknown) =>
    track(who, 'Order Refunded', factId('woocommerce', 'refund', order['id'], refundId), at, {
      ...ref(order),
      total,
      currency: order['currency'],
    });
  const refunds = listOf(order['refunds']);
  if (refunds.length === 0 && state === 'refunded') return [tell('all')];
  return refunds.map(({ id, total }) => tell(id, total));
}

const linesOf = (value: unknown): Fields[] =>
  listOf(value)
    .slice(0, LINES_MAX)
    .map((line) =>
      given({
        product_id: line['product_id'] || words(line['sku']),
        name: words(line['parent_name']) ?? words(line['name']),
        price: line['price'],
        quantity: line['quantity'],
        image_url: words(objectOf(line['image'])['src'], 200),
      }),
    );
