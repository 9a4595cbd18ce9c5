import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { logKey } from '../../../functions/contract/keys.ts';
import { DAY_MS, HOUR_MS, iso } from '../../../functions/contract/time.ts';
import { emptyCustomer, type Facts } from '../../../functions/domain/customer.ts';
import { packKey, unpackKey } from '../../../functions/domain/facts/key.ts';
import {
  CART_EDITS_MAX,
  CARTS_MAX,
  cartLines,
  cartPieces,
} from '../../../functions/domain/facts/carts.ts';
import {
  FEEDBACK_MAX,
  VIEW_KEYS_MAX,
  VIEWS_MAX,
} from '../../../functions/domain/facts/interests.ts';
import { mergeEvent, rebuildOrders } from '../../../functions/domain/facts/merge.ts';
import {
  bookOf,
  netOf,
  ORDERS_MAX,
  orderOf,
  REFUNDS_MAX,
} from '../../../functions/domain/facts/orders.ts';
import { rebuildFacts } from '../../../functions/domain/decide.ts';
import { anyHistory, shuffledWithRepeats } from '../../builders/any-event.ts';
import * as build from '../../builders/events.ts';
import { CUSTOMER, T0 } from '../../builders/events.ts';
import { policy } from '../../builders/policy.ts';

const NOTHING: Facts = emptyCustomer(CUSTOMER).facts;

/** Folds events; where the item asks for the log, the log is what came so far. Counts the questions. */
function fold(
  events: readonly CustomerEvent[],
  start = NOTHING,
): { facts: Facts; rebuilds: number } {
  let facts = start;
  let rebuilds = 0;
  events.forEach((event, index) => {
    const merged = mergeEvent(facts, CUSTOMER, event);
    if (merged !== 'rebuild') {
      facts = merged;
      return;
    }
    rebuilds += 1;
    const rebuilt = rebuildOrders(facts, CUSTOMER, events.slice(0, index + 1));
    if (!rebuilt) throw new Error('the log holds all orders');
    facts = rebuilt;
  });
  return { facts, rebuilds };
}

const historyTwice = (max: number) =>
  anyHistory(max).chain((events) => fc.tuple(fc.constant(events), shuffledWithRepeats(events)));

