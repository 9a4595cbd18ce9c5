/** Shopify's checkouts, customers and what is asked in their name (REST admin payloads) -> events. */
import { id, objectOf } from '../../contract/event-fields.ts';
import { address } from '../../contract/event-profile.ts';
import { aliasId } from '../../contract/ids.ts';
import {
  factId,
  identify,
  type Mapped,
  mapped,
  NO_TIME,
  type PrivacyRequest,
  type SegmentCall,
  track,
  whoOf,
  words,
} from './call.ts';
import { shopifyConsentOf, shopifyLines } from './shopify-parts.ts';

/** `checkouts/create` and `checkouts/update`: a cart. `completed_at` closes it, whatever lies in it. */
export function shopifyCheckoutToEvents(payload: unknown): Mapped {
  const checkout = objectOf(payload);
  const customer = objectOf(checkout['customer']);
  const who = whoOf(customer['id'], checkout['email'] ?? customer['email'], {
    firstName: words(customer['first_name']),
    lastName: words(customer['last_name']),
  });
  if (!who) return { ignored: 'no-customer' };
  const { token, completed_at: completedAt, updated_at: updatedAt } = checkout;
  const isClosed = completedAt !== undefined && completedAt !== null;
  const call = track(
    who,
    isClosed ? 'Cart Updated' : 'Checkout Started',
    factId('shopify', 'checkout', token, updatedAt, isClosed),
    updatedAt ?? NO_TIME,
    {
      cart_id: token,
      currency: checkout['currency'],
      products: isClosed ? [] : shopifyLines(checkout['line_items']),
      url: checkout['abandoned_checkout_url'],
    },
    { locale: checkout['customer_locale'] },
  );
  return mapped([call]);
}

/** `customers/create` and `customers/update`: who they are, and whether they may be mailed. */
export function shopifyCustomerToEvents(payload: unknown): Mapped {
  const customer = objectOf(payload);
  const home = objectOf(customer['default_address']);
  const who = whoOf(customer['id'], customer['email'], {
    firstName: words(customer['first_name']),
    lastName: words(customer['last_name']),
    phone: words(customer['phone']),
    address: home['country_code'] === undefined ? undefined : { country: home['country_code'] },
  });
  if (!who) return { ignored: 'no-customer' };
  const at = customer['updated_at'] ?? customer['created_at'] ?? NO_TIME;
  const known = identify(who, factId('shopify', 'customer', customer['id'], at), at);
  return mapped([...shopifyConsentOf(customer, who), known]);
}

/** `customers_email_marketing_consent/update`: the same consent, told alone. */
export function shopifyConsentToEvents(payload: unknown): Mapped {
  const told = objectOf(payload);
  const who = whoOf(told['customer_id'], told['email_address']);
  if (!who) return { ignored: 'no-customer' };
  return mapped(shopifyConsentOf({ ...told, id: told['customer_id'] }, who));
}

/**
 * `customers/redact`, `customers/data_request`, `shop/redact`. All three are kept for people to act on; who is
 * to be erased gets no marketing from now on.
 */
export function shopifyPrivacyToEvents(topic: string, payload: unknown): Mapped {
  const told = objectOf(payload);
  const customer = objectOf(told['customer']);
  const own = id(customer['id']);
  const email = address(customer['email']);
  const kind = KINDS[topic];
  if (!kind) return { ignored: 'topic' };
  const asked = objectOf(told['data_request'])['id'];
  const request: PrivacyRequest = {
    kind,
    id: factId('shopify', kind, told['shop_id'], own ?? '', email ?? '', asked ?? ''),
    aliases: [
      ...(own === undefined ? [] : [aliasId('user', own)]),
      ...(email === undefined ? [] : [aliasId('email', email)]),
    ],
  };
  const calls = kind === 'customer-erasure' ? withdrawn(own, email, request.id) : [];
  return { calls, requests: [request] };
}

const KINDS: { readonly [topic: string]: PrivacyRequest['kind'] } = {
  'customers/redact': 'customer-erasure',
  'customers/data_request': 'customer-data',
  'shop/redact': 'shop-erasure',
};

/** By the shop's own id where there is one: the address is not written down once more to be erased. */
function withdrawn(
  own: string | undefined,
  email: string | undefined,
  messageId: string,
): SegmentCall[] {
  const who = own === undefined ? whoOf(undefined, email) : whoOf(own, undefined);
  if (!who) return [];
  return [track(who, 'Consent Withdrawn', messageId, undefined, { source: 'shopify redact' })];
}
