import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level } from '../../../functions/contract/prediction-when.ts';
import type { Basket, Day } from '../../../functions/contract/predictions.ts';
import { share } from '../../../functions/contract/ids.ts';
import {
  basketsOfCustomer,
  basketsOfDays,
} from '../../../functions/domain/prediction/when/baskets.ts';
import { waitOf, WITHIN_DAYS } from '../../../functions/domain/prediction/when/due.ts';
import { fitLevel, USUAL } from '../../../functions/domain/prediction/when/fit.ts';
import { gapOf, survival, survivedWith } from '../../../functions/domain/prediction/when/gap.ts';
import {
  emptyWhen,
  learnWhen,
  PRODUCTS_MAX,
  slopeOf,
} from '../../../functions/domain/prediction/when/learn.ts';
import {
  boughtDays,
  dueProducts,
  nextOrder,
  type Purchase,
} from '../../../functions/domain/prediction/when/next.ts';
import { rhythmOf, withGap } from '../../../functions/domain/prediction/when/rhythm.ts';

const FROM: Day = 19_000;
const historyOf = (days: readonly Day[]) => ({
  first: days[0] ?? 0,
  last: days.at(-1) ?? 0,
  repeats: days.length - 1,
  logGaps: 0,
  days,
});
/** Days of a customer whose gaps are drawn around `gap`, by a hash. */
function daysOf(customer: number, gap: number, orders: number, first = FROM): Day[] {
  const days = [first + Math.floor(30 * share('first', String(customer)))];
  for (let turn = 1; turn < orders; turn += 1) {
    const chance = share('a', String(customer), String(turn)) + share('b', `${customer}.${turn}`);
    days.push((days.at(-1) ?? 0) + Math.max(1, Math.round(gap * (0.4 + 0.6 * chance))));
  }
  return days;
}
/** Customers differ: the slowest take twice as long as usual, the fastest half as long. */
const shopOf = (gap: number, customers = 200): Basket[] =>
  Array.from({ length: customers }, (_, at) =>
    basketsOfDays(daysOf(at, gap * 2 ** (2 * share('own', String(at)) - 1), 6)),
  ).flat();
const monthly = learnWhen(undefined, shopOf(30));

const anyDays = fc
  .array(fc.integer({ min: 1, max: 900 }), { maxLength: 30 })
  .map((gaps) => gaps.reduce((days, gap) => [...days, (days.at(-1) ?? 0) + gap], [FROM]));
const anyLines = fc.array(
  fc.record({
    product: fc.constantFrom('OIL', 'SOAP', '__proto__', 'constructor'),
    day: fc.integer({ min: FROM, max: FROM + 600 }),
    quantity: fc.integer({ min: -12, max: 24 }),
  }),
  { maxLength: 40 },
);
const anyLevel: fc.Arbitrary<Level> = fc.record({
  at: fc.double({ min: 0, max: 8.2, noNaN: true }),
  ratio: fc.double({ min: 0.05, max: 50, noNaN: true }),
  variance: fc.double({ min: 0.01, max: 9, noNaN: true }),
  steadiness: fc.double({ min: 0.1, max: 60, noNaN: true }),
});

