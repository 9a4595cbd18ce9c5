import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { AT_ONCE, journey, policy, send, wait, when } from '../../builders/policy.ts';

const LATER = T0 + 300 * DAY_MS;
const drive = (...journeys: ReturnType<typeof journey>[]) =>
  new Drive(policy(journeys, AT_ONCE)).fold(build.identify({ at: T0 - DAY_MS }));

describe('an abandoned cart', () => {
  const cart = journey({
    id: 'abandoned-cart',
    trigger: 'Cart Updated',
    oncePer: 'cart',
    condition: when('cart.items_count > 0 and cart.is_newest == true'),
    cancelOn: [
      { event: 'Order Completed' },
      { when: when('cart.items_count == 0') },
      { when: when('cart.is_newest == false') },
    ],
    reentryMs: 7 * DAY_MS,
    expiresMs: 4 * DAY_MS,
    steps: [wait('quiet', 4 * HOUR_MS), send('reminder'), wait('next', DAY_MS), send('help')],
  });
  const left = () => drive(cart).fold(build.cartUpdated());
  const at = (hours: number) => T0 + hours * HOUR_MS;

  it('is reminded of after four quiet hours and helped with a day later', () => {
    expect(left().wakeUntil(LATER).mails).toEqual([
      'reminder 2026-01-05T13:00',
      'help 2026-01-06T13:00',
    ]);
  });

  it('is quiet from its last change on, and the stale wake finds nothing to say', () => {
    const run = left()
      .fold(build.productAdded({ at: at(3) }))
      .wakeUntil(at(5));
    expect(run.reasons).toEqual([]);
    expect(run.wakes).toBe(1);
    expect(run.wakeUntil(LATER).mails[0]).toBe('reminder 2026-01-05T16:00');
  });

  it('is not mentioned after any order, in the store as on the web, not even between the mails', () => {
    const order = (hours: number) => build.orderCompleted({ at: at(hours), channel: 'store' });
    expect(left().fold(order(1)).wakeUntil(LATER).told).toEqual(['cancelled cancel-event']);
    expect(left().wakeUntil(at(5)).fold(order(6)).wakeUntil(LATER).told).toEqual([
      'planned due',
      'cancelled cancel-event',
    ]);
  });

  it('is not mentioned once it is empty', () => {
    const emptied = [
      build.cartUpdated({ products: [], at: at(1) }),
      build.productRemoved({ at: at(1) }),
    ];
    for (const event of emptied) {
      expect(left().fold(event).wakeUntil(LATER).told).toEqual(['cancelled fact-withdrawn']);
    }
  });

  it('gives way to a newer cart, but not to a newer empty one', () => {
    const newer = build.cartUpdated({ cartId: 'c-2', at: at(1) });
    const run = left().fold(newer).wakeUntil(LATER);
    expect(run.mails).toEqual(['reminder 2026-01-05T14:00', 'help 2026-01-06T14:00']);
    expect(run.messages.every(({ subject }) => subject.id === 'c-2')).toBe(true);
    const empty = build.cartUpdated({ cartId: 'c-2', products: [], at: at(1) });
    const other = left().fold(empty).wakeUntil(LATER);
    expect(other.messages.map(({ subject }) => subject.id)).toEqual(['c-1', 'c-1']);
  });

  it('has one sequence in seven days, and another after that', () => {
    const run = left().wakeUntil(at(48));
    run.fold(build.cartUpdated({ at: at(50) })).wakeUntil(at(60));
    expect(run.told.at(-1)).toBe('skipped reentry');
    run.fold(build.cartUpdated({ at: at(24 * 8) })).wakeUntil(LATER);
    expect(run.messages.map(({ step }) => step)).toEqual(['reminder', 'help', 'reminder', 'help']);
    expect(new Set(run.messages.map(({ id }) => id)).size).toBe(4);
  });

  it('is shown as it stands when the mail goes', () => {
    const later = build.cartUpdated({ products: [build.product('NEW')], at: at(6) });
    const run = left().wakeUntil(at(5)).fold(later).wakeUntil(LATER);
    expect(run.messages.map(({ subject }) => subject.key)).toEqual([
      build.cartUpdated().key,
      later.key,
    ]);
  });
});

