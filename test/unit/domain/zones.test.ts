import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../functions/contract/time.ts';
import { COUNTRY_ZONES } from '../../../functions/domain/country-zones.ts';
import { nextAllowed } from '../../../functions/domain/quiet-hours.ts';
import {
  isZone,
  localParts,
  nextLocal,
  offsetMs,
  zoneOf,
} from '../../../functions/domain/zones.ts';

const at = (text: string) => Date.parse(text);
const zones = Intl.supportedValuesOf('timeZone');
const anyZone = fc.constantFrom(...zones);
const anyInstant = fc.integer({ min: at('1980-01-01T00:00Z'), max: at('2037-12-31T00:00Z') });

const formats = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      hour: 'numeric',
      minute: 'numeric',
    }),
  ]),
);

/** What `Intl` itself says, without any cache of ours. */
function wall(instant: number, zone: string) {
  const parts = formats.get(zone)?.formatToParts(instant) ?? [];
  const get = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    minuteOfDay: Number(get('hour')) * 60 + Number(get('minute')),
    weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(get('weekday')) + 1,
  };
}

describe('localParts', () => {
  it('says what Intl says, in every zone, at any moment', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (instant, zone) => {
        const { minuteOfDay, weekday } = localParts(instant, zone);
        expect({ minuteOfDay, weekday }).toEqual(wall(instant, zone));
      }),
      { numRuns: 2000 },
    );
  });

  it('says what Intl says around every change of the clock of a year, in every zone', () => {
    for (const zone of zones) {
      let before = offsetMs(at('2026-01-01T00:00Z'), zone);
      for (let day = at('2026-01-02T00:00Z'); day < at('2027-01-01T00:00Z'); day += DAY_MS) {
        const after = offsetMs(day, zone);
        if (after === before) continue;
        for (let moment = day - DAY_MS; moment <= day; moment += HOUR_MS / 2) {
          for (const instant of [moment - 1, moment]) {
            const { minuteOfDay, weekday } = localParts(instant, zone);
            expect({ zone, instant, minuteOfDay, weekday }).toEqual({
              zone,
              instant,
              ...wall(instant, zone),
            });
          }
        }
        before = after;
      }
    }
  });

  it('knows the half-hour change of Lord Howe and the day that Samoa left out', () => {
    expect(localParts(at('2026-04-04T14:59Z'), 'Australia/Lord_Howe').minuteOfDay).toBe(119);
    expect(localParts(at('2026-04-04T15:00Z'), 'Australia/Lord_Howe').minuteOfDay).toBe(90);
    expect(localParts(at('2011-12-30T09:59Z'), 'Pacific/Apia').weekday).toBe(4);
    expect(localParts(at('2011-12-30T10:00Z'), 'Pacific/Apia').weekday).toBe(6);
  });

  it('refuses a zone that does not exist', () => {
    expect(() => localParts(0, 'Mars/Olympus')).toThrow('zone-unknown');
    expect(isZone('Mars/Olympus')).toBe(false);
    expect(isZone('Europe/Vilnius')).toBe(true);
  });

  it('answers a hundred thousand times within seconds, since offsets are asked once a day', () => {
    const started = performance.now();
    for (let n = 0; n < 100_000; n += 1) localParts(1_780_000_000_000 + n * 300_000, 'Europe/Riga');
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('nextLocal', () => {
  it('shows the asked time on the wall, or comes right after a jump over it, in every zone', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const weekday = fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined });
    fc.assert(
      fc.property(anyInstant, anyZone, minute, weekday, (instant, zone, minuteOfDay, day) => {
        const next = nextLocal(instant, zone, minuteOfDay, day);
        expect(next).toBeGreaterThanOrEqual(instant);
        const days = next - instant;
        expect(days).toBeLessThanOrEqual((day === undefined ? 2 : 15) * DAY_MS);
        const shown = wall(next, zone);
        expect(shown.weekday).toBe(day ?? shown.weekday);
        const before = wall(next - 1, zone);
        const jumped =
          shown.minuteOfDay > minuteOfDay &&
          (before.minuteOfDay < minuteOfDay || before.weekday !== shown.weekday);
        expect(shown.minuteOfDay === minuteOfDay || jumped).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the moment itself when the wall shows that time already', () => {
    expect(nextLocal(at('2026-06-01T07:00Z'), 'Europe/Vilnius', 600)).toBe(at('2026-06-01T07:00Z'));
    expect(nextLocal(at('2026-06-01T07:00:01Z'), 'Europe/Vilnius', 600)).toBe(
      at('2026-06-02T07:00Z'),
    );
  });

  it('takes the moment of the jump for a time that the clock leaves out in spring', () => {
    expect(nextLocal(at('2026-03-28T12:00Z'), 'Europe/Vilnius', 210)).toBe(at('2026-03-29T01:00Z'));
  });

  it('takes the first of two equal times in autumn, and the second once the first is past', () => {
    const first = at('2026-10-25T00:30Z');
    expect(nextLocal(at('2026-10-24T12:00Z'), 'Europe/Vilnius', 210)).toBe(first);
    expect(nextLocal(first + 1, 'Europe/Vilnius', 210)).toBe(first + HOUR_MS);
  });

  it('skips a day that does not exist', () => {
    expect(nextLocal(at('2011-12-30T08:00Z'), 'Pacific/Apia', 600, 5)).toBe(
      at('2012-01-05T20:00Z'),
    );
    expect(nextLocal(at('2011-12-30T08:00Z'), 'Pacific/Apia', 600)).toBe(at('2011-12-30T20:00Z'));
  });
});

describe('zoneOf', () => {
  const settings = { shop: { zone: 'Europe/Vilnius' } };

  it('takes the own zone, else the country, else the shop', () => {
    expect(zoneOf({ timezone: 'Asia/Tokyo', country: 'DE' }, settings)).toBe('Asia/Tokyo');
    expect(zoneOf({ country: 'DE' }, settings)).toBe('Europe/Berlin');
    expect(zoneOf({}, settings)).toBe('Europe/Vilnius');
  });

  it('goes on to the next best where zone or country are unknown', () => {
    expect(zoneOf({ timezone: 'Mars/Olympus', country: 'LV' }, settings)).toBe('Europe/Riga');
    expect(zoneOf({ country: 'ZZ' }, settings)).toBe('Europe/Vilnius');
  });

  it('knows a zone that exists for every country', () => {
    expect(Object.keys(COUNTRY_ZONES)).toHaveLength(247);
    expect(Object.values(COUNTRY_ZONES).filter((zone) => !isZone(zone))).toEqual([]);
  });

  it('never means three in the morning anywhere in a country that has many zones', () => {
    const towns: { [country: string]: string[] } = {
      US: ['America/New_York', 'America/Los_Angeles', 'America/Anchorage', 'Pacific/Honolulu'],
      CA: ['America/St_Johns', 'America/Halifax', 'America/Vancouver', 'America/Whitehorse'],
      RU: ['Europe/Kaliningrad', 'Europe/Moscow', 'Asia/Vladivostok', 'Asia/Kamchatka'],
      AU: ['Australia/Sydney', 'Australia/Brisbane', 'Australia/Darwin', 'Australia/Perth'],
      BR: ['America/Noronha', 'America/Sao_Paulo', 'America/Manaus', 'America/Rio_Branco'],
      ID: ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'],
      MX: ['America/Cancun', 'America/Mexico_City', 'America/Tijuana'],
      ES: ['Europe/Madrid', 'Atlantic/Canary'],
      PT: ['Europe/Lisbon', 'Atlantic/Azores'],
      CL: ['America/Santiago', 'Pacific/Easter'],
    };
    for (const [country, local] of Object.entries(towns)) {
      const zone = zoneOf({ country }, settings);
      for (let moment = at('2026-01-01T00:00Z'); moment < at('2027-01-01T00:00Z'); ) {
        const sent = nextAllowed(moment, zone, { start: 1200, end: 480 });
        for (const town of local) {
          const hour = Math.floor(localParts(sent, town).minuteOfDay / 60);
          expect({ town, sent, hour }).not.toEqual({ town, sent, hour: 3 });
        }
        moment += 7 * HOUR_MS;
      }
    }
  });
});
