/** A `Level` by maximum likelihood from counted gaps, held near what shops usually are while these are few. */
import type { GapGrid, Level, Rhythm } from '../../../contract/prediction-when.ts';
import { minimize } from '../math/bfgs.ts';
import { safeLog } from '../math/sums.ts';
import { gapOf } from './gap.ts';
import { type Cell, cellsOf } from './grid.ts';

/**
 * Between what a music shop, a grocer and a wholesaler of gifts were fitted to: five weeks from one order to
 * the next, one and a half own gaps weigh as much as the shop.
 */
export const USUAL: Level = { at: 3.6, ratio: 1.5, variance: 0.65, steadiness: 2 };

/** How far shops differ from it: standard deviations of `at` and of the logarithms of the others. */
const DIFFERS = [1, 0.7, 0.5, 0.8] as const;
/** Bounds of `at` and of these logarithms: a day to ten years; and nothing that cannot be told apart. */
const LOWER = [0, Math.log(0.05), Math.log(0.01), Math.log(0.1)] as const;
const UPPER = [8.2, Math.log(50), Math.log(9), Math.log(60)] as const;
/** Step of the numeric slope: the square root of rounding, for values near 1. */
const NUDGE = 1e-5;

export function fitLevel(grid: GapGrid): Level {
  const cells = cellsOf(grid);
  if (cells.length === 0) return USUAL;
  const value = (at: ArrayLike<number>) => penalty(at) - logLikelihood(cells, levelOf(at));
  const found = minimize(
    (at, gradient) => {
      for (let i = 0; i < at.length; i += 1) {
        const middle = at[i] as number;
        at[i] = middle + NUDGE;
        const above = value(at);
        at[i] = middle - NUDGE;
        const below = value(at);
        at[i] = middle;
        gradient[i] = (above - below) / (2 * NUDGE);
      }
      return value(at);
    },
    vectorOf(USUAL),
    { lower: LOWER, upper: UPPER, tolerance: 1e-9 },
  );
  const { at, ratio, variance, steadiness } = levelOf(found.at);
  return {
    at: round(at),
    ratio: round(ratio),
    variance: round(variance),
    steadiness: round(steadiness),
  };
}

/** Four digits say more than any shop's data do. */
const round = (value: number): number => Number(value.toPrecision(4));

const vectorOf = ({ at, ratio, variance, steadiness }: Level): number[] => [
  at,
  Math.log(ratio),
  Math.log(variance),
  Math.log(steadiness),
];

const levelOf = (v: ArrayLike<number>): Level => ({
  at: v[0] as number,
  ratio: Math.exp(v[1] as number),
  variance: Math.exp(v[2] as number),
  steadiness: Math.exp(v[3] as number),
});

function penalty(at: ArrayLike<number>): number {
  const usual = vectorOf(USUAL);
  return DIFFERS.reduce(
    (sum, sd, i) => sum + 0.5 * (((at[i] as number) - (usual[i] as number)) / sd) ** 2,
    0,
  );
}

/** Of the class that the next gap fell in, given what was known before. */
function logLikelihood(cells: readonly Cell[], level: Level): number {
  let sum = 0;
  for (const { count, gaps, mean, spread, from, until } of cells) {
    const rhythm: Rhythm = { gaps, mean, spread };
    const { middle, steep } = gapOf(level, level.at, rhythm);
    sum += count * safeLog(below(steep * (until - middle)) - below(steep * (from - middle)));
  }
  return sum;
}

const below = (z: number): number => 1 / (1 + Math.exp(-z));
