import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryBaskets } from '../../../functions/adapters/memory/baskets.ts';
import { memoryCatalogue } from '../../../functions/adapters/memory/catalogue.ts';
import { type MemoryModels, memoryModels } from '../../../functions/adapters/memory/models.ts';
import { type Baskets, dateOf } from '../../../functions/app/gather.ts';
import {
  areOrdersDue,
  datesAfter,
  NEW_ORDERS,
  ORDERS_A_NIGHT_MAX,
  PRODUCTS_A_NIGHT_MAX,
  WAIT_DAYS_MAX,
} from '../../../functions/app/learn-products.ts';
import { isRefitDue, learn, type LearnDeps, REFIT_MS } from '../../../functions/app/learn.ts';
import { EFFECTIVE_AFTER_MS, type Manifest } from '../../../functions/app/models.ts';
import type { WhatModel } from '../../../functions/contract/prediction-what.ts';
import type { WhenModel } from '../../../functions/contract/prediction-when.ts';
import type { WhoModel } from '../../../functions/contract/prediction-who.ts';
import type { Basket, Model } from '../../../functions/contract/predictions.ts';
import { BASKETS_DAYS } from '../../../functions/contract/retention.ts';
import { DAY_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import type { Gathered } from '../../../functions/domain/prediction/basket.ts';
import { type CellRow, KEPT_PERIODS } from '../../../functions/domain/prediction/cells.ts';
import { periodOf } from '../../../functions/domain/prediction/cells/grid.ts';
import { settings } from '../../builders/policy.ts';

const NIGHT = Date.UTC(2026, 5, 1, 2, 17);
const cell = (n: number, repeats = 0): CellRow => ({
  period: 730,
  first: 2921,
  repeats,
  last: 2921,
  n,
  g: 0,
  o: 0,
  q: 0,
  p: 0,
  v: 0,
  v2: 0,
});
const gathered = (id: string): Gathered => ({
  id,
  basket: { day: 20_600, lines: [{ product: `P-${id}`, quantity: 1 }], earlier: [] },
});

let at: number;
let rows: CellRow[];
let tidied: number[];
let fits: number;
let store: MemoryModels;
let baskets: Baskets;
let counted: Record<string, number>;
let told: Record<string, unknown>[];
beforeEach(() => {
  at = NIGHT;
  rows = [cell(100), cell(10, 1)];
  tidied = [];
  fits = 0;
  store = memoryModels();
  baskets = memoryBaskets();
  counted = {};
  told = [];
});

/** Models that only say what they were made of: the learners have tests of their own. */
type Seen = { kind: string; seen: string[] };
const addTo = (kind: string, previous: unknown, some: readonly Basket[]) => ({
  kind,
  version: 1,
  seen: [
    ...((previous as Seen | undefined)?.seen ?? []),
    ...some.flatMap(({ lines }) => lines.map(({ product }) => product)),
  ],
});
const deps = (more: Partial<LearnDeps> = {}): LearnDeps => ({
  cells: {
    pages: async function* () {
      yield { rows, flows: [] };
    },
    tidy: async (before) => {
      tidied.push(before);
      return { settled: 0, rolled: 3, dropped: 0, busy: 0 };
    },
  },
  baskets,
  catalogue: memoryCatalogue(),
  models: store,
  learners: {
    who: (_rows, { horizonDays }) => {
      fits += 1;
      return { kind: 'who', version: 1, horizonDays, customers: 110 } as WhoModel;
    },
    when: (previous, some) => addTo('when', previous, some) as unknown as WhenModel,
    what: (previous, some) => addTo('what', previous, some) as unknown as WhatModel,
  },
  policies: { current: async () => ({ settings: settings() }) },
  now: () => at,
  count: (name, value = 1) => {
    counted[name] = (counted[name] ?? 0) + value;
  },
  tell: (_message, fields) => void told.push(fields),
  ...more,
});
const keep = (days: number, ...ids: string[]) =>
  baskets.put(dateOf(NIGHT + days * DAY_MS), ids.join('-'), ids.map(gathered), NIGHT);
const newest = async () => {
  const [manifest] = (await store.pointer()).manifests;
  if (!manifest) return undefined;
  return { manifest, model: await store.model(manifest), tables: await store.tables(manifest) };
};
const seenIn = (part: unknown): string[] => [...((part as Seen | undefined)?.seen ?? [])].sort();

describe('a night of learning', () => {
  it('publishes a model that counts ten minutes later', async () => {
    expect(await learn(deps())).toBe('published');
    const { model, manifest } = (await newest())!;
    expect(model).toMatchObject({ from: NIGHT + EFFECTIVE_AFTER_MS, who: { customers: 110 } });
    expect(manifest).toMatchObject({ fittedAt: NIGHT, fittedOrders: 120 });
    expect(told.at(-1)).toMatchObject({ outcome: 'published', model: model.id });
  });

  it('has nothing to say of a shop without orders, and says that it looked', async () => {
    rows = [];
    expect(await learn(deps())).toBe('nothing-new');
    expect(await store.pointer()).toEqual({ version: 1, lookedAt: NIGHT, manifests: [] });
  });

  it('fits again only when a fiftieth of the orders is new, or after a week', async () => {
    await learn(deps());
    await keep(-1, 'a');
    at += DAY_MS;
    rows = [cell(102), cell(10, 1)];
    await learn(deps());
    expect(fits).toBe(1);
    await keep(0, 'b');
    at += DAY_MS;
    rows = [cell(103), cell(10, 1)];
    await learn(deps());
    expect(fits).toBe(2);
    at += REFIT_MS - 1;
    expect(await learn(deps())).toBe('nothing-new');
    at += 1;
    expect(await learn(deps())).toBe('published');
    expect(fits).toBe(3);
  });

  it('reads the cells only when orders wait or a week has gone by: they are many', async () => {
    let reads = 0;
    const { pages, tidy } = deps().cells;
    const cells = {
      tidy,
      pages: () => {
        reads += 1;
        return pages();
      },
    };
    await learn(deps({ cells }));
    at += DAY_MS;
    expect(await learn(deps({ cells }))).toBe('nothing-new');
    expect(reads).toBe(1);
    await keep(0, 'a');
    at += DAY_MS;
    expect(await learn(deps({ cells }))).toBe('published');
    expect(reads).toBe(2);
  });

  it('fits for another horizon at once', () => {
    const state = { fittedAt: NIGHT, fittedOrders: 100, fittedDays: 90, fittedVersion: 1 };
    const now = { orders: 100, at: NIGHT + DAY_MS, horizonDays: 90 };
    expect(isRefitDue(state, now)).toBe(false);
    expect(isRefitDue({ ...state, fittedDays: 60 }, now)).toBe(true);
  });

  it('learns the products of a date when no order of it can come any more', async () => {
    await keep(-3, 'a');
    await keep(-2, 'b');
    await keep(-1, 'c');
    await learn(deps());
    const { model, tables, manifest } = (await newest())!;
    expect(seenIn(model.when)).toEqual(['P-a', 'P-b']);
    expect(seenIn(tables?.what)).toEqual(['P-a', 'P-b']);
    expect(tables).toMatchObject({ id: model.id, from: model.from });
    expect(manifest.basketsThrough).toBe('2026-05-30');
  });

  it('keeps who comes back while only products are new', async () => {
    await learn(deps());
    await keep(-1, 'c');
    at += DAY_MS;
    expect(await learn(deps())).toBe('published');
    expect(fits).toBe(1);
    expect((await newest())?.model.who).toMatchObject({ customers: 110 });
  });

  it('never learns an order twice or not at all, whatever nights fail in between', async () => {
    const night = fc.record({ orders: fc.nat(3), runs: fc.integer({ min: 0, max: 2 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(night, { minLength: 3, maxLength: 12 }), async (nights) => {
        store = memoryModels();
        baskets = memoryBaskets();
        let id = 0;
        let missed = 0;
        const all: { name: string; day: number }[] = [];
        for (const [day, { orders, runs }] of nights.entries()) {
          for (let order = 0; order < orders; order += 1) {
            id += 1;
            await keep(day, `${id}`);
            // The same record in another batch.
            await keep(day, `${id}`, `${id}`);
            all.push({ name: `P-${id}`, day });
          }
          at = NIGHT + day * DAY_MS;
          missed = runs === 0 ? missed + 1 : 0;
          for (let run = 0; run < runs; run += 1) await learn(deps());
          fc.pre(missed < BASKETS_DAYS - WAIT_DAYS_MAX - 2);
        }
        at = NIGHT + (nights.length + WAIT_DAYS_MAX + 1) * DAY_MS;
        await learn(deps());
        const wanted = all.map(({ name }) => name).sort();
        expect(seenIn((await newest())?.model.when)).toEqual(wanted);
        expect(seenIn((await newest())?.tables?.what)).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it('goes on from the model before when the newest cannot be read', async () => {
    await keep(-2, 'a');
    await learn(deps());
    const [first] = (await store.pointer()).manifests;
    const parts = new Map(store.parts);
    await keep(-1, 'b');
    at += DAY_MS;
    await learn(deps());
    for (const name of store.parts.keys()) if (!parts.has(name)) store.parts.delete(name);
    at += DAY_MS;
    await keep(0, 'c');
    await learn(deps());
    expect(first).toBeDefined();
    expect(counted['ModelsNotRead']).toBe(1);
    expect(seenIn((await newest())?.model.when)).toEqual(['P-a', 'P-b', 'P-c']);
  });

  it('fails, and forgets nothing, when the table does not answer for the model before', async () => {
    await keep(-2, 'a');
    await learn(deps());
    await keep(-1, 'b');
    at += DAY_MS;
    const before = await store.pointer();
    const silent = { ...store, model: () => Promise.reject(new Error('TimeoutError')) };
    await expect(learn(deps({ models: silent }))).rejects.toThrow('TimeoutError');
    expect(await store.pointer()).toEqual(before);
    expect(await learn(deps())).toBe('published');
    expect(seenIn((await newest())?.model.when)).toEqual(['P-a', 'P-b']);
  });

  it('lets a model begin ten minutes after it was made, however long that took', async () => {
    const { who } = deps().learners;
    const slow: LearnDeps['learners'] = {
      ...deps().learners,
      who: (counted, when) => {
        at += 9 * MINUTE_MS;
        return who(counted, when);
      },
    };
    await learn(deps({ learners: slow }));
    const { model, manifest } = (await newest())!;
    expect(model.from).toBe(NIGHT + 9 * MINUTE_MS + EFFECTIVE_AFTER_MS);
    expect(manifest.from).toBe(model.from);
  });

  it('fits anew on the night on which every model before is lost', async () => {
    await learn(deps());
    await keep(-1, 'a');
    at += DAY_MS;
    store.parts.clear();
    expect(await learn(deps())).toBe('published');
    const { model, manifest } = (await newest())!;
    expect(model.who).toMatchObject({ customers: 110 });
    expect(manifest.fittedAt).toBe(at);
  });

  it('never publishes a number that is none: as JSON it would be taken for 0', async () => {
    await learn(deps());
    const before = await store.pointer();
    at += REFIT_MS;
    const wrong = (rate: number, auc: number): LearnDeps['learners'] => ({
      ...deps().learners,
      who: () => ({ kind: 'who', version: 1, rate, months: [1], backTest: { auc } }) as WhoModel,
    });
    await expect(learn(deps({ learners: wrong(Number.NaN, 0.7) }))).rejects.toMatchObject({
      code: 'model-no-number',
    });
    expect(await store.pointer()).toEqual(before);
    // A back-test in which nobody bought has no AUC: that says something.
    expect(await learn(deps({ learners: wrong(0.1, Number.NaN) }))).toBe('published');
  });

  it('fits anew, and keeps no part, when the model before is of another version', async () => {
    await keep(-2, 'a');
    await learn(deps());
    const older = (model: Model) => ({ ...model, when: { ...model.when, version: 0 } }) as never;
    const old = { ...store, model: async (made: Manifest) => older(await store.model(made)) };
    const pointer = await store.pointer();
    const [manifest] = pointer.manifests;
    const before = { ...pointer, manifests: [{ ...manifest!, fittedVersion: 0 }] };
    at += DAY_MS;
    expect(isRefitDue(manifest!, { at, horizonDays: 90, orders: manifest!.fittedOrders! })).toBe(
      false,
    );
    const models = { ...old, pointer: async () => before };
    expect(await learn(deps({ models }))).toBe('published');
    const model = (await newest())?.model;
    expect(model?.who).toBeDefined();
    expect(model?.when).toBeUndefined();
  });

  it('gives way to another run that was faster', async () => {
    const overtaken: LearnDeps['models'] = { ...store, publish: async () => 'overtaken' };
    expect(await learn(deps({ models: overtaken }))).toBe('overtaken');
    expect(counted['Learned_overtaken']).toBe(1);
  });

  it('lets the rows of old periods be added up', async () => {
    await learn(deps());
    expect(tidied).toEqual([periodOf(Math.floor(NIGHT / DAY_MS)) - KEPT_PERIODS]);
    expect(counted['Cells_rolled']).toBe(3);
  });

  it('throws and publishes nothing when the cells cannot be read, so that the alarm rings', async () => {
    const broken = {
      // oxlint-disable-next-line require-yield -- it fails before
      pages: async function* () {
        throw new Error('no table');
      },
      tidy: deps().cells.tidy,
    };
    await expect(learn(deps({ cells: broken }))).rejects.toThrow('no table');
    expect((await store.pointer()).version).toBe(0);
  });

  it('counts the orders of an import that are more than a night learns', async () => {
    const page = (from: number) =>
      Array.from({ length: 50_000 }, (_, i) => gathered(`${from + i}`));
    const read = async function* (date: string) {
      if (date !== '2026-05-30') return;
      for (let from = 0; from <= ORDERS_A_NIGHT_MAX; from += 50_000) yield page(from);
    };
    const none = { when: () => ({ kind: 'when' }), what: () => ({ kind: 'what' }) };
    const learners = { ...deps().learners, ...none } as unknown as LearnDeps['learners'];
    await learn(deps({ baskets: { read }, learners }));
    expect(counted['OrdersNotLearned']).toBe(50_000);
  });

  it('shows the whole feed to those who learn of products, but not more than fits', async () => {
    await keep(-2, 'a');
    const sizes: number[] = [];
    const learners: LearnDeps['learners'] = {
      ...deps().learners,
      what: (_previous, _some, products) => {
        sizes.push(products.size);
        return { kind: 'what' } as WhatModel;
      },
    };
    const product = (id: number) => ({ id: `P-${id}`, title: 'P', available: true });
    const pages = async function* () {
      const page = 25_000;
      for (let from = 0; from <= PRODUCTS_A_NIGHT_MAX; from += page) {
        yield Array.from({ length: page }, (_, index) => product(from + index));
      }
    };
    await learn(deps({ learners, catalogue: { pages } }));
    expect(sizes).toEqual([PRODUCTS_A_NIGHT_MAX]);
    expect(counted['ProductsNotRead']).toBe(25_000);
  });

  it('says in the log how good the model is, in ids and numbers alone', async () => {
    await keep(-2, 'a');
    await learn(deps());
    for (const value of told.flatMap(Object.values)) {
      expect(String(value)).toMatch(/^[\w.:-]+$/);
      expect(String(value)).not.toContain('P-a');
    }
  });
});

describe('orders that wait', () => {
  const due = (basketsLearned: number) =>
    areOrdersDue({ baskets }, { basketsThrough: '2026-05-20', basketsLearned }, at);
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

  it('are learned when they are a fiftieth of all that were', async () => {
    await keep(-2, ...ids(2));
    expect(await due(100)).toBe(true);
    expect(await due(101)).toBe(false);
  });

  it('are learned when they are five hundred, however large the shop', async () => {
    await keep(-2, ...ids(NEW_ORDERS - 1));
    expect(await due(1_000_000)).toBe(false);
    await keep(-3, 'one-more');
    expect(await due(1_000_000)).toBe(true);
  });

  it('are learned after five days at the latest', async () => {
    await keep(-2, 'a');
    expect(await due(1_000_000)).toBe(false);
    at += (WAIT_DAYS_MAX - 1) * DAY_MS;
    expect(await due(1_000_000)).toBe(false);
    at += DAY_MS;
    expect(await due(1_000_000)).toBe(true);
  });

  it('are not worth a model while there are none', async () => {
    expect(await due(0)).toBe(false);
  });
});

describe('dates that are learned', () => {
  it('are those that are complete, and not older than their orders live', () => {
    const all = datesAfter(undefined, NIGHT);
    expect(all).toHaveLength(BASKETS_DAYS - 1);
    expect(all.at(-1)).toBe('2026-05-30');
    expect(datesAfter('2026-05-28', NIGHT)).toEqual(['2026-05-29', '2026-05-30']);
    expect(datesAfter('2026-05-30', NIGHT)).toEqual([]);
  });
});
