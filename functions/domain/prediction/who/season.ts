/**
 * Season as a clock: in a month that sells a fifth above the year's mean, time passes a fifth faster. All
 * models run on this clock, so that a horizon over Christmas is longer than one over summer, and so that
 * what was learned in summer carries over.
 */
import type { Day } from '../../../contract/predictions.ts';
import type { Flow } from '../panel.ts';
import type { Facts } from './features.ts';
import { logLinear, type Observation } from './ridge.ts';

/**
 * Sales by month, January first, over the year's mean. Quarters: US Census Bureau, Quarterly Retail E-Commerce
 * Sales, not adjusted over adjusted (second quarter of 2013: 60.2 / 64.8; third of 2010: 38.8 / 41.5; first and
 * fourth: what these leave, shared as in general merchandise). Within the fourth quarter: its Combined
 * Seasonal Adjustment Factors for general merchandise stores (NAICS 452) of 2011: 0.968, 1.088, 1.407.
 */
export const RETAIL_MONTHS = [
  0.96, 0.96, 0.96, 0.93, 0.93, 0.93, 0.935, 0.935, 0.935, 0.985, 1.108, 1.432,
] as const;

/**
 * How much of it a shop has, before its own orders are looked at: December's factors of the Census's kinds
 * of business (furniture 1.20, electronics 1.56, food 1.10, health 1.11, clothing 1.59, hobby 1.65, general
 * merchandise 1.41) have a mean logarithm of 0.85 times the above, with a standard deviation of 0.45.
 */
const STRENGTH = { mean: 0.85, deviation: 0.45 };
/** Months of one shop that differ from that pattern year after year, as logarithms: a guess, wide enough. */
const MONTH_DEVIATION = 0.15;
/** Months differ from each other by about so much for no reason that comes back: seen on public logs. */
const MONTH_NOISE = 0.12;
/** A year's change, and its bend: not to be taken for season. */
const TREND_DEVIATION = 2;
const BEND_DEVIATION = 1.5;
/** Days in which the flow is looked at. */
const BIN_DAYS = 28;
/** The first bins have hardly anybody who could come again. */
const BINS_SKIPPED = 2;
/** Older customers order less: (1 + age / 28 days) ^ -0.7 follows the public logs. */
const FADING = 0.7;

const YEAR_DAYS = 365.25;
const MONTH_ENDS = [31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365].map(
  (end) => end / 365,
);

/** Twelve factors, January first, whose mean over the year is 1. */
export type Months = readonly number[];

/** Days of an even year until the end of a day. */
export type Clock = (day: Day) => number;

export function clockOf(months: Months): Clock {
  const sums = [0];
  MONTH_ENDS.forEach((end, month) => {
    sums.push((sums[month] as number) + (end - monthStart(month)) * (months[month] as number));
  });
  const year = sums[12] as number;
  return (day) => {
    const at = partOfYear(day + 1);
    const sum =
      (sums[at.month] as number) + (at.part - monthStart(at.month)) * (months[at.month] as number);
    return YEAR_DAYS * (at.year + sum / year);
  };
}

/** A customer's facts on the clock; `origin` is the day on which T was counted. */
export function onClock<F extends Facts>(facts: F, origin: Day, clock: Clock): F {
  const start = clock(origin - facts.T);
  const T = Math.max(0, clock(origin) - start);
  if (!(facts.x > 0 && facts.tx > 0)) return { ...facts, T, tx: 0 };
  const tx = Math.min(T, clock(origin - facts.T + facts.tx) - start);
  return { ...facts, T, tx, logGaps: facts.logGaps + facts.x * Math.log(tx / facts.tx) };
}

