/** The churn alarm: when it speaks, what it says, and that it says everything once. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import type { Policy } from '../../../functions/contract/journeys.ts';
import type { History, Model } from '../../../functions/contract/predictions.ts';
import type { WhoModel } from '../../../functions/contract/prediction-who.ts';
import type { SettingsInput } from '../../../functions/contract/settings.ts';
import { DAY_MS, HOUR_MS, type Instant, iso, MINUTE_MS } from '../../../functions/contract/time.ts';
import { ASK_AGAIN_DAYS_MAX, alarmOf } from '../../../functions/domain/churn.ts';
import { emptyCustomer } from '../../../functions/domain/customer.ts';
import { decide } from '../../../functions/domain/decide.ts';
import { historyOfDays } from '../../../functions/domain/prediction/history.ts';
import {
  CALM_SHARE,
  SILENCE_MAX_DAYS,
  STAGES_MAX,
} from '../../../functions/domain/prediction/outlook.ts';
import { crossingDay } from '../../../functions/domain/prediction/who/predict.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { clueless, model, whoModel, withModels } from '../../builders/models.ts';
import { AT_ONCE, journey, policy, send, wait, when } from '../../builders/policy.ts';

const OLD = T0 - 30 * DAY_MS;
const at = (day: number): Instant => T0 + day * DAY_MS;
const LATER = at(900);
const MONTHLY = whoModel();
const WEEKLY = whoModel({ gapDays: 12 });
const SLOW = whoModel({ gapDays: 60, lives: 10 });
const NONE = clueless();
const ONE = model('one', OLD, MONTHLY);

const winBack = journey({
  id: 'win-back',
  trigger: 'Churn Risk Changed',
  expiresMs: 30 * DAY_MS,
  cancelOn: [{ event: 'Order Completed' }],
  steps: [send('miss-you'), wait('w', 10 * DAY_MS), send('second')],
});
const policyWith = (models: Model[], more: Partial<SettingsInput> = {}) =>
  withModels(policy([winBack], { ...AT_ONCE, ...more }), ...models);
const drive = (...models: Model[]) =>
  new Drive(policyWith(models)).fold(build.identify({ at: T0 - DAY_MS }));
const bought = (day: number, more: Partial<CustomerEvent> = {}) => ({
  ...build.orderCompleted({ orderId: `A-${day}`, at: at(day) }),
  ...more,
});
/** The days since T0 on which the risk rises after orders on these days. */
const alarmDays = (who: WhoModel, ...days: number[]) => {
  const one = policyWith([model('one', OLD, who)]);
  const { customer } = new Drive(one).fold(...days.map((day) => bought(day)));
  const alarm = alarmOf(customer, model('one', OLD, who), one);
  const dayOf = (moment: Instant) => Math.floor((moment - T0) / DAY_MS);
  return { medium: dayOf(alarm?.medium ?? 0), high: dayOf(alarm?.high() ?? 0) };
};
const AFTER_50 = alarmDays(MONTHLY, 0, 30, 50);
/** `day from>to because` of every word to the bus; the day counts from T0. */
const told = ({ emits }: Drive): string[] =>
  emits.map(({ at: moment, properties: { from, to, because } }) => {
    const day = Math.floor((moment - T0) / DAY_MS);
    return `${day} ${from}>${to} ${because}`;
  });

/** Days of orders, each of one order: ties and long silences among them. */
const anyDays = fc
  .array(fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 120 })), { minLength: 1, maxLength: 20 })
  .map((gaps) => {
    let day = 0;
    return gaps.map((gap) => (day += gap));
  });

