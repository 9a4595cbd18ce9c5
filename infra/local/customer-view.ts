/** What the page of one customer shows, from facts and models. Pure. */
import type { Shop } from '../../functions/contract/journeys.ts';
import type { Due } from '../../functions/contract/prediction-when.ts';
import type { WhoModel, WhoPrediction } from '../../functions/contract/prediction-who.ts';
import type { ChurnRisk, Day, Model } from '../../functions/contract/predictions.ts';
import type { DecisionReason } from '../../functions/contract/reasons.ts';
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import type { Customer } from '../../functions/domain/customer.ts';
import {
  historyOf,
  historyOfDays,
  orderDaysOf,
} from '../../functions/domain/prediction/history.ts';
import { modelAt } from '../../functions/domain/prediction/model-at.ts';
import { crossingsOf, riskOf } from '../../functions/domain/prediction/outlook.ts';
import { nextOrder } from '../../functions/domain/prediction/when/next.ts';
import { predictWho } from '../../functions/domain/prediction/who/predict.ts';
import { type CustomerProducts, productsOf, type ProductsKnown } from './customer-products.ts';
import { CHURN_ALARM } from '../../functions/domain/wake/risk.ts';

/** What was told of a customer's level. */
export type Told = { at: Instant; from: string; to: string; because: string };

/** A point of P(active) over time, with how sure the model is. */
export type CurvePoint = { day: Day; p: number; low: number; high: number };

export type CustomerView = {
  id: string;
  today: Day;
  days: Day[];
  /** Minor units, net of refunds. */
  spend: { orders: number; total: number } | undefined;
  currency: string;
  horizonDays: number;
  thresholds: { medium: number; high: number };
  /** Which model counts now, and since when; undefined before the first. */
  model: { from: Instant; basis: WhoModel['basis'] } | undefined;
  who: (WhoPrediction & { risk: ChurnRisk }) | undefined;
  /** As today's model sees each day since the first order. */
  curve: CurvePoint[];
  /** The days to come, if nothing is bought. */
  ahead: CurvePoint[];
  told: Told[];
  /** When the level rises, if nothing is bought. */
  coming: { level: 'medium' | 'high'; day: Day }[];
  next: Due | undefined;
  products: CustomerProducts;
};

/** Longer histories are drawn from here on: three years of days are more than a screen has pixels. */
const CURVE_DAYS_MAX = 1_095;
/** Ahead until the alarms that come within a year, and at least so far. */
const AHEAD_DAYS_MIN = 90;
const AHEAD_DAYS_MAX = 365;
/** Beyond the last of them, for the eye. */
const AFTER_DAYS = 14;

export function toldIn(reasons: readonly DecisionReason[]): Told[] {
  return reasons
    .filter(({ journey, reason }) => journey === CHURN_ALARM && reason.code === 'risk-changed')
    .map(({ at, reason }) => ({
      at,
      from: String(reason['from']),
      to: String(reason['to']),
      because: String(reason['because']),
    }));
}

const dayOf = (at: Instant): Day => Math.floor(at / DAY_MS);

/** Everything that the page of one customer shows. Pure. */
export function viewOf(
  customer: Customer,
  shop: Shop,
  now: Instant,
  seen: { told: Told[]; products?: Omit<ProductsKnown, 'when' | 'settings'> },
): CustomerView {
  const { facts } = customer;
  const { churn, shop: about } = shop.settings;
  const days = orderDaysOf(facts);
  const history = historyOf(facts, about.currency);
  const today = Math.max(dayOf(now), history?.last ?? 0);
  const model = modelAt(shop, now);
  const who = model?.who && model.who.basis !== 'none' ? model.who : undefined;
  const judged = who && history ? predictWho(who, history, today, churn.horizonDays) : undefined;
  const coming = who && model ? comingOf(customer, model, shop, today) : [];
  return {
    id: customer.id,
    today,
    days,
    spend: history?.spend,
    currency: about.currency,
    horizonDays: churn.horizonDays,
    thresholds: { medium: churn.medium, high: churn.high },
    model: model?.who && { from: model.from, basis: model.who.basis },
    who: judged && { ...judged, risk: riskOf(judged, churn) },
    curve: who ? curveOf(who, days, today, churn.horizonDays) : [],
    ahead: who ? aheadOf(who, days, [today, aheadUntil(coming, today)], churn.horizonDays) : [],
    told: seen.told,
    coming,
    next: model?.when && history ? nextOrder(model.when, { ...history, days }, today) : undefined,
    products: productsOf(facts, today, {
      ...(seen.products ?? { what: undefined, catalogue: new Map() }),
      when: model?.when,
      settings: shop.settings,
    }),
  };
}

const pointAt = (who: WhoModel, days: readonly Day[], day: Day, horizonDays: number) => {
  const history = historyOfDays(days);
  if (!history) return [];
  const { pActive: p, low, high } = predictWho(who, history, day, horizonDays);
  return [{ day, p, low, high }];
};

/** Day by day with what was known then; two points on an order day, so that its jump stands upright. */
function curveOf(who: WhoModel, days: readonly Day[], today: Day, horizon: number): CurvePoint[] {
  const first = days[0];
  if (first === undefined) return [];
  const points: CurvePoint[] = [];
  let known = 0;
  for (let day = Math.max(first, today - CURVE_DAYS_MAX); day <= today; day += 1) {
    const before = known;
    while (known < days.length && (days[known] as Day) <= day) known += 1;
    const jumped = known > before && before > 0;
    if (jumped) points.push(...pointAt(who, days.slice(0, before), day, horizon));
    points.push(...pointAt(who, days.slice(0, known), day, horizon));
  }
  return points;
}

function aheadUntil(coming: CustomerView['coming'], today: Day): Day {
  const last = coming
    .map(({ day }) => day)
    .filter((day) => day <= today + AHEAD_DAYS_MAX)
    .reduce((latest, day) => Math.max(latest, day), today);
  return Math.max(today + AHEAD_DAYS_MIN, last + AFTER_DAYS);
}

function aheadOf(
  who: WhoModel,
  days: readonly Day[],
  [from, until]: readonly [Day, Day],
  horizon: number,
): CurvePoint[] {
  return Array.from({ length: until - from + 1 }, (_, ahead) => from + ahead).flatMap((day) =>
    pointAt(who, days, day, horizon),
  );
}

function comingOf(customer: Customer, model: Model, shop: Shop, today: Day) {
  const crossings = crossingsOf(customer.facts, model, shop);
  if (!crossings) return [];
  const all = [
    { level: 'medium' as const, day: crossings.medium },
    { level: 'high' as const, day: crossings.high() },
  ];
  return all.filter(({ day }) => day >= today && Number.isFinite(day));
}
