/** Moments, numbers, words and countries as shops' files write them. */
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import { offsetMs, type Zone } from '../../functions/domain/zones.ts';
import { numberOf } from '../order-cells.ts';

/** A value of a cell as text; of what is no plain value none: not every object of JSON can be made one. */
export const textOf = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';

/** How a date of three numbers with slashes is meant; without a word about it nobody knows. */
export const DATE_ORDERS = ['dmy', 'mdy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

const CLOCK = String.raw`(?:[T ,]+(\d{1,2}):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*([AaPp][Mm])?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?`;
const YEAR_FIRST = new RegExp(`^(\\d{4})([-/.]?)(\\d\\d)\\2(\\d\\d)${CLOCK}$`, 'i');
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})${CLOCK}$`, 'i');
/** Seconds or milliseconds since 1970, as databases write them. */
const EPOCH = /^\d{10}(?:\d{3})?$/;

export const DATE_WANTED =
  'a moment: 2026-01-31, 2026-01-31T12:00Z, 31.01.2026 12:00; for 31/01/2026 --dates dmy, for 01/31/2026 --dates mdy';

/** Reads moments; those without a zone are by the shop's clocks. `undefined` for what is none. */
export function momentReader(zone: Zone, order: DateOrder | undefined) {
  const known = new Map<string, Instant | undefined>();
  return (value: unknown): Instant | undefined => {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string') return undefined;
    if (known.has(text)) return known.get(text);
    const at = momentOf(text.trim(), zone, order);
    // A file has as many moments as orders; the rows of one order share theirs.
    if (known.size >= MOMENTS_KEPT) known.clear();
    known.set(text, at);
    return at;
  };
}

const MOMENTS_KEPT = 10_000;

function momentOf(text: string, zone: Zone, order: DateOrder | undefined): Instant | undefined {
  if (EPOCH.test(text)) return Number(text) * (text.length === 10 ? 1000 : 1);
  const [, year, , month, day, ...clock] = YEAR_FIRST.exec(text) ?? [];
  if (year !== undefined) return instantOf([year, month, day], clock, zone);
  const [, first, sign, second, last, ...late] = YEAR_LAST.exec(text) ?? [];
  const meant = sign === '.' ? 'dmy' : order;
  if (last === undefined || meant === undefined) return undefined;
  const [ofDay, ofMonth] = meant === 'dmy' ? [first, second] : [second, first];
  return instantOf([last, ofMonth, ofDay], late, zone);
}

type Part = string | undefined;

function instantOf(
  [year, month, day]: readonly [Part, Part, Part],
  [hour = '0', minute = '0', second = '0', half, told]: readonly Part[],
  zone: Zone,
): Instant | undefined {
  const start = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(start);
  if (date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day))
    return undefined;
  const hours = half ? (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(hour);
  if (hours > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const local = start + ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  return local - (told === undefined ? shopOffset(local, zone) : toldOffset(told));
}

/** The offset at the moment that the shop's clocks showed so; of an hour that came twice the later one. */
const shopOffset = (local: number, zone: Zone): number =>
  offsetMs(local - offsetMs(local, zone), zone);

function toldOffset(told: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(told) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** Shops' clocks and ours differ a little; a day ahead is a slip of the keyboard. */
export const AHEAD_MAX_MS = DAY_MS;

/** A number of JSON, or as text with a point or a comma before its decimals. */
export function amountOf(value: unknown, separator: string): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  return numberOf(value.replace(/\s?[A-Z]{3}$/, '').replaceAll(/[\u00a0\u202f]/g, ' '), separator);
}

const YES = new Set('true yes y 1 subscribed optin opted-in given active si ja taip'.split(' '));
const NO = new Set('false no n 0 unsubscribed optout opted-out withdrawn suppressed'.split(' '));
const NEVER = new Set(
  'never never_subscribed never-subscribed not_subscribed notsubscribed none pending unknown no_consent'.split(
    ' ',
  ),
);

/**
 * `yes`, `no`, or `never`: nobody asked, or nobody answered; neither gives consent nor takes any. A bare
 * `false` may mean either of the last two; it is taken for `no`, the stricter.
 */
export function consentWord(value: unknown): 'yes' | 'no' | 'never' | undefined {
  if (value === undefined) return 'never';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const word = textOf(value).trim().toLowerCase().replaceAll(' ', '_');
  if (YES.has(word)) return 'yes';
  if (NO.has(word)) return 'no';
  return NEVER.has(word) ? 'never' : undefined;
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
let countries: Map<string, string> | undefined;

/** ISO 3166-1 of a code or of the country's own English name, exactly; nothing is guessed. */
export function countryCode(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (/^[A-Za-z]{2}$/.test(value)) return value.toUpperCase();
  countries ??= countryNames();
  return countries.get(value.toLowerCase());
}

function countryNames(): Map<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const found = new Map<string, string>();
  for (const first of LETTERS) {
    for (const second of LETTERS) {
      const code = `${first}${second}`;
      const name = names.of(code)?.toLowerCase();
      // Of two codes with one name the first stands; `UK` is no code of the standard.
      if (name !== undefined && code !== 'UK' && !found.has(name)) found.set(name, code);
    }
  }
  return found;
}