describe('facts', () => {
  it('are the same in whatever order and however often their events arrive, past every limit', () => {
    let rebuilds = 0;
    let sealed = 0;
    fc.assert(
      fc.property(historyTwice(160), ([events, again]) => {
        const one = fold(events);
        const other = fold(again);
        rebuilds += other.rebuilds;
        sealed += one.facts.sealed ? 1 : 0;
        expect(other.facts).toEqual(one.facts);
      }),
      { numRuns: 100, seed: 20260105 },
    );
    expect(rebuilds).toBeGreaterThan(20);
    expect(sealed).toBeGreaterThan(20);
  });

  it('do not change, not even as an object, when all events come a second time', () => {
    fc.assert(
      fc.property(anyHistory(25), (events) => {
        const { facts } = fold(events);
        for (const event of events) {
          const again = mergeEvent(facts, CUSTOMER, event);
          expect(again === 'rebuild' || again === facts).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('hold the same orders as all of them would, whatever has left the list', () => {
    fc.assert(
      fc.property(anyHistory(120), (events) => {
        const { facts } = fold(events);
        const book = bookOf(events.flatMap((event) => orderOf(CUSTOMER, event) ?? []));
        expect({ orders: facts.orders, sealed: facts.sealed }).toEqual({
          orders: book.orders,
          sealed: book.sealed,
        });
      }),
      { numRuns: 100 },
    );
  });

  it('ignore names that nobody knows', () => {
    const { facts } = fold([build.orderCompleted()]);
    expect(mergeEvent(facts, CUSTOMER, build.event('Shop Closed', { why: 'holiday' }))).toBe(facts);
  });
});

describe('orders', () => {
  const orders = (count: number, step = DAY_MS) =>
    Array.from({ length: count }, (_, n) =>
      build.orderCompleted({ orderId: `A-${n}`, at: T0 + n * step, total: 1000 }),
    );

  it('keep the newest twelve and the exact sums of the others', () => {
    const { facts, rebuilds } = fold(orders(ORDERS_MAX + 8));
    expect(facts.orders.map(({ id }) => id)).toEqual(
      Array.from({ length: ORDERS_MAX }, (_, n) => `A-${19 - n}`),
    );
    expect(facts.sealed).toMatchObject({
      count: 8,
      size: 8,
      firstAt: T0,
      totals: [['EUR', 8000, 8]],
    });
    expect(rebuilds).toBe(0);
  });

  it('ask the log when a refund concerns an order that has left the list, and deduct it', () => {
    const refund = build.orderRefunded({ orderId: 'A-2', total: 300, at: T0 + 40 * DAY_MS });
    const { facts, rebuilds } = fold([...orders(20), refund]);
    expect(rebuilds).toBe(1);
    expect(facts.sealed?.totals).toEqual([['EUR', 7700, 8]]);
  });

  it('seldom ask the log for a new order of a customer with hundreds', () => {
    const { facts, rebuilds } = fold(orders(400, HOUR_MS));
    expect(facts.sealed?.count).toBe(400 - ORDERS_MAX);
    expect(rebuilds).toBeLessThan(12);
  });

  it('say so when the log no longer holds what the item knows', () => {
    const all = orders(20);
    const { facts } = fold(all);
    expect(rebuildOrders(facts, CUSTOMER, all.slice(5))).toBeUndefined();
  });

  it('take the verified order before the one of a browser key, whichever came first', () => {
    const browser = build.orderCompleted({ id: 'b', verified: false, total: 1 });
    const server = build.orderCompleted({ id: 's', at: T0 + 5000, total: 2 });
    for (const events of [
      [browser, server],
      [server, browser],
    ]) {
      expect(fold(events).facts.orders[0]).toMatchObject({ total: 2, placed: { at: T0 + 5000 } });
    }
  });

  it('deduct every partial refund, and of more than 32 the newest 32', () => {
    const refunds = Array.from({ length: REFUNDS_MAX + 3 }, (_, n) =>
      build.orderRefunded({ total: 10, at: T0 + n * HOUR_MS }),
    );
    const net = (count: number) => {
      const { orders } = fold([build.orderCompleted(), ...refunds.slice(0, count)]).facts;
      return orders[0] && netOf(orders[0]);
    };
    expect([0, 1, 9, 20, 32, 35].map(net)).toEqual([4900, 4890, 4810, 4700, 4580, 4580]);
    const { orders } = fold([build.orderCompleted(), ...refunds]).facts;
    expect(orders[0]?.refunds).toHaveLength(REFUNDS_MAX);
  });

  it('are made anew from a log of any length', () => {
    const view = build.productViewed();
    const log = Array.from({ length: 200_000 }, (_, n) => ({ ...view, receivedAt: T0 + n }));
    const customer = rebuildFacts(emptyCustomer(CUSTOMER), log, policy([]));
    expect(customer.facts.views).toHaveLength(1);
  });
});

describe('carts', () => {
  it('are what the last whole cart said, and what was added or removed since', () => {
    const { facts } = fold([
      build.productAdded({ product: build.product('OLD'), at: T0 - HOUR_MS }),
      build.cartUpdated({ products: [build.product('A'), build.product('B')], at: T0 }),
      build.productRemoved({ product: build.product('A'), at: T0 + 1 }),
      build.productAdded({ product: build.product('C', { quantity: 2 }), at: T0 + 2 }),
    ]);
    expect(facts.carts[0]?.edits).toHaveLength(2);
    expect(facts.carts[0] && cartPieces(facts.carts[0])).toBe(3);
  });

  it('lose and gain the pieces that an event tells, not all of a product', () => {
    const [add, remove] = [build.productAdded, build.productRemoved];
    const three = build.cartUpdated({ products: [build.product('A', { quantity: 3 })], at: T0 });
    const a = (quantity: number) => build.product('A', { quantity });
    const lines = (...events: CustomerEvent[]) =>
      fold([three, ...events, ...events]).facts.carts.flatMap(cartLines);
    expect(lines(remove({ product: a(1), at: T0 + 1 }))).toEqual([['A', 2]]);
    expect(lines(add({ product: a(1), at: T0 + 1 }))).toEqual([['A', 4]]);
    const twice = ['x', 'y'].map((id) => add({ product: a(1), at: T0 + 1, id }));
    expect(lines(...twice)).toEqual([['A', 5]]);
    expect(lines(remove({ product: a(9), at: T0 + 1 }))).toEqual([]);
    const again = add({ product: a(2), at: T0 + 2 });
    expect(lines(remove({ product: a(9), at: T0 + 1 }), again)).toEqual([['A', 2]]);
    expect(lines(add({ product: a(2), at: T0 - 1 }))).toEqual([['A', 3]]);
  });

  it('keep the newest changes only, the same ones in whatever order they come', () => {
    const changes = Array.from({ length: CART_EDITS_MAX + 9 }, (_, n) =>
      build.productAdded({ product: build.product(`P-${n % 7}`), at: T0 + (n >> 1), id: `e-${n}` }),
    );
    const { facts } = fold(changes);
    expect(facts.carts[0]?.edits).toHaveLength(CART_EDITS_MAX);
    fc.assert(
      fc.property(shuffledWithRepeats(changes), (again) => {
        expect(fold(again).facts).toEqual(facts);
      }),
      { numRuns: 50 },
    );
  });

  it('are at most four, and one that comes back has forgotten what is older than those that left', () => {
    const carts = Array.from({ length: 6 }, (_, n) =>
      build.cartUpdated({ cartId: `c-${n}`, at: T0 + n * HOUR_MS }),
    );
    const back = build.productAdded({ cartId: 'c-0', at: T0 + DAY_MS });
    const { facts } = fold([...carts, back]);
    expect(facts.carts).toHaveLength(CARTS_MAX);
    expect(facts.carts[0]).toMatchObject({
      id: 'c-0',
      edits: [['RING-9', 1, T0 + DAY_MS, expect.any(String)]],
    });
    expect(facts.carts[0]?.whole).toBeUndefined();
  });
});

describe('views and answers', () => {
  it('keep the latest views of twenty products, and log keys of the newest two', () => {
    const views = Array.from({ length: 30 }, (_, n) =>
      build.productViewed({ product: build.product(`P-${n % 25}`), at: T0 + n * HOUR_MS }),
    );
    const { facts } = fold(views);
    expect(facts.views).toHaveLength(VIEWS_MAX);
    expect(facts.views.filter(({ key }) => key)).toHaveLength(VIEW_KEYS_MAX);
    expect(facts.views[0]?.product).toBe('P-4');
  });

  it('keep the newest four answers, one for each thing asked about', () => {
    const answers = Array.from({ length: 9 }, (_, n) =>
      build.feedbackSubmitted({ occasion: `A-${n % 6}`, score: n, at: T0 + n * DAY_MS }),
    );
    const { facts } = fold(answers);
    expect(facts.feedback).toHaveLength(FEEDBACK_MAX);
    expect(facts.feedback.map(({ score }) => score)).toEqual([8, 7, 6, 5]);
  });
});

describe('log keys', () => {
  it('come back whole, whatever the stamp of the sender was', () => {
    const stamps = [iso(T0), iso(T0 + 1234), iso(T0 - 99), '-', '2026-01-05T09:00:00Z', 'no time'];
    for (const alias of [CUSTOMER, 'f'.repeat(22)]) {
      for (const stamp of stamps) {
        const key = logKey(alias, stamp, 'id#with#signs');
        expect(unpackKey(CUSTOMER, packKey(CUSTOMER, key, T0), T0)).toEqual(key);
      }
    }
    expect(packKey(CUSTOMER, logKey(CUSTOMER, iso(T0 + 36), 'x'), T0)).toBe('10#x');
  });
});

describe('the profile', () => {
  it('never takes an address of a browser key in place of a verified one', () => {
    const mine = build.identify({ at: T0 });
    const theirs = build.identify({
      at: T0 + DAY_MS,
      verified: false,
      traits: { email: 'thief@example.com' },
    });
    expect(fold([mine, theirs]).facts.profile.email?.[0]).toBe('ruta@example.com');
  });
});
