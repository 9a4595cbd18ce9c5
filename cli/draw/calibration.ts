/** Whether forecasts of shares came true: of those to whom 30% was given, did 30% buy? */
import { plot, type Plot, tickCount } from './plot.ts';
import { percent, shareAxis } from './scale.ts';
import { dotAt, type Frame, lineFrom, shape, type Tone } from './svg.ts';

export type CalibrationPoint = { customers: number; predicted: number; bought: number };

export type CalibrationChart = Frame & {
  series: readonly { label: string; tone: Tone; bins: readonly CalibrationPoint[] }[];
};

/** 95%, as for most intervals of shares. */
const Z = 1.96;

/** Wilson's interval of a share (1927): holds for few customers and at 0 and 1, where the usual one fails. */
export function wilson(share: number, customers: number): [low: number, high: number] {
  if (!(customers > 0)) return [0, 1];
  const z2 = Z * Z;
  const middle = (share + z2 / (2 * customers)) / (1 + z2 / customers);
  const half =
    (Z / (1 + z2 / customers)) *
    Math.sqrt((share * (1 - share)) / customers + z2 / (4 * customers * customers));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Dots on the diagonal came true; the upright lines are what chance alone may do to each. */
export function calibrationChart(chart: CalibrationChart): string {
  const bins = chart.series.flatMap((series) => series.bins);
  const top = bins.reduce((max, bin) => Math.max(max, bin.predicted, bin.bought), 0.1);
  const room = Math.min(1, top * 1.08);
  const x = shareAxis('Forecast share that buys', tickCount(chart.width, 90), room);
  const y = shareAxis('Share that bought', tickCount(chart.height, 55), room);
  const end = Math.max(x.max, y.max);
  const legend = chart.series.map(({ label, tone }) => ({ label, tone, mark: 'dot' as const }));
  return plot(
    chart,
    { x: { ...x, max: end }, y: { ...y, max: end }, legend: legend.length > 1 ? legend : [] },
    (made) =>
      [
        lineFrom(made.x(0), made.y(0), made.x(end), made.y(end), 'line thin dash soft'),
        ...chart.series.flatMap(({ bins: own, tone }) =>
          own.map((bin) => pointOf(made, bin, tone)),
        ),
      ].join(''),
  );
}

function pointOf({ x, y }: Plot, bin: CalibrationPoint, tone: Tone): string {
  const [low, high] = wilson(bin.bought, bin.customers);
  const at = x(bin.predicted);
  const mark = `${lineFrom(at, y(low), at, y(high), `line thin ${tone}`)}${dotAt(at, y(bin.bought), tone)}`;
  const who = Math.round(bin.customers).toLocaleString('en');
  return shape(
    mark,
    `${who} customers: forecast ${percent(bin.predicted)}, bought ${percent(bin.bought)}`,
  );
}