describe('the gap between two orders', () => {
  it('is survived with the probability that its quantile was asked with', () => {
    fc.assert(
      fc.property(
        anyLevel,
        anyDays,
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (level, days, chance) => {
          const gap = gapOf(level, level.at, rhythmOf(days));
          expect(survival(gap, survivedWith(gap, chance))).toBeCloseTo(chance, 6);
        },
      ),
    );
  });

  it('follows the newest gaps more than the oldest ones', () => {
    const slower = rhythmOf([0, 10, 20, 60, 100]);
    const faster = rhythmOf([0, 40, 80, 90, 100]);
    expect(slower.mean).toBeGreaterThan(faster.mean);
  });

  it('is moved little by one long holiday', () => {
    const regular = { ...historyOf([0, 30, 60, 90, 120]), days: [0, 30, 60, 90, 120] };
    const holiday = [0, 30, 60, 360, 390];
    const usual = nextOrder(monthly, regular, 120).due - 120;
    const after = nextOrder(monthly, historyOf(holiday), 390).due - 390;
    expect(usual).toBeGreaterThan(20);
    expect(after).toBeLessThan(2 * usual);
  });

  it('sums up gaps one by one as their definition does', () => {
    const gaps = [3, 50, 8];
    const weights = [0.85 ** 2, 0.85, 1];
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    const logs = gaps.map((gap) => Math.log(gap + 1));
    const mean = logs.reduce((sum, log, i) => sum + log * (weights[i] ?? 0), 0) / all;
    const spread = logs.reduce((sum, log, i) => sum + (weights[i] ?? 0) * (log - mean) ** 2, 0);
    const rhythm = gaps.reduce((so, gap) => withGap(so, gap), rhythmOf([]));
    expect(rhythm.mean).toBeCloseTo(mean, 12);
    expect(rhythm.spread).toBeCloseTo(spread, 12);
  });
});

describe('the next order', () => {
  it('is never due before tomorrow, and always within its interval', () => {
    fc.assert(
      fc.property(
        anyDays,
        fc.nat(3_000),
        fc.integer({ min: 1, max: 400 }),
        (days, silent, within) => {
          const at = (days.at(-1) ?? 0) + silent;
          for (const options of [{}, { withinDays: within }]) {
            const { due, low, high } = nextOrder(monthly, historyOf(days), at, options);
            expect(low).toBeGreaterThan(at);
            expect(due).toBeGreaterThanOrEqual(low);
            expect(high).toBeGreaterThanOrEqual(due);
            expect(high).toBeLessThanOrEqual(at + (options.withinDays ?? 10_000));
          }
        },
      ),
    );
  });

  it('is a whole day at any level and after any silence', () => {
    fc.assert(
      fc.property(anyLevel, anyDays, fc.nat(20_000), (level, days, silent) => {
        const wait = waitOf(gapOf(level, level.at, rhythmOf(days)), silent);
        for (const day of Object.values(wait)) expect(Number.isSafeInteger(day)).toBe(true);
        expect(wait.low).toBeGreaterThanOrEqual(1);
        expect(wait.due).toBeLessThanOrEqual(wait.high);
      }),
    );
  });

  it('is never moved nearer by another day of silence', () => {
    fc.assert(
      fc.property(anyDays, fc.nat(300), (days, silent) => {
        const last = days.at(-1) ?? 0;
        const one = nextOrder(monthly, historyOf(days), last + silent, { withinDays: 100_000 });
        const two = nextOrder(monthly, historyOf(days), last + silent + 1, { withinDays: 100_000 });
        expect(two.due).toBeGreaterThanOrEqual(one.due);
      }),
    );
  });

  it('goes further away once a customer is long past their rhythm', () => {
    const days = [0, 10, 20, 30, 40, 50];
    const soon = nextOrder(monthly, historyOf(days), 52);
    const late = nextOrder(monthly, historyOf(days), 50 + 150);
    expect(soon.due - 52).toBeLessThan(12);
    expect(late.due - 200).toBeGreaterThan(1.5 * (soon.due - 52));
  });

  it('grows no wider with more gaps of the same length', () => {
    let before = Number.POSITIVE_INFINITY;
    for (let orders = 2; orders < 15; orders += 1) {
      const days = Array.from({ length: orders }, (_, at) => FROM + 30 * at);
      const { low, high } = nextOrder(monthly, historyOf(days), days.at(-1) ?? 0);
      expect(high - low).toBeLessThanOrEqual(before);
      before = high - low;
    }
  });

  it('rests on the shop first and on the customer later, and says so', () => {
    const at = FROM + 90;
    expect(nextOrder(undefined, historyOf([FROM]), at).basis).toBe('prior');
    expect(nextOrder(monthly, historyOf([FROM]), at).basis).toBe('shop');
    expect(nextOrder(monthly, historyOf([0, 30, 60, 90, 120]), 130).basis).toBe('customer');
  });

  it('can be told from sums alone where the days are not known', () => {
    const days = [FROM, FROM + 29, FROM + 61, FROM + 90];
    const { first, last, repeats } = historyOf(days);
    const logGaps = Math.log(29) + Math.log(32) + Math.log(29);
    const sums = nextOrder(monthly, { first, last, repeats, logGaps }, last);
    const exact = nextOrder(monthly, historyOf(days), last);
    expect(Math.abs(sums.due - exact.due)).toBeLessThanOrEqual(2);
  });

  it('keeps the usual half year, or four gaps where these are long', () => {
    const often = gapOf(USUAL, Math.log(11), rhythmOf([]));
    const seldom = gapOf(USUAL, Math.log(201), rhythmOf([]));
    expect(waitOf(often, 0).high).toBeLessThanOrEqual(WITHIN_DAYS);
    expect(waitOf(seldom, 0).high).toBeGreaterThan(WITHIN_DAYS);
    expect(waitOf(seldom, 0).high).toBeLessThanOrEqual(800);
  });
});

