/** A customer's own gaps, summed up. */
import type { Rhythm } from '../../../contract/prediction-when.ts';
import type { Day, History } from '../../../contract/predictions.ts';

/**
 * Each gap weighs so much of the one after it: rhythms drift. Of 0.75 to 1, 0.8 to 0.9 predict the next gap
 * best on three public order logs, and alike.
 */
export const GAP_FADE = 0.85;

export const NO_RHYTHM: Rhythm = { gaps: 0, mean: 0, spread: 0 };

/**
 * ln(gap + 1): the mean of logarithms tells the next gap better than the mean or median of days, as one
 * long holiday moves it little; the day keeps orders of two successive days from being an outlier.
 */
export const logGap = (days: number): number => Math.log(days + 1);

/** One more gap. `pieces` is what was bought when it began. */
export function withGap(before: Rhythm, days: number, pieces?: number): Rhythm {
  const { gaps, mean, spread } = before;
  const old = GAP_FADE * weightOf(gaps);
  const step = logGap(days) - mean;
  const share = 1 / (old + 1);
  const next: Rhythm = {
    gaps: gaps + 1,
    mean: mean + step * share,
    spread: GAP_FADE * spread + step * step * old * share,
  };
  if (pieces !== undefined && pieces > 0) {
    const known = before.pieces ?? Math.log(pieces);
    next.pieces = known + (Math.log(pieces) - known) * share;
  }
  return next;
}

/** Three digits: a thousandth of a gap, and short in a stored row. */
const round = (value: number): number => Math.round(value * 1000) / 1000;

export const roundedRhythm = ({ gaps, mean, spread, pieces }: Rhythm): Rhythm => ({
  gaps,
  mean: round(mean),
  spread: round(spread),
  ...(pieces !== undefined && { pieces: round(pieces) }),
});

/** Of ascending days, each once; `pieces` of each of them. */
export function rhythmOf(days: readonly Day[], pieces?: readonly number[]): Rhythm {
  let rhythm = NO_RHYTHM;
  for (let i = 1; i < days.length; i += 1) {
    const gap = (days[i] as Day) - (days[i - 1] as Day);
    rhythm = withGap(rhythm, gap, pieces?.[i - 1]);
  }
  return rhythm;
}

/** Variance of ln(gap + 1) within the customers of three shops: 0.4 to 1.3. */
const USUAL_VARIANCE = 0.65;

/** The same where only sums are known: no fading, and as regular as customers usually are. */
export function rhythmOfHistory({ repeats, logGaps }: History): Rhythm {
  if (repeats <= 0) return NO_RHYTHM;
  // The sum is of ln(gap): the typical gap takes the added day.
  const mean = logGap(Math.exp(logGaps / repeats));
  return { gaps: repeats, mean, spread: USUAL_VARIANCE * freedomOf(repeats) };
}

/** Sum of the weights of so many gaps. */
export const weightOf = (gaps: number): number => (1 - GAP_FADE ** gaps) / (1 - GAP_FADE);

/** As many gaps of equal weight would tell the mean as well: at most 12.3. */
export function effectiveGaps(gaps: number): number {
  if (gaps <= 0) return 0;
  const squares = (1 - GAP_FADE ** (2 * gaps)) / (1 - GAP_FADE ** 2);
  return weightOf(gaps) ** 2 / squares;
}

/** Degrees of freedom of the spread. */
export const freedomOf = (gaps: number): number => Math.max(0, weightOf(gaps) - 1);
