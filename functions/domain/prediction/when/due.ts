/** From a distribution of gaps to a date: the next one, given that it has not come yet. */
import { type Gap, survival, survivedWith } from './gap.ts';

/** Days from now, at least 1. */
export type Wait = { due: number; low: number; high: number };

/**
 * A date is "when, if they come again": within half a year, or so many of their usual gaps where these are
 * long. Whether they come at all is another question, which P(active) answers; without a bound the tail of
 * those who never come would move every date.
 */
export const WITHIN_DAYS = 182;
export const WITHIN_GAPS = 4;

const LOW = 0.1;
const INSIDE = 0.8;
const HALF = 0.5;
/** Below it, the distribution ended long ago, and nothing is left to divide by. */
const CHANCE_MIN = 1e-280;

export const usualHorizon = ({ middle }: Gap): number =>
  Math.max(WITHIN_DAYS, Math.round(WITHIN_GAPS * (Math.exp(middle) - 1)));

/**
 * The day on which half of those come who are silent for `elapsed` days and come within `withinDays`, and the
 * days between which four of five come. Whole days: a day stands for the half day around it.
 */
export function waitOf(gap: Gap, elapsed: number, withinDays = usualHorizon(gap)): Wait {
  const within = Math.max(1, Math.floor(withinDays));
  const from = survival(gap, elapsed + 0.5);
  const until = survival(gap, elapsed + within + 0.5);
  const span = from - until;
  if (!(until > CHANCE_MIN && span > 0)) return { due: 1, low: 1, high: 1 };
  const dayOf = (share: number): number => {
    const gapDays = survivedWith(gap, from - share * span);
    return Math.min(within, Math.max(1, Math.ceil(gapDays - elapsed - 0.5)));
  };
  const due = dayOf(HALF);
  const low = dayOf(LOW);
  // What the low end leaves out decides what the high end may: tomorrow leaves out nothing.
  const before = low > 1 ? (from - survival(gap, elapsed + low - 0.5)) / span : 0;
  return { due, low, high: Math.max(due, dayOf(Math.min(1, before + INSIDE))) };
}
