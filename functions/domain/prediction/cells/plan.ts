/** Where in the past to stand, and how far to look ahead from there. */
import type { Day } from '../../../contract/predictions.ts';
import {
  PERIOD_DAYS,
  type Period,
  periodOf,
  periodStart,
  QUARTER_PERIODS,
  quarterOf,
} from './grid.ts';

/**
 * From the start of `period` on, until the day before `end`. `orders` says which count is known for just
 * this stretch: that of the period, of the quarter, or none but who bought at all.
 */
export type Stretch = { period: Period; end: Day; orders?: 'o' | 'q' };

/** Less than two weeks tells more of weekends than of customers. */
const STRETCH_DAYS_MIN = 14;
/** Origins of each kind of stretch: three see whether the shop changes, more only repeat the same customers. */
const ORIGINS = 3;

/**
 * Stretches near the asked horizon, the newest of them until today; and quarters and periods, whose orders
 * are known. Each has at least as many days behind it as before it. Oldest first.
 */
export function stretches(firstDay: Day, today: Day, horizonDays: number): Stretch[] {
  const plan = new Map<string, Stretch>();
  const put = (period: Period, end: Day) => {
    const days = end - periodStart(period);
    if (end > today + 1 || days < STRETCH_DAYS_MIN) return;
    if (periodStart(period) - firstDay < days) return;
    plan.set(`${period} ${end}`, { period, end, ...countOf(period, end, today) });
  };
  asked(firstDay, today, horizonDays, put);
  const running = periodOf(today + 1);
  for (let back = 0; back < ORIGINS; back += 1) {
    const quarter = quarterOf(running) - back * QUARTER_PERIODS;
    put(quarter, Math.min(today + 1, periodStart(quarter + QUARTER_PERIODS)));
    put(running - 1 - back, periodStart(running - back));
  }
  return [...plan.values()].sort((a, b) => a.period - b.period || a.end - b.end);
}

/** About the asked horizon, a period at least, or half of what is known where that is less. */
function asked(
  firstDay: Day,
  today: Day,
  horizonDays: number,
  put: (period: Period, end: Day) => void,
): void {
  const wanted = Math.max(PERIOD_DAYS, horizonDays);
  const days = Math.min(wanted, Math.floor((today + 1 - firstDay) / 2));
  const near = nearest(today + 1 - days);
  // Rounding must not leave more ahead than behind.
  const isTooLong = today + 1 - periodStart(near) > periodStart(near) - firstDay;
  const newest = near + (isTooLong ? 1 : 0);
  put(newest, today + 1);
  const long = Math.max(1, Math.round((today + 1 - periodStart(newest)) / PERIOD_DAYS));
  for (let back = 1; back < ORIGINS; back += 1) {
    const period = newest - back * Math.ceil(long / 2);
    put(period, periodStart(period + long));
  }
}

/** The period that starts nearest to a day. */
const nearest = (day: Day): Period => {
  const period = periodOf(day);
  return day - periodStart(period) > PERIOD_DAYS / 2 ? period + 1 : period;
};

/** A count is of its whole time, or of what of it has passed. */
function countOf(period: Period, end: Day, today: Day): { orders?: 'o' | 'q' } {
  const until = (periods: number) => Math.min(today + 1, periodStart(period + periods));
  if (end === until(1)) return { orders: 'o' };
  const isQuarter = quarterOf(period) === period && end === until(QUARTER_PERIODS);
  return isQuarter ? { orders: 'q' } : {};
}
