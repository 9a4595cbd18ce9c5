import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barChart, histogram } from '../../../cli/draw/bars.ts';
import { calibrationChart, wilson } from '../../../cli/draw/calibration.ts';
import { lineChart } from '../../../cli/draw/line.ts';
import {
  dayAxis,
  niceTicks,
  numberAxis,
  scale,
  shareAxis,
  short,
} from '../../../cli/draw/scale.ts';
import type { Frame } from '../../../cli/draw/svg.ts';

type Node = { tag: string; attributes: { [name: string]: string }; text: string };

/** A strict reader of the little XML that is drawn: refuses what a browser would. */
function parse(text: string): Node[] {
  const nodes: Node[] = [];
  const open: Node[] = [];
  const token = /<(\/?)([a-zA-Z]+)((?:\s[\w:-]+="[^"<]*")*)(\/?)>|([^<]+)/y;
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) throw new Error(`no XML at ${at}: ${text.slice(at, at + 40)}`);
    at = token.lastIndex;
    const [, closes, tag = '', attributes = '', empty, words] = match;
    if (words !== undefined) {
      if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(words)) throw new Error(`a bare & in ${words}`);
      if (open.length > 0) (open.at(-1) as Node).text += words;
      else if (words.trim() !== '') throw new Error(`text outside: ${words}`);
    } else if (closes) {
      if (open.pop()?.tag !== tag) throw new Error(`</${tag}> closes nothing`);
    } else {
      const node: Node = { tag, attributes: {}, text: '' };
      for (const [, name = '', value = ''] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) {
        if (name in node.attributes) throw new Error(`${name} twice`);
        node.attributes[name] = value;
      }
      nodes.push(node);
      if (!empty) open.push(node);
    }
  }
  if (open.length > 0) throw new Error(`<${open[0]?.tag}> stays open`);
  return nodes;
}

const frame = (more: Partial<Frame> = {}): Frame => ({
  id: 'one',
  title: 'A title',
  desc: 'What is seen',
  width: 600,
  height: 300,
  ...more,
});
const rects = (nodes: Node[]) =>
  nodes.filter(({ tag, attributes }) => tag === 'rect' && attributes['class']);
const number = (node: Node | undefined, name: string) => Number(node?.attributes[name]);

describe('a drawing', () => {
  const all = (more: Partial<Frame> = {}) => [
    histogram({
      ...frame(more),
      bins: [{ from: 0, to: 1, value: 3 }],
      x: shareAxis('x', 4),
      yLabel: 'n',
    }),
    barChart({
      ...frame(more),
      bars: [{ label: 'Jan', value: 2 }],
      xLabel: 'x',
      y: numberAxis('y', 2, 4),
    }),
    calibrationChart({
      ...frame(more),
      series: [
        { label: 'p', tone: 'first', bins: [{ customers: 9, predicted: 0.2, bought: 0.3 }] },
      ],
    }),
    lineChart({
      ...frame(more),
      x: dayAxis('Day', 0, 400, 5),
      y: shareAxis('P', 4),
      series: [
        {
          label: 's',
          tone: 'first',
          points: [
            { x: 1, y: 0.5 },
            { x: 2, y: 0.4 },
          ],
        },
      ],
    }),
  ];

  it('names itself to a screen reader, scales to its place, and holds no script', () => {
    for (const text of all()) {
      const [root, title, desc] = parse(text);
      expect(root?.attributes).toMatchObject({ role: 'img', viewBox: '0 0 600 300' });
      expect(root?.attributes['aria-labelledby']).toBe('one-t one-d');
      expect([title?.text, desc?.text]).toEqual(['A title', 'What is seen']);
      expect(text).not.toMatch(/<script|\son\w+=|href/);
      expect(text).toContain('prefers-color-scheme:dark');
    }
  });

  it('stays well-formed whatever words come from a file', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (word) => {
        for (const text of all({ title: word, desc: word, inline: true })) parse(text);
      }),
      { numRuns: 40 },
    );
    expect(all({ title: '<b>&\u0000' })[0]).toContain('<title id="one-t">&lt;b&gt;&amp;</title>');
  });

  it('brings no sheet and no background of its own within a page', () => {
    for (const text of all({ inline: true })) {
      expect(text).not.toMatch(/<style|rx="10"/);
      expect(text.match(/A title/g)).toHaveLength(1);
    }
  });

  it('refuses a value that is no number, instead of vanishing', () => {
    const bars = [{ label: 'Jan', value: Number.NaN }];
    expect(() => barChart({ ...frame(), bars, xLabel: 'x', y: numberAxis('y', 2, 4) })).toThrow(
      /got NaN, wanted a number/,
    );
  });
});