describe('the churn alarm', () => {
  it('tells of each level once in a silence, and takes it back a minute after the next order', () => {
    const run = drive(ONE)
      .fold(...[0, 30, 50].map((day) => bought(day)))
      .wakeUntil(at(200));
    const { medium, high } = AFTER_50;
    expect(50 + 90 * CALM_SHARE <= medium && medium < high && high < 200).toBe(true);
    expect(told(run)).toEqual([`${medium} low>medium silence`, `${high} medium>high silence`]);
    run.fold(bought(201)).wakeUntil(at(202));
    expect(told(run)[2]).toBe('201 high>low order');
    expect(run.emits[2]?.at).toBe(at(201) + MINUTE_MS);
    expect(run.wakeUntil(LATER).customer.nextWakeAt).toBeUndefined();
    expect(
      told(run)
        .slice(3)
        .map((line) => line.replace(/^\d+ /, '')),
    ).toEqual(['low>medium silence', 'medium>high silence']);
  });

  it('says what it rests on', () => {
    const run = drive(ONE).fold(bought(0), bought(30), bought(50)).wakeUntil(LATER);
    const [first, second] = run.emits;
    expect(first).toMatchObject({
      name: 'Churn Risk Changed',
      depth: 1,
      properties: {
        from: 'low',
        to: 'medium',
        because: 'silence',
        basis: 'shop',
        horizon_days: 90,
        days_since_last_order: AFTER_50.medium - 50,
      },
    });
    const {
      p_active: p = 1,
      p_active_low: low = 1,
      p_active_high: high = 0,
    } = second?.properties ?? {};
    expect(p).toBeLessThanOrEqual(0.2);
    expect(low).toBeLessThan(Number(p));
    expect(high).toBeGreaterThan(Number(p));
    expect(run.reasons[0]).toMatchObject({
      journey: 'churn-alarm',
      outcome: 'emitted',
      reason: { code: 'risk-changed', from: 'low', to: 'medium', model: 'one' },
    });
  });

  it('starts the journeys that wait for it when the risk becomes high', () => {
    const run = drive(ONE).fold(bought(0), bought(30), bought(50)).wakeUntil(LATER);
    expect(run.messages.map(({ step, plannedAt }) => `${step} ${plannedAt}`)).toEqual([
      `miss-you ${run.emits[1]?.at}`,
      `second ${(run.emits[1]?.at ?? 0) + 10 * DAY_MS}`,
    ]);
    expect(run.messages[0]).toMatchObject({ occasion: 'A-50', subject: { kind: 'customer' } });
  });

  it('needs no journey: the bus hears it all the same', () => {
    const bare = withModels(policy([]), ONE);
    const run = new Drive(bare).fold(bought(0), bought(30)).wakeUntil(LATER);
    expect(told(run).map((line) => line.split(' ')[1])).toEqual(['low>medium', 'medium>high']);
  });

  it('leaves a customer alone for a third of the horizon, however little the model gives them', () => {
    // With thresholds that everybody is below from the first day.
    const strict = policyWith([ONE], { churn: { horizonDays: 90, medium: 0.99, high: 0.98 } });
    const run = new Drive(strict).fold(bought(0)).wakeUntil(LATER);
    expect(told(run)).toEqual(['30 low>high silence']);
  });

  it('is spread over the day, so that a day of many customers is no stampede', () => {
    const { facts } = new Drive(policyWith([ONE])).fold(bought(0), bought(30)).customer;
    const hours = new Set<number>();
    for (let index = 0; index < 500; index += 1) {
      const customer = { ...emptyCustomer(`customer-${index}`), facts };
      const alarm = alarmOf(customer, ONE, policyWith([ONE]));
      hours.add(Math.floor(((alarm?.medium ?? 0) % DAY_MS) / HOUR_MS));
    }
    expect(hours.size).toBe(24);
  });

  it('is silent about those of whom only history is known, and about those without an order', () => {
    const past = [0, 30].map((day) => bought(day, { mode: 'history' }));
    expect(drive(ONE).fold(...past).customer.nextWakeAt).toBeUndefined();
    expect(drive(ONE).customer.nextWakeAt).toBeUndefined();
    const cancelled = build.orderCancelled({ orderId: 'A-0', at: at(1) });
    expect(drive(ONE).fold(bought(0), cancelled).wakeUntil(LATER).emits).toEqual([]);
  });

  it('says nothing to others while the shop only watches', () => {
    const shadow = policyWith([ONE], { modeCeiling: 'shadow' });
    const run = new Drive(shadow).fold(bought(0), bought(30)).wakeUntil(LATER);
    expect(run.emits).toEqual([]);
    expect(run.told.slice(0, 2)).toEqual(['shadow risk-changed', 'shadow risk-changed']);
  });

  it('says nothing of what was before the shop went live', () => {
    const goLiveAt = iso(at(AFTER_50.medium + 1));
    const run = new Drive(policyWith([ONE], { goLiveAt }));
    run.fold(bought(0), bought(30), bought(50)).wakeUntil(LATER);
    expect(told(run)).toEqual([`${AFTER_50.high} medium>high silence`]);
  });

  it('stops a mail at once for an order that became known after the alarm, though it was before', () => {
    const { high } = AFTER_50;
    const run = drive(ONE)
      .fold(bought(0), bought(30), bought(50))
      .wakeUntil(at(high + 1));
    expect(run.messages).toHaveLength(1);
    const late = { ...bought(high - 3), receivedAt: at(high + 2) };
    run.fold(late).wakeUntil(at(high + 2) + HOUR_MS);
    expect(told(run).at(-1)).toBe(`${high + 2} high>low facts`);
    run.wakeUntil(at(high + 25));
    expect(run.messages).toHaveLength(1);
    expect(run.told).toContain('lapsed trigger-false');
  });

  it('goes back and forth with orders that are cancelled', () => {
    const run = drive(ONE).fold(bought(0), bought(30), bought(50)).wakeUntil(at(199));
    run.fold(bought(200)).wakeUntil(at(201));
    run.fold(build.orderCancelled({ orderId: 'A-200', at: at(202) })).wakeUntil(LATER);
    expect(told(run).slice(1)).toEqual([
      `${AFTER_50.high} medium>high silence`,
      '200 high>low order',
      '202 low>high silence',
    ]);
    // The same silence: it was answered.
    expect(run.messages.map(({ step }) => step)).toEqual(['miss-you', 'second']);
  });
});

