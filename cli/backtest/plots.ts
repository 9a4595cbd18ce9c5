/** The back-test drawn: calibration, who is how likely, orders that came and were expected, ranking. */
import type { Day } from '../../functions/contract/predictions.ts';
import type { Judged } from '../../functions/domain/prediction/who/metrics.ts';
import { predictWho } from '../../functions/domain/prediction/who/predict.ts';
import { histogram } from '../draw/bars.ts';
import { calibrationChart } from '../draw/calibration.ts';
import { lineChart, type Point } from '../draw/line.ts';
import { tickCount } from '../draw/plot.ts';
import { dayAxis, dayLabel, numberAxis, percent, shareAxis, short } from '../draw/scale.ts';
import type { Customers, Scored, SplitResult } from './split.ts';
import { NAMES } from './table.ts';

export type Drawing = { file: string; caption: string; svg: string };

const SIZE = { width: 720, height: 380 };
const X_TICKS = tickCount(SIZE.width, 90);
const WEEK_DAYS = 7;
const BINS = 20;

/** All plots of one split, in the order in which to read them. */
export function drawSplit(result: SplitResult, customers: Customers): Drawing[] {
  const weeks = weeksOf(result, customers);
  return [
    calibration(result),
    distribution(result),
    weekly(result, weeks),
    cumulative(result, weeks),
    roc(result),
  ];
}

const ownOf = ({ scored }: SplitResult): Scored => scored[0] as Scored;

/** The best of the families alone, by log-loss. */
export const rivalOf = ({ scored }: SplitResult): Scored =>
  scored.slice(1).reduce((best, one) => (one.figures.logLoss < best.figures.logLoss ? one : best));

function calibration(result: SplitResult): Drawing {
  const [own, rival] = [ownOf(result), rivalOf(result)];
  const error = (one: Scored) => `${NAMES[one.id]} ${one.figures.calibrationError.toFixed(3)}`;
  const title = `Did the forecasts come true within ${result.horizonDays} days?`;
  const caption =
    'Customers in ten groups of equal size by their forecast. On the dashed line exactly as many bought as were forecast; the upright lines are 95% intervals of what was seen.';
  return {
    file: 'calibration.svg',
    caption,
    svg: calibrationChart({
      ...SIZE,
      id: 'calibration',
      title,
      desc: `${caption} Calibration error: ${error(own)}, ${error(rival)}.`,
      series: [
        { label: NAMES[own.id], tone: 'first', bins: own.figures.bins },
        { label: NAMES[rival.id], tone: 'second', bins: rival.figures.bins },
      ],
    }),
  };
}

