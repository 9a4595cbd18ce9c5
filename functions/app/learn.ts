/**
 * Each night: counted cells -> who comes back; gathered orders -> when and what. It reads no customer and no
 * event, and publishes a model when there is something to say. A run that dies leaves everything as it was,
 * and the next one does its work.
 */
import type { CatalogueProduct } from '../contract/catalogue.ts';
import { hashId } from '../contract/ids.ts';
import type { WhatModel } from '../contract/prediction-what.ts';
import type { WhenModel } from '../contract/prediction-when.ts';
import type { WhoModel } from '../contract/prediction-who.ts';
import type { Basket, Day, Model, Tables } from '../contract/predictions.ts';
import { BASKETS_DAYS } from '../contract/retention.ts';
import type { Settings } from '../contract/settings.ts';
import { DAY_MS, type Instant, iso } from '../contract/time.ts';
import { type CellRow, sumOfRows } from '../domain/prediction/cells.ts';
import type { CatalogueReader } from './catalogue.ts';
import { type CellPage, type Cells, tidyCells } from './cells.ts';
import { type Baskets, dateOf } from './gather.ts';
import { EFFECTIVE_AFTER_MS, type LearnState, type Manifest, type ModelStore } from './models.ts';

/** What the models are made with. Pure; each is given what it said before. */
export type Learners = {
  who(counted: Counted, at: { today: Day; horizonDays: number }): WhoModel;
  when(previous: WhenModel | undefined, baskets: readonly Basket[], products: Products): WhenModel;
  what(previous: WhatModel | undefined, baskets: readonly Basket[], products: Products): WhatModel;
};
/** Everything in the cells: rows of one name added up, in a fixed order. */
export type Counted = CellPage;
export type Products = ReadonlyMap<string, CatalogueProduct>;

export type LearnDeps = {
  cells: Cells;
  baskets: Pick<Baskets, 'read'>;
  catalogue: CatalogueReader;
  models: ModelStore;
  learners: Learners;
  policies: { current(): Promise<{ settings: Settings }> };
  now(): Instant;
  count(name: string, value?: number): void;
  /** Numbers and ids, for whoever asks the log how a night went. */
  tell(message: string, fields: { [name: string]: string | number | boolean }): void;
};

export type Learned = 'published' | 'nothing-new' | 'overtaken';

/** Orders that one night learns products from; of an import with more, the others say the same. */
export const ORDERS_A_NIGHT_MAX = 500_000;
/**
 * Products of the feed that are read: 1 KB each in memory, and twice as many as the tables hold. More than
 * that are learned by their orders alone.
 */
export const PRODUCTS_A_NIGHT_MAX = 100_000;
/** Orders at once in memory: some 20 MB. */
export const ORDERS_AT_ONCE = 20_000;
/**
 * The share of order days by which the cells must have changed before the fit says anything else: a
 * hundredth moves its coefficients less than their own errors.
 */
export const REFIT_SHARE = 0.02;
/** And at least weekly: time itself moves customers, and a model that is in use stays alive. */
export const REFIT_MS = 7 * DAY_MS;
/**
 * A record may wait in the stream for a day. So a date is complete, and its orders are counted once, when
 * another whole day has gone by.
 */
const SETTLED_DAYS = 2;

export async function learn(deps: LearnDeps): Promise<Learned> {
  const at = deps.now();
  const was = await deps.models.pointer();
  const before = await latest(deps, was.manifests);
  const counted = await readCells(deps);
  const who = await learnWho(deps, before, counted, at);
  const products = await learnProducts(deps, before, at);
  let outcome: Learned = 'nothing-new';
  if (who.fresh || products.dates > 0) {
    const state = { ...who.state, basketsThrough: products.through };
    const { model, tables } = named(at, who.model, products);
    outcome = await deps.models.publish(was, { model, ...(tables && { tables }), at, state });
    deps.tell('published', { outcome, ...figuresOf(model), orders: products.orders });
  } else {
    await deps.models.looked(was, at);
  }
  deps.count(`Learned_${outcome}`);
  const tidied = await tidyCells(deps.cells, Math.floor(at / DAY_MS));
  for (const [what, rows] of Object.entries(tidied)) deps.count(`Cells_${what}`, rows);
  return outcome;
}

type Before = { state: LearnState; model?: Model; tables?: Tables };

/** The newest model that can still be read whole; a day's baskets wait for more than a week. */
async function latest(
  { models, count }: LearnDeps,
  manifests: readonly Manifest[],
): Promise<Before> {
  for (const manifest of manifests) {
    try {
      const model = await models.model(manifest);
      const tables = await models.tables(manifest);
      return { state: manifest, model, ...(tables && { tables }) };
    } catch {
      count('ModelsNotRead');
    }
  }
  return { state: {} };
}

async function readCells({ cells, count }: LearnDeps): Promise<Counted> {
  const rows: CellRow[] = [];
  const flows: Counted['flows'] = [];
  for await (const page of cells.pages()) {
    for (const row of page.rows) rows.push(row);
    flows.push(...page.flows);
  }
  count('CellRowsRead', rows.length);
  return { rows: sumOfRows(rows), flows };
}

type Who = { model?: WhoModel; fresh: boolean; state: LearnState };

