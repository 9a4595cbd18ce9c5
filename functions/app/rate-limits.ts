/**
 * How much may come in: per address where a request shows no server key, per write key a second, and per write
 * key a day. The first two are kept in the process, without a store; the day is counted in the state table,
 * once for many events (docs/decisions: rate limits).
 */
import type { WriteKeyKind } from '../contract/events.ts';
import { DAY_MS, type Instant, iso } from '../contract/time.ts';

/** `burst` at once, then `perSecond`, of one process: each copy of the function counts for itself. */
export type Rate = { burst: number; perSecond: number };

/**
 * Requests of one address without a server key. A page sends one or two a second while somebody looks around;
 * an office or a mobile network puts hundreds of people behind one address, and their clients come again.
 */
export const ADDRESS_RATE: Rate = { burst: 100, perSecond: 10 };
/**
 * Events of one key. A `browser` key is public: a busy shop's pages send some tens a second. A process writes
 * about 1,500 events a second, so a `server` key meets its limit only where it sends what is not written.
 */
export const KEY_RATES: { readonly [Kind in WriteKeyKind]: Rate } = {
  browser: { burst: 3_000, perSecond: 100 },
  server: { burst: 20_000, perSecond: 2_000 },
};
/**
 * Events of one key on one UTC day. A million events cost 2 to 7 USD, so who misuses the public key costs at
 * most some 14 USD a day; a server in a loop is stopped before it costs more than 140.
 */
export const DAY_EVENTS_MAX: { readonly [Kind in WriteKeyKind]: number } = {
  browser: 2_000_000,
  server: 20_000_000,
};
/** Events of a key that a process counts before it writes: so many may be missed when it ends. */
export const DAY_STEP = 1_000;
/** Addresses that a process remembers: 10,000 are about 1.5 MB. Whoever was silent longest is forgotten. */
export const ADDRESSES_MAX = 10_000;
/** Segment's clients wait no longer than this, whatever they are told. */
export const RETRY_AFTER_MAX_SECONDS = 300;

export type Limited = { limit: 'address' | 'key' | 'day'; retryAfterSeconds: number };

export type RateLimits = {
  /** A request that shows no server key. */
  request(address: string, at: Instant): Limited | undefined;
  /** So many events of a key, before any of them is stored. */
  events(key: LimitedKey, count: number, at: Instant): Promise<Limited | undefined>;
};
export type LimitedKey = { kind: WriteKeyKind; name: string };

export type DayCounts = {
  /** Adds, and resolves to the key's events of that day (`2026-11-20`) so far. */
  add(day: string, key: string, events: number): Promise<number>;
};

export type RateLimitsDeps = {
  counts: DayCounts;
  /** The process's own clock, in ms: it goes on where the wall clock is held or set back. */
  monotonic(): number;
};

/** For tools that send to themselves. */
export const UNLIMITED: RateLimits = { request: () => undefined, events: async () => undefined };

/** The limits of one process. */
export function rateLimits(deps: RateLimitsDeps): RateLimits {
  const addresses = new Buckets(ADDRESS_RATE, ADDRESSES_MAX);
  const keys = {
    browser: new Buckets(KEY_RATES.browser, KEYS_MAX),
    server: new Buckets(KEY_RATES.server, KEYS_MAX),
  };
  const days = new Days(deps.counts);
  const clock = (at: Instant): Clock => ({ wall: at, own: deps.monotonic() });
  return {
    request: (address, at) => told('address', addresses.take(networkOf(address), 1, clock(at))),
    events: async (key, count, at) =>
      days.spent(key, at) ??
      told('key', keys[key.kind].take(key.name, count, clock(at))) ??
      (await days.count(key, count, at)),
  };
}

/** One secret, two kinds, 99 numbers each. */
const KEYS_MAX = 99;

const told = (limit: Limited['limit'], waitSeconds: number): Limited | undefined =>
  waitSeconds === 0
    ? undefined
    : { limit, retryAfterSeconds: Math.min(Math.ceil(waitSeconds), RETRY_AFTER_MAX_SECONDS) };

/** One connection has 2^64 addresses of IPv6: its network counts. Four groups name it. */
const networkOf = (address: string): string =>
  address.includes(':') && !address.includes('.') ? networkOfV6(address) : address;

function networkOfV6(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const after = tail?.split(':').filter((group) => group !== '').length ?? 0;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after);
  return [...groups, ...Array.from({ length: zeros }, () => '0')].slice(0, 4).join(':');
}

/**
 * The wall clock stands still where a process is frozen between calls, and so may its own: whichever went
 * further tells how much time has passed.
 */
type Clock = { wall: Instant; own: number };
type Bucket = { tokens: number; seen: Clock };

/** A bucket of tokens a name: it fills at `perSecond` up to `burst`. */
class Buckets {
  private readonly rate: Rate;
  private readonly max: number;
  /** In the order of their last use. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(rate: Rate, max: number) {
    this.rate = rate;
    this.max = max;
  }

  /** Takes so many tokens and answers 0, or takes none and answers the seconds until they are there. */
  take(name: string, cost: number, now: Clock): number {
    const { burst, perSecond } = this.rate;
    const before = this.buckets.get(name);
    const tokens = before
      ? Math.min(burst, before.tokens + secondsBetween(before.seen, now) * perSecond)
      : burst;
    const enough = tokens >= Math.min(cost, burst);
    this.buckets.delete(name);
    if (this.buckets.size >= this.max) this.forgetOne();
    const seen = before ? latest(before.seen, now) : now;
    this.buckets.set(name, { tokens: enough ? tokens - cost : tokens, seen });
    return enough ? 0 : (Math.min(cost, burst) - tokens) / perSecond;
  }

  private forgetOne(): void {
    for (const name of this.buckets.keys()) {
      this.buckets.delete(name);
      return;
    }
  }
}

/** A clock that was set back gives no time twice. */
const latest = (before: Clock, now: Clock): Clock => ({
  wall: Math.max(before.wall, now.wall),
  own: Math.max(before.own, now.own),
});

const secondsBetween = (before: Clock, now: Clock): number =>
  Math.max(0, now.wall - before.wall, now.own - before.own) / 1000;

/** What the keys sent on this day, as far as this process knows: its own steps tell it of the others'. */
class Days {
  private readonly counts: DayCounts;
  private readonly waiting = new Map<string, number>();
  private readonly totals = new Map<string, { day: string; events: number }>();

  constructor(counts: DayCounts) {
    this.counts = counts;
  }

  spent({ kind, name }: LimitedKey, at: Instant): Limited | undefined {
    const total = this.totals.get(name);
    if (!total || total.day !== dayOf(at) || total.events < DAY_EVENTS_MAX[kind]) return undefined;
    return told('day', (DAY_MS - (at % DAY_MS)) / 1000);
  }

  /** A step that cannot be written is lost, and stops no event: a table under pressure has more to do. */
  async count(key: LimitedKey, events: number, at: Instant): Promise<undefined> {
    const waiting = (this.waiting.get(key.name) ?? 0) + events;
    this.waiting.set(key.name, waiting);
    if (waiting < DAY_STEP) return;
    this.waiting.set(key.name, 0);
    const day = dayOf(at);
    try {
      this.totals.set(key.name, { day, events: await this.counts.add(day, key.name, waiting) });
    } catch {
      return;
    }
  }
}

const dayOf = (at: Instant): string => iso(at).slice(0, 10);