function distribution(result: SplitResult): Drawing {
  const counts = Array.from({ length: BINS }, () => 0);
  const { judged } = ownOf(result);
  for (const { p } of judged) {
    const bin = Math.min(BINS - 1, Math.floor(p * BINS));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const mean = judged.reduce((sum, { p }) => sum + p, 0) / judged.length;
  const caption = `${judged.length.toLocaleString('en')} customers on ${dayLabel(result.origin)} by their P(active within ${result.horizonDays} days); mean ${percent(mean)}.`;
  return {
    file: 'distribution.svg',
    caption,
    svg: histogram({
      ...SIZE,
      id: 'distribution',
      title: 'How likely customers are to come back',
      desc: caption,
      x: shareAxis(`P(active within ${result.horizonDays} days)`, 10),
      yLabel: 'Customers',
      bins: counts.map((value, at) => ({
        from: at / BINS,
        to: (at + 1) / BINS,
        value,
        tip: `${percent(at / BINS)} to ${percent((at + 1) / BINS)}: ${value.toLocaleString('en')} customers`,
      })),
    }),
  };
}

type Weeks = {
  /** Order days by week, by customers known at the split, before it and after. */
  actual: Point[];
  expected: Point[];
};

/** Only whole weeks, counted from the split in both directions. */
function weeksOf({ origin, horizonDays, who, rows }: SplitResult, customers: Customers): Weeks {
  const actual = new Map<number, number>();
  for (const days of customers) {
    const first = days[0];
    if (first === undefined || first > origin) continue;
    for (const day of days) {
      const week = Math.floor((day - origin - 1) / WEEK_DAYS);
      if (day > first) actual.set(week, (actual.get(week) ?? 0) + 1);
    }
  }
  const count = Math.floor(horizonDays / WEEK_DAYS);
  const start = Math.min(0, ...actual.keys());
  const at = (week: number): Day => origin + 1 + (week + 0.5) * WEEK_DAYS;
  const weeks = Array.from({ length: count - start }, (_, index) => start + index);
  let before = 0;
  const expected = Array.from({ length: count }, (_, week) => {
    let sum = 0;
    for (const { n, x, tx, T, logGaps } of rows) {
      const history = { first: origin - T, last: origin - T + tx, repeats: x, logGaps };
      sum += n * predictWho(who, history, origin, (week + 1) * WEEK_DAYS).expectedOrders;
    }
    const point = { x: at(week), y: Math.max(0, sum - before) };
    before = sum;
    return point;
  });
  return { actual: weeks.map((week) => ({ x: at(week), y: actual.get(week) ?? 0 })), expected };
}

function weekly({ origin, horizonDays }: SplitResult, { actual, expected }: Weeks): Drawing {
  const most = [...actual, ...expected].reduce((max, { y }) => Math.max(max, y), 0);
  const caption =
    'Repeat order days a week of the customers known at the split: as they came, and as they were expected from the day of the split.';
  return {
    file: 'weekly.svg',
    caption,
    svg: lineChart({
      ...SIZE,
      id: 'weekly',
      title: 'Repeat orders a week',
      desc: caption,
      x: dayAxis('Week', actual[0]?.x ?? origin, origin + horizonDays, X_TICKS),
      y: numberAxis('Order days', most, 5),
      series: [
        { label: 'as they came', tone: 'soft', points: actual },
        { label: 'as expected', tone: 'first', points: expected },
      ],
      marks: [{ at: origin, label: `split, ${dayLabel(origin)}` }],
    }),
  };
}

const summed = (points: readonly Point[]): Point[] => {
  let sum = 0;
  return points.map(({ x, y }) => {
    sum += y;
    return { x, y: sum };
  });
};

function cumulative({ origin, horizonDays }: SplitResult, weeks: Weeks): Drawing {
  const came = summed(weeks.actual.filter(({ x }) => x > origin));
  const expected = summed(weeks.expected);
  const [all = 0, forecast = 0] = [came.at(-1)?.y, expected.at(-1)?.y];
  const caption = `Repeat order days since the split, summed up: ${short(all)} came, ${short(forecast)} were expected in whole weeks.`;
  return {
    file: 'cumulative.svg',
    caption,
    svg: lineChart({
      ...SIZE,
      id: 'cumulative',
      title: 'Repeat orders since the split',
      desc: caption,
      x: dayAxis('Week', origin, origin + horizonDays, X_TICKS),
      y: numberAxis('Order days', Math.max(all, forecast), 5),
      series: [
        { label: 'as they came', tone: 'soft', points: [{ x: origin, y: 0 }, ...came] },
        { label: 'as expected', tone: 'first', points: [{ x: origin, y: 0 }, ...expected] },
      ],
    }),
  };
}

/** Share of the buyers reached against the share of the others, from the most likely down. */
export function rocPoints(judged: readonly Judged[]): Point[] {
  const sorted = judged.toSorted((a, b) => b.p - a.p);
  const buyers = sorted.reduce((sum, { bought }) => sum + bought, 0);
  const others = sorted.length - buyers;
  if (buyers === 0 || others === 0) return [];
  const points: Point[] = [{ x: 0, y: 0 }];
  let [hit, missed] = [0, 0];
  sorted.forEach(({ p, bought }, at) => {
    hit += bought;
    missed += 1 - bought;
    // Equal forecasts are one step: no order among them is known.
    if (sorted[at + 1]?.p !== p) points.push({ x: missed / others, y: hit / buyers });
  });
  return points;
}

function roc(result: SplitResult): Drawing {
  const [own, rival] = [ownOf(result), rivalOf(result)];
  const auc = ({ id, figures }: Scored) =>
    // Where everybody came back, or nobody, nobody is ranked before another.
    Number.isFinite(figures.auc) ? `${NAMES[id]}, AUC ${figures.auc.toFixed(3)}` : NAMES[id];
  const caption =
    'Going down from the most likely customer: the share of all buyers met, against the share of those who did not buy. The dashed line is chance.';
  return {
    file: 'ranking.svg',
    caption,
    svg: lineChart({
      ...SIZE,
      id: 'ranking',
      title: 'Are buyers ranked before the others?',
      desc: `${caption} ${auc(own)}; ${auc(rival)}.`,
      x: shareAxis('Others met', 10),
      y: shareAxis('Buyers met', 5),
      series: [
        { label: auc(own), tone: 'first', points: rocPoints(own.judged) },
        { label: auc(rival), tone: 'second', points: rocPoints(rival.judged), dashed: true },
        {
          label: 'chance',
          tone: 'soft',
          dashed: true,
          points: [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
          ],
        },
      ],
    }),
  };
}
