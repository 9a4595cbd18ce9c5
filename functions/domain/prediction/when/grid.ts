/**
 * Gaps and what was known before each, counted in coarse classes: bounded, added up in any order, and all
 * that the fit of a `Level` needs.
 */
import type { GapGrid, Rhythm } from '../../../contract/prediction-when.ts';
import { freedomOf } from './rhythm.ts';

/** Classes of own gaps begin here. */
const GAPS_FROM = [0, 1, 2, 3, 4, 6, 9] as const;
/** A gap that stands for its class. */
const GAPS_LIKE = [0, 1, 2, 3, 5, 7, 14] as const;
/** Of ln(gap + 1): a step is a factor of 1.5. */
const STEP = 0.4;
/** ln from e^-2 to e^8: differences from what a product's gap should be may be negative. */
const BINS = 25;
const BINS_BELOW = 5;
/** Classes of the variance of own gaps end here. */
const VARIANCE_UNTIL = [0.03, 0.12, 0.3, 0.7, 1.5] as const;
const VARIANCE_LIKE = [0.01, 0.07, 0.2, 0.5, 1, 2.2] as const;

export type Cell = {
  count: number;
  gaps: number;
  mean: number;
  spread: number;
  /** The next ln(gap + 1) lies between. */
  from: number;
  until: number;
};

/**
 * `next` is ln(gap + 1) of the gap after these; `shift` is what this product's are above the usual, 0 for
 * orders.
 */
export function addGap(
  grid: GapGrid,
  rhythm: Rhythm,
  next: number,
  shift: number,
  weight: number,
): void {
  const free = freedomOf(rhythm.gaps);
  const gaps = lastAtMost(GAPS_FROM, rhythm.gaps);
  const mean = rhythm.gaps > 0 ? binOf(rhythm.mean - shift) : 0;
  const varied = free > 0 ? VARIANCE_UNTIL.findIndex((end) => rhythm.spread / free < end) : 0;
  const spread = varied < 0 ? VARIANCE_UNTIL.length : varied;
  const cell = `${gaps}.${mean}.${spread}.${binOf(next - shift)}`;
  grid[cell] = (grid[cell] ?? 0) + weight;
}

/** What is left of the counts after fading, without what no longer counts. */
export function fadedGrid(grid: GapGrid, factor: number): GapGrid {
  const faded: GapGrid = {};
  for (const cell of Object.keys(grid).sort()) {
    const count = Math.round((grid[cell] as number) * factor * 1000) / 1000;
    if (count >= COUNT_MIN) faded[cell] = count;
  }
  return faded;
}

/** After five half-lives a gap is forgotten. */
const COUNT_MIN = 0.03;

export const cellsOf = (grid: GapGrid): Cell[] =>
  Object.keys(grid)
    .sort()
    .map((name) => {
      const [gapsAt, meanAt, spreadAt, next] = name.split('.').map(Number) as [
        number,
        number,
        number,
        number,
      ];
      const gaps = GAPS_LIKE[gapsAt] ?? 0;
      return {
        count: grid[name] as number,
        gaps,
        mean: (meanAt + 0.5 - BINS_BELOW) * STEP,
        spread: (VARIANCE_LIKE[spreadAt] ?? 0) * freedomOf(gaps),
        from: next === 0 ? Number.NEGATIVE_INFINITY : (next - BINS_BELOW) * STEP,
        until: next === BINS - 1 ? Number.POSITIVE_INFINITY : (next + 1 - BINS_BELOW) * STEP,
      };
    });

const binOf = (value: number): number =>
  Math.min(BINS - 1, Math.max(0, Math.floor(value / STEP) + BINS_BELOW));

function lastAtMost(from: readonly number[], value: number): number {
  let at = 0;
  while (at + 1 < from.length && (from[at + 1] as number) <= value) at += 1;
  return at;
}
