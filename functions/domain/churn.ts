/**
 * The churn alarm: how likely a customer is lost, and when that changes if nothing happens. The model gives
 * the days; where it cannot tell, the customer's own rhythm does (see rhythm.ts).
 *
 * The level is what was told last; only a look changes it. When the next look is due lies in the runtime,
 * worked out by the model of the moment when orders become known, and again at each look. So a new model is
 * asked at the next look, nothing is armed again when it is published, other wakes make no difference, and
 * no model is needed that has long been replaced.
 */
import { share } from '../contract/ids.ts';
import type { Shop } from '../contract/journeys.ts';
import type { ChurnRisk, Model } from '../contract/predictions.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import {
  type Customer,
  type Facts,
  type Mark,
  type OrderFact,
  receivedAt,
  type Risk,
} from './customer.ts';
import { isTrusted } from './facts/marks.ts';
import { modelAt } from './prediction/model-at.ts';
import { orderDaysOf } from './prediction/history.ts';
import { type Crossings, crossingsOf } from './prediction/outlook.ts';
import { latenessOf, placedOrders } from './rhythm.ts';
import { SETTLE_MS } from './settle.ts';

const NEVER = Number.POSITIVE_INFINITY;

/**
 * While no model can tell, each horizon asks whether one can by now; after a year of silence no more: then
 * nobody needs an alarm to know.
 */
export const ASK_AGAIN_DAYS_MAX = 365;

/** Tells one model from the next; the item is billed by the kilobyte. */
const MODEL_CHARS = 8;

/** When the level rises if the customer stays silent. */
export type Alarm = { medium: Instant; high(): Instant };

/** The alarm by one model; undefined where it cannot tell. A customer's hour is drawn once, for all days. */
export function alarmOf(
  { id, facts }: Customer,
  model: Model | undefined,
  shop: Shop,
): Alarm | undefined {
  const crossings = model && crossingsOf(facts, model, shop);
  return crossings && alarmAt(crossings, Math.floor(share('churn', id) * DAY_MS));
}

const alarmAt = (crossings: Crossings, spreadMs: number): Alarm => ({
  medium: crossings.medium * DAY_MS + spreadMs,
  high: () => crossings.high() * DAY_MS + spreadMs,
});

export function levelAt({ medium, high }: Alarm, at: Instant): ChurnRisk {
  if (at < medium) return 'low';
  return at < high() ? 'medium' : 'high';
}

/** The first moment from `start` on at which the level is not `told`; infinity when it stays. */
function changeFrom(alarm: Alarm, start: Instant, told: ChurnRisk): Instant {
  const level = levelAt(alarm, start);
  if (level !== told) return start;
  if (level === 'high') return NEVER;
  return level === 'medium' ? alarm.high() : alarm.medium;
}

/** When all that is known of the customer's orders had settled; undefined without an order. */
export function settledAt({ orders }: Facts): Instant | undefined {
  let latest = Number.NEGATIVE_INFINITY;
  const hear = (mark: Mark | undefined) => {
    if (mark && isTrusted(mark)) latest = Math.max(latest, receivedAt(mark));
  };
  for (const { placed, cancelled, refunds } of orders) {
    // What came with a browser key alone may have been sent by anyone: it puts nothing off.
    if (!placed || !isTrusted(placed)) continue;
    hear(placed);
    hear(cancelled);
    for (const refund of refunds ?? []) hear(refund);
  }
  return latest === Number.NEGATIVE_INFINITY ? undefined : latest + SETTLE_MS;
}

/** What the next look rests on besides the model. */
function groundOf(facts: Facts): string {
  const last = placedOrders(facts)[0];
  const parts = [settledAt(facts), last?.id, last?.placed.quiet, latenessOf(facts)?.dueAt];
  return [...parts, ...orderDaysOf(facts)].join(' ');
}

/** The customer with the next look worked out anew where events changed what it rests on. */
export function lookingAnew(before: Facts, customer: Customer, shop: Shop): Customer {
  const { facts, runtime } = customer;
  if (shop.models === undefined) return customer;
  if (before.orders === facts.orders && before.sealed === facts.sealed) return customer;
  if (groundOf(before) === groundOf(facts)) return customer;
  return { ...customer, runtime: { ...runtime, lookAt: stored(lookAfterOrders(customer, shop)) } };
}

