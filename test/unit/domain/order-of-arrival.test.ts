import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import type { Journey } from '../../../functions/contract/journeys.ts';
import { DAY_MS, HOUR_MS } from '../../../functions/contract/time.ts';
import { Drive } from '../../builders/drive.ts';
import { anyEvent, anyHistory, shuffledWithRepeats } from '../../builders/any-event.ts';
import { identify, T0 } from '../../builders/events.ts';
import { clueless, model, whenModel, whoModel, withModels } from '../../builders/models.ts';
import { branch, journey, policy, send, wait, when } from '../../builders/policy.ts';

/** Every trigger and every kind of step, with waits long and short. */
const JOURNEYS: Journey[] = [
  journey({
    id: 'post-purchase',
    steps: [branch('b', 'order.number == 1', 1, 2), send('first'), send('again')],
  }),
  journey({
    id: 'feedback',
    reentryMs: 20 * DAY_MS,
    expiresMs: 75 * DAY_MS,
    topic: 'feedback',
    steps: [
      wait(
        'in-hand',
        21 * DAY_MS,
        { ms: DAY_MS, when: when("order.channel == 'store'") },
        { ms: 7 * DAY_MS, after: 'Order Delivered' },
        { ms: 14 * DAY_MS, after: 'Order Shipped' },
      ),
      send('survey', { topic: 'feedback' }),
      wait('answer', 5 * DAY_MS),
      send('reminder', { topic: 'feedback', when: when('run.feedback_given == false') }),
    ],
  }),
  journey({
    id: 'abandoned-cart',
    trigger: 'Cart Updated',
    oncePer: 'cart',
    condition: when('cart.items_count > 0 and cart.is_newest == true'),
    cancelOn: [{ event: 'Order Completed' }, { when: when('cart.is_newest == false') }],
    reentryMs: 7 * DAY_MS,
    priority: 80,
    steps: [wait('quiet', 4 * HOUR_MS), send('reminder'), wait('next', DAY_MS), send('help')],
  }),
  journey({
    id: 'reply',
    trigger: 'Feedback Submitted',
    oncePer: 'feedback',
    steps: [
      {
        kind: 'emit',
        id: 'e',
        event: 'Detractor Reported',
        properties: { s: when('feedback.score') },
      },
      { kind: 'wait_until', id: 'w', atMinute: 600, weekday: 2 },
      send('reply', { topic: 'feedback' }),
    ],
  }),
  journey({ id: 'reorder', trigger: 'Reorder Due', oncePer: 'product', steps: [send('nudge')] }),
  journey({ id: 'win-back', trigger: 'Churn Risk Changed', steps: [send('miss-you')] }),
  journey({ id: 'viewed', trigger: 'Product Viewed', oncePer: 'product', mode: 'shadow' }),
  journey({ id: 'returned', trigger: 'Order Refunded', purpose: 'transactional' }),
];
const END = T0 + 300 * DAY_MS;
const KNOWN = identify({ at: T0 - DAY_MS });

/** All that can be seen of a run from outside. */
const outcome = ({ messages, emits, reasons, customer }: Drive) => ({
  messages,
  emits,
  reasons,
  facts: customer.facts,
  runtime: { ...customer.runtime, wokeAt: 0 },
});

const sortedBy = (events: CustomerEvent[]) =>
  [...events].sort((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));

