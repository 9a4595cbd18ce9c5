import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '../../../functions/contract/time.ts';
import { CANDIDATES_MAX } from '../../../functions/domain/wake/arbitrate.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { AT_ONCE, journey, policy, send, when } from '../../builders/policy.ts';

const LATER = T0 + 200 * DAY_MS;
const drive = (...args: Parameters<typeof policy>) =>
  new Drive(policy(...args)).fold(build.identify({ at: T0 - DAY_MS }));
const ordered = (...args: Parameters<typeof policy>) => drive(...args).fold(build.orderCompleted());

describe('of several mails that are due', () => {
  it('the most important goes, the others stand behind it and go a day later', () => {
    const journeys = [journey({ id: 'low', steps: [send('low', { priority: 10 })] }), journey()];
    const run = ordered(journeys).wakeUntil(LATER);
    expect(run.mails).toEqual(['mail 2026-01-05T09:01', 'low 2026-01-06T09:01']);
    expect(run.reasons.map(({ journey: id, outcome, reason }) => [id, outcome, reason])).toEqual([
      ['thanks', 'planned', { code: 'due' }],
      ['low', 'deferred', { code: 'deferred-behind', until: T0 + MINUTE_MS + DAY_MS }],
      ['low', 'planned', { code: 'due' }],
    ]);
  });

  it('no more than two go in a week, and the third says why it waits', () => {
    const journeys = ['a', 'b', 'c'].map((id) => journey({ id, expiresMs: 30 * DAY_MS }));
    const run = ordered(journeys).wakeUntil(LATER);
    expect(run.mails).toEqual([
      'mail 2026-01-05T09:01',
      'mail 2026-01-06T09:01',
      'mail 2026-01-12T09:01',
    ]);
    expect(run.told).toContain('deferred deferred-behind');
  });

  it('a deferral is told once, however often the customer is woken in between', () => {
    const journeys = [
      journey({ id: 'b', priority: 90, steps: [send('b')] }),
      journey({ id: 'a', priority: 10, steps: [send('a')] }),
      journey({ id: 'free', steps: [send('free', { purpose: 'transactional' })] }),
    ];
    const run = ordered(journeys);
    for (const hour of [2, 3, 4, 5]) {
      const at = T0 + hour * HOUR_MS;
      run.fold(build.orderRefunded({ total: hour, at })).wakeUntil(at + HOUR_MS);
    }
    expect(run.told.filter((each) => each.startsWith('deferred'))).toHaveLength(1);
  });

  it('beyond sixteen that wait the least important lapse, with a reason', () => {
    const journeys = Array.from({ length: CANDIDATES_MAX + 3 }, (_, n) =>
      journey({ id: `j-${n}`, steps: [send('mail', { priority: n })] }),
    );
    const run = ordered(journeys).wakeUntil(T0 + HOUR_MS);
    expect(run.customer.runtime.candidates).toHaveLength(CANDIDATES_MAX);
    const full = run.reasons.filter(({ reason }) => reason.code === 'candidates-full');
    expect(full.map((each) => each.journey)).toEqual(['j-1', 'j-0']);
  });
});

