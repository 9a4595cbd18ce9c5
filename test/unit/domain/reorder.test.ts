import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODELS_KEPT } from '../../../functions/app/models.ts';
import type { Policy } from '../../../functions/contract/journeys.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { learnWhen } from '../../../functions/domain/prediction/when/learn.ts';
import { productDueAt, reorderOf, reorders } from '../../../functions/domain/reorder.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { model, whenModel, withModels } from '../../builders/models.ts';
import { journey, policy, send, wait, when } from '../../builders/policy.ts';

const { T0 } = build;
const at = (day: number) => T0 + day * DAY_MS;
const LATER = at(200);
const REORDER = journey({ id: 'reorder', trigger: 'Reorder Due', oncePer: 'product' });
const bought = (day: number, more: Parameters<typeof build.orderCompleted>[0] = {}) =>
  build.orderCompleted({ orderId: `A-${day}`, at: at(day), ...more });

const MONTHLY = whenModel();
const LEAD_DAYS = 3;
const policyOf = (known = MONTHLY, from = T0, journeys = [REORDER]): Policy =>
  withModels(policy(journeys), model('one', from, undefined, known));
const drive = (events: Parameters<Drive['fold']>, shop = policyOf(), until = LATER) =>
  new Drive(shop).fold(build.identify({ at: T0 - DAY_MS }), ...events).wakeUntil(until);
/** Days after T0 of the mails, and the order that each follows. */
const nudges = (run: Drive) =>
  run.messages.map(({ occasion, plannedAt }) => [occasion, Math.round((plannedAt - T0) / DAY_MS)]);

describe('a product that the model knows', () => {
  it('is nudged for by the lead time before it is due, once', () => {
    const run = drive([bought(0), bought(28), bought(60)]);
    const due = reorderOf(run.customer.facts, 'RING-9', policyOf());
    const [occasion, day] = nudges(run)[0] ?? [];
    expect(nudges(run)).toHaveLength(1);
    expect(occasion).toBe('RING-9@A-60');
    const wait = (due?.told?.due ?? 0) - (due?.told?.last ?? 0);
    expect(wait).toBeGreaterThan(20);
    expect(wait).toBeLessThan(40);
    expect(day).toBe(60 + wait - LEAD_DAYS);
  });

  it('needs two purchases only, since the shop knows how long it lasts', () => {
    expect(nudges(drive([bought(0)]))).toEqual([]);
    expect(nudges(drive([bought(0), bought(28)]))).toHaveLength(1);
  });

  it('is due again after the next purchase, wherever that was', () => {
    const store = bought(75, { channel: 'store' });
    const run = drive([bought(0), bought(28)], policyOf(), at(74))
      .fold(store)
      .wakeUntil(LATER);
    expect(nudges(run).map(([occasion]) => occasion)).toEqual(['RING-9@A-28', 'RING-9@A-75']);
  });

  it('is not nudged for when it was bought in the store while the mail waited', () => {
    const steps = [wait('w', 5 * DAY_MS), send('mail')];
    const run = new Drive(policyOf(MONTHLY, T0, [{ ...REORDER, steps }]))
      .fold(build.identify({ at: T0 - DAY_MS }), bought(0), bought(28))
      .wakeUntil(at(28 + 27));
    const again = bought(28 + 26, { channel: 'store' });
    run.fold(again).wakeUntil(at(28 + 26 + 20));
    expect(run.messages).toEqual([]);
  });

  it('takes no notice of gifts, and forgets what was paid back or cancelled', () => {
    const kept = [bought(0), bought(28)];
    const cases = [
      [kept[0], bought(28, { gift: true })],
      [...kept, build.orderCancelled({ orderId: 'A-28', at: at(29) })],
      [...kept, build.orderRefunded({ orderId: 'A-0', at: at(30) })],
    ];
    for (const events of cases) {
      expect(nudges(drive(events as Parameters<Drive['fold']>))).toEqual([]);
    }
    const gift = bought(40, { gift: true });
    expect(nudges(drive([...kept, gift]))).toEqual(nudges(drive(kept)));
  });

  it('is not made a habit by gifts', () => {
    const habit = { ...REORDER, condition: when('product.purchases >= 3') };
    const gift = bought(30, { gift: true });
    const shop = policyOf(MONTHLY, T0, [habit]);
    expect(nudges(drive([bought(0), bought(28), gift], shop))).toEqual([]);
    expect(nudges(drive([bought(0), bought(28), bought(60)], shop))).toHaveLength(1);
  });

  it('waits at least half of a short time: nobody is nudged on the day after', () => {
    const weekly = whenModel(5);
    const run = drive([bought(0), bought(4), bought(8)], policyOf(weekly));
    const [, day = 0] = nudges(run)[0] ?? [];
    expect(Number(day)).toBeGreaterThanOrEqual(10);
    expect(Number(day)).toBeLessThanOrEqual(12);
  });

  it('moves by a new model before its day, and is not dropped by one while the mail waits', () => {
    const steps = [wait('w', 2 * DAY_MS), send('mail')];
    const journeys = [{ ...REORDER, steps }];
    const first = policyOf(whenModel(30), T0, journeys);
    const second = policyOf(whenModel(33), T0, journeys);
    const events = [build.identify({ at: T0 - DAY_MS }), bought(0), bought(30), bought(60)];
    const run = new Drive(first).fold(...events);
    const { nudgeAt = 0 } = reorderOf(run.customer.facts, 'RING-9', first) ?? {};
    run.wakeUntil(nudgeAt + DAY_MS);
    run.policy = second;
    run.wakeUntil(LATER);
    expect(nudges(run)).toHaveLength(1);
  });

  it('asks the own rhythm for orders from before the first model', () => {
    const orders = [bought(0), bought(28)];
    const early = (...from: number[]) =>
      withModels(
        policy([REORDER]),
        ...from.map((day) => model(`m-${day}`, at(day), undefined, MONTHLY)),
      );
    expect(nudges(drive(orders, early(40)))).toEqual([]);
    expect(nudges(drive(orders, early(10)))).toHaveLength(1);
    expect(nudges(drive(orders, early(28, 40, 41, 42)))).toHaveLength(1);
  });

  it('asks the own rhythm where the shop has learned of no products', () => {
    const { byProduct: _, ...rest } = MONTHLY;
    const blank = { ...rest, byProduct: {}, productGaps: 0 };
    const run = drive([bought(0), bought(28), bought(60)], policyOf(blank));
    const plain = new Drive(policy([REORDER]))
      .fold(build.identify({ at: T0 - DAY_MS }), bought(0), bought(28), bought(60))
      .wakeUntil(LATER);
    expect(nudges(run)).toEqual(nudges(plain));
    expect(nudges(drive([bought(0), bought(28)], policyOf(blank)))).toEqual([]);
  });

  it('is due after one purchase where the catalogue knows how long it lasts', () => {
    const told = learnWhen(undefined, [], new Map([['RING-9', { refillDays: 50 }]]));
    const [[occasion, day] = []] = nudges(drive([bought(0)], policyOf(told)));
    expect(occasion).toBe('RING-9@A-0');
    expect(Number(day)).toBeGreaterThan(30);
    expect(Number(day)).toBeLessThan(70);
  });

  it('is what conditions may ask about, as of the moment of the question', () => {
    const shop = policyOf();
    const { facts } = drive([bought(0), bought(28), bought(60)]).customer;
    const early = productDueAt(facts, 'RING-9', at(65), shop);
    const late = productDueAt(facts, 'RING-9', at(130), shop);
    expect(late?.due).toBeGreaterThan((early?.due ?? 0) + 40);
    expect(productDueAt(facts, 'OTHER', at(65), shop)).toBeUndefined();
    const soon = when('product.reorder_in_days <= 10 and product.reorder_basis != "prior"');
    const never = when('product.reorder_in_days > 60');
    const run = (condition: typeof soon) =>
      nudges(drive([bought(0), bought(28)], policyOf(MONTHLY, T0, [{ ...REORDER, condition }])));
    expect(run(soon)).toHaveLength(1);
    expect(run(never)).toEqual([]);
  });
});

