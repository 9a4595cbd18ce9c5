import { describe, expect, it } from 'vitest';
import type { Shop } from '../../../functions/contract/journeys.ts';
import type { Subject } from '../../../functions/contract/messages.ts';
import { DAY_MS, iso } from '../../../functions/contract/time.ts';
import { CONDITION_VARIABLES } from '../../../functions/contract/variables.ts';
import { variablesOf } from '../../../functions/domain/variables.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { model, whenModel, whoModel, withModels } from '../../builders/models.ts';
import { policy } from '../../builders/policy.ts';

const { customer } = new Drive(policy([])).fold(
  build.identify({ traits: { country: 'LT', locale: 'lt-LT' } }),
  build.orderCompleted({ orderId: 'A-1' }),
  build.orderCompleted({ orderId: 'A-2', at: T0 + 10 * DAY_MS, currency: 'USD' }),
  build.orderCompleted({ orderId: 'A-3', at: T0 + 30 * DAY_MS, channel: 'store', gift: true }),
  build.orderCompleted({ orderId: 'A-4', at: T0 + 31 * DAY_MS }),
  build.orderCompleted({ orderId: 'A-5', at: T0 + 60 * DAY_MS }),
  build.orderCancelled({ orderId: 'A-4', at: T0 + 32 * DAY_MS }),
  build.orderRefunded({ orderId: 'A-1', total: 900, at: T0 + DAY_MS }),
  build.orderShipped({ orderId: 'A-1', at: T0 + DAY_MS }),
  build.cartUpdated({ products: [build.product('A', { quantity: 2 })], expiresAt: T0 }),
  build.feedbackSubmitted({ score: 9, occasion: 'A-1', at: T0 + 5 * DAY_MS }),
  // On another scale: not what `last_score` means.
  build.feedbackSubmitted({ score: 2, survey: 'csat', occasion: 'm', at: T0 + 6 * DAY_MS }),
);
const at = T0 + 70 * DAY_MS + 1000;
const ask = (kind: Subject['kind'], id: string, shop: Shop = policy([])) =>
  JSON.parse(
    JSON.stringify(variablesOf(customer, { subject: { kind, id }, at, startedAt: T0, shop })),
  );

const FORESEEING = withModels(policy([]), model('one', T0, whoModel(), whenModel()));

describe('variables', () => {
  it('tell of the future what the models of the moment tell', () => {
    const { customer: known } = ask('customer', customer.id, FORESEEING);
    expect(known).toMatchObject({ prediction_basis: 'shop', next_order_basis: 'shop' });
    expect(known.p_active).toBeGreaterThan(known.p_active_low);
    expect(known.p_active).toBeLessThan(known.p_active_high);
    expect(known.expected_orders).toBeGreaterThanOrEqual(known.p_active);
    expect(known.churn_risk).toBe(known.p_active < 0.5 ? 'medium' : 'low');
    const { next_order_in_days: days } = known;
    expect(known.next_order_at).toBe(iso(Math.floor(at / DAY_MS + days) * DAY_MS));
    expect(known.next_order_in_days_low).toBeLessThanOrEqual(days);
    expect(known.next_order_in_days_high).toBeGreaterThanOrEqual(days);
    const early = withModels(policy([]), model('late', at + 1, whoModel(), whenModel()));
    expect(ask('customer', customer.id, early)).toEqual(ask('customer', customer.id));
  });

  it('tell about the customer: orders that were not cancelled, in the currency of the shop', () => {
    expect(ask('customer', customer.id).customer).toEqual({
      orders_count: 4,
      total_spent: 138,
      first_order_at: iso(T0),
      last_order_at: iso(T0 + 60 * DAY_MS),
      days_since_last_order: 10,
      last_channel: 'web',
      order_gap_days: 20,
      country: 'LT',
      locale: 'lt-LT',
      has_name: true,
      last_score: 9,
    });
  });

  it('tell about the order, its number and what is left of its total', () => {
    expect(ask('order', 'A-1').order).toEqual({
      id: 'A-1',
      number: 1,
      total: 40,
      channel: 'web',
      gift: false,
      shipped: true,
      delivered: false,
      items_count: 1,
    });
    expect(ask('order', 'A-3').order).toMatchObject({ number: 3, channel: 'store', gift: true });
    expect(ask('order', 'unknown').order).toEqual({});
  });

  it('tell about cart, product, answer and run', () => {
    expect(ask('cart', 'c-1').cart).toEqual({
      id: 'c-1',
      items_count: 2,
      is_newest: true,
      expires: true,
    });
    expect(ask('cart', 'gone').cart).toMatchObject({ items_count: 0, is_newest: false });
    expect(ask('product', 'RING-9').product).toEqual({ id: 'RING-9', purchases: 3, gap_days: 30 });
    const answer = ask('feedback', 'nps@A-1');
    expect(answer.feedback).toEqual({ score: 9, survey: 'nps' });
    expect(answer.order.id).toBe('A-1');
    expect(answer.run).toEqual({ feedback_given: true });
  });

  it('are all that the reference for marketers promises', () => {
    const subjects = [
      ask('order', 'A-1', FORESEEING),
      ask('cart', 'c-1'),
      ask('product', 'RING-9', FORESEEING),
      ask('feedback', 'nps@A-1'),
    ];
    for (const name of Object.keys(CONDITION_VARIABLES)) {
      const [group = '', field = ''] = name.split('.');
      const known = subjects.some((each) => each[group]?.[field] !== undefined);
      expect([name, known]).toEqual([name, true]);
    }
  });
});
