/** Bars of named things, and histograms of a measure. */
import { type Entry, plot, type Plot, tickCount } from './plot.ts';
import { type Axis, numberAxis, short } from './scale.ts';
import { dotAt, type Frame, lineFrom, px, shape, type Tone } from './svg.ts';

export type Bar = {
  label: string;
  value: number;
  /** An interval of the value. */
  low?: number;
  high?: number;
  /** What a pointer on it is told; by default label and value. */
  tip?: string;
};

export type BarChart = Frame & {
  bars: readonly Bar[];
  xLabel: string;
  y: Axis;
  tone?: Tone;
  /** A second value of each bar, as a dot: what was expected of it. */
  dots?: { label: string; of: string; values: readonly (number | undefined)[] };
};

/** Bars side by side, in the order given. */
export function barChart(chart: BarChart): string {
  const { bars, tone = 'first', dots } = chart;
  const x: Axis = {
    label: chart.xLabel,
    min: 0,
    max: Math.max(1, bars.length),
    ticks: bars.map(({ label }, index) => ({ value: index + 0.5, label })),
  };
  const legend: Entry[] = dots
    ? [
        { label: dots.of, tone, mark: 'bar' },
        { label: dots.label, tone: 'second', mark: 'dot' },
      ]
    : [];
  return plot(chart, { x, y: chart.y, legend }, (made) =>
    [
      ...bars.map((bar, index) => barOf(made, bar, [index + 0.14, index + 0.86], tone)),
      ...(dots?.values ?? []).map((value, index) =>
        value === undefined ? '' : dotOf(made, index + 0.5, value, dots?.label ?? ''),
      ),
    ].join(''),
  );
}

function barOf({ x, y, area }: Plot, bar: Bar, [from, to]: [number, number], tone: Tone): string {
  const [left, right, top] = [x(from), x(to), y(bar.value)];
  const height = Math.max(0, area.bottom - top);
  const rect = `<rect x="${px(left)}" y="${px(top)}" width="${px(right - left)}" height="${px(height)}" rx="${height > 4 ? 2 : 0}" class="fill-${tone}"/>`;
  const middle = (left + right) / 2;
  const interval =
    bar.low === undefined || bar.high === undefined
      ? ''
      : lineFrom(middle, y(bar.low), middle, y(bar.high), 'line thin soft');
  return shape(`${rect}${interval}`, bar.tip ?? `${bar.label}: ${short(bar.value)}`);
}

const dotOf = ({ x, y }: Plot, at: number, value: number, label: string): string =>
  shape(`<g class="halo">${dotAt(x(at), y(value), 'second')}</g>`, `${label}: ${short(value)}`);

export type Bin = { from: number; to: number; value: number; tip?: string };

export type Histogram = Frame & { bins: readonly Bin[]; x: Axis; yLabel: string; tone?: Tone };

/** Bars that touch, each from its lower to its upper edge. */
export function histogram(chart: Histogram): string {
  const most = chart.bins.reduce((max, { value }) => Math.max(max, value), 0);
  const y = numberAxis(chart.yLabel, most, tickCount(chart.height, 60));
  return plot(chart, { x: chart.x, y }, (made) => {
    const unit = (chart.x.max - chart.x.min) / (made.area.right - made.area.left);
    return chart.bins
      .map(({ from, to, value, tip }) => {
        const bar = { label: `${short(from)} to ${short(to)}`, value, ...(tip && { tip }) };
        return barOf(made, bar, [from, to - unit], chart.tone ?? 'first');
      })
      .join('');
  });
}
