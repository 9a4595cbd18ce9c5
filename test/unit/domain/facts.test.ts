import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { logKey } from '../../../functions/contract/keys.ts';
import { DAY_MS, HOUR_MS, iso } from '../../../functions/contract/time.ts';
import { emptyCustomer, type Facts } from '../../../functions/domain/customer.ts';
import { packKey, unpackKey } from '../../../functions/domain/facts/key.ts';
import { CARTS_MAX, cartPieces } from '../../../functions/domain/facts/carts.ts';
import {
  FEEDBACK_MAX,
  VIEW_KEYS_MAX,
  VIEWS_MAX,
} from '../../../functions/domain/facts/interests.ts';
import { mergeEvent, rebuildOrders } from '../../../functions/domain/facts/merge.ts';
import {
  bookOf,
  ORDERS_MAX,
  orderOf,
  REFUNDS_MAX,
} from '../../../functions/domain/facts/orders.ts';
import { anyHistory, shuffledWithRepeats } from '../../builders/any-event.ts';
import * as build from '../../builders/events.ts';
import { CUSTOMER, T0 } from '../../builders/events.ts';

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
      totals: [['EUR', 8000]],
    });
    expect(rebuilds).toBe(0);
  });

  it('ask the log when a refund concerns an order that has left the list, and deduct it', () => {
    const refund = build.orderRefunded({ orderId: 'A-2', total: 300, at: T0 + 40 * DAY_MS });
    const { facts, rebuilds } = fold([...orders(20), refund]);
    expect(rebuilds).toBe(1);
    expect(facts.sealed?.totals).toEqual([['EUR', 7700]]);
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

  it('keep the newest refunds of an order only', () => {
    const refunds = Array.from({ length: REFUNDS_MAX + 3 }, (_, n) =>
      build.orderRefunded({ total: 10, at: T0 + n * HOUR_MS }),
    );
    expect(fold([build.orderCompleted(), ...refunds]).facts.orders[0]?.refunds).toHaveLength(8);
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

  it('are at most four, and one that comes back has forgotten what is older than those that left', () => {
    const carts = Array.from({ length: 6 }, (_, n) =>
      build.cartUpdated({ cartId: `c-${n}`, at: T0 + n * HOUR_MS }),
    );
    const back = build.productAdded({ cartId: 'c-0', at: T0 + DAY_MS });
    const { facts } = fold([...carts, back]);
    expect(facts.carts).toHaveLength(CARTS_MAX);
    expect(facts.carts[0]).toMatchObject({ id: 'c-0', edits: [['RING-9', 1, T0 + DAY_MS]] });
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
