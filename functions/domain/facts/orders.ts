/**
 * Orders: the newest few in full, older ones in an exact summary. An event about an order that may be in
 * the summary cannot be told apart any more, and asks for a rebuild from the log.
 */
import type {
  CustomerEvent,
  OrderProperties,
  OrderRefProperties,
  RefundProperties,
} from '../../contract/events.ts';
import { hashId } from '../../contract/ids.ts';
import type { Instant } from '../../contract/time.ts';
import type { Mark, OrderFact, Refund, SealedOrders } from '../customer.ts';
import { addDay, dayOf, distinctDays, packDays, unpackDays } from './days.ts';
import { addToFilter, capacityFor, joinFilters, mayHold } from './filter.ts';
import { packKey } from './key.ts';
import { linesOf, piecesOf } from './lines.ts';
import {
  compareFirst,
  compareMarks,
  compareText,
  firstMark,
  isTrusted,
  markOf,
  ranked,
} from './marks.ts';

/** Enough for rhythm and reorder intervals; 12 orders with a few lines each stay below a kilobyte. */
export const ORDERS_MAX = 12;
/** Lines of an order that feed reorder intervals; the log has all of them. */
export const ORDER_LINES_MAX = 12;
/**
 * Refunds of one order: wholesale orders come back in dozens of parts, about 40 bytes each. Of more than
 * that the newest count, so that the net is too high by the others.
 */
export const REFUNDS_MAX = 32;
/** 48 bits tell the refunds of one order apart. */
const REFUND_ID_CHARS = 8;
/** Currencies in the summary: a shop sells in a few. The first by name are kept. */
export const CURRENCIES_MAX = 8;
/**
 * Order days in the summary: eleven years of daily orders, a character or two each. Of more the earliest
 * count for predictions, with those of the newest orders.
 */
export const SEALED_DAYS_MAX = 4_096;

export type OrderBook = { orders: OrderFact[]; sealed?: SealedOrders };
export const REBUILD = 'rebuild';

/** What one event says about one order; `undefined` when it is not about an order. */
export function orderOf(customerId: string, event: CustomerEvent): OrderFact | undefined {
  const { orderId } = event.properties as OrderRefProperties;
  switch (event.name) {
    case 'Order Completed':
      return placedOrder(customerId, event);
    case 'Order Shipped':
      return { id: orderId, shipped: markOf(event, true) };
    case 'Order Delivered':
      return { id: orderId, delivered: markOf(event, true) };
    case 'Order Cancelled':
      return { id: orderId, cancelled: markOf(event, true) };
    case 'Order Refunded': {
      const { total } = event.properties as RefundProperties;
      const amount = total !== undefined && { amount: total };
      const id = hashId('refund', event.id).slice(0, REFUND_ID_CHARS);
      return { id: orderId, refunds: [{ id, ...markOf(event, true), ...amount }] };
    }
    default:
      return undefined;
  }
}

function placedOrder(customerId: string, event: CustomerEvent): OrderFact {
  const { orderId, total, currency, products, gift, marketingNotice } =
    event.properties as OrderProperties;
  return {
    id: orderId,
    placed: markOf(event, true),
    key: packKey(customerId, event.key, event.occurredAt),
    total,
    currency,
    lines: linesOf(products, ORDER_LINES_MAX),
    pieces: piecesOf(products),
    ...(gift && { gift: 1 as const }),
    ...(marketingNotice && { notice: 1 as const }),
    channel: event.channel,
  };
}

const compareRefunds = (a: Refund, b: Refund): number =>
  Number(isTrusted(b)) - Number(isTrusted(a)) ||
  compareMarks(b, a) ||
  compareText(a.id, b.id) ||
  (a.amount ?? -1) - (b.amount ?? -1);

function joinRefunds(a: readonly Refund[], b: readonly Refund[]): Refund[] {
  let all = a as Refund[];
  for (const refund of b) {
    const old = all.find(({ id }) => id === refund.id);
    if (old && compareRefunds(old, refund) <= 0) continue;
    all = ranked(all, refund, old, compareRefunds, REFUNDS_MAX);
  }
  return all;
}

/** True when `b` is the `Order Completed` that counts: verified and live ones first, then the earliest. */
function placedFirst(a: OrderFact, b: OrderFact): boolean {
  if (!a.placed || !b.placed) return b.placed !== undefined;
  return (compareFirst(b.placed, a.placed) || compareText(b.key ?? '', a.key ?? '')) < 0;
}

/** Said at least once with a secret key. */
const isVerified = ({ placed, shipped, delivered, cancelled, refunds }: OrderFact): boolean =>
  (placed && isTrusted(placed)) ||
  [shipped, delivered, cancelled, refunds?.[0]].some((mark) => mark && isTrusted(mark));