/** The shop's months: the retail pattern, as far as its own repeat orders show it, and its own differences. */
export function monthsOf(flow: readonly Flow[]): { months: number[]; strength: number } {
  const bins = binned(flow);
  const pattern = RETAIL_MONTHS.map(Math.log);
  const observations: Observation[] = [];
  for (let at = BINS_SKIPPED; at < bins.length; at += 1) {
    const one = observed(bins, at, pattern);
    if (one) observations.push(one);
  }
  const deviations = [100, TREND_DEVIATION, BEND_DEVIATION, STRENGTH.deviation];
  deviations.push(...pattern.map(() => MONTH_DEVIATION));
  const size = deviations.length;
  const mean = deviations.map((_, at) => (at === 3 ? STRENGTH.mean : 0));
  const precision = Array.from({ length: size * size }, () => 0);
  deviations.forEach((deviation, at) => {
    precision[at * size + at] = 1 / deviation ** 2;
  });
  const { coefficients } = logLinear(observations, { mean, precision });
  const strength = Math.max(0, coefficients[3] as number);
  return {
    strength,
    months: evened(
      pattern.map((log, at) => Math.exp(strength * log + (coefficients[4 + at] ?? 0))),
    ),
  };
}

function evened(months: number[]): number[] {
  const mean = months.reduce((sum, month) => sum + month, 0) / months.length;
  return months.map((month) => Number((month / mean).toFixed(4)));
}

/** Stretches of about four weeks, counted back from the end; what is left over at the start is left out. */
function binned(flow: readonly Flow[]): Flow[] {
  const bins: Flow[] = [];
  for (const { from, days, firsts, repeats } of flow.toReversed()) {
    const bin = bins[0];
    if (bin && bin.days + days <= BIN_DAYS) {
      bins[0] = {
        from,
        days: bin.days + days,
        firsts: bin.firsts + firsts,
        repeats: bin.repeats + repeats,
      };
    } else bins.unshift({ from, days, firsts, repeats });
  }
  return bins;
}

/** The repeat orders of a bin, beside those that as many customers of such ages place in an even month. */
function observed(bins: readonly Flow[], at: number, pattern: number[]): Observation | undefined {
  const { from, days, firsts, repeats } = bins[at] as Flow;
  let customers = firsts / 2;
  for (let before = 0; before < at; before += 1) {
    customers += (bins[before] as Flow).firsts * (1 + (at - before - 0.5)) ** -FADING;
  }
  if (!(customers > 0 && days > 0)) return undefined;
  const shares = Array.from({ length: 12 }, () => 0);
  for (let day = from; day < from + days; day += 1) {
    const { month } = partOfYear(day + 0.5);
    shares[month] = (shares[month] as number) + 1 / days;
  }
  const log = shares.reduce((sum, share, month) => sum + share * (pattern[month] as number), 0);
  const years = ((at - bins.length / 2) * BIN_DAYS) / YEAR_DAYS;
  // Months vary beyond chance: many orders tell no more of a month than 1 / MONTH_NOISE^2 of them.
  const weight = 1 / (1 + MONTH_NOISE ** 2 * repeats);
  return {
    features: [1, years, years * years, log, ...shares],
    n: weight,
    y: weight * repeats,
    offset: Math.log((customers * days) / BIN_DAYS),
  };
}

const monthStart = (month: number) => (month === 0 ? 0 : (MONTH_ENDS[month - 1] as number));

/** Where in which year a moment lies; days may be fractions. Civil from days: Howard Hinnant. */
function partOfYear(day: Day): { year: number; part: number; month: number } {
  // Years that begin in March, from 0000-03-01, in spans of 400 years: leap days come last.
  const z = day + 719_468;
  const era = Math.floor(z / 146_097);
  const inEra = z - era * 146_097;
  const whole = Math.floor(inEra);
  const yearOfEra = Math.floor(
    (whole - Math.floor(whole / 1460) + Math.floor(whole / 36_524) - Math.floor(whole / 146_096)) /
      365,
  );
  const inYear =
    inEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // March to December are the first 306 days of it; January and February belong to the next year.
  const early = inYear < 306;
  const part = Math.min(1 - 1e-12, (early ? inYear + 59 : Math.min(59, inYear - 306)) / 365);
  let month = Math.floor(part * 12);
  if (part >= (MONTH_ENDS[month] as number)) month += 1;
  else if (part < monthStart(month)) month -= 1;
  return { year: era * 400 + yearOfEra + (early ? 0 : 1), part, month };
}