describe('a new model', () => {
  it('is asked at the next look, and arms nothing before', () => {
    const before = drive(ONE).fold(bought(0), bought(30), bought(50));
    const armed = before.customer.nextWakeAt;
    before.policy = policyWith([model('two', at(60), SLOW), ONE]);
    expect(before.fold(build.identify({ at: at(61) })).customer.nextWakeAt).toBe(armed);
    before.wakeUntil(LATER);
    // The slow shop's model still expects them when the first would have told.
    expect(Number(told(before)[0]?.split(' ')[0])).toBeGreaterThan(AFTER_50.medium);
    expect(before.emits.map(({ properties }) => properties['to'])).toEqual(['medium', 'high']);
  });

  it('may take an alarm back, and never has anybody mailed twice in one silence', () => {
    const { high } = alarmDays(WEEKLY, 0, 12, 24);
    const fast = model('fast', OLD, WEEKLY);
    const run = drive(fast)
      .fold(bought(0), bought(12), bought(24))
      .wakeUntil(at(high + 1));
    expect(run.emits.at(-1)?.properties['to']).toBe('high');
    run.policy = policyWith([model('slow', at(high + 2), SLOW), fast]);
    // Any other order that becomes known makes for a look.
    run.fold({ ...bought(1), receivedAt: at(high + 3) }).wakeUntil(at(high + 4));
    expect(told(run).at(-1)).toMatch(/^\d+ high>(low|medium) model$/);
    run.wakeUntil(LATER);
    expect(run.emits.at(-1)?.properties['to']).toBe('high');
    expect(run.messages.filter(({ step }) => step === 'miss-you')).toHaveLength(1);
  });
});

describe('models that are long gone', () => {
  /** As readers see them: the newest three of those published by then. */
  const kept = (all: Model[], now: Instant) =>
    policyWith(
      all
        .filter(({ from }) => from <= now)
        .sort((a, b) => b.from - a.from)
        .slice(0, 3),
    );
  const liveWith = (policyAt: (now: Instant) => Policy, days: number[]) => {
    const run = new Drive(policyAt(OLD));
    const wakeTo = (until: Instant) => {
      for (let due = run.customer.nextWakeAt; due !== undefined && due <= until; ) {
        run.policy = policyAt(due);
        run.wakeUntil(due);
        due = run.customer.nextWakeAt;
      }
    };
    for (const day of days) {
      wakeTo(at(day) - 1);
      run.policy = policyAt(at(day));
      run.fold(bought(day));
    }
    wakeTo(at(1_500));
    return run;
  };

  it('are not needed: what follows is the same as with all of them, as in a replay', () => {
    const nightly = Array.from({ length: 200 }, (_, night) =>
      model(`n-${night}`, at(night * 5 - 20), [MONTHLY, WEEKLY, SLOW, NONE][(night * 7) % 4]),
    );
    const all = policyWith(nightly);
    let told = 0;
    fc.assert(
      fc.property(anyDays, (days) => {
        const distinct = [...new Set(days)];
        const [live, replayed] = [
          liveWith((now) => kept(nightly, now), distinct),
          liveWith(() => all, distinct),
        ];
        expect(live.emits).toEqual(replayed.emits);
        expect(live.reasons).toEqual(replayed.reasons);
        expect(live.customer).toEqual(replayed.customer);
        told += live.emits.length;
      }),
      { numRuns: 60 },
    );
    expect(told).toBeGreaterThan(100);
  });
});

