import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { emptyCustomer } from '../../../functions/domain/customer.ts';
import { decide } from '../../../functions/domain/decide.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { CUSTOMER, T0 } from '../../builders/events.ts';
import { AT_ONCE, branch, journey, policy, send, wait, when } from '../../builders/policy.ts';

const LATER = T0 + 200 * DAY_MS;
const known = () => build.identify({ at: T0 - DAY_MS });
const drive = (...args: Parameters<typeof policy>) => new Drive(policy(...args)).fold(known());

describe('an event', () => {
  it('plans nothing by itself; a wake a minute later does', () => {
    const run = drive().fold(build.orderCompleted());
    expect(run.messages).toEqual([]);
    expect(run.customer.nextWakeAt).toBe(T0 + MINUTE_MS);
    run.wakeUntil(T0 + MINUTE_MS);
    expect(run.mails).toEqual(['mail 2026-01-05T09:01']);
    expect(run.told).toEqual(['planned due']);
  });

  it('of an unknown name changes nothing', () => {
    const customer = emptyCustomer(CUSTOMER);
    const event = build.event('Shop Closed', { why: 'holiday' });
    const decision = decide(customer, { kind: 'event', event }, policy());
    expect(decision).toMatchObject({ changed: false, reasons: [] });
    expect(decision.customer).toBe(customer);
  });

  it('of the past builds the profile and never mails', () => {
    const run = drive();
    run.fold(build.orderCompleted({ mode: 'history' })).wakeUntil(LATER);
    expect(run.messages).toEqual([]);
    expect(run.customer.facts.orders).toHaveLength(1);
  });

  it('of a browser key never mails for an order, but a cart may be reminded of', () => {
    const cart = journey({ id: 'cart', trigger: 'Cart Updated', oncePer: 'cart' });
    const run = drive([journey(), cart], AT_ONCE);
    run.fold(build.cartUpdated({ verified: false }));
    run.fold(build.orderCompleted({ verified: false })).wakeUntil(LATER);
    expect(run.messages.map((message) => message.journey)).toEqual(['cart']);
  });

  it('that is older on arrival than its journey allows never mails', () => {
    const run = drive([journey({ expiresMs: 2 * DAY_MS })]);
    run.fold(build.orderCompleted({ occurredAt: T0, receivedAt: T0 + 3 * DAY_MS }));
    run.wakeUntil(LATER);
    expect(run.messages).toEqual([]);
  });

  it('from before the shop went live never mails', () => {
    const run = drive([journey()], { goLiveAt: '2026-02-01T00:00:00Z' });
    expect(run.fold(build.orderCompleted()).wakeUntil(LATER).messages).toEqual([]);
  });

  it('is stored only when it brings something new', () => {
    const order = build.orderCompleted();
    const run = drive().fold(order);
    const again = decide(run.customer, { kind: 'event', event: order }, run.policy);
    expect(again.changed).toBe(false);
    expect(again.customer).toBe(run.customer);
  });
});

describe('a wake', () => {
  it('that comes a second time, or too early, does nothing', () => {
    const run = drive().fold(build.orderCompleted());
    const early = decide(run.customer, { kind: 'wake', dueAt: T0 }, run.policy);
    expect(early.changed).toBe(false);
    run.wakeUntil(T0 + MINUTE_MS);
    const again = decide(run.customer, { kind: 'wake', dueAt: T0 + MINUTE_MS }, run.policy);
    expect(again).toMatchObject({ changed: false, messages: [] });
  });

  it('keeps release, subject and times in the message', () => {
    const order = build.orderCompleted();
    const [message] = drive().fold(order).wakeUntil(LATER).messages;
    expect(message).toMatchObject({
      customerId: CUSTOMER,
      journey: 'thanks',
      occasion: 'A-1',
      release: 'r1',
      subject: { kind: 'order', id: 'A-1', key: order.key },
      startedAt: T0,
      plannedAt: T0 + MINUTE_MS,
      expiresAt: T0 + 14 * DAY_MS,
    });
  });
});

