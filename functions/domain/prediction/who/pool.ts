/** How two candidates' forecasts become one. */

/** exp of it is beyond any count or chance of a shop. */
const LOG_MAX = 30;
/** Keeps the logarithm of nothing expected finite. */
const HARDLY = 1e-6;

export function share(logOdds: number): number {
  return 1 / (1 + Math.exp(-bounded(logOdds)));
}

/**
 * The weighted mean of the chances themselves ("linear pool", Stone 1961), not of their log-odds: so that a
 * family that is far too sure of some customers cannot carry the other with it.
 */
export function pooled(p: readonly [number, number], weight: number): number {
  return (1 - weight) * p[0] + weight * p[1];
}

/**
 * The geometric mean of what is expected, the family with twice its share, at most half: of orders it tells
 * more than of chances, since heavy buyers, of whom a shop has few, follow it well. At least the chance of
 * one, at most an order day a day.
 */
export function expectedOf(
  expected: readonly [number, number],
  weight: number,
  pActive: number,
  horizonDays: number,
): number {
  const part = Math.min(0.5, 2 * weight);
  const log = (1 - part) * Math.log(expected[0] + HARDLY) + part * Math.log(expected[1] + HARDLY);
  return Math.max(pActive, Math.min(horizonDays, Math.exp(bounded(log))));
}

function bounded(value: number): number {
  return Math.max(-LOG_MAX, Math.min(LOG_MAX, value));
}
