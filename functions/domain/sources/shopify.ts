/** Shopify's webhooks by topic, the same by HTTP and by its EventBridge partner source. */
import { objectOf } from '../../contract/event-fields.ts';
import type { Mapped } from './call.ts';
import { shopifyFulfillmentToEvents, shopifyOrderToEvents } from './shopify-orders.ts';
import {
  shopifyCheckoutToEvents,
  shopifyConsentToEvents,
  shopifyCustomerToEvents,
  shopifyPrivacyToEvents,
} from './shopify-people.ts';

/** What a topic means to us. `refunds/create` names nobody: `orders/updated` brings each refund too. */
export function shopifyToEvents(topic: string, payload: unknown): Mapped {
  switch (topic) {
    case 'orders/create':
    case 'orders/updated':
    case 'orders/paid':
    case 'orders/cancelled':
    case 'orders/fulfilled':
    case 'orders/partially_fulfilled':
      return shopifyOrderToEvents(payload);
    case 'fulfillments/create':
    case 'fulfillments/update':
      return shopifyFulfillmentToEvents(payload);
    case 'checkouts/create':
    case 'checkouts/update':
      return shopifyCheckoutToEvents(payload);
    case 'customers/create':
    case 'customers/update':
      return shopifyCustomerToEvents(payload);
    case 'customers_email_marketing_consent/update':
      return shopifyConsentToEvents(payload);
    case 'customers/redact':
    case 'customers/data_request':
    case 'shop/redact':
      return shopifyPrivacyToEvents(topic, payload);
    case 'refunds/create':
    case 'fulfillment_events/create':
      return { ignored: 'no-customer' };
    default:
      return { ignored: 'topic' };
  }
}

/** What its EventBridge partner source puts into `detail`: the payload, and the headers as metadata. */
export function shopifyBusDetail(detail: unknown): { topic: string; payload: unknown } {
  const { payload, metadata } = objectOf(detail);
  const topic = objectOf(metadata)['X-Shopify-Topic'];
  return { topic: typeof topic === 'string' ? topic : '', payload };
}