describe('models that change while a customer waits', () => {
  const nightly = Array.from({ length: 60 }, (_, night) =>
    model(`n-${night}`, at(night * 4 - 30), undefined, [MONTHLY, whenModel(20)][night % 2]),
  );
  const kept = (now: number) => nightly.filter(({ from }) => from <= now).slice(-MODELS_KEPT);
  const live = (days: readonly number[], modelsAt: (now: number) => typeof nightly) => {
    const policyFor = (now: number) => withModels(policy([REORDER]), ...modelsAt(now));
    const run = new Drive(policyFor(T0)).fold(build.identify({ at: T0 - DAY_MS }));
    const wakeTo = (until: number) => {
      for (let due = run.customer.nextWakeAt; due !== undefined && due <= until; ) {
        run.policy = policyFor(due);
        run.wakeUntil(due);
        due = run.customer.nextWakeAt;
      }
    };
    for (const day of days) {
      wakeTo(at(day) - 1);
      run.policy = policyFor(at(day));
      run.fold(bought(day));
    }
    wakeTo(LATER);
    return run.messages;
  };

  it('give the same nudges where few of them are kept, as in a replay that has all', () => {
    let mails = 0;
    const anyDays = fc.uniqueArray(fc.integer({ min: 1, max: 150 }), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(anyDays, (unsorted) => {
        const days = unsorted.toSorted((one, two) => one - two);
        const replayed = live(days, () => nightly);
        expect(live(days, kept)).toEqual(replayed);
        const occasions = replayed.map(({ occasion }) => occasion);
        expect(new Set(occasions).size).toBe(occasions.length);
        mails += replayed.length;
      }),
      { numRuns: 40, seed: 20261122 },
    );
    expect(mails).toBeGreaterThan(40);
  });
});

describe('what is needed again', () => {
  const anyOrders = fc.array(
    fc.record({
      day: fc.nat(300),
      gift: fc.boolean(),
      ids: fc.uniqueArray(fc.constantFrom('RING-9', 'OIL', '__proto__'), { minLength: 1 }),
    }),
    { maxLength: 15 },
  );

  it('is never nudged for on the day of the order, and follows from facts and models alone', () => {
    const shop = policyOf();
    fc.assert(
      fc.property(anyOrders, (orders) => {
        const events = orders.map(({ day, gift, ids }, n) =>
          bought(day, { orderId: `A-${n}`, gift, products: ids.map((id) => build.product(id)) }),
        );
        const one = new Drive(shop).fold(...events).customer.facts;
        const other = new Drive(shop).fold(...events.toReversed()).customer.facts;
        const found = reorders(one, shop);
        const plain = (each: (typeof found)[number]) => [each.product, each.nudgeAt];
        expect(reorders(other, shop).map(plain).sort()).toEqual(found.map(plain).sort());
        for (const { nudgeAt, last, told } of found) {
          expect(nudgeAt).toBeGreaterThan(last.placed.at);
          expect(told === undefined || told.low <= told.due).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
