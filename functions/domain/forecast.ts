/** What conditions and mails may ask about a customer's future. What nobody can tell is absent. */
import type { Condition, Variables } from '../contract/conditions.ts';
import type { Shop } from '../contract/journeys.ts';
import { DAY_MS, type Instant, iso } from '../contract/time.ts';
import type { Facts } from './customer.ts';
import { dayOf } from './facts/days.ts';
import { pathsOf } from './journeys/conditions.ts';
import { nextOrderAt, riskOf, whoAt } from './prediction/outlook.ts';

/** Four digits: more would be noise, and a condition compares what a mail would show. */
const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/** Fields of `customer` (see CONDITION_VARIABLES) as the model of `at` tells them. */
export function forecastVariables(facts: Facts, at: Instant, shop: Shop): Variables {
  const who = whoAt(facts, at, shop);
  const next = nextOrderAt(facts, at, shop);
  const today = dayOf(at);
  return {
    ...(who && {
      p_active: round(who.pActive),
      p_active_low: round(who.low),
      p_active_high: round(who.high),
      expected_orders: round(who.expectedOrders),
      churn_risk: riskOf(who, shop.settings.churn),
      prediction_basis: who.basis,
    }),
    ...(next && {
      next_order_at: iso(next.due * DAY_MS),
      next_order_in_days: next.due - today,
      next_order_in_days_low: next.low - today,
      next_order_in_days_high: next.high - today,
      next_order_basis: next.basis,
    }),
  };
}

const FIELDS: ReadonlySet<string> = new Set([
  'p_active',
  'p_active_low',
  'p_active_high',
  'expected_orders',
  'churn_risk',
  'prediction_basis',
  'next_order_at',
  'next_order_in_days',
  'next_order_in_days_low',
  'next_order_in_days_high',
  'next_order_basis',
]);

/** Conditions are never changed in place. */
const ASKS = new WeakMap<Condition, boolean>();

/** True when a condition reads one of them: only then are they worth a model's evaluation. */
export function asksForecast(condition: Condition): boolean {
  let asks = ASKS.get(condition);
  if (asks === undefined) {
    asks = pathsOf(condition).some(
      ([group, field]) => group === 'customer' && FIELDS.has(field ?? ''),
    );
    ASKS.set(condition, asks);
  }
  return asks;
}
