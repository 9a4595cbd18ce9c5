import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryBaskets } from '../../../functions/adapters/memory/baskets.ts';
import { type Baskets, dateOf, gather, type LoggedOrder } from '../../../functions/app/gather.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { DAY_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { type Customer, emptyCustomer } from '../../../functions/domain/customer.ts';
import { decide } from '../../../functions/domain/decide.ts';
import {
  BASKET_LINES_MAX,
  basketOf,
  EARLIER_MAX,
  type Gathered,
} from '../../../functions/domain/prediction/basket.ts';
import {
  CUSTOMER,
  orderCancelled,
  orderCompleted,
  orderRefunded,
  product,
  T0,
} from '../../builders/events.ts';
import { policy } from '../../builders/policy.ts';

const at = (days: number) => T0 + days * DAY_MS;
const order = (orderId: string, days: number, ...ids: string[]) =>
  orderCompleted({ orderId, at: at(days), products: ids.map((id) => product(id)) });
/** A customer to whom these events happened. */
const after = (...events: CustomerEvent[]): Customer =>
  events.reduce(
    (customer, event) => decide(customer, { kind: 'event', event }, policy([])).customer,
    emptyCustomer(CUSTOMER),
  );

describe('the basket of an order', () => {
  it('holds the gap since the customer bought the product last, and how much of it', () => {
    const customer = after(
      orderCompleted({ orderId: 'A-1', at: at(0), products: [product('OIL', { quantity: 3 })] }),
      order('A-2', 10, 'RING'),
    );
    expect(basketOf(order('A-3', 40, 'OIL', 'CHAIN'), customer)?.basket).toEqual({
      day: Math.floor(at(40) / DAY_MS),
      lines: [
        { product: 'OIL', quantity: 1, gap: 40, before: 3 },
        { product: 'CHAIN', quantity: 1 },
      ],
      own: { gaps: 1, mean: 2.398, spread: 0, gap: 30 },
      earlier: ['RING'],
    });
  });

  it('holds the gaps before, of the orders and of the product, so that rhythms can be learned', () => {
    const customer = after(
      order('A-1', 0, 'OIL'),
      order('A-2', 10, 'OIL'),
      order('A-3', 20, 'OIL'),
    );
    const next = basketOf(order('A-4', 50, 'OIL'), customer)?.basket;
    const own = { gaps: 2, mean: 2.398, spread: 0 };
    expect(next?.own).toEqual({ ...own, gap: 30 });
    expect(next?.lines).toEqual([
      { product: 'OIL', quantity: 1, gap: 30, before: 1, own: { ...own, pieces: 0 } },
    ]);
    const again = basketOf(order('A-5', 50.5, 'OIL'), after(order('A-1', 0), order('A-4', 50)));
    expect(again?.basket.own?.gap).toBeUndefined();
  });

  it('is the same whether or not the facts hold the order already', () => {
    const first = order('A-1', 0, 'OIL');
    const second = order('A-2', 30, 'OIL', 'RING');
    const later = order('A-3', 60, 'OIL');
    const wanted = basketOf(second, after(first));
    expect(wanted).toBeDefined();
    expect(basketOf(second, after(first, second))).toEqual(wanted);
    expect(basketOf(second, after(later, second, first))).toEqual(wanted);
  });

  it('counts two orders of one day as one, so that no gap is zero', () => {
    const customer = after(order('A-1', 0, 'OIL'), order('A-2', 30, 'OIL'));
    const same = orderCompleted({
      orderId: 'A-3',
      at: at(30) + MINUTE_MS,
      products: [product('OIL')],
    });
    expect(basketOf(same, customer)?.basket.lines).toMatchObject([{ product: 'OIL', gap: 30 }]);
  });

  it('is not made of what does not count', () => {
    const said = order('A-1', 0, 'OIL');
    const again = orderCompleted({ orderId: 'A-1', at: at(1), id: 'again' });
    expect(basketOf({ ...said, verified: false }, after())).toBeUndefined();
    expect(basketOf(orderCompleted({ products: [] }), after())).toBeUndefined();
    expect(basketOf(said, after(said, orderCancelled({ at: at(1) })))).toBeUndefined();
    expect(basketOf(said, after(said, orderRefunded({ at: at(1) })))).toBeUndefined();
    expect(basketOf(again, after(said))).toBeUndefined();
  });

  it('of a gift says what goes together, and nothing of the giver', () => {
    const gift = orderCompleted({
      orderId: 'A-2',
      at: at(9),
      products: [product('OIL'), product('RING')],
      gift: true,
    });
    expect(basketOf(gift, after(order('A-1', 0, 'OIL')))?.basket).toMatchObject({
      lines: [
        { product: 'OIL', quantity: 1 },
        { product: 'RING', quantity: 1 },
      ],
      earlier: [],
    });
  });

  it('never holds more lines or earlier products than it may', () => {
    const many = (count: number, name: string) =>
      Array.from({ length: count }, (_, index) => product(`${name}-${index}`));
    const earlier = Array.from({ length: 12 }, (_, index) =>
      orderCompleted({ orderId: `E-${index}`, at: at(index), products: many(12, `E${index}`) }),
    );
    const large = orderCompleted({ orderId: 'L', at: at(40), products: many(200, 'L') });
    const basket = basketOf(large, after(...earlier))?.basket;
    expect(basket?.lines).toHaveLength(BASKET_LINES_MAX);
    expect(basket?.earlier).toHaveLength(EARLIER_MAX);
  });

  it('never names a customer', () => {
    const customer = after(order('A-1', 0, 'OIL'));
    const text = JSON.stringify(basketOf(order('A-2', 30, 'OIL'), customer));
    expect(text).not.toContain(CUSTOMER);
    expect(text).not.toContain('A-2');
  });
});

