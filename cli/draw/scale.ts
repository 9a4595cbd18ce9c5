/** Axes: where values lie, and which of them get a label. */
import { DAY_MS } from '../../functions/contract/time.ts';

export type Tick = { value: number; label: string };
export type Axis = { label: string; min: number; max: number; ticks: Tick[] };

/** Steps people count in: 1, 2 or 5 of a power of ten. */
const STEPS = [1, 2, 5, 10];
const TICKS_MAX = 50;

/** A step of round numbers for about `count` ticks. */
export function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * (STEPS.find((step) => step * power >= rough * 0.999) ?? 10);
}

/** Values that lie within, both ends included, on multiples of a round step. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const step = niceStep(max - min, count);
  const first = Math.ceil(min / step - 1e-9);
  const ticks: number[] = [];
  for (let k = first; k * step <= max + step * 1e-9 && ticks.length < TICKS_MAX; k += 1) {
    // 0.1 + 0.2 is no label.
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

/** `1,234`, `12.5k`, `3M`: short enough for an axis. */
export function short(value: number): string {
  const size = Math.abs(value);
  const fixed = (number: number) => String(Number(number.toPrecision(3)));
  if (size >= 1e9) return `${fixed(value / 1e9)}bn`;
  if (size >= 1e6) return `${fixed(value / 1e6)}M`;
  if (size >= 1e4) return `${fixed(value / 1e3)}k`;
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  return fixed(value);
}

export const percent = (share: number): string => `${Number((100 * share).toFixed(1))}%`;

/** From `min` (or zero) to the first round number at or above `max`. */
export function numberAxis(label: string, max: number, count: number, min = 0): Axis {
  const top = max > min ? max : min + 1;
  const step = niceStep(top - min, count);
  const end = Math.ceil(top / step - 1e-9) * step;
  const ticks = niceTicks(min, end, count + 1).map((value) => ({ value, label: short(value) }));
  return { label, min, max: end, ticks };
}

/** Shares from 0 to `max` (at most 1). */
export function shareAxis(label: string, count: number, max = 1): Axis {
  const step = niceStep(Math.min(1, max), count);
  const end = Math.min(1, Math.ceil(max / step - 1e-9) * step);
  const ticks = niceTicks(0, end, count).map((value) => ({ value, label: percent(value) }));
  return { label, min: 0, max: end, ticks };
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120];
const DAYS_PER_MONTH = 30.44;
/** Below so many months' span, ticks are days. */
const MONTHS_FOR_DAYS = 2;

const dateOf = (day: number): Date => new Date(day * DAY_MS);
const monthIndex = (day: number): number => {
  const date = dateOf(day);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** `31 Jan 2026`. */
export function dayLabel(day: number): string {
  const date = dateOf(Math.round(day));
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** Days: ticks at the starts of months, with the year where it begins. */
export function dayAxis(label: string, min: number, max: number, count: number): Axis {
  const end = max > min ? max : min + 1;
  const months = (end - min) / DAYS_PER_MONTH;
  if (months < MONTHS_FOR_DAYS) return { label, min, max: end, ticks: dayTicks(min, end, count) };
  const step = MONTH_STEPS.find((one) => months / one <= count) ?? 240;
  const ticks: Tick[] = [];
  const first = Math.ceil(monthIndex(min) / step) * step;
  for (let month = first; ticks.length < TICKS_MAX; month += step) {
    const value = startOfMonth(month);
    if (value > end) break;
    if (value < min) continue;
    const name = MONTHS[month % 12] as string;
    const year = String(Math.floor(month / 12));
    const plain = step >= 12 ? year : name;
    const begins = month % 12 === 0 || ticks.length === 0;
    ticks.push({ value, label: step < 12 && begins ? `${name} ${year}` : plain });
  }
  return { label, min, max: end, ticks };
}

/** Date.UTC takes years below 100 for those of the last century; no order is that old. */
const startOfMonth = (index: number): number =>
  Date.UTC(Math.floor(index / 12), index % 12, 1) / DAY_MS;

function dayTicks(min: number, max: number, count: number): Tick[] {
  const step = Math.max(1, Math.round(niceStep(max - min, count)));
  const ticks: Tick[] = [];
  for (let value = Math.ceil(min); value <= max && ticks.length < TICKS_MAX; value += step) {
    const date = dateOf(value);
    ticks.push({ value, label: `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` });
  }
  return ticks;
}

export type Scale = (value: number) => number;

/** Values outside lie on the edge: a line that leaves the drawing tells nothing. */
export function scale({ min, max }: { min: number; max: number }, from: number, to: number): Scale {
  const span = max - min || 1;
  return (value) => from + Math.min(1, Math.max(0, (value - min) / span)) * (to - from);
}
