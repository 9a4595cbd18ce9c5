/** Standing on a day of the past: what each candidate forecast, and what came. */
import type { Figures, WhoModel } from '../../functions/contract/prediction-who.ts';
import type { Day } from '../../functions/contract/predictions.ts';
import { FAMILIES } from '../../functions/domain/prediction/families/all.ts';
import { compress } from '../../functions/domain/prediction/families/compress.ts';
import type { FamilyId } from '../../functions/domain/prediction/families/family.ts';
import type { Row } from '../../functions/domain/prediction/panel.ts';
import { fitWho } from '../../functions/domain/prediction/who/fit.ts';
import { type Judged, metrics } from '../../functions/domain/prediction/who/metrics.ts';
import { panelFromDays, rowOf } from '../../functions/domain/prediction/who/panel-from-days.ts';
import { predictWho } from '../../functions/domain/prediction/who/predict.ts';

/** Each customer's distinct order days, ascending. */
export type Customers = readonly (readonly Day[])[];

export type Scored = {
  id: 'procedure' | FamilyId;
  figures: Figures;
  /** Of each customer: what was forecast, and what came. */
  judged: Judged[];
  /** Of a family alone. */
  params?: readonly number[];
};

export type SplitResult = {
  origin: Day;
  horizonDays: number;
  who: WhoModel;
  /** Customers known at the origin, alike ones together. */
  rows: Row[];
  /** The procedure first. */
  scored: Scored[];
};

type Forecast = { p: number; expected: number };
type Predict = (row: Row) => Forecast;

/**
 * Fits on what was known at the origin, and judges by the days after it. `say` is told what is done now.
 * Families begin where they ended at `near`, a split of the same shop: a third of the time.
 */
export function scoreSplit(
  customers: Customers,
  { origin, horizonDays }: { origin: Day; horizonDays: number },
  say: (text: string) => void,
  near?: SplitResult,
): SplitResult {
  const known = customers
    .map((days) => days.filter((day) => day <= origin))
    .filter((days) => days.length > 0);
  say('fitting the procedure');
  const panel = panelFromDays(known, { until: origin, horizonDays });
  const who = fitWho(panel, { horizonDays });
  const procedure: Predict = ({ x, tx, T, logGaps }) => {
    const first = origin - T;
    const history = { first, last: first + tx, repeats: x, logGaps };
    const { pActive, expectedOrders } = predictWho(who, history, origin, horizonDays);
    return { p: pActive, expected: expectedOrders };
  };
  const judge = judgeOf(customers, origin, horizonDays);
  // Of earlier days only the figures are looked at: six forecasts of each customer are much to keep.
  const scoredBy = (id: Scored['id'], judged: Judged[]): Scored => ({
    id,
    figures: metrics(judged),
    judged: near ? [] : judged,
  });
  const scored: Scored[] = [scoredBy('procedure', judge(procedure))];
  const rows = compress(panel.rows);
  for (const family of Object.values(FAMILIES)) {
    say(`fitting ${family.id}`);
    const start = near?.scored.find(({ id }) => id === family.id)?.params;
    const { params } = family.fit(rows, start);
    const predict: Predict = (row) => ({
      p: family.pActive(params, row, horizonDays),
      expected: family.expected(params, row, horizonDays),
    });
    scored.push({ ...scoredBy(family.id, judge(predict)), params });
  }
  return { origin, horizonDays, who, rows: panel.rows, scored };
}

/** Judges a forecast by each customer's own days; alike customers are forecast once. */
function judgeOf(customers: Customers, origin: Day, horizonDays: number) {
  const places = new Map<string, number>();
  const rows: Row[] = [];
  const known: { place: number; orders: number }[] = [];
  for (const days of customers) {
    const row = rowOf(days, origin);
    if (!row) continue;
    const key = `${row.x} ${row.tx} ${row.T} ${row.logGaps}`;
    let place = places.get(key);
    if (place === undefined) {
      place = rows.push(row) - 1;
      places.set(key, place);
    }
    let orders = 0;
    for (const day of days) if (day > origin && day <= origin + horizonDays) orders += 1;
    known.push({ place, orders });
  }
  return (predict: Predict): Judged[] => {
    const forecasts = rows.map(predict);
    return known.map(({ place, orders }) => {
      const { p, expected } = forecasts[place] as Forecast;
      return { p, expected, orders, bought: orders > 0 ? 1 : 0 };
    });
  };
}

export type Plan = { origin: Day; horizonDays: number; earlier: Day[] };

/** Without an own wish: a quarter, or a third of a shorter history. */
const HORIZON_DAYS = 90;
const HISTORY_SHARE = 3;
/** Earlier origins, half a horizon apart: enough to see whether one split was luck. */
const EARLIER_MAX = 3;
/** Of so many customers a split is hardly luck, and each takes seconds: one earlier day is enough. */
const CUSTOMERS_MANY = 20_000;
/** Before an origin there must be this much, and a third of the horizon, or nothing is learned there. */
const HISTORY_MIN_DAYS = 56;

/** Where to stand, and how far to look ahead; undefined where the file has no room for it. */
export function planOf(
  span: { first: Day; last: Day },
  wish: { until?: Day | undefined; horizonDays?: number | undefined },
  customers = 0,
): Plan | undefined {
  const { first, last } = span;
  const usual = Math.max(1, Math.min(HORIZON_DAYS, Math.floor((last - first + 1) / HISTORY_SHARE)));
  const origin = wish.until ?? last - (wish.horizonDays ?? usual);
  const horizonDays = wish.horizonDays ?? last - origin;
  if (origin < first || origin >= last || horizonDays < 1) return undefined;
  const step = Math.ceil(horizonDays / 2);
  const enough = Math.max(horizonDays / 3, HISTORY_MIN_DAYS);
  const most = customers > CUSTOMERS_MANY ? 1 : EARLIER_MAX;
  const earlier: Day[] = [];
  for (let day = origin - step; day - first >= enough && earlier.length < most; day -= step) {
    earlier.push(day);
  }
  return { origin, horizonDays, earlier };
}