describe('a viewed product', () => {
  const viewed = journey({ id: 'viewed', trigger: 'Product Viewed', steps: [send('mail')] });
  const waiting = { ...viewed, steps: [wait('quiet', 4 * HOUR_MS), send('mail')] };
  const view = (hours: number) => build.productViewed({ at: T0 + hours * HOUR_MS });

  it('is a new occasion when it is viewed again', () => {
    const run = drive(viewed)
      .fold(view(0))
      .wakeUntil(T0 + HOUR_MS);
    run.fold(view(48), view(48)).wakeUntil(LATER);
    expect(run.mails).toEqual(['mail 2026-01-05T09:01', 'mail 2026-01-07T09:01']);
    expect(new Set(run.messages.map(({ id }) => id)).size).toBe(2);
  });

  it('is quiet from its last view on, as long as nothing has started', () => {
    const run = drive(waiting).fold(view(0), view(3)).wakeUntil(LATER);
    expect(run.mails).toEqual(['mail 2026-01-05T16:00']);
    expect(drive(waiting).fold(view(3), view(0)).wakeUntil(LATER).mails).toEqual(run.mails);
  });
});

describe('a product that is due again', () => {
  const reorder = journey({ id: 'reorder', trigger: 'Reorder Due', oncePer: 'product' });
  const bought = (day: number, more: Parameters<typeof build.orderCompleted>[0] = {}) =>
    build.orderCompleted({ orderId: `A-${day}`, at: T0 + day * DAY_MS, ...more });

  it('is due the median gap after the third purchase', () => {
    const run = drive(reorder).fold(bought(0), bought(28), bought(60)).wakeUntil(LATER);
    expect(run.mails).toEqual(['mail 2026-04-05T09:00']);
    expect(run.messages[0]).toMatchObject({
      occasion: 'RING-9@A-60',
      subject: { kind: 'product', id: 'RING-9', key: bought(60).key },
    });
  });

  it('needs three purchases that were for oneself and kept', () => {
    const cases = [
      [bought(0), bought(28)],
      [bought(0), bought(28), bought(60, { gift: true })],
      [bought(0), bought(28), bought(60), build.orderCancelled({ orderId: 'A-60', at: LATER })],
      [bought(0), bought(28), bought(60), build.orderRefunded({ orderId: 'A-28', at: LATER })],
    ];
    for (const events of cases) {
      expect(
        drive(reorder)
          .fold(...events)
          .wakeUntil(LATER).messages,
      ).toEqual([]);
    }
  });

  it('is nudged for once per purchase, and again after the next', () => {
    const run = drive(reorder)
      .fold(bought(0), bought(30), bought(60))
      .wakeUntil(T0 + 95 * DAY_MS);
    run.fold(bought(100)).wakeUntil(LATER);
    expect(run.messages.map(({ occasion }) => occasion)).toEqual(['RING-9@A-60', 'RING-9@A-100']);
  });

  it('is not nudged for when it was bought while the mail waited', () => {
    const steps = [wait('w', DAY_MS), send('mail')];
    const run = drive({ ...reorder, steps }).fold(bought(0), bought(30), bought(60));
    run
      .wakeUntil(T0 + 90 * DAY_MS)
      .fold(bought(90))
      .wakeUntil(T0 + 119 * DAY_MS);
    expect(run.messages).toEqual([]);
  });
});