describe('where no model can tell', () => {
  const none = model('none', OLD, NONE);

  it("the customer's own rhythm stands, without a word of the kernel", () => {
    const run = drive(none).fold(bought(0), bought(20), bought(40)).wakeUntil(at(100));
    expect(run.emits).toEqual([]);
    expect(run.messages.map(({ plannedAt }) => iso(plannedAt).slice(0, 10))).toEqual([
      '2026-03-26',
      '2026-04-05',
    ]);
  });

  it('one horizon later it asks again whether one can by now', () => {
    const run = drive(none).fold(bought(0));
    run.policy = policyWith([model('two', at(50), MONTHLY), none]);
    run.wakeUntil(LATER);
    expect(run.emits[0]).toMatchObject({ properties: { from: 'low' } });
    expect(run.emits[0]?.at).toBe(at(90) + MINUTE_MS);
  });

  it('asks no more than a few times', () => {
    const run = drive(none).fold(bought(0)).wakeUntil(LATER);
    expect(run.wakes).toBe(Math.floor(ASK_AGAIN_DAYS_MAX / 90));
    expect(run.customer.nextWakeAt).toBeUndefined();
  });

  it('nor before the first night: whoever bought then is looked at a horizon later', () => {
    const run = drive().fold(bought(0));
    run.policy = policyWith([model('first', at(1), MONTHLY)]);
    run.wakeUntil(LATER);
    expect(run.emits[0]?.at).toBe(at(90) + MINUTE_MS);
  });

  it('nothing is asked where there are no predictions at all', () => {
    const run = new Drive(policy([winBack], AT_ONCE)).fold(bought(0), bought(20));
    expect(run.customer.nextWakeAt).toBeUndefined();
  });

  it('one model takes over from the rhythm without a second mail for the same silence', () => {
    const run = drive(none).fold(bought(0), bought(20), bought(40)).wakeUntil(at(100));
    run.policy = policyWith([model('two', at(101), MONTHLY), none]);
    run.wakeUntil(LATER);
    expect(run.emits.length).toBeGreaterThan(0);
    expect(run.messages.map(({ step }) => step)).toEqual(['miss-you', 'second']);
  });
});

const anyModels = fc
  .uniqueArray(
    fc.tuple(fc.integer({ min: -10, max: 600 }), fc.constantFrom(MONTHLY, WEEKLY, SLOW, NONE)),
    { minLength: 1, maxLength: 5, selector: ([from]) => from },
  )
  .map((list) => list.map(([from, who]) => model(`m-${from}`, at(from), who)));
const live = (models: Model[], days: number[]) => {
  const events = days.map((day, index) =>
    build.orderCompleted({ orderId: `A-${index}`, at: at(day) + index * MINUTE_MS }),
  );
  return new Drive(policyWith(models)).live(
    [build.identify({ at: T0 - DAY_MS }), ...events],
    at(3_000),
  );
};

