/**
 * Facts are a pure function of the set of events: merging is commutative, associative and idempotent, so
 * that order, repeats and delays change nothing.
 */
import type { CustomerEvent } from '../../contract/events.ts';
import type { Facts } from '../customer.ts';
import { cartOf, mergeCart } from './carts.ts';
import { mergeFeedback, mergeSearch, mergeView } from './interests.ts';
import { bookOf, mergeOrder, type OrderBook, orderOf, REBUILD } from './orders.ts';
import {
  mergeConsentGiven,
  mergeConsentWithdrawn,
  mergeIdentify,
  mergePreferences,
  mergeProfile,
  mergeReach,
} from './person.ts';

/**
 * The facts with one more event: the same object when it brings nothing new, `'rebuild'` when the item
 * cannot tell it apart from what it has summed up.
 */
export function mergeEvent(
  facts: Facts,
  customerId: string,
  event: CustomerEvent,
): Facts | typeof REBUILD {
  if (isErased(facts, event)) return facts;
  const known = mergeProfile(facts, event);
  const said = orderOf(customerId, event);
  if (!said) return mergeSimple(known, customerId, event);
  const book = mergeOrder(known, said);
  if (book === REBUILD) return REBUILD;
  return book === known ? known : withBook(known, book);
}

/** A sender may repeat an old event years later: what happened before the erasure stays erased, too. */
const isErased = ({ erasedAt }: Facts, { occurredAt, receivedAt }: CustomerEvent): boolean =>
  erasedAt !== undefined && Math.min(occurredAt, receivedAt) <= erasedAt;

function withBook(facts: Facts, { orders, sealed }: OrderBook): Facts {
  return { ...facts, orders, ...(sealed && { sealed }) };
}

/** Every kind of event whose facts never need the log again. */
function mergeSimple(facts: Facts, customerId: string, event: CustomerEvent): Facts {
  switch (event.name) {
    case 'Product Viewed':
      return mergeView(facts, customerId, event);
    case 'Products Searched':
      return mergeSearch(facts, event);
    case 'Feedback Submitted':
      return mergeFeedback(facts, customerId, event);
    case 'Consent Given':
      return mergeConsentGiven(facts, event);
    case 'Consent Withdrawn':
      return mergeConsentWithdrawn(facts, event);
    case 'Preferences Updated':
      return mergePreferences(facts, event);
    case 'Email Bounced':
    case 'Email Marked as Spam':
      return mergeReach(facts, event);
    case 'identify':
      return mergeIdentify(facts, event);
    default: {
      const cart = cartOf(customerId, event);
      return cart ? mergeCart(facts, cart) : facts;
    }
  }
}

/**
 * The facts after all these events, with the order book made anew from them. `undefined` when the log
 * holds fewer orders than the item knows of: its rows have passed their time to live.
 */
export function rebuildOrders(
  facts: Facts,
  customerId: string,
  events: readonly CustomerEvent[],
): Facts | undefined {
  let next = facts;
  const said = [];
  for (const event of events) {
    if (isErased(facts, event)) continue;
    const order = orderOf(customerId, event);
    next = mergeProfile(next, event);
    if (order) said.push(order);
    else next = mergeSimple(next, customerId, event);
  }
  const book = bookOf(said);
  const known = facts.orders.length + (facts.sealed?.size ?? 0);
  if (book.orders.length + (book.sealed?.size ?? 0) < known) return undefined;
  const { sealed: _, ...rest } = next;
  return withBook(rest, book);
}
