/** Pauses, breaker and the day's counters: read seldom, spent in blocks. One per function instance. */
import type { Instant } from '../contract/time.ts';
import { blockOf, CEILING_MAX, ceilingOf, type DayCount, dayOf } from '../domain/brake.ts';
import type { Breaker, Controls } from '../domain/judge.ts';

export type ControlState = { paused: string[]; breaker?: Breaker; days: DayCount[] };

export type Control = {
  /** All control rows at once; days of the last month. May be a second old. */
  read(): Promise<ControlState>;
  /** An open breaker keeps its `since`. */
  openBreaker(breaker: Breaker): Promise<void>;
  /** Moves the probe on. True for the one caller who did, and who may try one mail now. */
  takeProbe(was: Breaker, probeAt: Instant): Promise<boolean>;
  closeBreaker(was: Breaker): Promise<void>;
  /** Reserves mails of a day (UTC) below its ceiling; false, and nothing reserved, where they do not fit. */
  reserve(day: string, mails: number, ceiling: number): Promise<boolean>;
  count(day: string, what: 'bounces' | 'complaints'): Promise<void>;
};

/** A pause acts within a minute, a breaker within ten seconds: the promise of the runbook. */
const CACHED_MS = 10_000;

export type SendingDeps = {
  control: Control;
  clock: { now(): Instant };
  /** Milliseconds that only grow, whatever the clock is set to. */
  monotonic(): number;
  ceilingStart: number;
  allowList: Controls['allowList'];
};

export type Sending = {
  controls(): Promise<Controls>;
  /** One mail of today's ceiling; false when it is used up. */
  spend(): Promise<boolean>;
  /** The mail did not go after all. */
  giveBack(): void;
  /** The next `controls` reads anew. */
  forget(): void;
};

/** Caches the controls for ten seconds and hands out reserved mails one by one. */
export function sendingOf(deps: SendingDeps): Sending {
  const { control, clock, monotonic, ceilingStart, allowList } = deps;
  let cached: { controls: Controls; at: Instant; since: number } | undefined;
  let block = { day: '', left: 0 };

  const controls = async (): Promise<Controls> => {
    const at = clock.now();
    const fresh =
      cached &&
      Math.abs(at - cached.at) < CACHED_MS &&
      Math.abs(monotonic() - cached.since) < CACHED_MS;
    if (cached && fresh) return cached.controls;
    const state = await control.read();
    cached = { controls: { ...state, ceilingStart, allowList }, at, since: monotonic() };
    return cached.controls;
  };

  const spend = async (): Promise<boolean> => {
    const now = clock.now();
    const day = dayOf(now);
    if (block.day !== day) block = { day, left: 0 };
    if (block.left === 0) {
      const { days } = await controls();
      const ceiling = Math.min(ceilingOf(days, ceilingStart, now), CEILING_MAX);
      const mails = blockOf(ceiling);
      if (await control.reserve(day, mails, ceiling)) block.left += mails;
      else if (mails > 1 && (await control.reserve(day, 1, ceiling))) block.left += 1;
      else return false;
    }
    block.left -= 1;
    return true;
  };

  return {
    controls,
    spend,
    giveBack: () => {
      block.left += 1;
    },
    forget: () => {
      cached = undefined;
    },
  };
}

export type Pacer = { take(): Promise<void> };

/** Below the account's rate, not at it: the clocks of instances drift, and the shop sends other mail too. */
export const PACE_SHARE = 0.9;

/**
 * Spaces claims evenly: `perSecond` is this instance's share of the account's send rate. It counts in
 * monotonic time, so that a clock that is set or stands still neither bursts nor blocks.
 */
export function pacerOf(deps: {
  perSecond: number;
  monotonic(): number;
  sleep(ms: number): Promise<void>;
}): Pacer {
  const interval = 1000 / (deps.perSecond * PACE_SHARE);
  let freeAt = Number.NEGATIVE_INFINITY;
  return {
    take: async () => {
      const now = deps.monotonic();
      const turn = Math.max(now, freeAt);
      freeAt = turn + interval;
      if (turn > now) await deps.sleep(turn - now);
    },
  };
}