describe('a customer who is late', () => {
  const winBack = journey({
    id: 'win-back',
    trigger: 'Churn Risk Changed',
    oncePer: 'order',
    cancelOn: [{ event: 'Order Completed' }],
    steps: [
      {
        kind: 'emit',
        id: 'e',
        event: 'Churn Risk Changed',
        properties: { orders: when('customer.orders_count') },
      },
      send('miss-you'),
      wait('w', 10 * DAY_MS),
      send('second'),
    ],
  });
  const ordered = (...days: number[]) =>
    days.map((day) => build.orderCompleted({ orderId: `A-${day}`, at: T0 + day * DAY_MS }));

  it('is told about at twice their own rhythm, once, then silence', () => {
    const run = drive(winBack)
      .fold(...ordered(0, 20, 40))
      .wakeUntil(LATER);
    expect(run.mails).toEqual(['miss-you 2026-03-26T09:00', 'second 2026-04-05T09:00']);
    expect(run.emits).toMatchObject([
      { name: 'Churn Risk Changed', properties: { orders: 3 }, depth: 1 },
    ]);
    expect(run.customer.nextWakeAt).toBeUndefined();
  });

  it('is never late before a month has passed, nor with two orders', () => {
    const weekly = drive(winBack)
      .fold(...ordered(0, 1, 2))
      .wakeUntil(LATER);
    expect(weekly.mails[0]).toBe('miss-you 2026-02-06T09:00');
    expect(
      drive(winBack)
        .fold(...ordered(0, 20))
        .wakeUntil(LATER).messages,
    ).toEqual([]);
  });

  it('hears nothing more once they have ordered', () => {
    const run = drive(winBack)
      .fold(...ordered(0, 20, 40))
      .wakeUntil(T0 + 81 * DAY_MS);
    run.fold(...ordered(82)).wakeUntil(T0 + 100 * DAY_MS);
    expect(run.told).toEqual(['emitted emit', 'planned due', 'lapsed trigger-false']);
  });

  it('of whom only history is known is left alone', () => {
    const past = ordered(0, 20, 40).map((event) => ({ ...event, mode: 'history' as const }));
    expect(
      drive(winBack)
        .fold(...past)
        .wakeUntil(LATER).reasons,
    ).toEqual([]);
  });
});

describe('a score', () => {
  it('that is given again months later is not answered a second time', () => {
    const run = drive(journey({ id: 'reply', trigger: 'Feedback Submitted' }));
    for (const day of [0, 1, 60]) {
      const at = T0 + day * DAY_MS;
      run.fold(build.feedbackSubmitted({ occasion: 'A-1', score: 9, at }));
      run.fold(build.orderCompleted({ at })).wakeUntil(at + HOUR_MS);
    }
    expect(run.told).toEqual(['planned due']);
  });
});

describe('other triggers', () => {
  it.each([
    ['Order Shipped', [build.orderCompleted(), build.orderShipped({ at: T0 + HOUR_MS })]],
    ['Order Delivered', [build.orderCompleted(), build.orderDelivered({ at: T0 + HOUR_MS })]],
    ['Order Cancelled', [build.orderCompleted(), build.orderCancelled({ at: T0 + HOUR_MS })]],
    ['Order Refunded', [build.orderCompleted(), build.orderRefunded({ at: T0 + HOUR_MS })]],
    ['Product Viewed', [build.productViewed({ at: T0 + HOUR_MS })]],
    ['Feedback Submitted', [build.feedbackSubmitted({ at: T0 + HOUR_MS })]],
    ['Consent Given', [build.consentGiven({ at: T0 + HOUR_MS })]],
    ['identify', []],
  ] as const)('%s starts its journey once, a minute later', (trigger, events) => {
    const one = journey({ id: 'one', trigger });
    const run = drive(one)
      .fold(...events, ...events)
      .wakeUntil(LATER);
    expect(run.told).toEqual(['planned due']);
    const at = trigger === 'identify' ? T0 - DAY_MS : T0 + HOUR_MS;
    expect(run.messages[0]?.plannedAt).toBe(at + MINUTE_MS);
  });
});
