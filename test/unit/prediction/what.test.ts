import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogueProduct } from '../../../functions/contract/catalogue.ts';
import type { WhatContext, WhatModel } from '../../../functions/contract/prediction-what.ts';
import type { Basket } from '../../../functions/contract/predictions.ts';
import { PRODUCTS_MAX } from '../../../functions/domain/prediction/what/counts.ts';
import { learnWhat, MODEL_BYTES_MAX } from '../../../functions/domain/prediction/what/learn.ts';
import {
  PAIRS_WORKING_MAX,
  PairCounts,
} from '../../../functions/domain/prediction/what/pair-counts.ts';
import { LATELY_DAYS, recommend } from '../../../functions/domain/prediction/what/recommend.ts';
import { basketsBetween, jeweller, numbers, until } from '../../builders/product-shops.ts';

const TODAY = 20_365;
const shop = jeweller(1, 400);
const baskets = basketsBetween(shop, 0, TODAY);
const model = learnWhat(undefined, baskets, shop.products);
const ids = [...shop.products.keys()];
const catalogue = (id: string): CatalogueProduct | undefined => shop.products.get(id);
const listed = (context: Omit<WhatContext, 'at'>, k = 10, of: WhatModel = model) =>
  recommend(of, { at: TODAY, ...context }, k).map(({ product }) => product);

/** Pieces of one material; `care` is left out. */
const pieces = (material: string): string[] =>
  ids.filter((id) => shop.products.get(id)?.attributes?.material === material);
const boughtOf = (products: readonly string[], day = TODAY - 30) =>
  products.map((product, at) => ({ product, day: day - at, quantity: 1 }));

const anyProduct = fc.constantFrom(...ids, 'unknown');
const anyContext = fc.record({
  bought: fc.array(
    fc.record({
      product: anyProduct,
      day: fc.integer({ min: TODAY - 900, max: TODAY + 30 }),
      quantity: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 40 },
  ),
  cart: fc.array(anyProduct, { maxLength: 4 }),
  views: fc.array(anyProduct, { maxLength: 10 }),
  searches: fc.array(fc.constantFrom('silver ring', 'floral', '', 'zzz 12'), { maxLength: 3 }),
  pinned: fc.array(anyProduct, { maxLength: 3 }),
  excluded: fc.array(anyProduct, { maxLength: 20 }),
});

describe('a list', () => {
  it('never names a product twice, an excluded one, one in the cart, or more than asked for', () => {
    fc.assert(
      fc.property(anyContext, fc.nat({ max: 40 }), (context, k) => {
        const picks = listed(context, k);
        expect(picks.length).toBeLessThanOrEqual(k);
        expect(new Set(picks).size).toBe(picks.length);
        for (const id of [...context.excluded, ...context.cart]) expect(picks).not.toContain(id);
      }),
    );
  });

  it('never names what the catalogue does not have', () => {
    const some = (id: string) => {
      const product = catalogue(id);
      return product && { ...product, available: Number(id.slice(1)) % 3 === 0 };
    };
    fc.assert(
      fc.property(anyContext, (context) => {
        for (const id of listed({ ...context, catalogue: some }, 20)) {
          expect(some(id)?.available).toBe(true);
        }
      }),
    );
  });

  it('is the same for the same context, in whatever order its purchases are told', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        const again = { ...context, bought: context.bought.toReversed() };
        expect(listed(again)).toEqual(listed(context));
      }),
    );
  });

  it('never names what was bought lately and is not used up', () => {
    fc.assert(
      fc.property(anyContext, (context) => {
        const lasting = (id: string) => ({
          ...(catalogue(id) as CatalogueProduct),
          consumed: false,
        });
        const known = (id: string) => (catalogue(id) ? lasting(id) : undefined);
        const lately = context.bought
          .filter(({ day }) => day <= TODAY && TODAY - day < LATELY_DAYS)
          .map(({ product }) => product);
        const picks = listed({ ...context, catalogue: known }, 30);
        expect(picks.filter((id) => lately.includes(id))).toEqual([]);
      }),
    );
  });

  it('names what is used up again, but not before half of its refill time', () => {
    const care = ids.filter((id) => shop.products.get(id)?.category === 'care')[0] as string;
    const refill = (id: string) => ({
      ...(catalogue(id) as CatalogueProduct),
      ...(id === care && { refillDays: 60 }),
    });
    const bought = [{ product: care, day: TODAY - 20, quantity: 1 }];
    expect(listed({ bought, catalogue: refill }, 50)).not.toContain(care);
    const older = [{ product: care, day: TODAY - 40, quantity: 1 }];
    expect(listed({ bought: older, catalogue: refill, only: 'again' })).toEqual([care]);
  });

  it('puts pinned products first, and none that is excluded', () => {
    const pinned = ['p5', 'p6', 'p7'];
    const picks = recommend(model, { at: TODAY, bought: [], pinned, excluded: ['p6'] }, 5);
    expect(picks.slice(0, 2).map(({ product }) => product)).toEqual(['p5', 'p7']);
    expect(picks[0]?.reason).toEqual({ code: 'pinned' });
  });

  it('has no platinum for who buys silver alone', () => {
    const bought = boughtOf(pieces('silver').slice(0, 6));
    const platinum = new Set(pieces('platinum'));
    const picks = listed({ bought, only: 'new' }, 100);
    expect(picks.length).toBeGreaterThan(20);
    expect(picks.filter((id) => platinum.has(id))).toEqual([]);
  });

  it('has nothing far beyond what the customer pays', () => {
    const bought = boughtOf(pieces('silver').slice(0, 3));
    for (const id of listed({ bought, catalogue, only: 'new' }, 100)) {
      expect(catalogue(id)?.price).toBeLessThanOrEqual(4 * 50_000);
    }
  });

  it('shows what sells to a stranger, and says so', () => {
    const picks = recommend(model, { at: TODAY, bought: [] }, 10);
    expect(picks).toHaveLength(10);
    expect(new Set(picks.map(({ reason }) => reason.code))).toEqual(new Set(['popular']));
  });

  it('follows a stranger’s cart, looks and searches', () => {
    const cart = recommend(model, { at: TODAY, bought: [], cart: ['p0'] }, 3);
    expect(cart[0]?.reason).toMatchObject({ code: 'bought-together', because: 'p0' });
    const views = recommend(model, { at: TODAY, bought: [], views: ['p50', 'p50'] }, 3);
    expect(views[0]).toMatchObject({ product: 'p50', reason: { code: 'viewed', times: 2 } });
    const searches = recommend(model, { at: TODAY, bought: [], searches: ['nautical'] }, 5);
    expect(searches[0]?.reason).toEqual({ code: 'searched', words: 'nautical' });
    expect(catalogue(searches[0]?.product ?? '')?.attributes?.style).toBe('nautical');
  });

  it('finds a product that nobody has bought yet by what it has in common, and says what', () => {
    const like = catalogue('p0') as CatalogueProduct;
    const fresh = { ...like, id: 'fresh' };
    const later = learnWhat(model, [], new Map([['fresh', fresh]]));
    const picks = recommend(later, { at: TODAY, bought: boughtOf(['p0', 'p1', 'p2']) }, 60);
    const found = picks.find(({ product }) => product === 'fresh');
    expect(found?.reason).toMatchObject({ code: 'same-attribute', because: expect.any(String) });
  });

  it('has only the marketer’s own picks while nothing is learned', () => {
    const context = { at: TODAY, bought: boughtOf(['p0']), pinned: ['p9'] };
    expect(recommend(undefined, context, 5).map(({ product }) => product)).toEqual(['p9']);
  });
});

