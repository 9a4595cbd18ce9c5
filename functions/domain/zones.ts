/**
 * Local time in any IANA zone, fast and without a library. `Intl` costs 7.6 us a call, so the offset of
 * each zone and UTC day is asked once; a day on which the clock changes is split at the exact second.
 * The caches are bounded and never change a result.
 */
import { DAY_MS, type Instant, MINUTE_MS } from '../contract/time.ts';
import { COUNTRY_ZONES } from './country-zones.ts';

/** IANA name, `Europe/Vilnius`. */
export type Zone = string;

export type LocalParts = {
  /** Days since 1970-01-01 in the local calendar. */
  day: number;
  /** 0 to 1439. */
  minuteOfDay: number;
  /** ISO: 1 Monday to 7 Sunday. */
  weekday: number;
  /** Local time minus UTC. */
  offsetMs: number;
};

/** Where the clock changes within a UTC day: `before` holds until `at`, `after` from then on. */
type Split = { at: Instant; before: number; after: number };
type Offsets = { format: Intl.DateTimeFormat; days: Map<number, number | Split> };

/** Eleven years of days a zone: far more than one call or one replay meets, and still small. */
const DAYS_CACHED_MAX = 4096;
/** `Intl` knows about 450 names; more would be a caller who passes anything but zones. */
const ZONES_CACHED_MAX = 1024;

const cache = new Map<Zone, Offsets | undefined>();

function offsetsOf(zone: Zone): Offsets | undefined {
  if (cache.has(zone)) return cache.get(zone);
  if (cache.size >= ZONES_CACHED_MAX) cache.clear();
  const offsets = makeOffsets(zone);
  cache.set(zone, offsets);
  return offsets;
}

function makeOffsets(zone: Zone): Offsets | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    return { format, days: new Map() };
  } catch {
    return undefined;
  }
}

/** True when `Intl` knows the zone. */
export const isZone = (zone: string): boolean => offsetsOf(zone) !== undefined;

function known(zone: Zone): Offsets {
  const offsets = offsetsOf(zone);
  if (!offsets) throw new RangeError(`zone-unknown: got ${zone}, wanted an IANA time zone`);
  return offsets;
}

/** Asks `Intl`; exact to the second, which is as fine as offsets are. */
function askOffset(format: Intl.DateTimeFormat, at: Instant): number {
  const field: { [type: string]: number } = {};
  let beforeChrist = false;
  for (const { type, value } of format.formatToParts(at)) {
    if (type === 'era') beforeChrist = value.startsWith('B');
    field[type] = Number(value);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  const local = new Date(0).setUTCFullYear(beforeChrist ? 1 - year : year, month - 1, day);
  return local + ((hour * 60 + minute) * 60 + second) * 1000 - Math.floor(at / 1000) * 1000;
}

function dayOffset({ format, days }: Offsets, dayNumber: number): number | Split {
  const found = days.get(dayNumber);
  if (found !== undefined) return found;
  let low = dayNumber * DAY_MS;
  let high = low + DAY_MS;
  const before = askOffset(format, low);
  const after = askOffset(format, high);
  if (days.size >= DAYS_CACHED_MAX) days.clear();
  if (before === after) {
    days.set(dayNumber, before);
    return before;
  }
  // No zone changes its clock twice within one UTC day, so halving finds the change: 17 questions.
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (askOffset(format, middle) === before) low = middle;
    else high = middle;
  }
  const split = { at: high, before, after };
  days.set(dayNumber, split);
  return split;
}

/** Local time minus UTC, in milliseconds. Throws for a zone that `Intl` does not know. */
export function offsetMs(at: Instant, zone: Zone): number {
  const offset = dayOffset(known(zone), Math.floor(at / DAY_MS));
  if (typeof offset === 'number') return offset;
  return at < offset.at ? offset.before : offset.after;
}

/** What calendar and clock on the wall say at `at`. */
export function localParts(at: Instant, zone: Zone): LocalParts {
  const offset = offsetMs(at, zone);
  const local = at + offset;
  const day = Math.floor(local / DAY_MS);
  return {
    day,
    minuteOfDay: Math.floor((local - day * DAY_MS) / MINUTE_MS),
    weekday: isoWeekday(day),
    offsetMs: offset,
  };
}

/** 1970-01-01 was a Thursday. */
const isoWeekday = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** Two weeks and a day: a whole local day can be missing (Samoa, 30 December 2011). */
const DAYS_AHEAD_MAX = 15;

/**
 * The first moment at or after `at` when the clock on the wall shows `minuteOfDay` (0 to 1439), on
 * `weekday` (1 Monday to 7) if given. A time that the clock jumps over means the moment of the jump; one
 * that comes twice means the first that is not past.
 */
export function nextLocal(at: Instant, zone: Zone, minuteOfDay: number, weekday?: number): Instant {
  const today = localParts(at, zone).day;
  for (let day = today; day <= today + DAYS_AHEAD_MAX; day += 1) {
    if (weekday !== undefined && isoWeekday(day) !== weekday) continue;
    const moment = onDay(at, zone, day, minuteOfDay);
    if (moment !== undefined) return moment;
  }
  throw new RangeError(
    `local-time-none: got minute ${minuteOfDay}, weekday ${weekday}, wanted 0 to 1439 and 1 to 7`,
  );
}

function onDay(at: Instant, zone: Zone, day: number, minuteOfDay: number): Instant | undefined {
  const local = day * DAY_MS + minuteOfDay * MINUTE_MS;
  // The offsets of the day before and the day after are the only ones that can apply.
  const early = offsetMs(local - DAY_MS, zone);
  const late = offsetMs(local + DAY_MS, zone);
  const first = local - Math.max(early, late);
  const second = local - Math.min(early, late);
  const firstIs = offsetMs(first, zone) === Math.max(early, late);
  const secondIs = offsetMs(second, zone) === Math.min(early, late);
  if (firstIs && first >= at) return first;
  if (secondIs && second >= at) return second;
  if (firstIs || secondIs) return undefined;
  const jump = jumpBetween(first, second, zone);
  return jump >= at && localParts(jump, zone).day === day ? jump : undefined;
}

/** The change of the clock in (from, to]. */
function jumpBetween(from: Instant, to: Instant, zone: Zone): Instant {
  let low = from;
  let high = to;
  const before = offsetMs(from, zone);
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (offsetMs(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** The zone of a customer: their own, else their country's main one, else the shop's. */
export function zoneOf(
  profile: { timezone?: string | undefined; country?: string | undefined },
  settings: { shop: { zone: Zone } },
): Zone {
  if (profile.timezone && isZone(profile.timezone)) return profile.timezone;
  const ofCountry = profile.country ? COUNTRY_ZONES[profile.country] : undefined;
  return ofCountry ?? settings.shop.zone;
}
