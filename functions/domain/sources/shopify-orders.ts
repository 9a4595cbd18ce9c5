/**
 * Shopify's orders and fulfilments (REST admin payloads) -> events. Every topic about an order brings the
 * whole order, so each of them tells everything that is known by then; what was told before is a repeat.
 */
import { decimal, objectOf } from '../../contract/event-fields.ts';
import {
  factId,
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
import { shopifyConsentOf, shopifyLines } from './shopify-parts.ts';

type Fields = { [name: string]: unknown };

/** An order as in `orders/create`, `orders/updated`, `orders/paid`, `orders/cancelled`, `orders/fulfilled`. */
export function shopifyOrderToEvents(payload: unknown): Mapped {
  const order = objectOf(payload);
  const who = buyerOf(order);
  if (!who) return { ignored: 'no-customer' };
  return mapped([
    completed(order, who),
    ...cancelled(order, who),
    ...listOf(order['refunds']).flatMap((refund) => refunded(order, refund, who)),
    ...listOf(order['fulfillments']).flatMap((one) => fulfilled(one, order['id'], who)),
    ...shopifyConsentOf(objectOf(order['customer']), who),
  ]);
}

/**
 * One fulfilment, as in `fulfillments/create` and `fulfillments/update`. It names its buyer by address only;
 * the order named the address too, so both are one customer.
 */
export function shopifyFulfillmentToEvents(payload: unknown): Mapped {
  const fulfillment = objectOf(payload);
  const who = whoOf(undefined, fulfillment['email']);
  if (!who) return { ignored: 'no-customer' };
  return mapped(fulfilled(fulfillment, fulfillment['order_id'], who));
}

function buyerOf(order: Fields): Who | undefined {
  const customer = objectOf(order['customer']);
  const billing = objectOf(order['billing_address']);
  const shipping = objectOf(order['shipping_address']);
  const home = objectOf(customer['default_address']);
  const country = billing['country_code'] ?? shipping['country_code'] ?? home['country_code'];
  const email = order['email'] ?? order['contact_email'] ?? customer['email'];
  return whoOf(customer['id'], email, {
    firstName: words(customer['first_name']) ?? words(billing['first_name']),
    lastName: words(customer['last_name']) ?? words(billing['last_name']),
    phone: words(order['phone']) ?? words(customer['phone']),
    address: country === undefined ? undefined : { country },
  });
}

/** Stored once under the order's id: the order as it was first heard of. Its changes are refunds. */
function completed(order: Fields, who: Who): SegmentCall {
  return track(
    who,
    'Order Completed',
    factId('shopify', 'order', order['id']),
    order['created_at'] ?? NO_TIME,
    {
      order_id: order['id'],
      total: order['total_price'],
      currency: order['currency'],
      products: shopifyLines(order['line_items']),
      // Orders of the till (Shopify POS).
      channel: order['source_name'] === 'pos' ? 'store' : 'web',
    },
    { locale: order['customer_locale'] },
  );
}

function cancelled(order: Fields, who: Who): SegmentCall[] {
  const at = order['cancelled_at'];
  if (at === undefined || at === null) return [];
  const messageId = factId('shopify', 'cancelled', order['id']);
  return [track(who, 'Order Cancelled', messageId, at, { order_id: order['id'] })];
}

/** Only what was paid back: a refund may also just put things back on the shelf. */
function refunded(order: Fields, refund: Fields, who: Who): SegmentCall[] {
  const total = refundTotal(order, refund);
  if (total <= 0) return [];
  const messageId = factId('shopify', 'refund', refund['id']);
  const at = refund['processed_at'] ?? refund['created_at'] ?? NO_TIME;
  const properties = { order_id: order['id'], total, currency: order['currency'] };
  return [track(who, 'Order Refunded', messageId, at, properties)];
}

/**
 * What went back, in the order's currency. Who paid in another one is refunded in that: then the lines
 * count, which are in the shop's.
 */
function refundTotal(order: Fields, refund: Fields): number {
  const paidBack = listOf(refund['transactions']).filter(
    ({ kind, status }) => kind === 'refund' && status === 'success',
  );
  if (paidBack.length === 0) return 0;
  const own = paidBack.every(
    ({ currency }) => currency === undefined || currency === order['currency'],
  );
  if (own) return sum(paidBack.map(({ amount }) => amount));
  return sum(
    listOf(refund['refund_line_items']).flatMap((line) => [line['subtotal'], line['total_tax']]),
  );
}

/** Decimals added without the tails of binary fractions. */
const sum = (amounts: readonly unknown[]): number =>
  Math.round(amounts.reduce<number>((all, one) => all + (decimal(one) ?? 0), 0) * 1e4) / 1e4;

/** Shipped when the parcel was handed over; delivered only when the carrier says so. */
function fulfilled(fulfillment: Fields, orderId: unknown, who: Who): SegmentCall[] {
  const { id, status, created_at, updated_at, shipment_status } = fulfillment;
  if (status !== 'success') return [];
  const properties = { order_id: orderId };
  const shipped = factId('shopify', 'shipped', id);
  const calls = [track(who, 'Order Shipped', shipped, created_at ?? NO_TIME, properties)];
  if (shipment_status === 'delivered') {
    const delivered = factId('shopify', 'delivered', id);
    calls.push(track(who, 'Order Delivered', delivered, updated_at ?? NO_TIME, properties));
  }
  return calls;
}
