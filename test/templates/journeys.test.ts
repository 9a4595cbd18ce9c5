/** What the journeys that ship do for a customer, day by day. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import type { Policy } from '../../functions/contract/journeys.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../functions/contract/time.ts';
import { buildRelease } from '../../infra/build-release.ts';
import { Drive } from '../builders/drive.ts';
import * as build from '../builders/events.ts';
import { T0 } from '../builders/events.ts';
import { model, whoModel, withModels } from '../builders/models.ts';
import { AT_ONCE, settings } from '../builders/policy.ts';

let all: Policy;
let alone: (journey: string) => Policy;

beforeAll(async () => {
  const { policy } = await buildRelease(settings({ ...AT_ONCE, holdout: { journey: 0 } }));
  all = policy;
  alone = (id) => ({ ...policy, journeys: policy.journeys.filter((each) => each.id === id) });
});

const YEAR = T0 + 360 * DAY_MS;
const drive = (policy: Policy, events: CustomerEvent[], until: Instant = YEAR) =>
  new Drive(policy).live([build.identify({ at: T0 - DAY_MS }), ...events], until);

/** Steps with the time since T0: `survey 7d`, `reminder 4h`. */
const plan = (run: Drive) =>
  run.messages.map(({ step, plannedAt }) => {
    const hours = (plannedAt - T0) / HOUR_MS;
    const days = Math.floor(hours / 24);
    const rest = Math.round((hours - days * 24) * 100) / 100;
    return `${step} ${[days && `${days}d`, rest && `${rest}h`].filter(Boolean).join(' ')}`.trim();
  });
const mails = (id: string, events: CustomerEvent[], until?: Instant) =>
  plan(drive(alone(id), events, until));
const at = (days: number, hours = 0) => T0 + days * DAY_MS + hours * HOUR_MS;

describe('post-purchase', () => {
  it('thanks an hour after the first order, and in other words after the next', () => {
    const second = build.orderCompleted({ orderId: 'A-2', at: at(40) });
    expect(mails('post-purchase', [build.orderCompleted(), second])).toEqual([
      'first-thanks 1h',
      'repeat-thanks 40d 1h',
    ]);
  });
  it('thanks for an order in the store like for any other', () => {
    expect(mails('post-purchase', [build.orderCompleted({ channel: 'store' })])).toEqual([
      'first-thanks 1h',
    ]);
  });
  it('does not thank for an order that was cancelled within the hour', () => {
    const cancelled = build.orderCancelled({ at: T0 + 30 * MINUTE_MS });
    expect(mails('post-purchase', [build.orderCompleted(), cancelled])).toEqual([]);
  });
});

describe('feedback', () => {
  const asked = (...events: CustomerEvent[]) =>
    mails('feedback', [build.orderCompleted(), ...events]).slice(0, 1);

  it('asks 7 days after delivery, 14 after shipping, the next day in the store, else after 21', () => {
    const shipped = build.orderShipped({ at: at(1) });
    expect(asked(shipped, build.orderDelivered({ at: at(3) }))).toEqual(['survey 10d']);
    expect(asked(shipped)).toEqual(['survey 15d']);
    expect(asked()).toEqual(['survey 21d']);
    const store = build.orderCompleted({ channel: 'store' });
    expect(mails('feedback', [store]).slice(0, 1)).toEqual(['survey 1d']);
  });

  const delivered = [build.orderCompleted(), build.orderDelivered({ at: at(3) })];
  it('reminds once after 5 days where no answer came, and invites to review after 14', () => {
    expect(mails('feedback', delivered)).toEqual([
      'survey 10d',
      'reminder 15d',
      'review-invitation 24d',
    ]);
  });

  it('invites everyone alike: whatever the score, and after silence', () => {
    const scores = [0, 3, 6, 7, 8, 9, 10];
    for (const score of scores) {
      const answer = build.feedbackSubmitted({ score, occasion: 'A-1', at: at(11) });
      // All journeys at once, so that apology, pause and referral have their chance to disturb.
      const run = drive(all, [...delivered, answer]);
      const invitation = run.messages.filter(({ step }) => step === 'review-invitation');
      expect(invitation.map(({ plannedAt }) => plannedAt)).toEqual([at(24)]);
      expect(invitation[0]).toMatchObject({
        topic: 'feedback',
        template: 'feedback/review-invitation',
      });
    }
    const silent = drive(all, delivered).messages.filter(
      ({ step }) => step === 'review-invitation',
    );
    expect(silent.map(({ plannedAt }) => plannedAt)).toEqual([at(24)]);
  });

  it('asks at most once in 90 days', () => {
    const orders = [0, 20, 60, 110].map((day) =>
      build.orderCompleted({ orderId: `A-${day}`, at: at(day), channel: 'store' }),
    );
    const surveys = mails('feedback', orders).filter((mail) => mail.startsWith('survey'));
    expect(surveys).toEqual(['survey 1d', 'survey 111d']);
  });

  it('asks nothing about an order that was cancelled', () => {
    const cancelled = build.orderCancelled({ at: at(2) });
    expect(mails('feedback', [build.orderCompleted(), cancelled])).toEqual([]);
  });
});

