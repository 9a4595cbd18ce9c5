/** The churn alarm's part of a wake: a look at the level, and a word to the bus where it changed. */
import { EMIT_DEPTH_MAX } from '../../contract/events.ts';
import { emitId } from '../../contract/ids.ts';
import type { ChurnRisk } from '../../contract/predictions.ts';
import { DAY_MS } from '../../contract/time.ts';
import { dueLook, looked } from '../churn.ts';
import type { Customer, Emit, Risk } from '../customer.ts';
import { modelAt } from '../prediction/model-at.ts';
import { whoAt } from '../prediction/outlook.ts';
import { placedOrders } from '../rhythm.ts';
import { tell, type Work } from './work.ts';

/** In the place of a journey's name, where the kernel itself tells. */
export const CHURN_ALARM = 'churn-alarm';
/** Digits of a probability that mean something. */
const round = (value: number): number => Math.round(value * 1000) / 1000;

const RANK: Readonly<Record<ChurnRisk, number>> = { low: 0, medium: 1, high: 2 };

/**
 * Looks at the level where a look is due, keeps the answer, and emits `Churn Risk Changed` where it is
 * another. Comes before journeys start: those that listen see the level of now.
 */
export function lookAtRisk(work: Work): void {
  const { customer, plan, now } = work;
  if (now < dueLook(customer, plan)) return;
  work.customer = looked(customer, now, plan);
  const [before, after] = [customer.runtime.risk, work.customer.runtime.risk];
  if (!after || after.level === (before?.level ?? 'low')) return;
  // What was before the shop went live is nobody's news.
  if (now >= plan.goLiveAt) announce(work, before, after);
}

function announce(work: Work, before: Risk | undefined, risk: Risk): void {
  const { customer, plan, now, cause } = work;
  const from = before?.level ?? 'low';
  const reason = {
    code: 'risk-changed',
    from,
    to: risk.level,
    because: because(customer, before, risk),
    ...(risk.model !== undefined && { model: risk.model }),
  } as const;
  const last = placedOrders(customer.facts)[0];
  const about = { journey: CHURN_ALARM, step: '', occasion: last?.id ?? '' };
  const depth = (last?.placed.depth ?? 0) + 1;
  if (depth > EMIT_DEPTH_MAX) return tell(work, about, 'lapsed', { ...reason, depth });
  // Before a shop goes live nobody else shall act on what it would have said.
  if (plan.settings.modeCeiling !== 'live') return tell(work, about, 'shadow', reason);
  const id = emitId(cause, work.emits.length);
  const properties = { ...figures(work), from, to: risk.level, because: reason.because };
  work.emits.push({ id, name: 'Churn Risk Changed', properties, depth, at: now });
  tell(work, about, 'emitted', { ...reason, id });
}

/** What the level rests on. */
function figures({ customer, plan, now }: Work): Emit['properties'] {
  const last = placedOrders(customer.facts)[0];
  const told = whoAt(customer.facts, now, plan);
  return {
    ...(told && {
      p_active: round(told.pActive),
      p_active_low: round(told.low),
      p_active_high: round(told.high),
      expected_orders: round(told.expectedOrders),
      basis: told.basis,
    }),
    // A model keeps the horizon that it was fitted for, until the next night.
    horizon_days: modelAt(plan, now)?.who?.horizonDays ?? plan.settings.churn.horizonDays,
    ...(last && { days_since_last_order: Math.floor((now - last.placed.at) / DAY_MS) }),
  };
}

/**
 * Why the level is another one: the customer ordered, or stayed silent; a newer model judges them
 * otherwise; or facts that came late, such as a cancelled order, changed what is known.
 */
function because(customer: Customer, before: Risk | undefined, after: Risk): string {
  const lastAt = placedOrders(customer.facts)[0]?.placed.at ?? Number.NEGATIVE_INFINITY;
  const from = before?.level ?? 'low';
  if (RANK[after.level] > RANK[from]) return 'silence';
  if (before && lastAt > before.at) return 'order';
  return before?.model === after.model ? 'facts' : 'model';
}
