/**
 * What came back, where the file tells it in rows of its own (a credit note, a cancellation `C536379`): each
 * goes to the newest earlier order of that customer with that product; else to their newest earlier order.
 */
import type { Instant } from '../../functions/contract/time.ts';
import { CommandRefused } from '../command.ts';
import { type Item, track, type Who } from './calls.ts';
import type { Line, OrderLine } from './orders.ts';

/** Rows that came back are held to the end of the file. */
export const CREDITS_MAX = 250_000;
/** Orders of one customer that are looked through, the newest first: a trader under one name has thousands. */
const ORDERS_LOOKED_AT = 1_000;

type Bought = { order: string; at: Instant; items: Map<string, number>; left: number };
type Credit = { row: number; order: string; who: Who; at: Instant; item?: string; back: number };
type Refund = { row: number; order: string; who: Who; at: Instant; total: number; note: string };

const nameOf = ({ userId, email }: Who): string => userId ?? email ?? '';

export class Credits {
  /** Of each customer to whom something came back: which products. */
  private readonly expected = new Map<string, Set<string>>();
  private readonly orders = new Map<string, Bought[]>();
  private readonly credits: Credit[] = [];

  /** Of the look over the file: these customers' orders are worth remembering. */
  expect({ who, line }: OrderLine): void {
    const name = nameOf(who);
    const items = this.expected.get(name) ?? new Set();
    if (line?.item !== undefined) items.add(line.item);
    this.expected.set(name, items);
  }

  bought({ who, order, at }: OrderLine, lines: readonly Line[], total: number): void {
    const wanted = this.expected.get(nameOf(who));
    if (!wanted) return;
    const items = new Map<string, number>();
    for (const { item, quantity } of lines) {
      if (item !== undefined && wanted.has(item))
        items.set(item, (items.get(item) ?? 0) + quantity);
    }
    const all = this.orders.get(nameOf(who));
    const bought = { order, at, items, left: total };
    if (all) all.push(bought);
    else this.orders.set(nameOf(who), [bought]);
  }

  add({ row, order, who, at, line, back = 0 }: OrderLine): void {
    if (this.credits.length >= CREDITS_MAX) {
      throw new CommandRefused(
        `more than ${CREDITS_MAX} rows that give something back: import the file in parts, by time`,
      );
    }
    const item = line?.item;
    this.credits.push({ row, order, who, at, back, ...(item !== undefined && { item }) });
  }

  /** A refund for each credit note and order; rows to which no order is known are told. */
  *calls(): Generator<Item> {
    for (const all of this.orders.values()) all.sort((a, b) => b.at - a.at);
    const refunds = new Map<string, Refund>();
    for (const credit of this.credits) {
      const found = this.orderOf(credit);
      if (!found) {
        yield { row: credit.row, reason: 'gives back what no earlier order in the file had' };
        continue;
      }
      found.left -= credit.back;
      const key = JSON.stringify([credit.order, found.order]);
      const { row, who, at, order: note, back } = credit;
      const known = refunds.get(key);
      if (known) known.total += back;
      else refunds.set(key, { row, who, at, note, order: found.order, total: back });
    }
    for (const refund of refunds.values()) yield { row: refund.row, call: refundCall(refund) };
  }

  private orderOf({ who, order, at, item, back }: Credit): Bought | undefined {
    const all = (this.orders.get(nameOf(who)) ?? []).slice(0);
    const own = all.find((bought) => bought.order === order);
    if (own) return own;
    const earlier = earlierOf(all, at);
    const withItem = earlier.filter(({ items }) => item !== undefined && items.has(item));
    // An order gives back no more than was paid for it, where another one can.
    const enough = (bought: Bought) => bought.left + 0.005 >= back;
    return withItem.find(enough) ?? withItem[0] ?? earlier.find(enough) ?? earlier[0];
  }
}

function earlierOf(newestFirst: readonly Bought[], at: Instant): Bought[] {
  const found: Bought[] = [];
  for (const bought of newestFirst) {
    if (bought.at <= at) found.push(bought);
    if (found.length >= ORDERS_LOOKED_AT) break;
  }
  return found;
}

const refundCall = ({ order, who, at, total, note }: Refund) =>
  track(
    'Order Refunded',
    { who, at },
    {
      order_id: order,
      total: Math.round(total * 10_000) / 10_000,
      credit_note: note,
    },
  );