describe.each([
  ['', policy(JOURNEYS)],
  [
    ' while models come and change',
    withModels(
      policy(JOURNEYS),
      model('third', T0 + 120 * DAY_MS, whoModel(), whenModel(40, 'P-1')),
      model('second', T0 + 60 * DAY_MS, whoModel({ gapDays: 12 })),
      model('first', T0 + 20 * DAY_MS, whoModel({ gapDays: 60, lives: 10 }), whenModel(25, 'P-2')),
      model('none', T0 + 5 * DAY_MS, clueless()),
    ),
  ],
])('decide%s', (_, POLICY) => {
  it('gives the same mails, reasons and facts for any order and repeats before the next wake', () => {
    let mails = 0;
    let rebuilds = 0;
    const codes = new Set<string>();
    const anyTwice = anyHistory(90).chain((events) =>
      fc.tuple(fc.constant(events), shuffledWithRepeats(events)),
    );
    fc.assert(
      fc.property(anyTwice, ([events, again]) => {
        const one = new Drive(POLICY).fold(KNOWN, ...sortedBy(events)).wakeUntil(END);
        const other = new Drive(POLICY).fold(...again, KNOWN).wakeUntil(END);
        expect(outcome(other)).toEqual(outcome(one));
        mails += one.messages.length;
        rebuilds += other.rebuilds;
        for (const told of one.told) codes.add(told);
      }),
      // One seed, so that what it must meet is met every time; the next test draws anew.
      { numRuns: 60, seed: 20260105 },
    );
    expect(mails).toBeGreaterThan(200);
    expect(rebuilds).toBeGreaterThan(5);
    // The journeys above meet most of what can happen.
    expect([...codes].sort()).toEqual(
      expect.arrayContaining([
        'cancelled cancel-event',
        'cancelled fact-withdrawn',
        'deferred deferred-behind',
        'deferred deferred-promotion-paused',
        'deferred deferred-quiet-hours',
        'emitted emit',
        'lapsed expired',
        'planned due',
        'shadow mode-shadow',
        'skipped reentry',
        'suppressed consent-withdrawn',
        'suppressed hard-bounce',
      ]),
    );
  });

  it('gives the same where each day brings a batch in another order, wakes between them', () => {
    const days = fc.array(
      fc
        .tuple(fc.nat({ max: 60 }), fc.array(anyEvent({ from: 0, to: 20 }), { maxLength: 8 }))
        .map(([day, events]) =>
          events.map((event) => ({
            ...event,
            occurredAt: event.occurredAt + day * DAY_MS,
            receivedAt: event.receivedAt + day * DAY_MS,
          })),
        )
        .chain((events) => fc.tuple(fc.constant(events), shuffledWithRepeats(events))),
      { maxLength: 12 },
    );
    const play = (batches: CustomerEvent[][]) => {
      const drive = new Drive(POLICY).fold(KNOWN);
      for (const batch of batches) {
        const first = Math.min(...batch.map(({ receivedAt }) => receivedAt), END);
        drive.wakeUntil(first - 1).fold(...batch);
      }
      return drive.wakeUntil(END);
    };
    fc.assert(
      fc.property(days, (batches) => {
        const inTime = batches
          .filter(([events]) => events.length > 0)
          .sort(([a], [b]) => (a[0]?.receivedAt ?? 0) - (b[0]?.receivedAt ?? 0));
        const one = play(inTime.map(([events]) => sortedBy(events)));
        const other = play(inTime.map(([, again]) => again));
        const bare = (drive: Drive) => {
          const { reasons, runtime, ...rest } = outcome(drive);
          // Which of two late facts is the one that is told depends on which came first.
          const late = (code: string) => code === 'arrived-too-late';
          return { ...rest, done: runtime.done, told: reasons.filter((r) => !late(r.outcome)) };
        };
        expect(bare(other)).toEqual(bare(one));
      }),
      { numRuns: 50 },
    );
  });

  it('never plans a mail twice, nor more than the caps allow in any week', () => {
    fc.assert(
      fc.property(anyHistory(90), (events) => {
        const { messages } = new Drive(POLICY).live([KNOWN, ...events], END);
        expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
        const times = messages.map(({ plannedAt }) => plannedAt);
        for (const [index, at] of times.entries()) {
          expect(times[index + 2] ?? Infinity).toBeGreaterThanOrEqual(at + 7 * DAY_MS);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('never leaves anything due: after each wake the next one lies ahead', () => {
    fc.assert(
      fc.property(anyHistory(60), (events) => {
        const drive = new Drive(POLICY).live([KNOWN, ...events], END);
        const { nextWakeAt } = drive.customer;
        expect(nextWakeAt === undefined || nextWakeAt > END).toBe(true);
        expect(drive.customer.runtime.candidates).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the customer as plain JSON, whatever happens', () => {
    fc.assert(
      fc.property(anyHistory(60), (events) => {
        const { customer } = new Drive(POLICY).live([KNOWN, ...events], T0 + 40 * DAY_MS);
        expect(JSON.parse(JSON.stringify(customer))).toEqual(customer);
      }),
      { numRuns: 50 },
    );
  });
});
