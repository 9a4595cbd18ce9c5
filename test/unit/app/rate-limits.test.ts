import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_EVENTS_MAX } from '../../../functions/app/ingest.ts';
import {
  ADDRESS_RATE,
  ADDRESSES_MAX,
  DAY_EVENTS_MAX,
  DAY_STEP,
  KEY_RATES,
  rateLimits,
  RETRY_AFTER_MAX_SECONDS,
} from '../../../functions/app/rate-limits.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
const BROWSER = { kind: 'browser', name: 'browser_1' } as const;
const SERVER = { kind: 'server', name: 'server_1' } as const;

/** A day's row that several processes add to. */
function dayRow() {
  const rows = new Map<string, number>();
  let writes = 0;
  const counts = {
    add: async (day: string, key: string, events: number) => {
      writes += 1;
      const total = (rows.get(`${day} ${key}`) ?? 0) + events;
      rows.set(`${day} ${key}`, total);
      return total;
    },
  };
  return { rows, counts, writes: () => writes };
}

function world(row = dayRow()) {
  const own = { ms: 0 };
  const limits = rateLimits({ counts: row.counts, monotonic: () => own.ms });
  return { limits, row, own };
}

describe('an address', () => {
  it('may send its burst at once, and then so many requests a second', () => {
    const { limits } = world();
    const passed = (at: number) => limits.request('192.0.2.1', at) === undefined;
    for (let n = 0; n < ADDRESS_RATE.burst; n += 1) expect(passed(NOON)).toBe(true);
    expect(limits.request('192.0.2.1', NOON)).toEqual({ limit: 'address', retryAfterSeconds: 1 });
    for (let n = 0; n < ADDRESS_RATE.perSecond; n += 1) expect(passed(NOON + 1000)).toBe(true);
    expect(passed(NOON + 1000)).toBe(false);
    expect(limits.request('192.0.2.2', NOON)).toBeUndefined();
  });

  it('never passes more than its burst and its rate in any stretch of time', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 200, maxLength: 400 });
    fc.assert(
      fc.property(gaps, (waits) => {
        const { limits } = world();
        let at = NOON;
        const passed: number[] = [];
        for (const wait of waits) {
          at += wait;
          if (!limits.request('192.0.2.1', at)) passed.push(at);
        }
        for (const [n, from] of passed.entries()) {
          const last = passed.at(-1) ?? from;
          const most = ADDRESS_RATE.burst + (ADDRESS_RATE.perSecond * (last - from)) / 1000;
          expect(passed.length - n).toBeLessThanOrEqual(most + 1);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of IPv6 counts by its network, in whatever spelling', () => {
    const { limits } = world();
    const same = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::', '2001:db8:1:2:3:4:5:6'];
    for (let n = 0; n < ADDRESS_RATE.burst; n += 1) limits.request(same[n % 3] ?? '', NOON);
    expect(same.map((one) => limits.request(one, NOON)?.limit)).toEqual(Array(3).fill('address'));
    expect(limits.request('2001:db8:1:3::1', NOON)).toBeUndefined();
    expect(limits.request('2001:db8::1', NOON)).toBeUndefined();
  });

  it('is forgotten when too many others came after it', () => {
    const { limits } = world();
    for (let n = 0; n <= ADDRESS_RATE.burst; n += 1) limits.request('first', NOON);
    expect(limits.request('first', NOON)).toBeDefined();
    for (let n = 0; n < ADDRESSES_MAX; n += 1) limits.request(`other-${n}`, NOON);
    expect(limits.request('first', NOON)).toBeUndefined();
  });

  it('gets its time back by whichever clock went on', () => {
    const { limits, own } = world();
    for (let n = 0; n < ADDRESS_RATE.burst; n += 1) limits.request('a', NOON);
    expect(limits.request('a', NOON - DAY_MS)).toBeDefined();
    own.ms += 100;
    expect(limits.request('a', NOON)).toBeUndefined();
    expect(limits.request('a', NOON)).toBeDefined();
  });
});

describe('a write key', () => {
  it('always has room for the largest batch', async () => {
    for (const key of [BROWSER, SERVER]) {
      expect(KEY_RATES[key.kind].burst).toBeGreaterThanOrEqual(BATCH_EVENTS_MAX);
      const { limits } = world();
      expect(await limits.events(key, BATCH_EVENTS_MAX, NOON)).toBeUndefined();
    }
  });

  it('is told when its events fit again, and none of a refused batch counts', async () => {
    const { limits } = world();
    const { burst, perSecond } = KEY_RATES.browser;
    await limits.events(BROWSER, burst, NOON);
    const limited = await limits.events(BROWSER, perSecond * 3, NOON);
    expect(limited).toEqual({ limit: 'key', retryAfterSeconds: 3 });
    expect(await limits.events(BROWSER, perSecond * 3, NOON + 3000)).toBeUndefined();
    expect(await limits.events(SERVER, 1, NOON)).toBeUndefined();
    expect(await limits.events({ ...BROWSER, name: 'browser_2' }, 1, NOON)).toBeUndefined();
  });
});

describe('the day of a write key', () => {
  /** The most that one process may send in a day's steps, at its own rate. */
  async function spend(limits: ReturnType<typeof rateLimits>, events: number, from = NOON) {
    let at = from;
    let passed = 0;
    for (; passed < events; at += 10_000) {
      if (await limits.events(BROWSER, DAY_STEP, at)) return { passed, at };
      passed += DAY_STEP;
    }
    return { passed, at };
  }

  it('costs one write for a thousand events', async () => {
    const { limits, row } = world();
    for (let n = 0; n < 10_000; n += 1) await limits.events(BROWSER, 1, NOON + n * 100);
    expect(row.writes()).toBe(10_000 / DAY_STEP);
    expect(row.rows.get('2026-06-01 browser_1')).toBe(10_000);
  });

  it('ends for all processes when it is spent, but for a step of each, and begins again at midnight', async () => {
    const row = dayRow();
    const [one, other] = [world(row), world(row)];
    const midnight = Date.UTC(2026, 5, 2);
    const start = midnight - DAY_MS;
    row.rows.set('2026-06-01 browser_1', DAY_EVENTS_MAX.browser - 5 * DAY_STEP);
    expect((await spend(one.limits, 10 * DAY_STEP, start)).passed).toBe(5 * DAY_STEP);
    expect((await spend(other.limits, 10 * DAY_STEP, start)).passed).toBe(DAY_STEP);
    expect(await one.limits.events(BROWSER, 1, midnight - 7_000)).toEqual({
      limit: 'day',
      retryAfterSeconds: 7,
    });
    expect(await one.limits.events(BROWSER, 1, midnight - DAY_MS / 2)).toEqual({
      limit: 'day',
      retryAfterSeconds: RETRY_AFTER_MAX_SECONDS,
    });
    expect(await one.limits.events(SERVER, 1, midnight - 7_000)).toBeUndefined();
    expect(await one.limits.events(BROWSER, 1, midnight)).toBeUndefined();
  });

  it('stops no event when it cannot be counted', async () => {
    const counts = { add: () => Promise.reject(new Error('throttled')) };
    const { limits } = world({ ...dayRow(), counts });
    expect((await spend(limits, 5 * DAY_STEP)).passed).toBe(5 * DAY_STEP);
  });
});
