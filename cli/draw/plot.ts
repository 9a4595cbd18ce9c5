/** What all plots share: title, legend, axes, and the area that is left for the data. */
import { type Axis, type Scale, scale } from './scale.ts';
import {
  type Area,
  dotAt,
  FONT_PX,
  type Frame,
  lineFrom,
  px,
  svg,
  textAt,
  textWidth,
  type Tone,
} from './svg.ts';

/** How a series looks in the legend. */
export type Mark = 'line' | 'dash' | 'bar' | 'dot' | 'rug' | 'band';
export type Entry = { label: string; tone: Tone; mark: Mark };

export type Plot = { area: Area; x: Scale; y: Scale };

const GAP = 12;
const TITLE_PX = 30;
const LEGEND_PX = 20;
const SWATCH_PX = 22;

/** Fewer ticks where there is less room. */
export const tickCount = (pixels: number, each: number): number =>
  Math.max(2, Math.floor(pixels / each));

/** Draws `data` between its axes. */
export function plot(
  frame: Frame,
  axes: { x: Axis; y: Axis; legend?: readonly Entry[]; edges?: boolean },
  data: (plot: Plot) => string,
): string {
  const { width, height, title, inline = false } = frame;
  const { x, y, legend = [] } = axes;
  const parts: string[] = [];
  let top = GAP;
  if (!inline) {
    parts.push(textAt(GAP, GAP + 14, title, { class: 'head' }));
    top += TITLE_PX;
  }
  const rows = legendRows(legend, width - 2 * GAP);
  for (const row of rows) {
    parts.push(row.map(({ entry, at }) => legendEntry(entry, at, top)).join(''));
    top += LEGEND_PX;
  }
  // The vertical axis is named above itself: turned text is slow to read.
  parts.push(textAt(GAP, top + 10, y.label));
  top += 22;
  const widest = Math.max(...y.ticks.map(({ label }) => textWidth(label)), 16);
  const area: Area = {
    left: GAP + widest + 8,
    top,
    right: width - GAP - 6,
    bottom: height - 2 * FONT_PX - 22,
  };
  const made: Plot = {
    area,
    x: scale(x, area.left, area.right),
    y: scale(y, area.bottom, area.top),
  };
  parts.push(verticalAxis(y, made), data(made), horizontalAxis(x, made, height));
  return svg(frame, parts.join(''));
}

type Placed = { entry: Entry; at: number };

function legendRows(entries: readonly Entry[], width: number): Placed[][] {
  const rows: Placed[][] = [];
  let at = width;
  for (const entry of entries) {
    const needs = SWATCH_PX + textWidth(entry.label) + 18;
    if (at + needs > width + 18) {
      rows.push([]);
      at = 0;
    }
    rows.at(-1)?.push({ entry, at: GAP + at });
    at += needs;
  }
  return rows;
}

function legendEntry({ label, tone, mark }: Entry, x: number, top: number): string {
  const middle = top + 6;
  return `${swatch(mark, tone, x, middle)}${textAt(x + SWATCH_PX, middle + 4, label)}`;
}

function swatch(mark: Mark, tone: Tone, x: number, y: number): string {
  switch (mark) {
    case 'line':
      return lineFrom(x, y, x + 16, y, `line ${tone}`);
    case 'dash':
      return lineFrom(x, y, x + 16, y, `line dash ${tone}`);
    case 'bar':
      return `<rect x="${px(x + 2)}" y="${px(y - 5)}" width="12" height="10" rx="2" class="fill-${tone}"/>`;
    case 'dot':
      return dotAt(x + 8, y, tone);
    case 'rug':
      return lineFrom(x + 8, y - 5, x + 8, y + 5, `rug ${tone}`);
    case 'band':
      return `<rect x="${px(x)}" y="${px(y - 5)}" width="16" height="10" class="band fill-${tone}"/>`;
    default:
      return mark satisfies never;
  }
}

function verticalAxis({ ticks }: Axis, { area, y }: Plot): string {
  return ticks
    .map(({ value, label }) => {
      const at = y(value);
      const text = textAt(area.left - 8, at + 4, label, { anchor: 'end', class: 'num' });
      return `${lineFrom(area.left, at, area.right, at, 'grid')}${text}`;
    })
    .join('');
}

function horizontalAxis({ label, ticks }: Axis, { area, x }: Plot, height: number): string {
  const parts = [lineFrom(area.left, area.bottom, area.right, area.bottom, 'base')];
  let free = Number.NEGATIVE_INFINITY;
  for (const tick of ticks) {
    const half = textWidth(tick.label) / 2;
    // A label near the edge moves in; one that would touch its neighbour is left out.
    const at = Math.min(Math.max(x(tick.value), half + 4), area.right + GAP - half);
    parts.push(lineFrom(x(tick.value), area.bottom, x(tick.value), area.bottom + 4, 'base'));
    if (at - half < free) continue;
    free = at + half + 8;
    parts.push(textAt(at, area.bottom + 18, tick.label, { anchor: 'middle', class: 'num' }));
  }
  parts.push(textAt((area.left + area.right) / 2, height - 10, label, { anchor: 'middle' }));
  return parts.join('');
}
