/** How far dates would have missed: told on a day of the past, compared with what came after it. */
import type { Due } from '../../../contract/prediction-when.ts';
import type { Day } from '../../../contract/predictions.ts';
import { basketsOfCustomer, basketsOfDays } from './baskets.ts';
import { learnWhen } from './learn.ts';
import { boughtDays, dueProducts, nextOrder, type Purchase } from './next.ts';

export type WhenScore = {
  /** Those with enough gaps who came again within the horizon. */
  cases: number;
  /** Mean absolute error, days. */
  error: number;
  /** The same of the simple rule: the own median gap after the last, and never before tomorrow. */
  rule: number;
  /** Share of the truths within their 80% interval. */
  covered: number;
};

/** Fewer order days have fewer than three gaps. */
export const ORDER_DAYS_MIN = 4;
/** Fewer purchases have no median. */
export const PURCHASE_DAYS_MIN = 3;

class Cases {
  private readonly sums = { cases: 0, error: 0, rule: 0, covered: 0 };

  add(told: Due, past: readonly Day[], at: Day, truth: Day): void {
    this.sums.cases += 1;
    this.sums.error += Math.abs(told.due - truth);
    this.sums.rule += Math.abs(byRule(past, at) - truth);
    if (truth >= told.low && truth <= told.high) this.sums.covered += 1;
  }

  score(): WhenScore {
    const { cases, error, rule, covered } = this.sums;
    const each = Math.max(1, cases);
    return { cases, error: error / each, rule: rule / each, covered: covered / each };
  }
}

function byRule(past: readonly Day[], at: Day): number {
  const gaps = past.slice(1).map((day, i) => day - (past[i] as Day));
  gaps.sort((one, two) => one - two);
  const middle = gaps.length >> 1;
  const high = gaps[middle] ?? 0;
  const median = gaps.length % 2 === 1 ? high : (high + (gaps[middle - 1] ?? high)) / 2;
  return Math.max(at + 1, (past.at(-1) ?? at) + median);
}

const firstWithin = (days: readonly Day[], at: Day, horizonDays: number): Day | undefined =>
  days.find((day) => day > at && day <= at + horizonDays);

/** Next orders; `customers` are order days, ascending, each once. Learned from what was known on `at`. */
export function backTestOrders(
  customers: readonly (readonly Day[])[],
  at: Day,
  horizonDays: number,
): WhenScore {
  const known = customers.map((days) => days.filter((day) => day <= at));
  const model = learnWhen(
    undefined,
    known.flatMap((days) => basketsOfDays(days)),
  );
  const cases = new Cases();
  known.forEach((days, index) => {
    const truth = firstWithin(customers[index] ?? [], at, horizonDays);
    const [first, last] = [days[0], days.at(-1)];
    if (days.length < ORDER_DAYS_MIN || truth === undefined) return;
    if (first === undefined || last === undefined) return;
    const history = { first, last, repeats: days.length - 1, logGaps: 0, days };
    cases.add(nextOrder(model, history, at, { withinDays: horizonDays }), days, at, truth);
  });
  return cases.score();
}

/** Products of each customer; `withinDays` is what the dates are told with (see NextOptions). */
export function backTestProducts(
  customers: Iterable<readonly Purchase[]>,
  at: Day,
  horizonDays: number,
  withinDays?: number,
): WhenScore {
  const all = [...customers];
  const known = all.map((lines) => lines.filter(({ day }) => day <= at));
  const model = learnWhen(
    undefined,
    known.flatMap((lines) => basketsOfCustomer(lines)),
  );
  const options = withinDays === undefined ? {} : { withinDays };
  const cases = new Cases();
  known.forEach((lines, index) => {
    const later = boughtDays(all[index]?.filter(({ quantity }) => quantity > 0) ?? []);
    const before = boughtDays(lines);
    for (const told of dueProducts(model, { lines }, at, options)) {
      if (told.purchases < PURCHASE_DAYS_MIN) continue;
      const days = (later.get(told.product) ?? []).map(({ day }) => day);
      const truth = firstWithin(days, at, horizonDays);
      const past = (before.get(told.product) ?? []).map(({ day }) => day);
      if (truth !== undefined) cases.add(told, past, at, truth);
    }
  });
  return cases.score();
}
