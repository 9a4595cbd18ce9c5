/**
 * The facts of two customers who turn out to be one: the same as if every event of both had been of one from
 * the beginning, whichever came first.
 */
import type { CustomerEvent } from '../../contract/events.ts';
import type { Facts, OrderFact } from '../customer.ts';
import { joinCarts } from './carts.ts';
import { joinInterests } from './interests.ts';
import { packKey, unpackKey } from './key.ts';
import { addBooks, bookOf, joinBooks, type OrderBook, orderOf, REBUILD } from './orders.ts';
import { joinPerson } from './person.ts';

/** Log keys are packed for their customer: the same rows, seen from another. */
export function rekeyed(facts: Facts, from: string, to: string): Facts {
  const key = (packed: string, at: number) => packKey(to, unpackKey(from, packed, at), at);
  return {
    ...facts,
    orders: facts.orders.map(
      (order): OrderFact =>
        order.key && order.placed ? { ...order, key: key(order.key, order.placed.at) } : order,
    ),
    carts: facts.carts.map((cart) =>
      cart.whole
        ? { ...cart, whole: { ...cart.whole, key: key(cart.whole.key, cart.whole.at) } }
        : cart,
    ),
    feedback: facts.feedback.map((answer) => ({ ...answer, key: key(answer.key, answer.at) })),
    views: facts.views.map((view) => (view.key ? { ...view, key: key(view.key, view.at) } : view)),
  };
}

function withBook(facts: Facts, { orders, sealed }: OrderBook): Facts {
  const { sealed: _, ...rest } = facts;
  return { ...rest, orders, ...(sealed && { sealed }) };
}

const joinRest = (a: Facts, b: Facts): Facts => joinCarts(joinInterests(joinPerson(a, b), b), b);

/** Both packed for the same customer. `'rebuild'` when only the log can tell: then `joinWithLog`. */
export function joinFacts(a: Facts, b: Facts): Facts | typeof REBUILD {
  const book = joinBooks(a, b);
  return book === REBUILD ? REBUILD : withBook(joinRest(a, b), book);
}

/**
 * The same with the events of either that the log still holds. Where it no longer reaches back to all orders
 * of one of them, the sums are added.
 */
export function joinWithLog(
  a: Facts,
  b: Facts,
  customerId: string,
  log: { a: readonly CustomerEvent[]; b: readonly CustomerEvent[] },
): Facts {
  const said = (events: readonly CustomerEvent[]) =>
    events.flatMap((event) => orderOf(customerId, event) ?? []);
  const [mine, theirs] = [said(log.a), said(log.b)];
  const isWhole = sizeOf(bookOf(mine)) >= sizeOf(a) && sizeOf(bookOf(theirs)) >= sizeOf(b);
  return withBook(joinRest(a, b), isWhole ? bookOf([...mine, ...theirs]) : addBooks(a, b));
}

const sizeOf = ({ orders, sealed }: OrderBook): number => orders.length + (sealed?.size ?? 0);
