/** What came with a browser key may have been sent by anyone: it neither silences nor displaces. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrowingOf } from '../../../functions/app/narrow.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { permission } from '../../../functions/domain/consent.ts';
import type { Facts } from '../../../functions/domain/customer.ts';
import { FEEDBACK_MAX } from '../../../functions/domain/facts/interests.ts';
import { ORDERS_MAX } from '../../../functions/domain/facts/orders.ts';
import { promotionPausedUntil } from '../../../functions/domain/promotion-pause.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { AT_ONCE, journey, policy, send, settings, wait } from '../../builders/policy.ts';

const open = { verified: false };
const customerOf = (...events: CustomerEvent[]) => new Drive(policy([])).fold(...events).customer;
const factsOf = (...events: CustomerEvent[]): Facts => customerOf(...events).facts;
const known = build.identify({ at: T0 });
const at = (hours: number) => T0 + hours * HOUR_MS;

describe('a browser key', () => {
  it('takes no consent, in the facts as at the gate', () => {
    const withdrawals = [
      build.consentWithdrawn({ ...open, at: at(1) }),
      build.consentWithdrawn({ ...open, topic: 'offers', at: at(1) }),
      { ...build.identify({ ...open, at: at(1) }), profile: { marketingConsent: false } },
    ];
    const what = { purpose: 'marketing', topic: 'offers' } as const;
    for (const event of withdrawals) {
      expect(narrowingOf(event)).toBeUndefined();
      const customer = customerOf(known, event);
      const now = at(2);
      expect(permission(customer, undefined, what, settings(), now).ok).toBe(true);
    }
  });

  it('pauses no promotion with a bad score', () => {
    const bad = build.feedbackSubmitted({ ...open, score: 0, at: at(2) });
    expect(promotionPausedUntil(customerOf(known, bad), 'offers', 30)).toBe(0);
    const real = build.feedbackSubmitted({ score: 0, survey: 'fit', at: at(1) });
    const both = customerOf(known, real, bad);
    expect(promotionPausedUntil(both, 'offers', 30)).toBe(at(1) + 30 * DAY_MS);
  });

  it('displaces no answer, neither the same one nor by their number', () => {
    const real = build.feedbackSubmitted({ score: 9, occasion: 'A', at: T0 });
    const flood = Array.from({ length: FEEDBACK_MAX + 2 }, (_, n) =>
      build.feedbackSubmitted({ ...open, score: 1, occasion: n ? `x-${n}` : 'A', at: at(n + 1) }),
    );
    expect(factsOf(real, ...flood).feedback[0]).toMatchObject({ score: 9, occasion: 'A' });
    expect(factsOf(...flood, real).feedback[0]).toMatchObject({ score: 9, occasion: 'A' });
  });

  it('displaces no verified order from the newest twelve', () => {
    const real = build.orderCompleted({ orderId: 'real', at: T0 });
    const flood = Array.from({ length: ORDERS_MAX + 5 }, (_, n) =>
      build.orderCompleted({ ...open, orderId: `x-${n}`, at: at(n + 1) }),
    );
    expect(factsOf(real, ...flood).orders[0]?.id).toBe('real');
    expect(factsOf(...flood, real).orders[0]?.id).toBe('real');
    expect(factsOf(...flood, real)).toEqual(factsOf(real, ...flood));
  });

  it('never touches a verified order, whichever came first', () => {
    const order = build.orderCompleted({ at: T0 });
    const words = [
      build.orderCancelled({ ...open, at: at(1) }),
      build.orderRefunded({ ...open, at: at(1) }),
      build.orderShipped({ ...open, at: at(1) }),
      build.orderDelivered({ ...open, at: at(1) }),
      build.orderCompleted({ ...open, id: 'false', total: 1, at: T0 - HOUR_MS }),
    ];
    const alone = factsOf(order).orders;
    fc.assert(
      fc.property(fc.shuffledSubarray(words), fc.nat(5), (said, place) => {
        expect(factsOf(...said.toSpliced(place, 0, order)).orders).toEqual(alone);
      }),
    );
    const history = build.orderCompleted({ mode: 'history', at: T0 });
    expect(factsOf(...words, history).orders).toEqual(factsOf(history).orders);
  });

  it('cancels no mail, and answers no survey', () => {
    const thanks = journey({
      cancelOn: [{ event: 'Order Completed' }, { event: 'Feedback Submitted' }],
      steps: [wait('w', DAY_MS), send('mail')],
    });
    const run = new Drive(policy([thanks], AT_ONCE)).fold(known, build.orderCompleted());
    run.wakeUntil(T0 + MINUTE_MS);
    run.fold(build.orderCompleted({ ...open, orderId: 'x', at: at(2) }));
    run.fold(build.feedbackSubmitted({ ...open, at: at(2) }));
    expect(run.wakeUntil(T0 + 3 * DAY_MS).told).toEqual(['planned due']);
  });

  it('moves nobody’s rhythm', () => {
    const orders = [0, 10, 20].map((day) =>
      build.orderCompleted({ orderId: `A-${day}`, at: T0 + day * DAY_MS }),
    );
    const steps = [send('mail')];
    const late = journey({ id: 'win-back', trigger: 'Churn Risk Changed', steps });
    const run = new Drive(policy([late], AT_ONCE)).fold(known, ...orders);
    run.fold(build.orderCompleted({ ...open, orderId: 'x', at: T0 + 25 * DAY_MS }));
    expect(run.wakeUntil(T0 + 60 * DAY_MS).mails).toEqual(['mail 2026-02-24T09:00']);
  });
});
