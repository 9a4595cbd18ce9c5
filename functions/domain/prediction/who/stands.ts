/** Earlier days on which the shop is looked at, as observations for the regressions. */
import type { Day } from '../../../contract/predictions.ts';
import type { Outcome } from '../panel.ts';
import { featuresOf } from './features.ts';
import type { Observation } from './ridge.ts';

/** A split on the season's clock; `first`: the first order day by the calendar. */
export type Stand = {
  origin: Day;
  horizonDays: number;
  /** The horizon on the clock. */
  horizon: number;
  rows: (Outcome & { first: Day })[];
  /** Pace of the shop on that day. */
  rate: number;
};

/**
 * Real shops differ from each other more than made-up ones do: the prior counts two thirds. Between a half and
 * the whole, forecasts on public logs hardly change.
 */
const TRUST = 1.5;

/**
 * Stands look ahead over the same days with the same customers: together they count as much as the days that
 * they cover once.
 */
export function observe(
  stands: readonly Stand[],
  keep: (row: { first: Day }) => boolean = () => true,
): { bought: Observation[]; ordered: Observation[] } {
  const bought: Observation[] = [];
  const ordered: Observation[] = [];
  const from = Math.min(...stands.map(({ origin }) => origin));
  const until = Math.max(...stands.map(({ origin, horizonDays }) => origin + horizonDays));
  const days = stands.reduce((sum, { horizonDays }) => sum + horizonDays, 0);
  const weight = (TRUST * (until - from)) / days;
  for (const { rows, rate, horizon } of stands) {
    for (const row of rows) {
      if (!keep(row)) continue;
      const features = featuresOf(row, rate, horizon);
      const n = weight * row.n;
      bought.push({ features, n, y: weight * row.buyers });
      if (row.orders !== undefined) ordered.push({ features, n, y: weight * row.orders });
    }
  }
  return { bought, ordered };
}
