/** What the models know of a customer, from the facts. */
import type { Day, History } from '../../contract/predictions.ts';
import type { Facts } from '../customer.ts';
import { dayOf, distinctDays, unpackDays } from '../facts/days.ts';
import { isBought, netOf } from '../facts/orders.ts';

/** Facts about orders: all that predictions of who and when rest on. */
export type Bought = Pick<Facts, 'orders' | 'sealed'>;

/** Days with at least one order that counts and was not paid back whole: ascending, each once. */
export function orderDaysOf({ orders, sealed }: Bought): Day[] {
  const days = sealed ? unpackDays(sealed.days) : [];
  for (const order of orders) {
    if (isBought(order) && order.placed) days.push(dayOf(order.placed.at));
  }
  return distinctDays(days);
}

/**
 * Spend in one currency, minor units net of refunds, by order days as the models count them: two orders
 * of one day are one of their sum. Absent when nothing has an amount.
 */
export function spendOf(
  { orders, sealed }: Bought,
  currency: string,
  days: number,
): History['spend'] {
  const [, amount = 0, count = 0] = sealed?.totals.find(([name]) => name === currency) ?? [];
  let total = amount;
  let paid = count;
  for (const order of orders) {
    if (order.currency !== currency || !isBought(order)) continue;
    const net = netOf(order);
    total += net;
    if (net > 0) paid += 1;
  }
  return total > 0 ? { orders: Math.min(paid, days), total } : undefined;
}

/** The history of a customer who bought; `currency` is the shop's. */
export function historyOf(facts: Bought, currency: string): History | undefined {
  const days = orderDaysOf(facts);
  const history = historyOfDays(days);
  if (!history) return undefined;
  const spend = spendOf(facts, currency, days.length);
  return spend ? { ...history, spend } : history;
}

/** The same from order days alone: ascending, each once. */
export function historyOfDays(days: readonly Day[]): History | undefined {
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let logGaps = 0;
  for (let i = 1; i < days.length; i += 1) {
    logGaps += Math.log((days[i] as Day) - (days[i - 1] as Day));
  }
  return { first, last, repeats: days.length - 1, logGaps };
}