describe('gathering orders', () => {
  let baskets: Baskets;
  let counted: Record<string, number>;
  beforeEach(() => {
    baskets = memoryBaskets();
    counted = {};
  });
  const deps = (customers = async (id: string) => emptyCustomer(id)) => ({
    baskets,
    customers: { load: customers },
    count: (name: string, value = 1) => {
      counted[name] = (counted[name] ?? 0) + value;
    },
  });
  const logged = (number: number, writtenAt = at(0)): LoggedOrder => ({
    event: order(`A-${number}`, 0, 'OIL', 'RING'),
    sequence: String(number).padStart(12, '0'),
    writtenAt,
  });
  async function all(): Promise<Map<string, Gathered>> {
    const found = new Map<string, Gathered>();
    for (const days of [0, 1, 2]) {
      for await (const page of baskets.read(dateOf(at(days)))) {
        for (const one of page) found.set(one.id, one);
      }
    }
    return found;
  }

  it('keeps each order under the date on which it was logged', async () => {
    await gather(deps(), [logged(1, at(0)), logged(2, at(1)), logged(3, at(1))]);
    const sizes: number[] = [];
    for (const days of [0, 1]) {
      for await (const page of baskets.read(dateOf(at(days)))) sizes.push(page.length);
    }
    expect(sizes).toEqual([1, 2]);
    expect(counted).toEqual({ OrdersGathered: 3, OrdersNotGathered: 0 });
  });

  it('never gathers an order twice, in whatever batches and however often its record comes', async () => {
    const records = Array.from({ length: 12 }, (_, index) =>
      logged(index, at(Math.floor(index / 5))),
    );
    const batch = fc.tuple(fc.nat(11), fc.nat(11)).map(([a, b]) => {
      return records.slice(Math.min(a, b), Math.max(a, b) + 1);
    });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 6 }), async (batches) => {
        baskets = memoryBaskets();
        for (const each of batches) await gather(deps(), each);
        const wanted = new Set(batches.flat().map(({ event }) => event.id));
        expect((await all()).size).toBe(wanted.size);
      }),
      { numRuns: 50 },
    );
  });

  it('throws when a customer cannot be read, so that the batch comes again, and then meets its own row', async () => {
    const batch = [logged(1), logged(2)];
    const broken = deps(async () => {
      throw new Error('no table');
    });
    await expect(gather(broken, batch)).rejects.toThrow('no table');
    await gather(deps(), batch);
    await gather(deps(), batch);
    const pages: number[] = [];
    for await (const page of baskets.read(dateOf(at(0)))) pages.push(page.length);
    expect(pages).toEqual([2]);
  });
});