/** In the runtime, which is JSON: no look. */
const NONE: Instant = 0;
const stored = (look: Instant): Instant => (look === NEVER ? NONE : look);

/** When the next look is due; infinity: never. */
export function dueLook(customer: Customer, shop: Shop): Instant {
  if (shop.models === undefined) return NEVER;
  const { lookAt } = customer.runtime;
  if (lookAt === NONE) return NEVER;
  // Without one the orders are from before there were predictions.
  return lookAt ?? lookAfterOrders(customer, shop);
}

/** The first look after all that is known of the customer's orders. */
function lookAfterOrders(customer: Customer, shop: Shop): Instant {
  const settled = settledAt(customer.facts);
  if (settled === undefined) return NEVER;
  const { risk } = customer.runtime;
  return nextLook(customer, Math.max(settled, risk?.at ?? settled), shop);
}

/** The first look from `start` on, by the model of that moment; infinity: none. */
function nextLook(customer: Customer, start: Instant, shop: Shop): Instant {
  const { facts, runtime } = customer;
  const last = placedOrders(facts)[0];
  if (!last) return NEVER;
  const told = runtime.risk?.level ?? 'low';
  // History builds the profile and raises no alarm.
  if (last.placed.quiet && told === 'low') return NEVER;
  const alarm = alarmOf(customer, modelAt(shop, start), shop);
  return alarm ? changeFrom(alarm, start, told) : askAgain(facts, last.placed.at, start, shop);
}

/** The customer after a look at `now`: the level by the model of now, and when the next look is due. */
export function looked(customer: Customer, now: Instant, shop: Shop): Customer {
  const { runtime } = customer;
  const model = modelAt(shop, now);
  const alarm = alarmOf(customer, model, shop);
  const told = runtime.risk?.level ?? 'low';
  const risk: Risk = {
    level: alarm ? levelAt(alarm, now) : told,
    at: now,
    ...(alarm && model && { model: model.id.slice(0, MODEL_CHARS) }),
  };
  const after = { ...customer, runtime: { ...runtime, risk } };
  const lookAt = stored(nextLook(after, now, shop));
  return { ...after, runtime: { ...after.runtime, lookAt } };
}

/** No model can tell: at the moment of the customer's own rhythm, or a horizon later, one may. */
function askAgain(facts: Facts, lastAt: Instant, start: Instant, { settings }: Shop): Instant {
  const late = latenessOf(facts)?.dueAt ?? NEVER;
  const later = start + settings.churn.horizonDays * DAY_MS;
  const next = late > start ? Math.min(late, later) : later;
  return next <= lastAt + ASK_AGAIN_DAYS_MAX * DAY_MS ? next : NEVER;
}

/** Why a journey for lost customers runs: since when, and the order since which it is silent. */
export type Lost = { at: Instant; last: OrderFact & { placed: Mark } };

/**
 * The latest alarm that was told: the model's; else, where no model could tell at its moment or there are no
 * predictions at all, that of the customer's own rhythm, told or still to come.
 */
export function lostSince({ facts, runtime }: Customer, shop: Shop): Lost | undefined {
  const last = placedOrders(facts)[0];
  if (!last || last.placed.quiet) return undefined;
  const { risk } = runtime;
  if (risk?.model !== undefined && risk.at > last.placed.at) {
    return risk.level === 'high' ? { at: risk.at, last } : undefined;
  }
  const lateness = latenessOf(facts);
  if (!lateness) return undefined;
  const isToCome = shop.models !== undefined && (risk === undefined || risk.at < lateness.dueAt);
  return isToCome ? undefined : { at: lateness.dueAt, last: lateness.last };
}

/**
 * Whether the alarm that started a run still stands at `at`. Orders that became known since the latest
 * look count at once, before the next look has told of them.
 */
export function isLost(customer: Customer, at: Instant, shop: Shop): boolean {
  const { facts, runtime } = customer;
  const last = placedOrders(facts)[0];
  if (!last) return false;
  const { risk } = runtime;
  if (risk?.model === undefined || risk.at <= last.placed.at) {
    const dueAt = latenessOf(facts)?.dueAt;
    return dueAt !== undefined && dueAt <= at;
  }
  if (risk.level !== 'high') return false;
  if ((settledAt(facts) ?? NEVER) <= risk.at) return true;
  const alarm = alarmOf(customer, modelAt(shop, at), shop);
  return alarm !== undefined && levelAt(alarm, at) === 'high';
}
