/**
 * What the model of a moment says of one customer. What follows from the orders alone is worked out once
 * as long as they and the model stay the same: a wake asks it many times.
 */
import type { Shop } from '../../contract/journeys.ts';
import type { Due } from '../../contract/prediction-when.ts';
import type { WhoModel, WhoPrediction } from '../../contract/prediction-who.ts';
import type { ChurnRisk, Day, History, Model } from '../../contract/predictions.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Instant } from '../../contract/time.ts';
import type { Facts, OrderFact } from '../customer.ts';
import { dayOf } from '../facts/days.ts';
import { type Bought, historyOf, historyOfDays, orderDaysOf } from './history.ts';
import { modelAt } from './model-at.ts';
import { nextOrder } from './when/next.ts';
import { crossingDay, predictWho } from './who/predict.ts';

type Churn = Settings['churn'];

/** The days from which on P(active) stays below a threshold if the customer stays silent. */
export type Crossings = {
  /** Infinity: not within SILENCE_MAX_DAYS. */
  medium: Day;
  /** Not before `medium`; worked out when it is asked for, since most customers buy before. */
  high(): Day;
};

/** Facts of customers who were silent for so long are forgotten (36 months): no alarm comes later. */
export const SILENCE_MAX_DAYS = 36 * 30;
/**
 * The alarm keeps silent for this share of the horizon after an order. P(active) of somebody who bought
 * once is often below a threshold from the first day; nobody wins back who was there yesterday. Of the
 * usual quarter it is a month: below that even a weekly buyer is only on holiday.
 */
export const CALM_SHARE = 1 / 3;

/**
 * An order never brings the alarm nearer: a day only counts when P(active) is below the threshold as it
 * stood before the newest orders, too. Else something forgotten and ordered the day after would look like a
 * rhythm of a day, which the customer then breaks. The dozen that the item keeps in full is enough.
 */
export const STAGES_MAX = 12;
const NEVER = Number.POSITIVE_INFINITY;

/** What was worked out from one list of orders; it is never changed in place. */
type Known = {
  sealed: Facts['sealed'];
  currency: string;
  history: History | undefined;
  /** The latest answers; most customers are asked about one model and one day at a time. */
  crossings?: { model: Model; churn: Churn; value: Crossings | undefined };
  prediction?: { model: Model; day: Day; value: WhoPrediction };
};
const KNOWN = new WeakMap<readonly OrderFact[], Known>();

function knownOf({ orders, sealed }: Bought, currency: string): Known {
  const before = KNOWN.get(orders);
  if (before && before.sealed === sealed && before.currency === currency) return before;
  const history = historyOf(sealed ? { orders, sealed } : { orders }, currency);
  const known: Known = { sealed, currency, history };
  KNOWN.set(orders, known);
  return known;
}

/** Whether a model says anything of who comes back, and of this customer. */
const canTell = (facts: Bought, model: Model | undefined, { settings }: Shop): boolean =>
  model?.who !== undefined &&
  model.who.basis !== 'none' &&
  knownOf(facts, settings.shop.currency).history !== undefined;

/** P(active) and the rest at `at`; undefined where no model counts then, or where it cannot tell yet. */
export function whoAt(facts: Bought, at: Instant, shop: Shop): WhoPrediction | undefined {
  const model = modelAt(shop, at);
  const known = knownOf(facts, shop.settings.shop.currency);
  if (!model?.who || !known.history || !canTell(facts, model, shop)) return undefined;
  // Of facts that came early: the model knows no day before the last order.
  const day = Math.max(dayOf(at), known.history.last);
  const { prediction } = known;
  if (prediction && prediction.model === model && prediction.day === day) return prediction.value;
  const value = predictWho(model.who, known.history, day);
  known.prediction = { model, day, value };
  return value;
}

/** When the next order is to be expected; undefined without a model of it. Worked out when it is asked for. */
export function nextOrderAt(facts: Bought, at: Instant, shop: Shop): Due | undefined {
  const when = modelAt(shop, at)?.when;
  const { history } = knownOf(facts, shop.settings.shop.currency);
  if (!when || !history) return undefined;
  const day = Math.max(dayOf(at), history.last);
  return nextOrder(when, { ...history, days: orderDaysOf(facts) }, day);
}

/** When the alarm rises if the customer stays silent; undefined where the model cannot tell. */
export function crossingsOf(facts: Bought, model: Model, shop: Shop): Crossings | undefined {
  const known = knownOf(facts, shop.settings.shop.currency);
  const { churn } = shop.settings;
  const before = known.crossings;
  if (before && before.model === model && before.churn === churn) return before.value;
  const value = canTell(facts, model, shop) ? solve(facts, model, churn) : undefined;
  known.crossings = { model, churn, value };
  return value;
}

function solve(facts: Bought, { who }: Model, churn: Churn): Crossings | undefined {
  const stages = stagesOf(orderDaysOf(facts));
  const now = stages[0];
  if (!who || !now) return undefined;
  const calm = now.last + Math.ceil(churn.horizonDays * CALM_SHARE);
  const medium = crossing(who, stages, calm, churn.medium);
  let high: Day | undefined;
  return {
    medium,
    high: () => {
      high ??= crossing(who, stages, medium, churn.high);
      return high;
    },
  };
}

/** The history as it was after each of the newest order days, the newest first. */
function stagesOf(days: readonly Day[]): History[] {
  const stages: History[] = [];
  let stage: History | undefined;
  for (const day of days) {
    stage = stage ? withDay(stage, day) : historyOfDays([day]);
    if (stage) stages.push(stage);
  }
  return stages.slice(-STAGES_MAX).toReversed();
}

const withDay = ({ first, last, repeats, logGaps }: History, day: Day): History => ({
  first,
  last: day,
  repeats: repeats + 1,
  logGaps: logGaps + Math.log(day - last),
});

/** The first day from `from` on that is below the threshold by every stage; infinity: by the newest never. */
function crossing(who: WhoModel, stages: readonly History[], from: Day, threshold: number): Day {
  let day = from;
  for (const stage of stages) {
    const until = stage.last + SILENCE_MAX_DAYS;
    if (day > until) continue;
    const crossed = crossingDay(who, stage, day, threshold, until);
    if (crossed === undefined && stage === stages[0]) return NEVER;
    day = crossed ?? until;
  }
  return day;
}

/** The band of a probability. */
export const riskOf = ({ pActive }: WhoPrediction, { medium, high }: Churn): ChurnRisk =>
  pActive < high ? 'high' : pActive < medium ? 'medium' : 'low';

/** The band of a customer at `at`; undefined where nobody can tell. */
export function bandAt(facts: Bought, at: Instant, shop: Shop): ChurnRisk | undefined {
  const told = whoAt(facts, at, shop);
  return told && riskOf(told, shop.settings.churn);
}