describe('steps', () => {
  it('wait from the due time of the step before, not from the moment a mail went', () => {
    const steps = [send('one'), wait('day', DAY_MS), send('two')];
    const run = drive([journey({ steps })], AT_ONCE).fold(build.orderCompleted());
    expect(run.wakeUntil(LATER).mails).toEqual(['one 2026-01-05T09:01', 'two 2026-01-06T09:01']);
  });

  it('wait for a local hour in the zone of the customer, spread over half an hour', () => {
    const steps = [
      { kind: 'wait_until' as const, id: 'w', atMinute: 600, weekday: 3 },
      send('one'),
    ];
    const run = drive([journey({ steps })])
      .fold(build.orderCompleted())
      .wakeUntil(LATER);
    expect(run.mails[0]).toMatch(/^one 2026-01-07T08:[0-2]\d$/);
  });

  it('take the first wait whose event has happened, and follow when it comes later', () => {
    const options = { after: 'Order Delivered' as const, ms: 7 * DAY_MS };
    const steps = [wait('in-hand', 21 * DAY_MS, options), send('survey')];
    const journeys = [journey({ steps, expiresMs: 60 * DAY_MS })];
    const alone = drive(journeys).fold(build.orderCompleted()).wakeUntil(LATER);
    expect(alone.mails).toEqual(['survey 2026-01-26T09:00']);
    const delivered = drive(journeys).fold(build.orderCompleted());
    delivered.fold(build.orderDelivered({ at: T0 + 2 * DAY_MS })).wakeUntil(LATER);
    expect(delivered.mails).toEqual(['survey 2026-01-14T09:00']);
  });

  it('never end before the event that they wait for was known', () => {
    const options = { after: 'Order Delivered' as const, ms: 2 * DAY_MS };
    const steps = [wait('in-hand', 21 * DAY_MS, options), send('survey')];
    const run = drive([journey({ steps, expiresMs: 60 * DAY_MS })]).fold(build.orderCompleted());
    const late = { occurredAt: T0 + DAY_MS, receivedAt: T0 + 9 * DAY_MS };
    run
      .wakeUntil(T0 + 9 * DAY_MS)
      .fold(build.orderDelivered(late))
      .wakeUntil(LATER);
    expect(run.mails).toEqual(['survey 2026-01-14T09:01']);
  });

  it('follow the customer into another zone', () => {
    const steps = [{ kind: 'wait_until' as const, id: 'w', atMinute: 600 }, send('one')];
    const run = drive([journey({ steps })]).fold(build.orderCompleted());
    const profile = { timezone: 'Asia/Tokyo' };
    run.fold(build.productViewed({ at: T0 + HOUR_MS, profile })).wakeUntil(LATER);
    expect(run.mails[0]).toMatch(/^one 2026-01-06T01:[0-2]\d$/);
  });

  it('branch by what is true when the branch is due', () => {
    const steps = [
      branch('b', 'order.number == 1', 1, 3),
      send('first'),
      { kind: 'jump' as const, id: 'j', to: 4 },
      send('again'),
    ];
    const run = drive([journey({ steps })], AT_ONCE);
    run.fold(build.orderCompleted()).wakeUntil(T0 + HOUR_MS);
    run.fold(build.orderCompleted({ orderId: 'A-2', at: T0 + DAY_MS })).wakeUntil(LATER);
    expect(run.messages.map(({ step }) => step)).toEqual(['first', 'again']);
  });

  it('emit events with the values of variables, one level deeper than their cause', () => {
    const step = {
      kind: 'emit' as const,
      id: 'report',
      event: 'Detractor Reported',
      properties: {
        score: when('feedback.score'),
        survey: when('feedback.survey'),
        low: when('feedback.score < 7'),
        kind: 'nps',
      },
    };
    const run = drive([journey({ trigger: 'Feedback Submitted', steps: [step] })]);
    run.fold(build.feedbackSubmitted({ score: 3, depth: 1 })).wakeUntil(LATER);
    expect(run.emits).toMatchObject([
      {
        name: 'Detractor Reported',
        depth: 2,
        at: T0 + MINUTE_MS,
        properties: { score: 3, survey: 'nps', low: true, kind: 'nps' },
      },
    ]);
    expect(run.told).toEqual(['emitted emit']);
  });

  it('emit nothing more than three levels deep', () => {
    const step = { kind: 'emit' as const, id: 'e', event: 'Detractor Reported', properties: {} };
    const run = drive([journey({ trigger: 'Feedback Submitted', steps: [step] })]);
    run.fold(build.feedbackSubmitted({ depth: 3 })).wakeUntil(LATER);
    expect(run.emits).toEqual([]);
    expect(run.told).toEqual(['lapsed emit']);
  });
});

