import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../functions/contract/time.ts';
import {
  isQuiet,
  minuteOfDay,
  nextAllowed,
  quietHours,
} from '../../../functions/domain/quiet-hours.ts';
import { localParts } from '../../../functions/domain/zones.ts';

const at = (text: string) => Date.parse(text);
const anyZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
const anyInstant = fc.integer({ min: at('1980-01-01T00:00Z'), max: at('2037-12-31T00:00Z') });
const anyMinute = fc.integer({ min: 0, max: 1439 });
const NIGHT = { start: minuteOfDay('21:00'), end: minuteOfDay('08:00') };

describe('quiet hours', () => {
  it('never let a mail go between 21:00 and 08:00 in any zone, DST days included', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, zone) => {
        const hour = localParts(nextAllowed(instant, zone, NIGHT), zone).minuteOfDay / 60;
        expect(hour >= 8 && hour < 21).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('never let a mail go within any quiet hours, nor hold it longer than two days', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, anyMinute, anyMinute, (instant, zone, start, end) => {
        const next = nextAllowed(instant, zone, { start, end });
        expect(next).toBeGreaterThanOrEqual(instant);
        expect(next - instant).toBeLessThanOrEqual(3 * DAY_MS);
        expect(isQuiet(localParts(next, zone).minuteOfDay, { start, end })).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('change nothing outside: the mail goes at once', () => {
    const noon = at('2026-06-01T12:00Z');
    expect(nextAllowed(noon, 'UTC', NIGHT)).toBe(noon);
  });

  it('end at the minute of their end, and begin at the minute of their start', () => {
    expect(nextAllowed(at('2026-06-01T07:59:59Z'), 'UTC', NIGHT)).toBe(at('2026-06-01T08:00Z'));
    expect(nextAllowed(at('2026-06-01T08:00Z'), 'UTC', NIGHT)).toBe(at('2026-06-01T08:00Z'));
    expect(nextAllowed(at('2026-06-01T21:00Z'), 'UTC', NIGHT)).toBe(at('2026-06-02T08:00Z'));
  });

  it('need not wrap midnight', () => {
    const siesta = { start: minuteOfDay('12:00'), end: minuteOfDay('15:30') };
    expect(nextAllowed(at('2026-06-01T13:00Z'), 'UTC', siesta)).toBe(at('2026-06-01T15:30Z'));
    expect(nextAllowed(at('2026-06-01T23:00Z'), 'UTC', siesta)).toBe(at('2026-06-01T23:00Z'));
  });

  it('are off when both times are equal', () => {
    const night = at('2026-06-01T03:00Z');
    expect(nextAllowed(night, 'UTC', { start: 480, end: 480 })).toBe(night);
  });

  it('follow the wall on the night when the clock changes', () => {
    expect(nextAllowed(at('2026-03-28T22:00Z'), 'Europe/Vilnius', NIGHT)).toBe(
      at('2026-03-29T05:00Z'),
    );
    expect(nextAllowed(at('2026-10-24T22:00Z'), 'Europe/Vilnius', NIGHT)).toBe(
      at('2026-10-25T06:00Z'),
    );
  });

  it('come from the settings as local times', () => {
    expect(quietHours({ quietHours: { start: '20:15', end: '08:00' } })).toEqual({
      start: 1215,
      end: 480,
    });
  });
});