describe('what a shop learns of gaps', () => {
  it('is how long its customers take, from a few hundred orders on', () => {
    const weekly = learnWhen(undefined, shopOf(8));
    const seldom = learnWhen(undefined, shopOf(120));
    const first = historyOf([FROM]);
    expect(nextOrder(weekly, first, FROM).due - FROM).toBeLessThan(12);
    expect(nextOrder(monthly, first, FROM).due - FROM).toBeGreaterThan(22);
    expect(nextOrder(monthly, first, FROM).due - FROM).toBeLessThan(40);
    expect(nextOrder(seldom, first, FROM).due - FROM).toBeGreaterThan(80);
  });

  it('stays near what shops usually are while orders are few', () => {
    const few = learnWhen(undefined, basketsOfDays([FROM, FROM + 3]));
    expect(few.orders.at).toBeGreaterThan(2.2);
    expect(fitLevel({})).toEqual(USUAL);
  });

  it('is the same in whatever order the baskets come, and with whatever is asked again', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(shopOf(20, 25), { minLength: 150 }), (mixed) => {
        const model = learnWhen(undefined, mixed);
        const { orders } = learnWhen(undefined, shopOf(20, 25));
        expect(model.orders.at).toBeCloseTo(orders.at, 2);
        expect(model.orders.variance).toBeCloseTo(orders.variance, 2);
        expect(learnWhen(undefined, mixed)).toEqual(model);
      }),
      { numRuns: 10 },
    );
  });

  it('goes on night by night to nearly what one look at everything says', () => {
    const all = shopOf(30).toSorted((one, two) => one.day - two.day);
    let model = learnWhen(undefined, all.slice(0, 100));
    for (let at = 100; at < all.length; at += 100)
      model = learnWhen(model, all.slice(at, at + 100));
    expect(model.orders.at).toBeCloseTo(monthly.orders.at, 1);
    expect(model.orderGaps).toBeCloseTo(monthly.orderGaps, 0);
    expect(model.until).toBe(monthly.until);
  });

  it('fades: a shop that became slower is soon known as slower', () => {
    const before = shopOf(10);
    const later = Array.from({ length: 200 }, (_, at) =>
      basketsOfDays(daysOf(at, 60, 6, FROM + 1_100)),
    ).flat();
    const model = learnWhen(learnWhen(undefined, before), later);
    const both = learnWhen(undefined, [
      ...before,
      ...later.map((b) => ({ ...b, day: FROM + 100 })),
    ]);
    expect(model.orders.at).toBeGreaterThan(both.orders.at);
  });

  it('is not changed by learning from nothing, and changes nothing that it was given', () => {
    const before = structuredClone(monthly);
    const again = learnWhen(monthly, []);
    expect(monthly).toEqual(before);
    expect(again.orders).toEqual(monthly.orders);
    expect(learnWhen(undefined, []).orders).toEqual(emptyWhen(0).orders);
  });

  it('keeps the products with most gaps when there are too many', () => {
    const lines = Array.from({ length: PRODUCTS_MAX + 50 }, (_, at) => ({
      product: `P${at}`,
      quantity: 1,
      gap: 20,
    }));
    const again = lines.slice(-50);
    const model = learnWhen(undefined, [
      { day: FROM, lines, earlier: [] },
      { day: FROM, lines: again, earlier: [] },
    ]);
    expect(Object.keys(model.byProduct)).toHaveLength(PRODUCTS_MAX);
    expect(model.byProduct[again.at(-1)?.product ?? '']?.[0]).toBe(2);
  });

  it('stays small: what a reader keeps of a shop with 4,000 orders is below 60 KB', () => {
    const model = learnWhen(undefined, shopOf(30, 700));
    expect(JSON.stringify(model).length).toBeLessThan(60_000);
  });

  it('takes a slope for true only where it is surely no chance', () => {
    const sums = (points: [number, number][]) => ({
      n: points.length,
      x: points.reduce((sum, [x]) => sum + x, 0),
      y: points.reduce((sum, [, y]) => sum + y, 0),
      xx: points.reduce((sum, [x]) => sum + x * x, 0),
      xy: points.reduce((sum, [x, y]) => sum + x * y, 0),
      yy: points.reduce((sum, [, y]) => sum + y * y, 0),
    });
    expect(slopeOf(sums([]))).toBe(0);
    expect(
      slopeOf(
        sums([
          [0, 0],
          [1, 1],
        ]),
      ),
    ).toBe(0);
    expect(
      slopeOf(
        sums([
          [0, 1],
          [1, 0],
          [2, 1],
          [3, 0.5],
        ]),
      ),
    ).toBe(0);
    const clear = Array.from({ length: 50 }, (_, i): [number, number] => [i, 0.5 * i + (i % 3)]);
    expect(slopeOf(sums(clear))).toBeCloseTo(0.5, 1);
  });
});

