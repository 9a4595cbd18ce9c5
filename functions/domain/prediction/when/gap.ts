/**
 * The distribution of one gap: ln(gap + 1) is logistic (a log-logistic gap). Its upper tail is heavy, as real
 * gaps have: whoever is long past their rhythm has paused and does not come "any moment now", which a gamma
 * model says of every regular customer. On three public order logs it predicts better than gamma, Weibull,
 * log-normal or Burr gaps; and its quantiles have a closed form.
 */
import type { Level, Rhythm } from '../../../contract/prediction-when.ts';
import { effectiveGaps, freedomOf } from './rhythm.ts';

/** ln(gap + 1) has median `middle`; `steep` is pi / sqrt 3 / its standard deviation. */
export type Gap = { middle: number; steep: number };

const LOGISTIC = Math.PI / Math.sqrt(3);
/** A perfectly regular past promises no perfect future: a third of a day in a week. */
const VARIANCE_MIN = 0.002;

/** What the customer's own gaps weigh against what is known without them: 0 to 1. */
export const ownShare = ({ ratio }: Level, { gaps }: Rhythm): number => {
  const own = effectiveGaps(gaps);
  return own / (own + ratio);
};

/**
 * Shrinks own gaps towards `expected`, what is known without them (normal means with a normal prior, and the
 * variance likewise; Gelman et al., Bayesian Data Analysis, 3rd ed., 2.5 and 2.6).
 */
export function gapOf(level: Level, expected: number, rhythm: Rhythm): Gap {
  const middle = expected + ownShare(level, rhythm) * (rhythm.mean - expected);
  return { middle, steep: steepness(level, rhythm.gaps, rhythm.spread) };
}

export function steepness(
  { ratio, variance, steadiness }: Level,
  gaps: number,
  spread: number,
): number {
  const own = (steadiness * variance + spread) / (steadiness + freedomOf(gaps));
  const doubt = 1 + 1 / (effectiveGaps(gaps) + ratio);
  return LOGISTIC / Math.sqrt(Math.max(own, VARIANCE_MIN) * doubt);
}

/** Beyond it exp overflows; nothing is lost. */
const EXPONENT_MAX = 500;

/** P(gap > days); days may be fractions. */
export function survival({ middle, steep }: Gap, days: number): number {
  const z = steep * (Math.log(days + 1) - middle);
  return 1 / (1 + Math.exp(Math.min(EXPONENT_MAX, Math.max(-EXPONENT_MAX, z))));
}

/** The gap that is survived with this probability. */
export function survivedWith({ middle, steep }: Gap, chance: number): number {
  return Math.exp(middle + (Math.log1p(-chance) - Math.log(chance)) / steep) - 1;
}