/** What happened to a verified order is only what was said with a secret key. */
function believed(isSure: boolean, mark: Mark | undefined): Mark | undefined {
  return mark && isSure && !isTrusted(mark) ? undefined : mark;
}

function believedRefunds(isSure: boolean, refunds: Refund[] | undefined): Refund[] | undefined {
  // Verified ones come first.
  if (!isSure || !refunds || refunds.every(isTrusted)) return refunds;
  const sure = refunds.filter(isTrusted);
  return sure.length > 0 ? sure : undefined;
}

/** Both said about the same order. The same object as `a` when `b` adds nothing. */
function join(a: OrderFact, b: OrderFact): OrderFact {
  const sure = isVerified(a) || isVerified(b);
  const shipped = believed(sure, firstMark(a.shipped, b.shipped));
  const delivered = believed(sure, firstMark(a.delivered, b.delivered));
  const cancelled = believed(sure, firstMark(a.cancelled, b.cancelled));
  const said = believedRefunds(sure, b.refunds);
  const known = believedRefunds(sure, a.refunds);
  const refunds = said ? joinRefunds(known ?? [], said) : known;
  const newer = placedFirst(a, b);
  const same =
    !newer &&
    shipped === a.shipped &&
    delivered === a.delivered &&
    cancelled === a.cancelled &&
    refunds === a.refunds;
  if (same) return a;
  const { id, placed, key, total, currency, lines, pieces, gift, notice, channel } = newer ? b : a;
  const order = { id, placed, key, total, currency, lines, pieces, gift, notice, channel };
  return withoutGaps({ ...order, shipped, delivered, cancelled, refunds });
}

/** Undefined parts left out, so that equal orders are equal as JSON. */
const withoutGaps = (order: { [part in keyof OrderFact]: OrderFact[part] | undefined }) =>
  Object.fromEntries(Object.entries(order).filter(([, part]) => part !== undefined)) as OrderFact;

type Place = SealedOrders['watermark'];
/** Where an order stands: unverified ones behind all others, then by time (see `timeOf`). */
function placeOf(order: OrderFact): Place {
  const at = timeOf(order);
  return isVerified(order) ? [at, order.id] : [at, order.id, 1];
}
/** When it was placed, else the first that was heard of it. */
function timeOf({ placed, shipped, delivered, cancelled, refunds }: OrderFact): Instant {
  if (placed) return placed.at;
  const heard = [shipped, delivered, cancelled, ...(refunds ?? [])];
  return Math.min(...heard.map((mark) => mark?.at ?? Number.POSITIVE_INFINITY));
}
const comparePlaces = (a: Place, b: Place): number =>
  (b[2] ?? 0) - (a[2] ?? 0) || a[0] - b[0] || compareText(a[1], b[1]);
const newestFirst = (a: OrderFact, b: OrderFact): number => comparePlaces(placeOf(b), placeOf(a));

/** What counts as an order of the customer's. */
export const counts = ({ placed, cancelled }: OrderFact): boolean =>
  !!placed && isTrusted(placed) && !cancelled;

/** The total less refunds, minor units; never below zero. */
export function netOf({ total = 0, refunds = [] }: OrderFact): number {
  if (refunds.some(({ amount }) => amount === undefined)) return 0;
  return Math.max(
    0,
    refunds.reduce((net, { amount = 0 }) => net - amount, total),
  );
}

/** Every piece of it was paid back. */
export const isRefunded = (order: OrderFact): boolean =>
  (order.refunds?.length ?? 0) > 0 && netOf(order) === 0;

/** What predictions take for an order: one that counts, and of which something was kept. */
export const isBought = (order: OrderFact): boolean => counts(order) && !isRefunded(order);

function addTotal(totals: SealedOrders['totals'], currency: string, amount: number) {
  const old = totals.find(([name]) => name === currency);
  const orders = (old?.[2] ?? 0) + (amount > 0 ? 1 : 0);
  const sum: [string, number, number] = [currency, (old?.[1] ?? 0) + amount, orders];
  return ranked(totals, sum, old, (a, b) => compareText(a[0], b[0]), CURRENCIES_MAX);
}

type Sums = Omit<SealedOrders, 'filter' | 'days'>;

/** The sums with one more order in them. */
function addSums(sums: Sums | undefined, order: OrderFact): Sums {
  const place = placeOf(order);
  const watermark = sums && comparePlaces(sums.watermark, place) > 0 ? sums.watermark : place;
  const placed = counts(order) ? order.placed : undefined;
  const firstAt = placed ? Math.min(placed.at, sums?.firstAt ?? placed.at) : sums?.firstAt;
  const totals = sums?.totals ?? [];
  return {
    count: (sums?.count ?? 0) + (placed ? 1 : 0),
    totals: placed ? addTotal(totals, order.currency ?? '', netOf(order)) : totals,
    ...(firstAt !== undefined && { firstAt }),
    size: (sums?.size ?? 0) + 1,
    watermark,
  };
}

