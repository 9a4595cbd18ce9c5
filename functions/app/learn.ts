/**
 * Each night: counted cells -> who comes back; gathered orders -> when and what. It reads no customer and no
 * event, and publishes a model when there is something to say. A run that dies leaves everything as it was,
 * and the next one does its work.
 */
import { PerennialError } from '../contract/errors.ts';
import { hashId } from '../contract/ids.ts';
import { WHO_VERSION, type WhoModel } from '../contract/prediction-who.ts';
import type { Day, Model, Tables } from '../contract/predictions.ts';
import type { Settings } from '../contract/settings.ts';
import { DAY_MS, type Instant, iso } from '../contract/time.ts';
import type { PeriodFlow } from '../domain/prediction/cells.ts';
import { CellTable } from '../domain/prediction/cells/table.ts';
import { type Cells, tidyCells } from './cells.ts';
import {
  areOrdersDue,
  datesAfter,
  learnProducts,
  type ProductDeps,
  type ProductLearners,
} from './learn-products.ts';
import {
  EFFECTIVE_AFTER_MS,
  type LearnState,
  type Manifest,
  type ModelStore,
  type Pointer,
  understood,
  understoodTables,
} from './models.ts';

/** Everything in the cells, in columns: as objects the rows of a large shop would not fit the function. */
export type Counted = { rows: CellTable; flows: PeriodFlow[] };

/** What the models are made with. Pure. */
export type Learners = ProductLearners & {
  who(counted: Counted, at: { today: Day; horizonDays: number }): WhoModel;
};

export type LearnDeps = ProductDeps & {
  cells: Cells;
  models: ModelStore;
  learners: Learners;
  policies: { current(): Promise<{ settings: Settings }> };
  now(): Instant;
  /** Numbers and ids, for whoever asks the log how a night went. */
  tell(message: string, fields: { [name: string]: string | number | boolean }): void;
};

export type Learned = 'published' | 'nothing-new' | 'overtaken';

/**
 * The share of order days by which the cells must have changed before the fit says anything else: a
 * hundredth moves its coefficients less than their own errors.
 */
export const REFIT_SHARE = 0.02;
/** And at least weekly: time itself moves customers, and a model that is in use stays alive. */
export const REFIT_MS = 7 * DAY_MS;

export async function learn(deps: LearnDeps): Promise<Learned> {
  const at = deps.now();
  const was = await deps.models.pointer();
  const { horizonDays } = (await deps.policies.current()).settings.churn;
  const state: LearnState = was.manifests[0] ?? {};
  const products = await areOrdersDue(deps, state, at);
  const next =
    products || isOld(state, { at, horizonDays })
      ? await nextModel(deps, was, { at, horizonDays, products })
      : undefined;
  const outcome = next ? await publish(deps, was, next) : await looked(deps, was, at);
  deps.count(`Learned_${outcome}`);
  const tidied = await tidyCells(deps.cells, Math.floor(at / DAY_MS));
  for (const [what, rows] of Object.entries(tidied)) deps.count(`Cells_${what}`, rows);
  return outcome;
}

/** The cells are only read when they may tell something new: a million customers are 200 MB of them. */
async function nextModel(
  deps: LearnDeps,
  was: Pointer,
  { at, horizonDays, products }: { at: Instant; horizonDays: number; products: boolean },
): Promise<Made | undefined> {
  const counted = await readCells(deps);
  const shop = { at, horizonDays, orders: counted.rows.orderDays() };
  const who = shop.orders > 0 && isRefitDue(was.manifests[0] ?? {}, shop);
  if (!who && !products) return undefined;
  return made(deps, was.manifests, counted, shop, { who, products });
}

async function readCells({ cells, count }: LearnDeps): Promise<Counted> {
  const rows = new CellTable();
  const flows: PeriodFlow[] = [];
  for await (const page of cells.pages()) {
    for (const row of page.rows) rows.add(row);
    flows.push(...page.flows);
  }
  count('CellRowsRead', rows.size);
  return { rows, flows };
}

type Shop = { at: Instant; horizonDays: number; orders: number };

/** True when there is no fit yet, or one for another horizon, of another version, or of a week ago. */
const isOld = (
  { fittedAt, fittedDays, fittedVersion }: LearnState,
  { at, horizonDays }: Omit<Shop, 'orders'>,
): boolean =>
  fittedAt === undefined ||
  fittedDays !== horizonDays ||
  fittedVersion !== WHO_VERSION ||
  at - fittedAt >= REFIT_MS;

/** True when the shop is another than the one that the model knows, or the model a week old. */
export function isRefitDue(state: LearnState, shop: Shop): boolean {
  const { fittedOrders = 0 } = state;
  const { orders } = shop;
  if (isOld(state, shop)) return true;
  return Math.abs(orders - fittedOrders) >= REFIT_SHARE * Math.max(1, fittedOrders);
}

