/**
 * Repeatable chance for made-up data: equal seeds give equal shops on every machine. Not for the
 * kernel, which takes its chance from `share` in contract/ids.ts.
 */
import { share } from '../../../functions/contract/ids.ts';

export type Random = {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  /** One of the list by weight. */
  weighted<T>(list: readonly (readonly [T, number])[]): T;
  chance(probability: number): boolean;
  /** Normal with mean 0 and deviation 1. */
  normal(): number;
  /** Exponential with the given mean: the time until the next of independent things. */
  wait(mean: number): number;
};

/** A stream of its own for each list of parts, so that one customer's luck never shifts another's. */
export function randomOf(...parts: readonly string[]): Random {
  let state = Math.floor(share('demo', ...parts) * 2 ** 32);
  // mulberry32: 32 bits of state, even enough for a demonstration.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    pick: (list) => list[int(0, list.length - 1)] as (typeof list)[number],
    weighted: (list) => {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of list) {
        left -= weight;
        if (left < 0) return value;
      }
      return (list.at(-1) as (typeof list)[number])[0];
    },
    chance: (probability) => next() < probability,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    wait: (mean) => -mean * Math.log(1 - next()),
  };
}
