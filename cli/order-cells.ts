/** Dates and numbers as shops' files write them. */
import { DAY_MS, type Instant } from '../functions/contract/time.ts';

const DATE =
  /^(\d{4})([-/]?)(\d\d)\2(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * ISO 8601 with or without a time, `YYYYMMDD`, or `YYYY/MM/DD`. A time without a zone is read as UTC, a day
 * without a time is its start. `undefined` for anything else: of `01/02/2026` nobody knows the month.
 */
export function instantOf(text: string): Instant | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const [, year, , month, day, hour = '0', minute = '0', second = '0', zone = 'Z'] = match;
  const start = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(start);
  if (date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day)) {
    return undefined;
  }
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const clock = (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  return start + clock - zoneMs(zone);
}

function zoneMs(zone: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

/** A file has a few hundred days and as many rows as it likes: most texts were seen before. */
const DATES_KEPT = 10_000;

/** `instantOf` that remembers. */
export function dateReader(): (text: string) => Instant | undefined {
  const known = new Map<string, Instant | undefined>();
  return (text) => {
    const at = known.get(text);
    if (at !== undefined) return at;
    const read = instantOf(text);
    if (known.size < DATES_KEPT) known.set(text, read);
    return read;
  };
}

export const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,2})?$/i;
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;
const GROUPS_COMMA = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const GROUPS_POINT = /^[+-]?\d{1,3}(?:[. ]\d{3})+(?:,\d+)?$/;

/** No order of a shop is larger; a larger number is a slip, and would drown every mean. */
export const NUMBER_MAX = 1e12;

/**
 * A number with a point or a comma before its decimals, with or without thousands. `1,234` is a thousand
 * in a file with commas between its cells, and a little more than one in a file with semicolons.
 */
export function numberOf(text: string, separator: string): number | undefined {
  const value = Number(normal(text.replace(/^[€$£]\s?|\s?[€$£]$/u, ''), separator));
  return Math.abs(value) <= NUMBER_MAX ? value : undefined;
}

function normal(text: string, separator: string): string | number {
  if (PLAIN.test(text)) return text;
  if (separator === ',' && GROUPS_COMMA.test(text)) return text.replaceAll(',', '');
  if (DECIMAL_COMMA.test(text)) return text.replace(',', '.');
  if (GROUPS_COMMA.test(text)) return text.replaceAll(',', '');
  if (GROUPS_POINT.test(text)) return text.replaceAll(/[. ]/g, '').replace(',', '.');
  return Number.NaN;
}
