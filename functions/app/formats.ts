/** Filters of mails: money, dates and numbers as the customer writes them. On `Intl`, with one memory. */
import { minorUnitExponent } from '../contract/money.ts';

export type Format = {
  /** BCP 47: what the customer reads, whether or not there are words in it. Unknown to `Intl`: as `en`. */
  locale: string;
  /** IANA zone in which dates are told. */
  zone: string;
  /** ISO 4217; `money` takes another as its argument. */
  currency: string;
  /** The shop's locale: its words, where there are none in the customer's. */
  shopLocale?: string;
};

/** Making a formatter takes 100 times as long as using it; a batch of mails has few kinds. */
const FORMATTERS_MAX = 200;
type Formatter = Intl.NumberFormat | Intl.DateTimeFormat | Intl.PluralRules | Intl.ListFormat;
const formatters = new Map<string, Formatter>();

function remembered<T extends Formatter>(key: string, make: () => T): T {
  const known = formatters.get(key);
  if (known) return known as T;
  if (formatters.size >= FORMATTERS_MAX) formatters.clear();
  const made = make();
  formatters.set(key, made);
  return made;
}

function knownLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

/** Refused by a filter. Holds no value: it may be a customer's. */
export class NotFormattable extends Error {
  constructor(filter: string, wanted: string) {
    super(`${filter}: wanted ${wanted}`);
    this.name = 'NotFormattable';
  }
}

function numeric(filter: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new NotFormattable(filter, 'a number');
}

/** 1234.5 -> `€1,234.50`. Decimal places follow ISO 4217, not `Intl` (HUF has 2, KWD 3). */
export function money(value: unknown, currency: unknown, format: Format): string {
  const code = typeof currency === 'string' ? currency : format.currency;
  if (!/^[A-Z]{3}$/.test(code)) throw new NotFormattable('money', 'an ISO 4217 currency');
  const digits = minorUnitExponent(code);
  const formatter = remembered(
    `money ${format.locale} ${code}`,
    () =>
      new Intl.NumberFormat(knownLocale(format.locale), {
        style: 'currency',
        currency: code,
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  );
  return formatter.format(numeric('money', value));
}

/** CLDR's cardinal category of a number: `one`, `few`, ... Which numbers are which, each language says. */
export function pluralCategory(filter: string, count: unknown, locale: string): string {
  const rules = remembered(`plural ${locale}`, () => new Intl.PluralRules(knownLocale(locale)));
  return rules.select(numeric(filter, count));
}

/** `a, b and c`. */
export function conjunction(texts: string[], format: Format): string {
  const list = remembered(
    `list ${format.locale}`,
    () => new Intl.ListFormat(knownLocale(format.locale), { type: 'conjunction' }),
  );
  return list.format(texts);
}

/** 1234.5 -> `1,234.5`. */
export function number(value: unknown, format: Format): string {
  const formatter = remembered(
    `number ${format.locale}`,
    () => new Intl.NumberFormat(knownLocale(format.locale)),
  );
  return formatter.format(numeric('number', value));
}

const DATE_STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  short: { dateStyle: 'short' },
  medium: { dateStyle: 'medium' },
  long: { dateStyle: 'long' },
  full: { dateStyle: 'full' },
  weekday: { weekday: 'long' },
  month: { month: 'long' },
  time: { timeStyle: 'short' },
};

/** ISO 8601 -> `5 January 2026` (long) in the customer's zone; other styles by name. Never reads the clock. */
export function date(value: unknown, style: unknown, format: Format): string {
  const name = typeof style === 'string' ? style : 'long';
  const options = Object.hasOwn(DATE_STYLES, name) ? DATE_STYLES[name] : undefined;
  if (!options) throw new NotFormattable('date', Object.keys(DATE_STYLES).join(', '));
  const at =
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value)
      ? Date.parse(value)
      : typeof value === 'number'
        ? value
        : Number.NaN;
  if (!Number.isFinite(at)) throw new NotFormattable('date', 'a time in ISO 8601');
  const formatter = remembered(
    `date ${format.locale} ${format.zone} ${name}`,
    () =>
      new Intl.DateTimeFormat(knownLocale(format.locale), { ...options, timeZone: format.zone }),
  );
  return formatter.format(at);
}
