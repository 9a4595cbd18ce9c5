/**
 * The churn alarm: how likely a customer is lost, and when that changes if nothing happens. The model gives
 * the days; where it cannot tell, the customer's own rhythm does (see rhythm.ts).
 *
 * The level is what was told last. It lives in the runtime and changes at a look alone. Looks follow from
 * facts and models: the first after the last order was known, each further one where the level changes by
 * the model of the look before. So a new model is asked at the next look, nothing is armed again when it is
 * published, and other wakes of the customer make no difference.
 */
import { share } from '../contract/ids.ts';
import type { Shop } from '../contract/journeys.ts';
import type { ChurnRisk, Model } from '../contract/predictions.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import { type Customer, type Facts, type Mark, type OrderFact, receivedAt } from './customer.ts';
import { isTrusted } from './facts/marks.ts';
import { modelAt } from './prediction/model-at.ts';
import { canTell, type Crossings, crossingsOf } from './prediction/outlook.ts';
import { latenessOf, placedOrders } from './rhythm.ts';
import { SETTLE_MS } from './settle.ts';

const NEVER = Number.POSITIVE_INFINITY;

/**
 * While no model can tell, each horizon asks whether one can by now; after a year of silence no more: then
 * nobody needs an alarm to know.
 */
export const ASK_AGAIN_DAYS_MAX = 365;

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
function settledAt({ orders }: Facts): Instant | undefined {
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

/** True when events changed what the alarm rests on. */
export const movesAlarm = (before: Facts, after: Facts): boolean =>
  before.orders !== after.orders || before.sealed !== after.sealed;

/**
 * The moment of the next look at the customer's level; infinity when there is none. A function of facts,
 * models and the latest look, whenever it is asked for.
 */
export function nextLook(customer: Customer, shop: Shop): Instant {
  const { facts, runtime } = customer;
  if (shop.models === undefined) return NEVER;
  const last = placedOrders(facts)[0];
  const settled = last && settledAt(facts);
  if (!last || settled === undefined) return NEVER;
  const told = runtime.risk?.level ?? 'low';
  // History builds the profile and raises no alarm.
  if (last.placed.quiet && told === 'low') return NEVER;
  const start = Math.max(settled, runtime.risk?.at ?? settled);
  const alarm = alarmOf(customer, modelAt(shop, start), shop);
  return alarm ? changeFrom(alarm, start, told) : askAgain(facts, last.placed.at, start, shop);
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
 * The latest alarm that stands or is to come: the model's, once it was told; else, where no model can tell
 * at its moment, that of the customer's own rhythm.
 */
export function lostSince(customer: Customer, shop: Shop): Lost | undefined {
  const { facts, runtime } = customer;
  const last = placedOrders(facts)[0];
  if (!last || last.placed.quiet) return undefined;
  const { risk } = runtime;
  if (risk?.model !== undefined && risk.at > last.placed.at) {
    return risk.level === 'high' ? { at: risk.at, last } : undefined;
  }
  const lateness = latenessOf(facts);
  if (!lateness || canTell(facts, modelAt(shop, lateness.dueAt), shop)) return undefined;
  return { at: lateness.dueAt, last: lateness.last };
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
  const alarm = alarmOf(customer, modelAt(shop, risk.at), shop);
  return alarm !== undefined && levelAt(alarm, at) === 'high';
}