type Before = { state: LearnState; model?: Model; tables?: Tables };

/**
 * The newest model that is whole; orders wait long enough to be learned from there again. A table that does
 * not answer is another matter: to go on from an older model, or from none, would lose what was learned.
 */
async function latest(
  { models, count }: LearnDeps,
  manifests: readonly Manifest[],
): Promise<Before> {
  for (const manifest of manifests) {
    try {
      const model = understood(await models.model(manifest));
      const tables = understoodTables(await models.tables(manifest));
      return { state: manifest, model, ...(tables && { tables }) };
    } catch (error) {
      if (!isBroken(error)) throw error;
      count('ModelsNotRead');
    }
  }
  return { state: {} };
}

/** True when asking again would find the same: a part is missing, is another one, or is no JSON. */
const isBroken = (error: unknown): boolean =>
  (error instanceof PerennialError && error.code.startsWith('model-part-')) ||
  error instanceof SyntaxError ||
  String((error as { code?: unknown } | undefined)?.code).startsWith('Z_');

type Made = { model: Model; tables?: Tables; at: Instant; state: LearnState };

/** The next model: the parts that are due anew, the others as they were. */
async function made(
  deps: LearnDeps,
  manifests: readonly Manifest[],
  counted: Counted,
  shop: Shop,
  due: { who: boolean; products: boolean },
): Promise<Made> {
  const { state, model, tables } = await latest(deps, manifests);
  const { at, horizonDays, orders } = shop;
  // Where no model before can be read, there is no fit to keep either.
  const isFitted = due.who || (model?.who === undefined && orders > 0);
  const who = isFitted
    ? deps.learners.who(counted, { today: Math.floor(at / DAY_MS), horizonDays })
    : model?.who;
  const known = { ...(model?.when && { when: model.when }), ...(tables && { what: tables.what }) };
  const dates = due.products ? datesAfter(state.basketsThrough, at) : [];
  const products =
    dates.length > 0 ? await learnProducts(deps, known, dates) : { ...known, orders: 0 };
  refuseNoNumbers({ ...who, backTest: undefined, candidates: undefined });
  refuseNoNumbers(products.when);
  const through = dates.at(-1) ?? state.basketsThrough;
  return {
    ...named(deps.now(), who, products),
    at,
    state: {
      ...(isFitted
        ? {
            fittedAt: at,
            fittedOrders: orders,
            fittedDays: horizonDays,
            fittedVersion: WHO_VERSION,
          }
        : fittedOf(state)),
      ...(through !== undefined && { basketsThrough: through }),
      basketsLearned: (state.basketsLearned ?? 0) + products.orders,
    },
  };
}

/**
 * As JSON, what is no number is null, which counts as 0: everybody would be told the same. Figures of a
 * back-test may be none where there was nothing to judge, and nothing is reckoned with them.
 */
function refuseNoNumbers(part: object | undefined): void {
  JSON.stringify(part, (name, value: unknown) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw new PerennialError(
      'model-no-number',
      `model: ${name} is ${value}, wanted a number; it is not published, the one before stays in use.`,
    );
  });
}

const fittedOf = ({
  fittedAt,
  fittedOrders,
  fittedDays,
  fittedVersion,
}: LearnState): LearnState => ({
  ...(fittedAt !== undefined && { fittedAt }),
  ...(fittedOrders !== undefined && { fittedOrders }),
  ...(fittedDays !== undefined && { fittedDays }),
  ...(fittedVersion !== undefined && { fittedVersion }),
});

/**
 * Named by content and moment: no two publications are one model. `at` is when it was made, not when the night
 * began: a large shop's takes minutes, and readers must have looked before it begins to count.
 */
function named(
  at: Instant,
  who: WhoModel | undefined,
  { when, what }: Pick<Awaited<ReturnType<typeof learnProducts>>, 'when' | 'what'>,
): { model: Model; tables?: Tables } {
  const from = at + EFFECTIVE_AFTER_MS;
  const parts = { ...(who && { who }), ...(when && { when }) };
  const id = hashId('model', iso(from), JSON.stringify([parts, what]));
  return { model: { id, from, ...parts }, ...(what && { tables: { id, from, what } }) };
}

async function publish({ models, tell }: LearnDeps, was: Pointer, next: Made): Promise<Learned> {
  const outcome = await models.publish(was, next);
  const { fittedOrders = 0, basketsLearned = 0 } = next.state;
  tell('learned', {
    outcome,
    ...figuresOf(next.model),
    orderDays: fittedOrders,
    ordersOfProducts: basketsLearned,
  });
  return outcome;
}

async function looked({ models }: LearnDeps, was: Pointer, at: Instant): Promise<Learned> {
  return (await models.looked(was, at)) === 'noted' ? 'nothing-new' : 'overtaken';
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
