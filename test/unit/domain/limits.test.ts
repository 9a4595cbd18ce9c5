/** A customer who does everything far too often: no list in the item grows beyond its limit. */
import { describe, expect, it } from 'vitest';
import type { CustomerEvent, Product } from '../../../functions/contract/events.ts';
import { GATE_CLAIMS_MAX } from '../../../functions/contract/messages.ts';
import { HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { CART_LINES_MAX, CARTS_MAX } from '../../../functions/domain/facts/carts.ts';
import {
  FEEDBACK_MAX,
  QUERY_CHARS_MAX,
  SEARCHES_MAX,
  VIEW_KEYS_MAX,
  VIEWS_MAX,
} from '../../../functions/domain/facts/interests.ts';
import {
  CURRENCIES_MAX,
  ORDER_LINES_MAX,
  ORDERS_MAX,
  REFUNDS_MAX,
} from '../../../functions/domain/facts/orders.ts';
import { RUNS_MAX } from '../../../functions/domain/wake/advance.ts';
import { CANDIDATES_MAX } from '../../../functions/domain/wake/arbitrate.ts';
import { MARKERS_MAX } from '../../../functions/domain/wake/markers.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { journey, policy, send, wait } from '../../builders/policy.ts';

const TIMES = 60;
const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'SEK', 'NOK', 'DKK', 'PLN', 'CZK', 'HUF', 'CHF'];
const many: Product[] = Array.from({ length: 40 }, (_, n) => build.product(`P-${n}`));

function roundOf(n: number): CustomerEvent[] {
  const at = T0 + n * HOUR_MS;
  const currency = CURRENCIES[n % CURRENCIES.length] ?? 'EUR';
  const refund = (part: number) =>
    build.event('Order Refunded', { orderId: `A-${TIMES - 1}`, total: 1 }, { at: at + part });
  return [
    build.orderCompleted({ orderId: `A-${n}`, products: many, currency, at }),
    refund(1),
    build.cartUpdated({ cartId: `c-${n}`, products: many, at }),
    build.productViewed({ product: build.product(`V-${n}`), at }),
    build.searched({ query: `${n} ${'x'.repeat(500)}`, at }),
    build.feedbackSubmitted({ occasion: `o-${n}`, at }),
  ];
}

describe('a customer who does everything far too often', () => {
  const journeys = ['one', 'two'].map((id) =>
    journey({ id, steps: [wait('on', 2 * HOUR_MS), send('mail'), wait('off', 900 * HOUR_MS)] }),
  );
  const run = new Drive(policy(journeys)).live(
    [
      build.identify({ at: T0 - MINUTE_MS }),
      ...Array.from({ length: TIMES }, (_, n) => roundOf(n)).flat(),
    ],
    T0 + TIMES * HOUR_MS,
  );
  const { facts, runtime } = run.customer;

  it('fills every list of facts to its limit, and none beyond', () => {
    expect(facts.orders).toHaveLength(ORDERS_MAX);
    expect(facts.orders.map(({ lines }) => lines?.length)).toEqual(
      facts.orders.map(() => ORDER_LINES_MAX),
    );
    expect(facts.orders[0]?.refunds).toHaveLength(REFUNDS_MAX);
    expect(facts.sealed?.totals).toHaveLength(CURRENCIES_MAX);
    expect(facts.carts).toHaveLength(CARTS_MAX);
    expect(facts.carts[0]?.whole?.lines).toHaveLength(CART_LINES_MAX);
    expect(facts.views).toHaveLength(VIEWS_MAX);
    expect(facts.views.filter(({ key }) => key)).toHaveLength(VIEW_KEYS_MAX);
    expect(facts.searches).toHaveLength(SEARCHES_MAX);
    expect(facts.searches.map(([query]) => query.length)).toEqual(
      facts.searches.map(() => QUERY_CHARS_MAX),
    );
    expect(facts.feedback).toHaveLength(FEEDBACK_MAX);
  });

  it('has no more runs, waiting mails, claims and markers than fit', () => {
    expect(runtime.runs).toHaveLength(RUNS_MAX);
    expect(runtime.candidates).toHaveLength(CANDIDATES_MAX);
    expect(runtime.recent.length).toBeLessThanOrEqual(GATE_CLAIMS_MAX);
    expect(Object.keys(runtime.done).length).toBeLessThanOrEqual(MARKERS_MAX);
  });

  it('hears why runs and mails had to make room', () => {
    expect(run.told).toContain('lapsed runs-full');
    expect(run.told).toContain('lapsed candidates-full');
  });
});
