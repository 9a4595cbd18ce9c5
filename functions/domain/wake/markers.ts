/** Which occasions a journey has dealt with: short hashes in the item, forgotten when they are stale. */
import { JOURNEYS_MAX } from '../../contract/journeys.ts';
import { DAY_MS, type Instant } from '../../contract/time.ts';
import type { Runtime } from '../customer.ts';

/**
 * A dozen orders, four carts and a few answers under a handful of journeys. Beyond it the one that is
 * forgotten soonest goes; the ledger's message id still stops a second mail.
 */
export const MARKERS_MAX = 128;
/** Kept forever: `once_per: customer`. */
export const FOREVER = 0;

/** The state of a hash after a journey's id: occasions go on from it. */
type Seed = readonly [high: number, low: number];
const SEEDS = new Map<string, Seed>();
/** As many ids as two releases may have; the cache starts anew beyond it. */
const SEEDS_MAX = 2 * JOURNEYS_MAX;

function mix([start, begin]: Seed, text: string): Seed {
  let high = start;
  let low = begin;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  return [high, low];
}

function seedOf(journey: string): Seed {
  const known = SEEDS.get(journey);
  if (known) return known;
  if (SEEDS.size >= SEEDS_MAX) SEEDS.clear();
  const seed = mix([0xdeadbeef, 0x41c6ce57], `${journey}\n`);
  SEEDS.set(journey, seed);
  return seed;
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';
const FIVE_DIGITS = 36 ** 5;

function digits(number: number, least: number): string {
  let text = '';
  for (let left = number; left > 0 || text.length < least; left = Math.trunc(left / 36)) {
    text = DIGITS.charAt(left % 36) + text;
  }
  return text;
}

/**
 * `toString(36)` of a whole number below 2^53 in half the time, since its parts are small
 * numbers: each wake asks for dozens of markers.
 */
export function base36(number: number): string {
  const low = number % FIVE_DIGITS;
  const high = (number - low) / FIVE_DIGITS;
  return high === 0 ? digits(low, 1) : digits(high, 1) + digits(low, 5);
}

/**
 * 53 bits of a multiplicative hash (cyrb53) in base 36: 11 characters. Two of 128 markers of a customer
 * meet once in 10^12 customers; SHA-256 would cost ten times as much on every event.
 */
export function marker(journey: string, occasion: string): string {
  let [high, low] = mix(seedOf(journey), occasion);
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return base36(4294967296 * (2097151 & low) + (high >>> 0));
}

export const isDone = ({ done }: Pick<Runtime, 'done'>, journey: string, occasion: string) =>
  done[marker(journey, occasion)] !== undefined;

/** The day until which a marker must be kept, so that it lives at least until `at`. */
export const dayAfter = (at: Instant): number => Math.floor(at / DAY_MS) + 1;

/** The markers that are still needed at `now`. The same object when all are. */
export function liveMarkers(done: Runtime['done'], now: Instant): Runtime['done'] {
  const today = Math.floor(now / DAY_MS);
  const isLive = (day = FOREVER) => day === FOREVER || day >= today;
  const names = Object.keys(done);
  if (names.length <= MARKERS_MAX && names.every((name) => isLive(done[name]))) return done;
  const live = Object.entries(done).filter(([, day]) => isLive(day));
  const last = (day: number) => (day === FOREVER ? Number.POSITIVE_INFINITY : day);
  if (live.length > MARKERS_MAX)
    live.sort((a, b) => last(b[1]) - last(a[1]) || (a[0] < b[0] ? -1 : 1));
  return Object.fromEntries(live.slice(0, MARKERS_MAX));
}