describe('feedback-reply', () => {
  const reply = (score: number) =>
    drive(alone('feedback-reply'), [build.feedbackSubmitted({ score })]);
  it.each([
    [10, 'promoter'],
    [9, 'promoter'],
    [8, 'passive'],
    [7, 'passive'],
    [6, 'detractor'],
    [0, 'detractor'],
  ])('answers a %i as a %s', (score, step) => {
    expect(plan(reply(score))).toEqual([`${step} 0.25h`]);
  });
  it('tells the owner about a detractor, and about nobody else', () => {
    expect(reply(4).emits).toMatchObject([
      { name: 'Detractor Reported', properties: { score: 4, survey: 'nps' } },
    ]);
    expect(reply(8).emits).toEqual([]);
  });
  it('answers no other survey than its own', () => {
    const other = build.feedbackSubmitted({ survey: 'fit' });
    expect(mails('feedback-reply', [other])).toEqual([]);
  });
});

describe('abandoned-cart', () => {
  const cart = (days: number, hours = 0, cartId = 'c-1') =>
    build.cartUpdated({ cartId, at: at(days, hours) });
  it('reminds after four quiet hours, and offers help the next day', () => {
    expect(mails('abandoned-cart', [cart(0)])).toEqual(['reminder 4h', 'help 1d 4h']);
    expect(mails('abandoned-cart', [cart(0), cart(0, 3)])[0]).toBe('reminder 7h');
  });
  it('is cancelled by any order, from any channel', () => {
    const store = build.orderCompleted({ at: at(0, 2), channel: 'store' });
    expect(mails('abandoned-cart', [cart(0), store])).toEqual([]);
    const between = build.orderCompleted({ at: at(0, 20) });
    expect(mails('abandoned-cart', [cart(0), between])).toEqual(['reminder 4h']);
  });
  it('is cancelled when the cart is emptied', () => {
    const emptied = build.cartUpdated({ at: at(0, 1), products: [] });
    expect(mails('abandoned-cart', [cart(0), emptied])).toEqual([]);
    const later = build.cartUpdated({ at: at(0, 6), products: [] });
    expect(mails('abandoned-cart', [cart(0), later])).toEqual(['reminder 4h']);
  });
  it('is cancelled by a newer cart, and there is one sequence in seven days', () => {
    const carts = [cart(0), cart(1, 0, 'c-2'), cart(9, 0, 'c-3')];
    expect(mails('abandoned-cart', carts)).toEqual([
      'reminder 4h',
      'reminder 9d 4h',
      'help 10d 4h',
    ]);
  });
});

describe('reorder', () => {
  const orders = (gift = false) =>
    [0, 30, 60].map((day) => build.orderCompleted({ orderId: `A-${day}`, at: at(day), gift }));
  it('nudges in the morning when what is bought again and again is due', () => {
    const [nudge, ...more] = drive(alone('reorder'), orders()).messages;
    expect(more).toEqual([]);
    expect(nudge).toMatchObject({ subject: { kind: 'product', id: 'RING-9' } });
    // Due on day 90 at 09:00 UTC; ten in the morning in Vilnius is the next day, 07:00 or 08:00 UTC.
    expect(nudge?.plannedAt).toBeGreaterThanOrEqual(at(90, 21));
    expect(nudge?.plannedAt).toBeLessThanOrEqual(at(91, 0));
  });
  it('takes no notice of gifts, and of what was bought only twice', () => {
    expect(mails('reorder', orders(true))).toEqual([]);
    expect(mails('reorder', orders().slice(0, 2))).toEqual([]);
  });
  it('says nothing when it was bought again in time', () => {
    const again = build.orderCompleted({ orderId: 'A-80', at: at(80) });
    expect(mails('reorder', [...orders(), again], at(105))).toEqual([]);
  });
});

describe('win-back', () => {
  const orders = [0, 20, 40].map((day) =>
    build.orderCompleted({ orderId: `A-${day}`, at: at(day) }),
  );
  it('raises the alarm, writes twice, and then is silent', () => {
    const run = drive(alone('win-back'), orders);
    expect(run.emits).toMatchObject([
      { name: 'Churn Risk Changed', properties: { risk: 'high', days_since_last_order: 40 } },
    ]);
    const steps = run.messages.map(({ step }) => step);
    expect(steps).toEqual(['hello', 'goodbye']);
    const [hello, goodbye] = run.messages.map(({ plannedAt }) => plannedAt);
    expect((goodbye ?? 0) - (hello ?? 0)).toBe(14 * DAY_MS);
  });
  it('follows the model where one can tell, which tells the bus itself', () => {
    const foreseeing = withModels(alone('win-back'), model('one', at(-1), whoModel()));
    const run = drive(foreseeing, orders.slice(0, 2), at(300));
    expect(run.emits.map(({ properties }) => properties['to'])).toEqual(['medium', 'high']);
    expect(run.emits.some(({ properties }) => 'risk' in properties)).toBe(false);
    expect(run.messages.map(({ step, risk }) => [step, risk])).toEqual([
      ['hello', 'high'],
      ['goodbye', 'high'],
    ]);
  });
  it('leaves those alone who came once', () => {
    const foreseeing = withModels(alone('win-back'), model('one', at(-1), whoModel()));
    const run = drive(foreseeing, orders.slice(0, 1), at(300));
    expect(run.emits.at(-1)?.properties['to']).toBe('high');
    expect(run.messages).toEqual([]);
  });
  it('stops as soon as the customer is back', () => {
    const back = build.orderCompleted({ orderId: 'A-85', at: at(85), channel: 'store' });
    expect(drive(alone('win-back'), [...orders, back], at(110)).messages).toHaveLength(1);
  });
});