const order = (day: number, products: readonly string[], earlier: string[] = []): Basket => ({
  day,
  lines: products.map((product) => ({ product, quantity: 1 })),
  earlier,
});

describe('the tables', () => {
  it('do not depend on the order in which orders come', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(baskets, { minLength: 200, maxLength: 200 }), (some) => {
        const sorted = some.toSorted((a, b) => a.day - b.day);
        expect(learnWhat(undefined, some)).toEqual(learnWhat(undefined, sorted));
      }),
      { numRuns: 5 },
    );
  });

  it('stay what they are when a night brings nothing', () => {
    expect(learnWhat(model, [])).toEqual(model);
  });

  it('are as good learned night by night as at once', () => {
    let nightly: WhatModel | undefined;
    for (let to = TODAY - 360; to <= TODAY; to += 30) {
      const night = baskets.filter(({ day }) => day > to - 30 && day <= to);
      nightly = learnWhat(nightly, night, shop.products);
    }
    const bought = until(shop.customers[0] ?? [], TODAY);
    const same = listed({ bought }, 10, nightly).filter((id) => listed({ bought }).includes(id));
    expect(same.length).toBeGreaterThanOrEqual(8);
  });

  it('forget what nobody buys any more', () => {
    const old = learnWhat(undefined, [order(10_000, ['a', 'b'])]);
    const later = learnWhat(old, [order(10_000 + 20 * 365, ['c', 'd'])]);
    expect(listed({ bought: boughtOf(['a']) }, 1, later)[0]).not.toBe('b');
  });

  it('take less than five megabytes with 50,000 products, long ids and all attributes', {
    timeout: 240_000,
  }, () => {
    const large = learnWhat(undefined, manyOrders(), manyProducts());
    expect(large.products).toHaveLength(PRODUCTS_MAX);
    expect(JSON.stringify(large).length).toBeLessThan(MODEL_BYTES_MAX);
    const bought = boughtOf(large.products.slice(0, 30));
    expect(listed({ bought, only: 'new' }, 10, large)).toHaveLength(10);
  });

  it('hold a bounded number of pairs, the commonest ones', () => {
    const pairs = new PairCounts();
    for (let a = 0; a < 1_300; a += 1) {
      for (let b = a + 1; b < 2_600; b += 1) pairs.add(a, b, a === 0 ? 9 : 1);
    }
    expect(pairs.size).toBeLessThanOrEqual(PAIRS_WORKING_MAX);
    for (let b = 1; b < 2_600; b += 1) expect(pairs.get(0, b)).toBe(9);
  });
});

const idOf = (at: number): string => `shop-product-${String(at).padStart(8, '0')}`;

function manyProducts(): Map<string, CatalogueProduct> {
  const all = new Map<string, CatalogueProduct>();
  for (let at = 0; at < PRODUCTS_MAX + 500; at += 1) {
    const attributes = { material: `m${at % 9}`, brand: `b${at % 400}`, style: `s${at % 31}` };
    const category = `c${at % 700}`;
    all.set(idOf(at), {
      id: idOf(at),
      title: `Thing ${category}`,
      available: true,
      category,
      attributes,
    });
  }
  return all;
}

function manyOrders(): Basket[] {
  const random = numbers(7);
  return Array.from({ length: 30_000 }, (_, n) => {
    const group = Math.floor(random() * 500) * 100;
    const some = (size: number) =>
      Array.from({ length: size }, () =>
        idOf(random() < 0.7 ? group + Math.floor(random() * 100) : Math.floor(random() * 50_000)),
      );
    return order(20_000 + Math.floor(n / 100), [...new Set(some(5))], [...new Set(some(6))]);
  });
}
