/**
 * Time. Inside the system an instant is a whole number of milliseconds since 1970-01-01T00:00:00Z;
 * at every edge (HTTP, log keys, published events, files) it is ISO 8601 in UTC with milliseconds.
 */
export type Instant = number;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** ISO 8601 UTC with milliseconds: `2026-11-21T23:03:55.000Z`. Sorts as text as it sorts in time. */
export const iso = (at: Instant): string => new Date(at).toISOString();

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes, seconds (`P7D`, `PT4H`).
 * `undefined` when it is none; years and months have no fixed length and are refused.
 */
export function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) return undefined;
  const [w = 0, d = 0, h = 0, m = 0, s = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((w * 7 + d) * 24 + h) * HOUR_MS + m * MINUTE_MS + s * 1000;
}
