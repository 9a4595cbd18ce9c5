/** What one order tells the models of products, with what its customer bought before. */
import type { CustomerEvent, OrderProperties } from '../../contract/events.ts';
import { hashId } from '../../contract/ids.ts';
import type { Basket, Day } from '../../contract/predictions.ts';
import { DAY_MS, type Instant } from '../../contract/time.ts';
import type { Customer, OrderFact } from '../customer.ts';
import { packKey } from '../facts/key.ts';
import { linesOf } from '../facts/lines.ts';
import { counts, isRefunded } from '../facts/orders.ts';
import { orderDaysOf } from './history.ts';
import { rhythmOf, roundedRhythm } from './when/rhythm.ts';

/** Lines of one order. Pairs grow with the square: a wholesaler's order of 500 lines says little of each. */
export const BASKET_LINES_MAX = 64;
/** Products of earlier orders; older ones say little of what follows. */
export const EARLIER_MAX = 64;
/** Tells the orders of one date apart: 72 bits. */
const ID_CHARS = 12;

export type Gathered = {
  /** The same for every `Order Completed` of an order, so that an order counts once. */
  id: string;
  basket: Basket;
};

const dayOf = (at: Instant): Day => Math.floor(at / DAY_MS);

/**
 * The basket of an `Order Completed`; `undefined` for what does not count: said with a browser key, without
 * products, cancelled by now, or told again with another id. What the facts know of this order or of later
 * ones changes nothing, so that it does not matter whether they hold the event already.
 */
export function basketOf(event: CustomerEvent, customer: Customer): Gathered | undefined {
  if (event.name !== 'Order Completed' || !event.verified) return undefined;
  const { orderId, products, gift } = event.properties as OrderProperties;
  const lines = linesOf(products, BASKET_LINES_MAX).filter(([, quantity]) => quantity > 0);
  const known = customer.facts.orders.find(({ id }) => id === orderId);
  if (lines.length === 0 || (known && isOther(known, event, customer.id))) return undefined;
  // What is given away says nothing of the giver.
  const before = gift ? [] : earlierOrders(customer, event);
  const day = dayOf(event.occurredAt);
  const own = gift ? undefined : rhythmBefore(customer, event, day);
  return {
    id: hashId('basket', event.aliasId, orderId).slice(0, ID_CHARS),
    basket: {
      day,
      lines: lines.map(([product, quantity]) => ({
        product,
        quantity,
        ...lastTime(before, product, day),
      })),
      ...(own && { own }),
      earlier: productsOf(before)
        .filter((product) => !lines.some(([mine]) => mine === product))
        .slice(0, EARLIER_MAX),
    },
  };
}

/** Cancelled, paid back, or counted by another event. */
const isOther = (known: OrderFact, event: CustomerEvent, customerId: string): boolean =>
  (known.placed !== undefined && known.key !== packKey(customerId, event.key, event.occurredAt)) ||
  known.cancelled !== undefined ||
  isRefunded(known);

/** Orders of their own that count, before this one, newest first. */
const earlierOrders = ({ facts }: Customer, event: CustomerEvent): OrderFact[] => {
  const { orderId } = event.properties as OrderProperties;
  return facts.orders.filter(
    (order) =>
      order.id !== orderId &&
      counts(order) &&
      !isRefunded(order) &&
      !order.gift &&
      (order.placed?.at ?? 0) < event.occurredAt,
  );
};

/** The gaps between the customer's order days so far, and the one that this order ends, if it is the day's first. */
function rhythmBefore(
  { facts }: Customer,
  { occurredAt, properties }: CustomerEvent,
  day: Day,
): Basket['own'] {
  const { orderId } = properties as OrderProperties;
  const days = orderDaysOf(facts).filter((known) => known < day);
  const last = days.at(-1);
  if (last === undefined) return undefined;
  const sameDay = facts.orders.some(
    ({ id, placed }) =>
      id !== orderId && placed && placed.at < occurredAt && dayOf(placed.at) === day,
  );
  return { ...roundedRhythm(rhythmOf(days)), ...(!sameDay && { gap: day - last }) };
}

/**
 * Days since the latest order with the product on an earlier day, its pieces, and the gaps before that one.
 */
function lastTime(
  before: readonly OrderFact[],
  product: string,
  day: Day,
): Pick<Basket['lines'][number], 'gap' | 'before' | 'own'> | undefined {
  const pieces = new Map<Day, number>();
  for (const { placed, lines = [] } of before.toReversed()) {
    const on = dayOf(placed?.at ?? 0);
    const line = lines.find(([name]) => name === product);
    if (line && on < day) pieces.set(on, (pieces.get(on) ?? 0) + line[1]);
  }
  const days = [...pieces.keys()];
  const last = days.at(-1);
  if (last === undefined) return undefined;
  const own = rhythmOf(days, [...pieces.values()]);
  return {
    gap: day - last,
    before: pieces.get(last) ?? 1,
    ...(own.gaps > 0 && { own: roundedRhythm(own) }),
  };
}

const productsOf = (orders: readonly OrderFact[]): string[] => [
  ...new Set(orders.flatMap(({ lines = [] }) => lines.map(([product]) => product))),
];