/** Customers who buy oil every 20 days a piece, or every 20 days whatever they take. */
function oilShop(byPieces: boolean): Purchase[][] {
  return Array.from({ length: 150 }, (_, at) => {
    const lines: Purchase[] = [];
    let day = FROM + Math.floor(20 * share('oil', String(at)));
    for (let turn = 0; turn < 6; turn += 1) {
      const quantity = share('pieces', String(at), String(turn)) < 0.5 ? 1 : 4;
      lines.push({ product: 'OIL', day, quantity });
      const days = 20 * (byPieces ? quantity : 1) * (0.6 + 0.8 * share('gap', `${at}.${turn}`));
      day += Math.round(days);
    }
    return lines;
  });
}
const learned = (shop: Purchase[][]) =>
  learnWhen(
    undefined,
    shop.flatMap((lines) => basketsOfCustomer(lines)),
  );

describe('what a customer needs again', () => {
  const line = (day: Day, quantity = 1, product = 'OIL'): Purchase => ({ product, day, quantity });

  it('is never due before tomorrow, and only what was bought on two days', () => {
    fc.assert(
      fc.property(anyLines, fc.nat(500), (lines, silent) => {
        const at = FROM + 600 + silent;
        const bought = boughtDays(lines);
        const found = dueProducts(monthly, { lines }, at);
        for (const { product, due, low, high, purchases } of found) {
          expect(low).toBeGreaterThan(at);
          expect(due >= low && due <= high).toBe(true);
          expect(purchases).toBe(bought.get(product)?.length);
          expect(purchases).toBeGreaterThanOrEqual(2);
        }
        const sorted = found.map(({ due }) => due);
        expect(sorted).toEqual(sorted.toSorted((one, two) => one - two));
        expect(dueProducts(monthly, { lines: lines.toReversed() }, at)).toEqual(found);
      }),
    );
  });

  it('lasts longer in twelves than alone, where the shop has seen that it does', () => {
    const model = learned(oilShop(true));
    expect(model.byPieces).toBeGreaterThan(0.7);
    const at = FROM + 90;
    const waits = [1, 4].map((pieces) => {
      const lines = [line(FROM), line(FROM + 30), line(FROM + 60), line(at, pieces)];
      return (dueProducts(model, { lines }, at)[0]?.due ?? 0) - at;
    });
    expect(waits[1]).toBeGreaterThan(2 * (waits[0] ?? 0));
  });

  it('does not follow the pieces where the shop has seen no difference', () => {
    expect(learned(oilShop(false)).byPieces).toBe(0);
  });

  it('follows what the catalogue says of its refill until customers tell otherwise', () => {
    const at = FROM + 10;
    const refills = new Map([
      ['OIL', { refillDays: 90 }],
      ['RING', {}],
    ]);
    const told = learnWhen(undefined, [], refills);
    const [once] = dueProducts(told, { lines: [line(at)] }, at);
    expect(once?.basis).toBe('refill');
    expect((once?.due ?? 0) - at).toBeGreaterThan(60);
    expect((once?.due ?? 0) - at).toBeLessThan(120);
    const [four] = dueProducts(told, { lines: [line(at, 2)] }, at);
    expect((four?.due ?? 0) - at).toBeGreaterThan(1.5 * ((once?.due ?? 0) - at));
    const shop = oilShop(false).flatMap((lines) => basketsOfCustomer(lines));
    const [seen] = dueProducts(learnWhen(undefined, shop, refills), { lines: [line(at)] }, at);
    expect(seen?.basis).toBe('product');
    expect((seen?.due ?? 0) - at).toBeLessThan(40);
    expect(dueProducts(told, { lines: [line(at, 1, 'RING')] }, at)).toEqual([]);
  });

  it('takes a product that nobody bought again for one of its category', () => {
    const lines = (product: string, gap: number, at: number) =>
      basketsOfCustomer([0, 1, 2, 3].map((turn) => line(at + turn * gap, 1, product)));
    const shop = Array.from({ length: 40 }, (_, at) => [
      ...lines(`BEANS-${at % 5}`, 14, FROM + at),
      ...lines(`FILTER-${at % 5}`, 90, FROM + at),
    ]).flat();
    const products = new Map<string, { category: string }>(
      [0, 1, 2, 3, 4, 5].flatMap((n) => [
        [`BEANS-${n}`, { category: 'coffee' }] as const,
        [`FILTER-${n}`, { category: 'filters' }] as const,
      ]),
    );
    const model = learnWhen(undefined, shop, products);
    const wait = (product: string, known = model) => {
      const twice = [line(FROM, 1, product), line(FROM + 40, 1, product)];
      return (dueProducts(known, { lines: twice }, FROM + 40)[0]?.due ?? 0) - FROM - 40;
    };
    expect(wait('FILTER-5')).toBeGreaterThan(1.5 * wait('BEANS-5'));
    const blind = learnWhen(undefined, shop);
    expect(wait('FILTER-5', blind)).toBe(wait('BEANS-5', blind));
    expect(learnWhen(model, []).byCategory).toEqual(model.byCategory);
  });

  it('takes back what was given back, the newest first', () => {
    const bought = boughtDays([line(1, 2), line(9, 3), line(20, -4), line(30, 1)]);
    expect(bought.get('OIL')).toEqual([
      { day: 1, pieces: 1 },
      { day: 30, pieces: 1 },
    ]);
    expect(boughtDays([line(1), line(2, -5)]).size).toBe(0);
  });

  it('counts several orders of a day as one purchase', () => {
    const once = dueProducts(monthly, { lines: [line(1), line(31), line(61, 2)] }, 70);
    const twice = dueProducts(monthly, { lines: [line(1), line(31), line(61), line(61)] }, 70);
    expect(twice).toEqual(once);
  });
});
