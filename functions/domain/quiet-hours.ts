import type { Instant } from '../contract/time.ts';
import { localParts, nextLocal, type Zone } from './zones.ts';

/** Minutes after local midnight; `start` is quiet, `end` no longer. Equal times mean no quiet hours. */
export type QuietHours = { start: number; end: number };

/** '20:00' -> 1200. The settings' schema has checked the form. */
export const minuteOfDay = (time: string): number =>
  Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** The settings' quiet hours in minutes. */
export const quietHours = (settings: {
  quietHours: { start: string; end: string };
}): QuietHours => ({
  start: minuteOfDay(settings.quietHours.start),
  end: minuteOfDay(settings.quietHours.end),
});

/** True when no marketing may go at that local minute. The hours may wrap midnight. */
export const isQuiet = (minute: number, { start, end }: QuietHours): boolean =>
  start <= end ? minute >= start && minute < end : minute >= start || minute < end;

/** More than one turn is only needed where the clock jumps over the allowed stretch of a day. */
const TURNS_MAX = 8;

/**
 * The next moment at or after `at` when a mail may go: `at` itself outside quiet hours, else their end.
 * Correct on days when the clock changes: what the wall shows counts, not how many hours have passed.
 */
export function nextAllowed(at: Instant, zone: Zone, quiet: QuietHours): Instant {
  let moment = at;
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    if (!isQuiet(localParts(moment, zone).minuteOfDay, quiet)) return moment;
    moment = nextLocal(moment + 1, zone, quiet.end);
  }
  throw new RangeError(`quiet-hours-endless: got ${quiet.start} to ${quiet.end} in ${zone}`);
}
