/** Arbitrary orders of one customer over years: placed, paid back, cancelled, told in any order. */
import * as fc from 'fast-check';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import { DAY_MS, HOUR_MS } from '../../functions/contract/time.ts';
import { orderCancelled, orderCompleted, orderRefunded, T0 } from './events.ts';

/** What becomes of one order; `refunds` are parts of its total. */
export type RawOrder = {
  id: string;
  /** Hours after `T0`. */
  hour: number;
  total: number;
  currency: string;
  cancelled: boolean;
  refunds: readonly number[];
};

const anyOrder = (years: number) =>
  fc.record({
    hour: fc.oneof(
      { weight: 3, arbitrary: fc.nat({ max: years * 365 * 24 }) },
      // Often the same days: a basket that was forgotten, a second order in a week.
      { weight: 1, arbitrary: fc.nat({ max: 20 }).map((n) => n * 40) },
    ),
    total: fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.constant(0)),
    currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
    cancelled: fc.nat({ max: 9 }).map((n) => n === 0),
    refunds: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.constant([1]) },
      { weight: 1, arbitrary: fc.constant([0.25, 0.5]) },
    ),
  });

/** Up to `max` orders within `years`; far more of them than the item keeps in full. */
export const anyOrders = (max: number, years = 3): fc.Arbitrary<RawOrder[]> =>
  fc
    .array(anyOrder(years), { maxLength: max, size: 'max' })
    .map((orders) => orders.map((order, n) => ({ ...order, id: `A-${n}` })));

/** The events that tell of them, a cancellation or refund some days after its order. */
export const eventsOfOrders = (orders: readonly RawOrder[]): CustomerEvent[] =>
  orders.flatMap(({ id, hour, total, currency, cancelled, refunds }) => {
    const at = T0 + hour * HOUR_MS;
    const about = { orderId: id, at: at + 3 * DAY_MS };
    return [
      orderCompleted({ orderId: id, at, total, currency }),
      ...(cancelled ? [orderCancelled(about)] : []),
      ...refunds.map((part, n) =>
        orderRefunded({ ...about, id: `r-${id}-${n}`, total: Math.round(part * total) }),
      ),
    ];
  });

/** Days of those that count, and what they brought: from the orders themselves. */
export function boughtOf(orders: readonly RawOrder[], currency: string) {
  const counted = orders
    .map((order) => ({
      ...order,
      day: Math.floor((T0 + order.hour * HOUR_MS) / DAY_MS),
      net: order.refunds.reduce((net, part) => net - Math.round(part * order.total), order.total),
    }))
    .filter(({ cancelled, refunds, net }) => !cancelled && (refunds.length === 0 || net > 0));
  const paid = counted.filter((order) => order.currency === currency && order.net > 0);
  const days = [...new Set(counted.map(({ day }) => day))].sort((a, b) => a - b);
  const total = paid.reduce((sum, { net }) => sum + net, 0);
  return { days, spend: { orders: Math.min(paid.length, days.length), total } };
}
