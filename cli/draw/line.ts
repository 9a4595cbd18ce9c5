/** Lines over a measure or over days, with bands, ticks of events, and marked days. */
import { type Entry, plot, type Plot } from './plot.ts';
import type { Axis } from './scale.ts';
import { type Frame, lineFrom, px, shape, textAt, textWidth, type Tone } from './svg.ts';

export type Point = { x: number; y: number };

export type Series = {
  label: string;
  tone: Tone;
  points: readonly Point[];
  dashed?: boolean;
  /** Interval around the line, and what it means. */
  band?: { label: string; points: readonly { x: number; low: number; high: number }[] };
};

export type LineChart = Frame & {
  x: Axis;
  y: Axis;
  series: readonly Series[];
  /** Short strokes on the horizontal axis: orders. */
  rug?: { label: string; at: readonly number[] };
  /** Upright lines with a word: alarms. */
  marks?: readonly { at: number; label: string; tone?: Tone }[];
  /** Level lines with a word: thresholds. */
  levels?: readonly Level[];
  /** Gaps of more than this leave the line open. */
  breakAfter?: number;
};

/** Of a longer line only every nth point is drawn: more than pixels are not seen. */
const POINTS_MAX = 1_500;

export function lineChart(chart: LineChart): string {
  const legend: Entry[] = chart.series.flatMap(({ label, tone, dashed, band }) => [
    { label, tone, mark: dashed ? ('dash' as const) : ('line' as const) },
    ...(band ? [{ label: band.label, tone, mark: 'band' as const }] : []),
  ]);
  if (chart.rug) legend.push({ label: chart.rug.label, tone: 'soft', mark: 'rug' });
  return plot(chart, { x: chart.x, y: chart.y, legend }, (made) => {
    const { area, x } = made;
    return [
      ...chart.series.map(({ band, tone }) => (band ? bandOf(made, band.points, tone) : '')),
      ...(chart.levels ?? []).map((level) => levelOf(made, level)),
      ...chart.series.map((series) => lineOf(made, series, chart.breakAfter)),
      // Words above all lines, so that none runs through them.
      ...(chart.levels ?? []).map((level) => levelWords(made, level)),
      ...(chart.rug?.at ?? []).map((at) =>
        lineFrom(x(at), area.bottom - 9, x(at), area.bottom + 3, 'rug soft'),
      ),
      marksOf(made, chart.marks ?? []),
    ].join('');
  });
}

const thinned = <T>(points: readonly T[]): T[] => {
  const step = Math.ceil(points.length / POINTS_MAX);
  return points.filter((_, index) => index % step === 0 || index === points.length - 1);
};

function lineOf({ x, y }: Plot, { points, tone, dashed }: Series, breakAfter = Infinity): string {
  let path = '';
  let before: Point | undefined;
  for (const point of thinned(points)) {
    const open = !before || point.x - before.x > breakAfter;
    path += `${open ? 'M' : 'L'}${px(x(point.x))} ${px(y(point.y))}`;
    before = point;
  }
  if (path === '') return '';
  return `<path d="${path}" class="line ${tone}${dashed ? ' dash' : ''}"/>`;
}

function bandOf(
  { x, y }: Plot,
  points: readonly { x: number; low: number; high: number }[],
  tone: Tone,
): string {
  const kept = thinned(points);
  if (kept.length === 0) return '';
  const upper = kept.map((one) => `${px(x(one.x))} ${px(y(one.high))}`);
  const lower = kept.toReversed().map((one) => `${px(x(one.x))} ${px(y(one.low))}`);
  return `<path d="M${[...upper, ...lower].join('L')}Z" class="band fill-${tone}"/>`;
}

type Level = { at: number; label: string };

const levelOf = ({ area, y }: Plot, { at }: Level): string =>
  lineFrom(area.left, y(at), area.right, y(at), 'line thin dash soft');

const levelWords = ({ area, y }: Plot, { at, label }: Level): string =>
  textAt(area.right, y(at) - 4, label, { anchor: 'end', class: 'ink halo' });

/** Their words one below the other, so that marks close together stay readable. */
function marksOf(
  { area, x }: Plot,
  marks: readonly { at: number; label: string; tone?: Tone }[],
): string {
  return marks
    .map(({ at, label, tone = 'second' }, index) => {
      const left = x(at);
      const fits = left + 6 + textWidth(label) < area.right;
      const text = textAt(fits ? left + 6 : left - 6, area.top + 11 + (index % 3) * 15, label, {
        anchor: fits ? 'start' : 'end',
        class: 'ink halo',
      });
      const line = lineFrom(left, area.top, left, area.bottom, `line thin ${tone}`);
      return shape(`${line}${text}`, label);
    })
    .join('');
}
