/**
 * Readers of single values that senders write in many ways. A reader returns `undefined` for what it
 * cannot use; `must` turns that into a refusal, `may` into an absent property.
 */
import * as z from 'zod';
import { toMinorUnits } from './money.ts';
import type { Instant } from './time.ts';

/** Ids of orders, carts and products: far above any shop's, and small enough for keys and items. */
export const ID_CHARS_MAX = 200;
/** Names, categories, variants and free attributes are shown in mails: longer ones are cut. */
export const TEXT_CHARS_MAX = 200;
/** A comment in a survey, the wording of a consent: cut, never refused. */
export const LONG_TEXT_CHARS_MAX = 1000;
/** Browsers and mail clients break longer addresses; cart links with tokens are below 1,000. */
export const URL_CHARS_MAX = 1000;
/** Decimal amounts up to this stay exact in minor units, with four decimals too (2^53 is 9e15). */
export const AMOUNT_MAX = 1e11;
/** More pieces of one product in one order are a mistake of the sender. */
export const QUANTITY_MAX = 1_000_000;

/** Reads one value; `undefined` when it is of no use. */
export type Reader<T> = (value: unknown) => T | undefined;

/** A property without which the event is refused; `wanted` says so to the sender, and holds no value. */
export const must = <T>(read: Reader<T>, wanted: string) =>
  z
    .unknown()
    .optional()
    .transform((value, context): T => {
      const got = read(value);
      if (got !== undefined) return got;
      context.addIssue({ code: 'custom', message: wanted });
      return z.NEVER;
    });

/** A property that is left out when it cannot be used. */
export const may = <T>(read: Reader<T>) =>
  z
    .unknown()
    .transform((value): T | undefined => read(value))
    .optional();

/** Absent is fine; present and unreadable refuses the event, because a guess would be wrong money. */
export const mayStrict = <T>(read: Reader<T>, wanted: string) =>
  z
    .unknown()
    .transform((value, context): T | undefined => {
      if (isAbsent(value)) return undefined;
      const got = read(value);
      if (got === undefined) context.addIssue({ code: 'custom', message: wanted });
      return got;
    })
    .optional();

/** JSON has no `undefined`, and many senders write `null` or '' for "not there". */
export const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || value === '';

/**
 * The object without its undefined properties: what is not known is not there. A loop, since each event
 * comes here several times and `Object.fromEntries` takes five times as long.
 */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const known: { [key: string]: unknown } = {};
  for (const key of Object.keys(value)) {
    const part = value[key as keyof T];
    if (part !== undefined) known[key] = part;
  }
  return known as never;
}

/** A plain JSON object; `{}` for anything else. */
export const objectOf = (value: unknown): { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { [key: string]: unknown })
    : {};

// Control characters break keys, headers and hashes (ids.ts joins with one of them).
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f]+/g;

const asText: Reader<string> = (value) => {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' ? value.toWellFormed().trim() || undefined : undefined;
};

/** An id: text or number, without control characters, at most `ID_CHARS_MAX` characters. */
export const id: Reader<string> = (value) => {
  const text = asText(value);
  return text && text.length <= ID_CHARS_MAX && !CONTROL.test(text) ? text : undefined;
};

/** Text in one line, cut at `max` characters. */
export const text = (max = TEXT_CHARS_MAX): Reader<string> => {
  return (value) => {
    const read = asText(value);
    if (read === undefined || (read.length <= max && !CONTROL.test(read))) return read;
    return read.replace(CONTROLS, ' ').trim().slice(0, max).toWellFormed() || undefined;
  };
};

/** A finite decimal number; `'19.90'` counts, `'19,90'` does not: it could be two things. */
export const decimal: Reader<number> = (value) => {
  const number =
    typeof value === 'string' && /^\s*-?\d{1,15}(\.\d{1,15})?\s*$/.test(value)
      ? Number(value)
      : value;
  return typeof number === 'number' && Math.abs(number) <= AMOUNT_MAX ? number : undefined;
};

/** Minor units of a decimal that was read already. */
export const minor = (amount: number | undefined, currency: string): number | undefined =>
  amount === undefined ? undefined : toMinorUnits(amount, currency);

/** Whole pieces; a fraction (0.4 kg) counts as one more piece, since it was bought. */
export const quantity: Reader<number> = (value) => {
  if (isAbsent(value)) return 1;
  const number = decimal(value);
  return number === undefined || number <= 0 || number > QUANTITY_MAX
    ? undefined
    : Math.ceil(number);
};

/** `true`, `'true'`, `1`, `'yes'` and their opposites. */
export const flag: Reader<boolean> = (value) => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === true || word === 1 || word === '1' || word === 'true' || word === 'yes') return true;
  if (word === false || word === 0 || word === '0' || word === 'false' || word === 'no')
    return false;
  return undefined;
};

/** ISO 4217 by shape; upper case. */
export const currency: Reader<string> = (value) => {
  const code = asText(value)?.toUpperCase();
  return code && /^[A-Z]{3}$/.test(code) ? code : undefined;
};

/** An absolute https address without name and password in it; nothing else goes into a mail. */
export const httpsUrl: Reader<string> = (value) => {
  if (typeof value !== 'string' || value.length > URL_CHARS_MAX) return undefined;
  const url = URL.parse(value.trim());
  return url?.protocol === 'https:' && !url.username && !url.password ? url.href : undefined;
};

const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);
/** Numbers below this are seconds since 1970, above it milliseconds (1e11 ms is March 1973). */
const SECONDS_BELOW = 1e11;
/** ISO 8601, by shape: `Date` alone would also take '1' and 'May' and read them in a local zone. */
const ISO_TIME =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A moment between 1990 and 2200: ISO 8601 (without an offset: UTC), or seconds or milliseconds. */
export const instant: Reader<Instant> = (value) => {
  const at = typeof value === 'number' ? numericInstant(value) : textInstant(value);
  return at !== undefined && at >= EARLIEST && at <= LATEST ? at : undefined;
};

const numericInstant = (value: number): number =>
  Math.trunc(value < SECONDS_BELOW ? value * 1000 : value);

function textInstant(value: unknown): number | undefined {
  const match = typeof value === 'string' ? ISO_TIME.exec(value.trim()) : null;
  if (!match) return undefined;
  const [, day, clock = '00:00', offset = 'Z'] = match;
  const zone =
    offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase();
  const at = Date.parse(`${day}T${clock.slice(0, 12)}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}