describe('a run', () => {
  it('is skipped with a reason when the condition is false, and is not asked again', () => {
    const run = drive([journey({ condition: when('order.total > 100') })], AT_ONCE);
    run.fold(build.orderCompleted()).wakeUntil(LATER);
    run.fold(build.identify({ at: LATER })).wakeUntil(LATER + DAY_MS);
    expect(run.told).toEqual(['skipped condition-false']);
  });

  it('starts once per customer where the journey says so', () => {
    const run = drive([journey({ oncePer: 'customer' })], AT_ONCE).fold(build.orderCompleted());
    run.wakeUntil(T0 + DAY_MS);
    run.fold(build.orderCompleted({ orderId: 'A-2', at: T0 + 100 * DAY_MS })).wakeUntil(LATER);
    expect(run.told).toEqual(['planned due', 'skipped once-per']);
  });

  it('starts again only after reentry', () => {
    const run = drive([journey({ reentryMs: 7 * DAY_MS })], AT_ONCE);
    for (const day of [0, 3, 8]) {
      const at = T0 + day * DAY_MS;
      run.fold(build.orderCompleted({ orderId: `A-${day}`, at })).wakeUntil(at + HOUR_MS);
    }
    expect(run.told).toEqual(['planned due', 'skipped reentry', 'planned due']);
  });

  it('keeps its place in a new release by the id of its step', () => {
    const steps = [send('one'), wait('day', DAY_MS), send('two')];
    const run = drive([journey({ steps })], AT_ONCE).fold(build.orderCompleted());
    run.wakeUntil(T0 + HOUR_MS);
    const moved = [send('zero'), send('one'), wait('day', 2 * DAY_MS), send('two')];
    run.policy = { ...policy([journey({ steps: moved })], AT_ONCE), release: 'r2' };
    run.wakeUntil(LATER);
    expect(run.mails).toEqual(['one 2026-01-05T09:01', 'two 2026-01-07T09:01']);
    expect(run.messages[1]?.release).toBe('r2');
  });

  it('goes on in the release that it started with while that is known', () => {
    const old = journey({ steps: [send('one'), wait('day', DAY_MS), send('two')] });
    const run = drive([old], AT_ONCE)
      .fold(build.orderCompleted())
      .wakeUntil(T0 + HOUR_MS);
    const older = [{ release: 'r1', journeys: [old] }];
    run.policy = { ...policy([journey()], AT_ONCE), release: 'r2', older };
    run.wakeUntil(LATER);
    expect(run.messages.map(({ step, release }) => `${step} ${release}`)).toEqual([
      'one r1',
      'two r1',
    ]);
  });

  it('ends with a reason when its step is gone', () => {
    const steps = [send('one'), wait('day', DAY_MS), send('two')];
    const run = drive([journey({ steps })], AT_ONCE).fold(build.orderCompleted());
    run.wakeUntil(T0 + HOUR_MS);
    run.policy = { ...policy([journey()], AT_ONCE), release: 'r2' };
    expect(run.wakeUntil(LATER).told).toEqual(['planned due', 'lapsed release-gone']);
  });

  it('makes room for more important ones beyond sixteen, with a reason', () => {
    const steps = [send('one'), wait('day', DAY_MS), send('two')];
    const journeys = Array.from({ length: 18 }, (_, n) =>
      journey({ id: `j-${n}`, steps, priority: n, purpose: 'transactional' }),
    );
    const run = drive(journeys, AT_ONCE)
      .fold(build.orderCompleted())
      .wakeUntil(T0 + HOUR_MS);
    const lapsed = run.reasons.filter(({ reason }) => reason.code === 'runs-full');
    expect(lapsed.map((each) => each.journey)).toEqual(['j-1', 'j-0']);
  });
});

describe('modes', () => {
  it('off starts nothing and wakes nobody', () => {
    const run = drive([journey()], { modes: { thanks: 'off' } }).fold(build.orderCompleted());
    expect(run.customer.nextWakeAt).toBeUndefined();
  });

  it('shadow gives the reasons, sends nothing and takes no pace', () => {
    const quiet = journey({ id: 'quiet', priority: 90 });
    const run = drive([quiet, journey()], { modes: { quiet: 'shadow' } });
    run.fold(build.orderCompleted()).wakeUntil(LATER);
    expect(run.told).toEqual(['shadow mode-shadow', 'planned due']);
    expect(run.messages.map((message) => message.journey)).toEqual(['thanks']);
  });

  it('of the stage is an upper bound', () => {
    const run = drive([journey()], { modeCeiling: 'shadow', modes: { thanks: 'live' } });
    expect(run.fold(build.orderCompleted()).wakeUntil(LATER).told).toEqual(['shadow mode-shadow']);
  });
});