async function learnWho(
  { learners, policies, tell }: LearnDeps,
  { state, model }: Before,
  counted: Counted,
  at: Instant,
): Promise<Who> {
  const { horizonDays } = (await policies.current()).settings.churn;
  const { rows } = counted;
  const orders = orderDays(rows);
  const { fittedAt, fittedOrders } = state;
  const known = { ...(model?.who && { model: model.who }) };
  if (
    rows.length === 0 ||
    !isRefitDue({ fittedAt, fittedOrders }, model?.who, { orders, at, horizonDays })
  ) {
    return { ...known, fresh: false, state: kept(state) };
  }
  const who = learners.who(counted, { today: Math.floor(at / DAY_MS), horizonDays });
  tell('fitted', { cells: rows.length, orderDays: orders });
  return { model: who, fresh: true, state: { fittedAt: at, fittedOrders: orders } };
}

const kept = ({ fittedAt, fittedOrders }: LearnState): LearnState => ({
  ...(fittedAt !== undefined && { fittedAt }),
  ...(fittedOrders !== undefined && { fittedOrders }),
});

/** Order days of all customers, where they stand now. */
const orderDays = (rows: readonly CellRow[]): number =>
  rows.reduce((sum, { n, repeats }) => sum + n * (repeats + 1), 0);

/** True when the shop is another than the one that the model knows, or the model a week old. */
export function isRefitDue(
  {
    fittedAt,
    fittedOrders = 0,
  }: { fittedAt?: Instant | undefined; fittedOrders?: number | undefined },
  model: Pick<WhoModel, 'horizonDays'> | undefined,
  now: { orders: number; at: Instant; horizonDays: number },
): boolean {
  if (fittedAt === undefined || model?.horizonDays !== now.horizonDays) return true;
  if (now.at - fittedAt >= REFIT_MS) return true;
  return Math.abs(now.orders - fittedOrders) >= REFIT_SHARE * Math.max(1, fittedOrders);
}

type ProductModels = {
  when?: WhenModel;
  what?: WhatModel;
  /** Dates that were learned, and the last of them (or the one before). */
  dates: number;
  through: string;
  orders: number;
};

async function learnProducts(
  deps: LearnDeps,
  { state, model, tables }: Before,
  at: Instant,
): Promise<ProductModels> {
  const through = dateOf(at - SETTLED_DAYS * DAY_MS);
  const sums: ProductModels = {
    ...(model?.when && { when: model.when }),
    ...(tables && { what: tables.what }),
    dates: 0,
    through,
    orders: 0,
  };
  // The feed is read when there is something to learn, and then whole: what is new has no order yet.
  let feed: Promise<Products> | undefined;
  const products = () => (feed ??= readProducts(deps));
  for (const date of datesAfter(state.basketsThrough, at)) {
    const orders = await learnDate(deps, date, sums, products);
    if (orders > 0) sums.dates += 1;
    sums.orders += orders;
  }
  return sums;
}

/** Dates that are complete and not learned yet, oldest first; what is older than the baskets live is gone. */
export function datesAfter(through: string | undefined, at: Instant): string[] {
  const dates: string[] = [];
  for (let back = BASKETS_DAYS; back >= SETTLED_DAYS; back -= 1) {
    const date = dateOf(at - back * DAY_MS);
    if (through === undefined || date > through) dates.push(date);
  }
  return dates;
}

/** Adds one date to the sums, in slices, so that no date is ever whole in memory. Resolves to its orders. */
async function learnDate(
  deps: LearnDeps,
  date: string,
  sums: ProductModels,
  products: () => Promise<Products>,
): Promise<number> {
  const seen = new Set<string>();
  let slice: Basket[] = [];
  const learnSlice = async () => {
    if (slice.length === 0) return;
    sums.when = deps.learners.when(sums.when, slice, await products());
    sums.what = deps.learners.what(sums.what, slice, await products());
    slice = [];
  };
  for await (const page of deps.baskets.read(date)) {
    for (const { id, basket } of page) {
      if (seen.has(id)) continue;
      if (sums.orders + seen.size >= ORDERS_A_NIGHT_MAX) {
        deps.count('OrdersNotLearned');
        continue;
      }
      seen.add(id);
      slice.push(basket);
    }
    if (slice.length >= ORDERS_AT_ONCE) await learnSlice();
  }
  await learnSlice();
  return seen.size;
}

async function readProducts({ catalogue, count }: LearnDeps): Promise<Products> {
  const products = new Map<string, CatalogueProduct>();
  let left = 0;
  for await (const page of catalogue.pages()) {
    for (const product of page) {
      if (products.size < PRODUCTS_A_NIGHT_MAX) products.set(product.id, product);
      else left += 1;
    }
  }
  count('ProductsNotRead', left);
  return products;
}

/** Named by content and moment: no two publications are one model. */
function named(
  at: Instant,
  who: WhoModel | undefined,
  { when, what }: ProductModels,
): { model: Model; tables?: Tables } {
  const from = at + EFFECTIVE_AFTER_MS;
  const parts = { ...(who && { who }), ...(when && { when }) };
  const id = hashId('model', iso(from), JSON.stringify([parts, what]));
  return { model: { id, from, ...parts }, ...(what && { tables: { id, from, what } }) };
}

/** What the log says of a model. */
function figuresOf({ id, from, who }: Model) {
  const { backTest } = who ?? {};
  return {
    model: id,
    from: iso(from),
    ...(who && { basis: who.basis, customers: who.customers, repeaters: who.repeaters }),
    ...(backTest && {
      brier: backTest.brier,
      logLoss: backTest.logLoss,
      calibrationError: backTest.calibrationError,
    }),
  };
}
