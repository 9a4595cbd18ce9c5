/** The clients that shops use, as installed, against the HTTP API. */
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryLog, memoryRejects } from '../../../functions/adapters/memory/log.ts';
import { type RateLimits, UNLIMITED } from '../../../functions/app/rate-limits.ts';
import { CALL_NAMES } from '../../../functions/contract/events.ts';
import { aliasId, aliasLink } from '../../../functions/contract/ids.ts';
import { writeKey } from '../../../functions/contract/write-keys.ts';
import { type Fate, type LocalApi, startIngest } from '../../builders/http-api.ts';

const SECRET = 's'.repeat(32);
const KEY = writeKey('server', 1, SECRET);

let api: LocalApi | undefined;
afterEach(() => api?.stop());

async function world(fates: Fate[] = [], limits: RateLimits = UNLIMITED) {
  const log = memoryLog();
  const rejects = memoryRejects();
  const deps = {
    log: log.writer,
    rejects,
    limits,
    secrets: { current: SECRET },
    currency: 'EUR',
    now: Date.now,
    count: () => undefined,
  };
  api = await startIngest(deps, fates);
  const stored = () => [...log.rows.values()].map(({ event }) => event);
  return { ...api, stored, rejects };
}

type Calls = {
  call(kind: string, message: { [field: string]: unknown }): void;
  done(): Promise<void>;
};

/** Segment's client; small batches, so that many are under way. */
function segment(host: string): Calls {
  const client = new Analytics({ writeKey: KEY, host, flushAt: 10, flushInterval: 50 });
  return {
    call: (kind, message) => client[kind as 'track'](message as never),
    done: async () => void (await client.closeAndFlush({ timeout: 30_000 })),
  };
}

/** RudderStack's client sends its first event alone and waits for the interval with the others. */
function rudder(dataPlaneUrl: string): Calls {
  const client = new RudderAnalytics(KEY, {
    dataPlaneUrl,
    flushAt: 10,
    flushInterval: 100,
    logLevel: 'none',
  });
  const told: Promise<void>[] = [];
  return {
    call: (kind, message) => {
      told.push(
        new Promise((resolve, reject) => {
          const heard = (error?: Error) => (error ? reject(error) : resolve());
          client[kind as 'track'](message as never, heard);
        }),
      );
    },
    done: async () => void (await Promise.all(told)),
  };
}

const CLIENTS: [string, (url: string) => Calls][] = [
  ['@segment/analytics-node', segment],
  ['@rudderstack/rudder-sdk-node', rudder],
];

/** One call of each kind. */
const EACH: { [kind: string]: { [field: string]: unknown } } = {
  track: { event: 'Order Completed', properties: { order_id: 'A-1', total: 59.9 } },
  identify: { traits: { email: 'anna@example.com', firstName: 'Anna' } },
  alias: { previousId: 'browser-1' },
  group: { groupId: 'g-1', traits: { name: 'Anna & Co' } },
  page: { name: 'Rings', properties: { url: 'https://shop.example.com/rings' } },
  screen: { name: 'Basket', properties: {} },
};

describe.each(CLIENTS)('%s', (name, clientOf) => {
  it('has every kind of its calls stored as what it is', async () => {
    const { url, stored, rejects, seen } = await world();
    const client = clientOf(url);
    for (const [kind, message] of Object.entries(EACH))
      client.call(kind, { userId: 'u-1', ...message });
    await client.done();
    expect(rejects.rows).toEqual([]);
    const events = new Map(stored().map((event) => [event.name, event]));
    expect([...events.keys()].sort()).toEqual(['Order Completed', ...CALL_NAMES].sort());
    for (const event of events.values()) {
      expect(event).toMatchObject({ aliasId: aliasId('user', 'u-1'), verified: true });
      expect(Math.abs(event.occurredAt - Date.now())).toBeLessThan(30_000);
    }
    expect(events.get('Order Completed')?.properties).toMatchObject({
      orderId: 'A-1',
      total: 5990,
    });
    expect(events.get('identify')).toMatchObject({
      profile: { email: 'anna@example.com', firstName: 'Anna' },
      links: [aliasLink('user', 'u-1'), aliasLink('email', 'anna@example.com')],
    });
    expect(events.get('alias')?.links).toContain(aliasLink('anonymous', 'browser-1'));
    const encodings = new Set(seen.map(({ headers }) => headers['content-encoding']));
    expect([...encodings]).toEqual([name.startsWith('@rudder') ? 'gzip' : undefined]);
  });

  it('loses no event and has none stored twice when answers get lost and servers fail', async () => {
    const fates: Fate[] = [
      'lose',
      503,
      'answer',
      'refuse',
      'lose',
      'answer',
      502,
      'lose',
      'answer',
    ];
    const { url, stored, seen } = await world(fates);
    const client = clientOf(url);
    const count = 60;
    for (let n = 0; n < count; n += 1) {
      client.call('track', { userId: `u-${n % 7}`, event: 'Rated', properties: { n } });
    }
    await client.done();
    expect(stored()).toHaveLength(count);
    expect(new Set(stored().map(({ id }) => id)).size).toBe(count);
    // In batches, and some of them again.
    const good = seen.filter(({ status }) => status === 200).length;
    expect(good).toBeLessThanOrEqual(count / 10 + 2);
    expect(seen.length).toBeGreaterThan(good + 3);
  });

  it('comes again after 429 when it was told to, and no earlier', async () => {
    const WAIT_SECONDS = 2;
    let refusals = 1;
    const limits: RateLimits = {
      ...UNLIMITED,
      events: async () =>
        refusals-- > 0 ? { limit: 'key', retryAfterSeconds: WAIT_SECONDS } : undefined,
    };
    const { url, stored, seen } = await world([], limits);
    const client = clientOf(url);
    client.call('track', { userId: 'u-1', event: 'Rated' });
    await client.done();
    expect(seen.map(({ status }) => status)).toEqual([429, 200]);
    const waited = (seen[1]?.at ?? 0) - (seen[0]?.at ?? 0);
    expect(waited).toBeGreaterThanOrEqual(WAIT_SECONDS * 1000 - 50);
    expect(stored()).toHaveLength(1);
  });
});

describe('the HTTP API', () => {
  it('takes what a page sends, and lets the page read every answer', async () => {
    const { url, stored } = await world();
    const send = (path: string, init: RequestInit) =>
      fetch(`${url}${path}`, {
        ...init,
        headers: { origin: 'https://shop.example.com', ...init.headers },
      });
    const browser = writeKey('browser', 1, SECRET);
    const view = { anonymousId: 'a-1', name: 'Rings', writeKey: browser };
    const asked = await send('/v1/p', { method: 'OPTIONS' });
    const sent = await send('/v1/p', { method: 'POST', body: JSON.stringify(view) });
    const broken = await send('/v1/p', { method: 'POST', body: '{' });
    const latin = Buffer.from('{"userId":"Ren\u00e9e"}', 'latin1');
    const json = { 'content-type': 'application/json' };
    const odd = await send('/v1/track', { method: 'POST', body: latin, headers: json });
    const unknown = await send('/v1/%zz', { method: 'POST', body: '{}' });
    const answers = [asked, sent, broken, odd, unknown];
    expect(answers.map(({ status }) => status)).toEqual([204, 200, 400, 400, 404]);
    for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(stored()).toMatchObject([{ name: 'page', verified: false }]);
  });
});