describe('bars', () => {
  it('are as high as their values, and stand in their order', () => {
    const nodes = parse(
      barChart({
        ...frame(),
        bars: [4, 2, 0].map((value) => ({ label: `${value}`, value })),
        xLabel: 'x',
        y: numberAxis('y', 4, 4),
      }),
    );
    const [four, two, none] = rects(nodes);
    expect(number(four, 'height')).toBeCloseTo(2 * number(two, 'height'), 0);
    expect(number(none, 'height')).toBe(0);
    expect(number(four, 'x')).toBeLessThan(number(two, 'x'));
  });

  it('of a histogram lie between their edges', () => {
    const bins = [0, 1, 2, 3].map((at) => ({ from: at / 4, to: (at + 1) / 4, value: at }));
    const drawn = rects(parse(histogram({ ...frame(), bins, x: shareAxis('x', 4), yLabel: 'n' })));
    expect(drawn).toHaveLength(4);
    const step = number(drawn[1], 'x') - number(drawn[0], 'x');
    expect(number(drawn[3], 'x') - number(drawn[2], 'x')).toBeCloseTo(step, 0);
    expect(number(drawn[0], 'width')).toBeLessThan(step);
  });
});

describe('a line', () => {
  const line = (points: { x: number; y: number }[], breakAfter?: number) =>
    lineChart({
      ...frame(),
      x: numberAxis('x', 10, 5),
      y: numberAxis('y', 10, 5),
      series: [{ label: 's', tone: 'first', points }],
      ...(breakAfter !== undefined && { breakAfter }),
    });
  const path = (text: string) =>
    parse(text).find(
      ({ tag, attributes }) => tag === 'path' && attributes['class'] === 'line first',
    )?.attributes['d'] ?? '';

  it('goes through its points, upwards where they grow', () => {
    const [, x0, y0, x1, y1] = /^M(\S+) (\S+)L(\S+) (\S+)$/.exec(
      path(
        line([
          { x: 0, y: 0 },
          { x: 10, y: 10 },
        ]),
      ),
    ) as RegExpExecArray;
    expect(Number(x1)).toBeGreaterThan(Number(x0));
    expect(Number(y1)).toBeLessThan(Number(y0));
  });

  it('opens at a gap, keeps its ends when thinned, and never leaves the area', () => {
    expect(
      path(
        line(
          [
            { x: 0, y: 0 },
            { x: 1, y: 1 },
            { x: 9, y: 1 },
          ],
          2,
        ),
      ).match(/M/g),
    ).toHaveLength(2);
    const many = Array.from({ length: 9_000 }, (_, at) => ({ x: at / 900, y: at === 5 ? 1e9 : 1 }));
    const drawn = path(line(many));
    expect(drawn.match(/[ML]/g)?.length).toBeLessThan(1_600);
    const xs = [...drawn.matchAll(/[ML](\S+) (\S+?)(?=[ML]|$)/g)].map(([, x]) => Number(x));
    expect(Math.max(...xs)).toBeLessThanOrEqual(600);
  });

  it('shows orders as ticks, levels and marked days with their words', () => {
    const text = lineChart({
      ...frame(),
      x: dayAxis('Day', 100, 200, 5),
      y: shareAxis('P', 4),
      series: [{ label: 's', tone: 'first', points: [] }],
      rug: { label: 'orders', at: [110, 120, 130] },
      marks: [{ at: 199, label: 'alarm: high' }],
      levels: [{ at: 0.3, label: 'medium below 30%' }],
    });
    const nodes = parse(text);
    expect(nodes.filter(({ attributes }) => attributes['class'] === 'rug soft')).toHaveLength(4);
    expect(nodes.find(({ text }) => text === 'medium below 30%')).toBeDefined();
    const alarm = nodes.find(({ tag, text }) => tag === 'text' && text === 'alarm: high');
    expect(alarm?.attributes['text-anchor']).toBe('end');
  });
});