describe('however a customer buys and whatever models come', () => {
  it('each word tells another level than the one before', () => {
    fc.assert(
      fc.property(anyModels, anyDays, (models, days) => {
        let level: unknown = 'low';
        for (const { properties } of live(models, days).emits) {
          expect(properties['from']).toBe(level);
          expect(properties['to']).not.toBe(level);
          level = properties['to'];
        }
      }),
    );
  });

  it('no risk rises while a customer is left alone', () => {
    fc.assert(
      fc.property(anyModels, anyDays, (models, days) => {
        for (const { at: moment, properties } of live(models, days).emits) {
          if (properties['because'] !== 'silence') continue;
          const since = Math.max(...days.filter((day) => at(day) <= moment));
          expect(moment).toBeGreaterThanOrEqual(at(since + 90 * CALM_SHARE - 1));
        }
      }),
    );
  });

  it('no silence has more wakes than levels to tell, besides those that were armed before', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        const bare = withModels(policy([]), ONE);
        const events = days.map((day) => bought(day));
        const run = new Drive(bare).live(events, at(days.at(-1) ?? 0) + DAY_MS);
        const before = { wakes: run.wakes, emits: run.emits.length };
        run.wakeUntil(at(3_000));
        const [wakes, emits] = [run.wakes - before.wakes, run.emits.length - before.emits];
        expect(emits).toBeLessThanOrEqual(2);
        expect(wakes).toBeLessThanOrEqual(emits + 1);
      }),
    );
  });

  it('a wake that comes again emits nothing again', () => {
    const run = drive(ONE).fold(bought(0));
    const first = run.customer;
    const dueAt = first.nextWakeAt ?? 0;
    const wake = { kind: 'wake', dueAt } as const;
    const one = decide(first, wake, run.policy);
    expect(decide(first, wake, run.policy)).toEqual(one);
    expect(one.emits).toHaveLength(1);
    expect(decide(one.customer, wake, run.policy)).toMatchObject({ emits: [], changed: false });
  });

  it('an order never brings the alarm nearer, as the curve of the model alone often would', () => {
    const dozen = anyDays.map((days) => days.slice(0, STAGES_MAX));
    const alarmAfter = (days: number[], one: Model) => {
      const facts = new Drive(policyWith([one])).fold(...days.map((day) => bought(day))).customer;
      return alarmOf(facts, one, policyWith([one]));
    };
    const curve = (days: number[], who: WhoModel) => {
      const history = historyOfDays([...new Set(days)]) as History;
      const { last } = history;
      return crossingDay(who, history, last, 0.2, last + SILENCE_MAX_DAYS) ?? Number.MAX_VALUE;
    };
    let [later, nearer] = [0, 0];
    fc.assert(
      fc.property(dozen, fc.constantFrom(MONTHLY, WEEKLY, SLOW), (days, who) => {
        const before = days.slice(0, -1);
        if (before.length === 0) return;
        const one = model('one', OLD, who);
        const [was, is] = [alarmAfter(before, one), alarmAfter(days, one)];
        // Never is as good as the longest silence that anybody remembers.
        const end = at(Number(before.at(-1)) + SILENCE_MAX_DAYS);
        expect(is?.medium).toBeGreaterThanOrEqual(Math.min(was?.medium ?? 0, end));
        expect(is?.high()).toBeGreaterThanOrEqual(Math.min(was?.high() ?? 0, end));
        if ((is?.high() ?? 0) > (was?.high() ?? 0)) later += 1;
        if (curve(days, who) < curve(before, who)) nearer += 1;
      }),
      { numRuns: 300, seed: 20261122 },
    );
    expect(later).toBeGreaterThan(100);
    expect(nearer).toBeGreaterThan(30);
  });
});

describe('what conditions know of the future', () => {
  const asks = (text: string) => journey({ id: 'ask', condition: when(text), steps: [send('m')] });
  const plansWith = (text: string, ...models: Model[]) =>
    new Drive(withModels(policy([asks(text)], AT_ONCE), ...models))
      .fold(build.identify({ at: T0 - DAY_MS }), bought(0))
      .wakeUntil(at(1)).messages.length;

  it.each([
    'customer.p_active > 0',
    'customer.p_active < 1',
    'customer.p_active_high >= customer.p_active_low',
    'customer.expected_orders > 0',
    "customer.churn_risk != nil and customer.churn_risk != 'gone'",
    "customer.prediction_basis == 'shop'",
  ])('%s holds with a model and never without one that can tell', (text) => {
    expect(plansWith(text, ONE)).toBe(1);
    expect(plansWith(text)).toBe(0);
    expect(plansWith(text, model('none', OLD, NONE))).toBe(0);
    expect(plansWith(text, model('too late', at(3), MONTHLY))).toBe(0);
  });
});

describe('the risk at the decision', () => {
  const measured = (more: Parameters<typeof journey>[0]) => {
    const steps = [send('m', { measured: true, ...(more?.purpose && { purpose: more.purpose }) })];
    const one = journey({ id: 'ask', measured: true, ...more, steps });
    return new Drive(withModels(policy([one], AT_ONCE), ONE))
      .fold(build.identify({ at: T0 - DAY_MS }), bought(0))
      .wakeUntil(at(1));
  };

  it('is on both groups of a measured mail, so that lift can be told by it', () => {
    const [message] = measured({ holdout: 0 }).messages;
    expect(message?.risk).toMatch(/^(low|medium|high)$/);
    const { messages, reasons } = measured({ holdout: 1 });
    expect(messages).toEqual([]);
    expect(reasons.map(({ reason }) => reason)).toEqual([
      { code: 'holdout-journey', risk: message?.risk },
    ]);
  });

  it('is not on what a customer is owed, nor where nobody can tell', () => {
    expect(measured({ purpose: 'transactional' }).messages[0]).not.toHaveProperty('risk');
    const bare = new Drive(policy([journey()], AT_ONCE));
    bare.fold(build.identify({ at: T0 - DAY_MS }), bought(0)).wakeUntil(at(1));
    expect(bare.messages[0]).not.toHaveProperty('risk');
  });
});