describe('marketing', () => {
  it('waits for the end of the quiet hours in the zone of the customer', () => {
    const night = T0 + 10 * HOUR_MS;
    const run = drive()
      .fold(build.orderCompleted({ at: night }))
      .wakeUntil(LATER);
    expect(run.mails).toEqual(['mail 2026-01-06T06:00']);
    expect(run.told).toEqual(['deferred deferred-quiet-hours', 'planned due']);
  });

  it('lapses when it would be stale before it may go', () => {
    const night = T0 + 10 * HOUR_MS;
    const run = drive([journey({ expiresMs: HOUR_MS })]);
    run.fold(build.orderCompleted({ at: night })).wakeUntil(LATER);
    expect(run.told).toEqual(['deferred deferred-quiet-hours', 'lapsed expired']);
  });

  it('needs an address and a consent', () => {
    const nobody = new Drive(policy()).fold(build.orderCompleted()).wakeUntil(LATER);
    expect(nobody.told).toEqual(['suppressed no-address']);
    const silent = new Drive(policy()).fold(
      build.orderCompleted({ profile: { email: 'ruta@example.com' } }),
    );
    expect(silent.wakeUntil(LATER).told).toEqual(['suppressed no-consent']);
  });

  it('never goes to an address that bounced, complained or left', () => {
    const at = T0 - HOUR_MS;
    const cases = [
      [build.emailBounced({ at }), 'hard-bounce'],
      [build.emailComplaint({ at }), 'complaint'],
      [build.consentWithdrawn({ at }), 'consent-withdrawn'],
      [build.consentWithdrawn({ at, topic: 'offers' }), 'topic-left'],
    ] as const;
    for (const [event, code] of cases) {
      const run = drive().fold(event, build.orderCompleted()).wakeUntil(LATER);
      expect(run.told).toEqual([`suppressed ${code}`]);
    }
  });

  it('pauses for thirty days after a bad score, but not what answers it', () => {
    const journeys = [
      journey({ expiresMs: 60 * DAY_MS }),
      journey({ id: 'reply', steps: [send('reply', { topic: 'feedback' })] }),
    ];
    const run = drive(journeys, AT_ONCE).fold(build.feedbackSubmitted({ score: 6, at: T0 - 1000 }));
    run.fold(build.orderCompleted()).wakeUntil(LATER);
    expect(run.mails).toEqual(['reply 2026-01-05T09:01', 'mail 2026-02-04T08:59']);
    expect(run.told).toContain('deferred deferred-promotion-paused');
  });

  it('does not pause after a score of seven, nor when the shop sets no days', () => {
    for (const [score, days] of [
      [7, 30],
      [2, 0],
    ] as const) {
      const run = drive([journey()], { ...AT_ONCE, detractorPauseDays: days });
      run.fold(build.feedbackSubmitted({ score, at: T0 - 1000 }), build.orderCompleted());
      expect(run.wakeUntil(LATER).told).toEqual(['planned due']);
    }
  });

  it('is held out last, so that both groups were judged alike', () => {
    const measured = journey({ holdout: 1, steps: [send('mail', { measured: true })] });
    const night = build.orderCompleted({ at: T0 + 10 * HOUR_MS });
    const run = drive([measured]).fold(night).wakeUntil(LATER);
    expect(run.told).toEqual(['deferred deferred-quiet-hours', 'held-out holdout-journey']);
    expect(ordered([measured], { holdout: { global: 1 } }).wakeUntil(LATER).told).toEqual([
      'held-out holdout-global',
    ]);
  });

  it('that is not measured is never held out', () => {
    const run = ordered([journey({ holdout: 1 })], { holdout: { global: 1 } }).wakeUntil(LATER);
    expect(run.told).toEqual(['planned due']);
  });
});

describe('a transactional mail', () => {
  it('ignores consent, pace, quiet hours and holdout', () => {
    const steps = [send('mail', { purpose: 'transactional', measured: true })];
    const run = new Drive(policy([journey({ holdout: 1, steps })], { holdout: { global: 1 } }));
    for (const minute of [0, 1, 2]) {
      const at = T0 + 12 * HOUR_MS + minute * MINUTE_MS;
      const profile = { email: 'ruta@example.com' };
      run.fold(build.orderCompleted({ orderId: `A-${minute}`, at, profile })).wakeUntil(at);
    }
    expect(run.wakeUntil(LATER).told).toEqual(['planned due', 'planned due', 'planned due']);
  });
});

