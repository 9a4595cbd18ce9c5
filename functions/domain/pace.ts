import type { ReasonCode } from '../contract/reasons.ts';
import type { Settings } from '../contract/settings.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../contract/time.ts';

/** `code` says what made the mail wait; absent when it may go at once. */
export type InPace = { at: Instant; code?: ReasonCode };

/**
 * The first moment at or after `at` when the pace allows one more marketing mail. The caps roll: at most
 * `perDay` claims in any 24 hours and `perWeek` in any 7 days, so that no midnight doubles them.
 * Claims may come in any order. The rule that binds longest is named; the gap before equal caps.
 */
export function nextInPace(
  claims: readonly Instant[],
  at: Instant,
  pace: Settings['pace'],
): InPace {
  if (claims.length === 0) return { at };
  const newestFirst = [...claims].sort((a, b) => b - a);
  const free = (nth: number, ms: number) => (newestFirst[nth - 1] ?? -Infinity) + ms;
  const rules: [ReasonCode, Instant][] = [
    ['deferred-gap', free(1, pace.gapHours * HOUR_MS)],
    ['deferred-day-cap', free(pace.perDay, DAY_MS)],
    ['deferred-week-cap', free(pace.perWeek, 7 * DAY_MS)],
  ];
  let result: InPace = { at };
  for (const [code, moment] of rules) if (moment > result.at) result = { at: moment, code };
  return result;
}