/** The summary with one more order; its filter has room for it. */
function seal(sealed: SealedOrders | undefined, order: OrderFact): SealedOrders {
  const sums = addSums(sealed, order);
  const known = sealed?.days ?? '';
  const days = isBought(order) ? addDay(known, dayOf(timeOf(order)), SEALED_DAYS_MAX) : known;
  const filter = addToFilter(sealed?.filter ?? '', capacityFor(sums.size), [order.id]);
  return { ...sums, days, filter };
}

/** True when one more id asks for a larger filter, which only the log can fill. */
const outgrown = (sealed: SealedOrders | undefined): boolean =>
  sealed !== undefined && capacityFor(sealed.size + 1) !== capacityFor(sealed.size);

/**
 * The book with what one event said about one order. The same object when nothing is new; `'rebuild'`
 * when the order may be one of those in the summary.
 */
export function mergeOrder(book: OrderBook, said: OrderFact): OrderBook | typeof REBUILD {
  const { orders, sealed } = book;
  const old = orders.find(({ id }) => id === said.id);
  const order = old ? join(old, said) : said;
  if (order === old) return book;
  const belowWatermark = sealed && comparePlaces(placeOf(order), sealed.watermark) <= 0;
  if (old && belowWatermark) return REBUILD;
  if (!old && sealed && mayHold(sealed.filter, said.id)) return REBUILD;
  if (belowWatermark) return outgrown(sealed) ? REBUILD : { orders, sealed: seal(sealed, order) };
  const all = ranked(orders, order, old, newestFirst, ORDERS_MAX + 1);
  const last = all.length > ORDERS_MAX ? all.pop() : undefined;
  if (!last) return { ...book, orders: all };
  return outgrown(sealed) ? REBUILD : { orders: all, sealed: seal(sealed, last) };
}

/** The book made from everything that was ever said, in any order and any number of times. */
export function bookOf(said: Iterable<OrderFact>): OrderBook {
  const byId = new Map<string, OrderFact>();
  for (const order of said) {
    const old = byId.get(order.id);
    byId.set(order.id, old ? join(old, order) : order);
  }
  const all = [...byId.values()].sort(newestFirst);
  const orders = all.slice(0, ORDERS_MAX);
  const older = all.slice(ORDERS_MAX);
  if (older.length === 0) return { orders };
  const sums = older.reduce<Sums | undefined>(addSums, undefined) as Sums;
  const ids = older.map(({ id }) => id);
  const bought = distinctDays(older.filter(isBought).map((order) => dayOf(timeOf(order))));
  const days = packDays(bought.slice(0, SEALED_DAYS_MAX));
  const filter = addToFilter('', capacityFor(ids.length), ids);
  return { orders, sealed: { ...sums, days, filter } };
}

/**
 * The orders of two customers who are one, both books still whole. With a summary on either side only the log
 * can tell whether an order is in both.
 */
export const joinBooks = (a: OrderBook, b: OrderBook): OrderBook | typeof REBUILD =>
  a.sealed || b.sealed ? REBUILD : bookOf([...a.orders, ...b.orders]);

/**
 * The same without a log that reaches back far enough: sums of both, an order that both sealed counts twice.
 * Shops tell an order under one id; so this is the rare end of a rare case.
 */
export function addBooks(a: OrderBook, b: OrderBook): OrderBook {
  const { orders, sealed } = bookOf([...a.orders, ...b.orders]);
  const parts = [a.sealed, b.sealed, sealed].filter((part) => part !== undefined);
  const all = parts.reduce<SealedOrders | undefined>(addSealed, undefined);
  return all ? { orders, sealed: all } : { orders };
}

function addSealed(a: SealedOrders | undefined, b: SealedOrders): SealedOrders {
  if (!a) return b;
  const firsts = [a.firstAt, b.firstAt].filter((at) => at !== undefined);
  const totals = new Map(a.totals.map(([currency, ...sums]) => [currency, sums]));
  for (const [currency, amount, count] of b.totals) {
    const [sum = 0, orders = 0] = totals.get(currency) ?? [];
    totals.set(currency, [sum + amount, orders + count]);
  }
  return {
    count: a.count + b.count,
    totals: [...totals]
      .map(([name, [sum = 0, orders = 0]]): SealedOrders['totals'][number] => [name, sum, orders])
      .sort((one, other) => compareText(one[0], other[0]))
      .slice(0, CURRENCIES_MAX),
    ...(firsts.length > 0 && { firstAt: Math.min(...firsts) }),
    days: packDays(
      distinctDays([...unpackDays(a.days), ...unpackDays(b.days)]).slice(0, SEALED_DAYS_MAX),
    ),
    size: a.size + b.size,
    watermark: comparePlaces(a.watermark, b.watermark) > 0 ? a.watermark : b.watermark,
    filter: joinFilters(a.filter, b.filter),
  };
}