describe('a mail that waits', () => {
  const waits = (more: Parameters<typeof journey>[0], event = build.orderCompleted) =>
    drive([
      journey({ id: 'first', priority: 90, steps: [send('first', { priority: 90 })] }),
      journey(more),
    ]).fold(event());

  it('is cancelled by an event of its cancel rules', () => {
    const run = waits({ cancelOn: [{ event: 'Order Completed' }] }).wakeUntil(T0 + HOUR_MS);
    run.fold(build.orderCompleted({ orderId: 'A-2', at: T0 + 2 * HOUR_MS, mode: 'history' }));
    run.wakeUntil(LATER);
    expect(run.told).toEqual(['planned due', 'deferred deferred-behind', 'cancelled cancel-event']);
  });

  it('is cancelled when a condition of its cancel rules comes true', () => {
    const rule = { when: when('customer.orders_count > 1') };
    const run = waits({ cancelOn: [rule] }).wakeUntil(T0 + HOUR_MS);
    run.fold(build.orderCompleted({ orderId: 'A-2', at: T0 + 2 * HOUR_MS, mode: 'history' }));
    expect(run.wakeUntil(LATER).told.at(-1)).toBe('cancelled cancel-when');
  });

  it('is cancelled with the order that it is about, not with another', () => {
    const run = waits({}).wakeUntil(T0 + HOUR_MS);
    run.fold(build.orderCancelled({ orderId: 'A-9', at: T0 + 2 * HOUR_MS }));
    run.fold(build.orderCancelled({ at: T0 + 3 * HOUR_MS }));
    expect(run.wakeUntil(LATER).told.at(-1)).toBe('cancelled fact-withdrawn');
    const other = waits({}).wakeUntil(T0 + HOUR_MS);
    other.fold(build.orderCancelled({ orderId: 'A-9', at: T0 + 2 * HOUR_MS }));
    expect(other.wakeUntil(LATER).told.at(-1)).toBe('planned due');
  });

  it('lapses when its own condition no longer holds', () => {
    const steps = [send('mail', { when: when('customer.orders_count == 1') })];
    const run = waits({ steps }).wakeUntil(T0 + HOUR_MS);
    run.fold(build.orderCompleted({ orderId: 'A-2', at: T0 + 2 * HOUR_MS, mode: 'history' }));
    expect(run.wakeUntil(LATER).told.at(-1)).toBe('lapsed condition-false');
  });
});

describe('a fact that comes too late', () => {
  const cart = journey({
    id: 'cart',
    trigger: 'Cart Updated',
    oncePer: 'cart',
    cancelOn: [{ event: 'Order Completed' }],
  });
  const order = (occurred: number, received: number) =>
    build.orderCompleted({ occurredAt: T0 + occurred, receivedAt: T0 + received });

  it('is told once for the mail that it would have stopped', () => {
    const run = drive([cart])
      .fold(build.cartUpdated())
      .wakeUntil(T0 + MINUTE_MS);
    const late = order(30_000, 5 * MINUTE_MS);
    run.fold(late, late, build.orderCompleted({ orderId: 'A-2', id: 'x', at: T0 + 40_000 }));
    expect(run.told).toEqual(['planned due', 'arrived-too-late fact-late']);
    expect(run.reasons[1]).toMatchObject({
      at: T0 + 5 * MINUTE_MS,
      messageId: run.messages[0]?.id,
      reason: { event: 'Order Completed', because: 'cancel-event' },
    });
  });

  it('is not told when it happened after the mail was planned, or before the run started', () => {
    for (const occurred of [2 * MINUTE_MS, -HOUR_MS]) {
      const run = drive([cart])
        .fold(build.cartUpdated())
        .wakeUntil(T0 + MINUTE_MS);
      run.fold(order(occurred, 5 * MINUTE_MS)).wakeUntil(T0 + 6 * MINUTE_MS);
      expect(run.told).toEqual(['planned due']);
    }
  });

  it('stops the mail while it is not planned', () => {
    const run = drive([cart]).fold(build.cartUpdated(), order(30_000, 50_000)).wakeUntil(LATER);
    expect(run.told).toEqual(['cancelled cancel-event']);
    expect(run.mails).toEqual([]);
    expect(iso(run.reasons[0]?.at ?? 0)).toBe('2026-01-05T09:01:00.000Z');
  });
});