describe('calibration', () => {
  it('puts what came true on the diagonal, with what chance may do around it', () => {
    const bins = [0.1, 0.5].map((share) => ({ customers: 400, predicted: share, bought: share }));
    const series = [{ label: 'p', tone: 'first' as const, bins }];
    const dots = parse(calibrationChart({ ...frame(), series })).filter(
      ({ tag }) => tag === 'circle',
    );
    const slope =
      (number(dots[1], 'cy') - number(dots[0], 'cy')) /
      (number(dots[1], 'cx') - number(dots[0], 'cx'));
    const diagonal = parse(calibrationChart({ ...frame(), series })).find(
      ({ attributes }) => attributes['class'] === 'line thin dash soft',
    );
    const rise = number(diagonal, 'y2') - number(diagonal, 'y1');
    const run = number(diagonal, 'x2') - number(diagonal, 'x1');
    expect(slope).toBeCloseTo(rise / run, 2);
  });

  it('has intervals that hold the share, lie within 0 and 1, and narrow with more customers', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (share, n) => {
          const [low, high] = wilson(share, n);
          expect(low >= 0 && high <= 1 && low <= share + 1e-9 && high >= share - 1e-9).toBe(true);
          const [closer, up] = wilson(share, n * 10);
          expect(up - closer).toBeLessThanOrEqual(high - low);
        },
      ),
    );
    // Newcombe (1998), table I: 81 of 263.
    expect(wilson(81 / 263, 263).map((end) => end.toFixed(4))).toEqual(['0.2553', '0.3662']);
    expect(wilson(0.5, 0)).toEqual([0, 1]);
  });
});

describe('axes', () => {
  it('have a few round ticks within, whatever the span', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e5, max: 1e5, noNaN: true }),
        fc.double({ min: 1e-2, max: 1e9, noNaN: true }),
        (min, span) => {
          const ticks = niceTicks(min, min + span, 5);
          expect(ticks.length).toBeLessThanOrEqual(12);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(min - span / 1e3);
            expect(tick).toBeLessThanOrEqual(min + span * 1.001);
          }
        },
      ),
    );
    expect(numberAxis('n', 1834, 5).ticks.map(({ label }) => label)).toEqual([
      '0',
      '500',
      '1,000',
      '1,500',
      '2,000',
    ]);
    expect(shareAxis('p', 5).ticks.map(({ label }) => label)).toEqual([
      '0%',
      '20%',
      '40%',
      '60%',
      '80%',
      '100%',
    ]);
    expect(numberAxis('n', 0, 4).max).toBeGreaterThan(0);
  });

  it('of days begin months, and say the year where it begins', () => {
    const day = (text: string) => Date.parse(text) / 86_400_000;
    const year = dayAxis('Day', day('2010-12-01'), day('2011-12-09'), 6);
    expect(year.ticks.map(({ label }) => label)).toEqual(['Jan 2011', 'Apr', 'Jul', 'Oct']);
    expect(year.ticks[1]?.value).toBe(day('2011-04-01'));
    expect(dayAxis('Day', 100, 100, 4).max).toBe(101);
    expect(dayAxis('Day', 100, 120, 4).ticks.length).toBeGreaterThan(2);
    expect(dayAxis('Day', 0, 40_000, 6).ticks.length).toBeLessThan(12);
  });

  it('keep every value within the drawing', () => {
    const x = scale({ min: 0, max: 10 }, 100, 200);
    expect([x(-5), x(5), x(50)]).toEqual([100, 150, 200]);
    expect(scale({ min: 3, max: 3 }, 0, 10)(3)).toBe(0);
  });

  it('shorten large numbers', () => {
    expect([0.25, 12, 1234, 12_345, 2_500_000, 3e9].map(short)).toEqual([
      '0.25',
      '12',
      '1,234',
      '12.3k',
      '2.5M',
      '3bn',
    ]);
  });
});
