import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryLog, memoryRejects } from '../../../functions/adapters/memory/log.ts';
import {
  BATCH_EVENTS_MAX,
  ingest,
  type IngestDeps,
  REJECTS_TOLD_MAX,
} from '../../../functions/app/ingest.ts';
import {
  ADDRESS_RATE,
  DAY_EVENTS_MAX,
  DAY_STEP,
  KEY_RATES,
  type RateLimits,
  rateLimits,
  UNLIMITED,
} from '../../../functions/app/rate-limits.ts';
import { BATCH_BYTES_MAX } from '../../../functions/contract/events.ts';
import { aliasId } from '../../../functions/contract/ids.ts';
import type { Gate } from '../../../functions/contract/messages.ts';
import { writeKey } from '../../../functions/contract/write-keys.ts';
import { identify, RECEIVED_AT, track } from '../../builders/segment-calls.ts';

const SECRET = 's'.repeat(32);
const SERVER = writeKey('server', 1, SECRET);
const BROWSER = writeKey('browser', 1, SECRET);
const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

function world(limits: RateLimits = UNLIMITED) {
  const gateRows = new Map<string, Gate>();
  const log = memoryLog(gateRows);
  const rejects = memoryRejects();
  const counted = new Map<string, number>();
  const deps: IngestDeps = {
    log: log.writer,
    rejects,
    limits,
    secrets: { current: SECRET },
    currency: 'EUR',
    now: () => RECEIVED_AT,
    count: (name, value = 1) => counted.set(name, (counted.get(name) ?? 0) + value),
  };
  const address = '192.0.2.1';
  const send = async (
    json: unknown,
    { path = '/v1/batch', headers = { authorization: basic(SERVER) }, body }: Sending = {},
  ) => {
    const bytes = body ?? Buffer.from(JSON.stringify(json));
    const response = await ingest(deps, { method: 'POST', path, headers, body: bytes, address });
    const answer = (response.body ? JSON.parse(response.body) : {}) as Answer;
    return { ...response, answer };
  };
  return { deps, log, rejects, counted, gateRows, send };
}
type Sending = { path?: string; headers?: Record<string, string>; body?: Buffer };
type Answer = {
  accepted: number;
  duplicates: number;
  rejected: number;
  rejects: { index: number; messageId?: string; code: string }[];
};

const order = (messageId: string, more = {}) =>
  track('Order Completed', { order_id: messageId, total: 5, ...more }, { messageId });
const first = (log: ReturnType<typeof memoryLog>) => [...log.rows.values()][0]?.event;

describe('a batch', () => {
  it('is stored once, however often it is sent', async () => {
    const { send, log, counted } = world();
    const batch = { batch: [order('1'), order('2'), order('1')] };
    expect((await send(batch)).answer).toMatchObject({ accepted: 3, duplicates: 1, rejected: 0 });
    expect((await send(batch)).answer).toMatchObject({ accepted: 3, duplicates: 3 });
    expect(log.rows.size).toBe(2);
    expect(counted.get('EventsLogged')).toBe(2);
    expect(counted.get('EventsRepeated')).toBe(4);
  });

  it('keeps its good events and lists the bad ones, with 200', async () => {
    const { send, log, rejects, counted } = world();
    const bad = track('Order Completed', { total: 5 }, { messageId: 'm-bad' });
    const { status, answer } = await send({ batch: [order('1'), bad, 7, { type: 'import' }] });
    expect(status).toBe(200);
    expect(answer).toMatchObject({ accepted: 1, rejected: 3 });
    expect(answer.rejects.map(({ index, code }) => [index, code])).toEqual([
      [1, 'malformed'],
      [2, 'not-an-object'],
      [3, 'unknown-type'],
    ]);
    expect(answer.rejects[0]?.messageId).toBe('m-bad');
    expect(log.rows.size).toBe(1);
    expect(rejects.rows).toHaveLength(3);
    expect(rejects.rows[0]).toMatchObject({ name: 'Order Completed', source: 'http' });
    expect(counted.get('EventsRejected.malformed')).toBe(1);
  });

  it('of nothing but bad events fills the reject list only so far', async () => {
    const { send, rejects } = world();
    const { answer } = await send({ batch: Array.from({ length: 150 }, () => ({})) });
    expect(answer.rejected).toBe(150);
    expect(answer.rejects).toHaveLength(REJECTS_TOLD_MAX);
    expect(new Set(rejects.rows.map(({ id }) => id)).size).toBe(REJECTS_TOLD_MAX);
  });

  it('corrects times by its sentAt', async () => {
    const { send, log } = world();
    const sentAt = '2026-06-01T10:00:00.000Z';
    await send({ batch: [{ ...order('1'), timestamp: '2026-06-01T09:00:00Z' }], sentAt });
    expect(first(log)?.occurredAt).toBe(RECEIVED_AT - 3_600_000);
  });

  it('of too many or too large events is refused as a whole', async () => {
    const { send } = world();
    const many = Array.from({ length: BATCH_EVENTS_MAX + 1 }, () => ({}));
    expect((await send({ batch: many })).status).toBe(413);
    const body = Buffer.alloc(BATCH_BYTES_MAX + 1, ' ');
    expect((await send(undefined, { body })).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    expect((await send(undefined, { body: bomb })).status).toBe(413);
    const large = order('1', { text: 'x'.repeat(70_000) });
    expect((await send({ batch: [large] })).answer.rejects[0]?.code).toBe('too-large');
  });
});

describe('a request', () => {
  it('is read in every form that Segment’s and RudderStack’s clients send', async () => {
    const json = JSON.stringify({ batch: [order('1')], writeKey: SERVER });
    const forms: Sending[] = [
      { headers: { authorization: basic(SERVER), 'content-type': 'application/json' } },
      { headers: { 'content-type': 'text/plain' } },
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(json) },
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: gzipSync(json) },
      { headers: {}, body: Buffer.from(`\uFEFF${json}`) },
    ];
    for (const form of forms) {
      const { send } = world();
      const sent = await send(undefined, { body: Buffer.from(json), ...form });
      expect(sent.answer).toMatchObject({ accepted: 1 });
    }
  });

  it('for one event alone needs no type', async () => {
    const { send, log } = world();
    const { type, ...view } = track('Product Viewed', { product_id: 'P' });
    expect(type).toBe('track');
    expect((await send(view, { path: '/v1/track' })).answer.accepted).toBe(1);
    await send({ userId: 'u-2', traits: { email: 'a@example.com' } }, { path: '/v1/identify' });
    expect([...log.rows.values()].map(({ event }) => event.name)).toEqual([
      'Product Viewed',
      'identify',
    ]);
  });

  it('without a key, or with a wrong one, is refused', async () => {
    const { send, log } = world();
    const batch = { batch: [order('1')] };
    const wrong = ['', 'Basic', basic('server_1_x'), basic(`${SERVER}x`), `Bearer ${SERVER}`];
    for (const authorization of wrong) {
      expect((await send(batch, { headers: { authorization } })).status).toBe(401);
    }
    expect((await send({ ...batch, writeKey: ['x'] }, { headers: {} })).status).toBe(401);
    expect(log.rows.size).toBe(0);
  });

  it('that cannot be read is 400, and other paths and methods are not ours', async () => {
    const { send, deps } = world();
    for (const body of ['', 'no json', '[]', 'null', '{"batch":{}}', '{"batch":']) {
      expect((await send(undefined, { body: Buffer.from(body) })).status).toBe(400);
    }
    const broken = Buffer.concat([gzipSync('{}').subarray(0, 12), Buffer.from('x')]);
    expect((await send(undefined, { body: broken })).status).toBe(400);
    expect((await send({}, { path: '/v1/import' })).status).toBe(404);
    const get = {
      method: 'GET',
      path: '/v1/batch',
      headers: {},
      body: Buffer.alloc(0),
      address: '192.0.2.1',
    };
    expect((await ingest(deps, get)).status).toBe(405);
    const asked = await ingest(deps, { ...get, method: 'OPTIONS' });
    expect(asked).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': '*' } });
  });

  it('never throws for any bytes, and never answers 2xx to what it could not read', async () => {
    const { send } = world();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { status } = await send(undefined, { body: Buffer.from(bytes) });
        expect([400, 413]).toContain(status);
      }),
      { numRuns: 200 },
    );
  });

  it('fails as a whole when a row cannot be written, so that the sender comes again', async () => {
    const { deps, send, log } = world();
    const { append } = deps.log;
    let calls = 0;
    deps.log.append = async (logged) => {
      calls += 1;
      if (calls === 2) throw new Error('throttled');
      return append(logged);
    };
    const batch = { batch: [order('1'), order('2'), order('3')] };
    await expect(send(batch)).rejects.toThrow('throttled');
    expect((await send(batch)).answer.accepted).toBe(3);
    expect(log.rows.size).toBe(3);
  });
});

describe('each of Segment’s calls', () => {
  const EACH: [string, string[], { [field: string]: unknown }][] = [
    ['Rated', ['/v1/track', '/v1/t'], { event: 'Rated' }],
    ['identify', ['/v1/identify', '/v1/i'], { traits: { firstName: 'Anna' } }],
    ['alias', ['/v1/alias', '/v1/a'], { previousId: 'browser-1' }],
    ['group', ['/v1/group', '/v1/g'], { groupId: 'g-1' }],
    ['page', ['/v1/page', '/v1/p'], { name: 'Rings' }],
    ['screen', ['/v1/screen', '/v1/s'], { name: 'Basket' }],
  ];

  it.each(EACH)('%s has a path of its own, and a letter', async (name, paths, more) => {
    for (const path of paths) {
      const { send, log } = world();
      expect((await send({ userId: 'u-1', ...more }, { path })).answer).toMatchObject({
        accepted: 1,
        rejected: 0,
      });
      expect(first(log)).toMatchObject({ name, verified: true });
    }
  });

  it('may stand in one batch with the others', async () => {
    const { send, log } = world();
    const batch = EACH.map(([name, [path = ''], more]) => ({
      type: path.slice('/v1/'.length),
      userId: 'u-1',
      messageId: name,
      ...more,
    }));
    expect((await send({ batch }, { path: '/v1/b' })).answer.accepted).toBe(EACH.length);
    expect([...log.rows.values()].map(({ event }) => event.name).sort()).toEqual(
      EACH.map(([name]) => name).sort(),
    );
  });

  it('is unverified with a browser key, and links nobody', async () => {
    const { send, log } = world();
    const batch = EACH.map(([, [path = ''], more]) => ({
      type: path.slice('/v1/'.length),
      userId: 'u-1',
      anonymousId: 'browser-1',
      ...more,
    }));
    await send({ batch }, { headers: { authorization: basic(BROWSER) } });
    expect(log.rows.size).toBe(EACH.length);
    for (const { event } of log.rows.values()) {
      expect(event.verified).toBe(false);
      expect(event.links).toBeUndefined();
    }
  });
});

describe('what is refused as a whole', () => {
  /** A store that must not be asked. */
  const untouched = () => {
    const made = world();
    const asked: string[] = [];
    const ask = (what: string) => () => {
      asked.push(what);
      return Promise.reject(new Error(`asked ${what}`));
    };
    made.deps.log = { append: ask('append'), appendAndNarrow: ask('gate') };
    made.deps.rejects = { add: ask('rejects') };
    return { ...made, asked };
  };
  const whole = JSON.stringify({ batch: [order('1')] });
  const latin1 = Buffer.from(whole.replace('u-1', 'Ren\u00e9e'), 'latin1');
  const utf16 = Buffer.from(`\uFEFF${whole}`, 'utf16le');
  const deep = `{"batch":${'['.repeat(200_000)}`;
  const BAD: [string, number, string, Sending][] = [
    ['no JSON', 400, 'RequestsUnreadable', { body: Buffer.from('{"batch":[') }],
    ['Latin-1', 400, 'RequestsUnreadable', { body: latin1 }],
    ['UTF-16', 400, 'RequestsUnreadable', { body: utf16 }],
    ['half of a gzip', 400, 'RequestsUnreadable', { body: gzipSync(whole).subarray(0, 40) }],
    ['brackets without end', 400, 'RequestsUnreadable', { body: Buffer.from(deep) }],
    ['a batch that is none', 400, 'RequestsUnreadable', { body: Buffer.from('{"batch":{}}') }],
    ['too many bytes', 413, 'RequestsTooLarge', { body: Buffer.alloc(BATCH_BYTES_MAX + 1, 32) }],
    ['an unknown route', 404, 'RequestsUnknown', { path: '/v1/import' }],
    ['a route of nobody', 404, 'RequestsUnknown', { path: '/v1/__proto__' }],
    ['a route in capitals', 404, 'RequestsUnknown', { path: '/v1/BATCH' }],
    ['no key', 401, 'RequestsUnauthorised', { headers: {} }],
  ];

  it.each(BAD)('%s: asks no store, is counted by kind, and a page may read why', async (...bad) => {
    const [, status, kind, sending] = bad;
    const { send, asked, counted } = untouched();
    const got = await send({ batch: [order('1')] }, sending);
    expect(got.status).toBe(status);
    expect(got.headers['access-control-allow-origin']).toBe('*');
    expect(JSON.parse(got.body)).toEqual({ error: expect.stringContaining('wanted') });
    expect(asked).toEqual([]);
    expect([...counted]).toEqual([[kind, 1]]);
  });

  it('is never a whole batch for one bad event: deep, large, odd and poisoned ones are listed', async () => {
    const { send, log } = world();
    const nested = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    const bad = [
      `{"type":"track","event":"X","userId":"u","properties":{"a":${nested}}}`,
      '{"__proto__":{"type":"track","event":"X","userId":"u"}}',
      '{"type":"track","event":"Order Completed","userId":"u","properties":{"order_id":"1","total":1e999}}',
      '{"type":"constructor","event":"X","userId":"u"}',
      '{"type":"track","event":"X","userId":{"toString":1}}',
      '{"type":"track","event":"X","userId":"u","timestamp":1e300}',
      '[]',
    ];
    const good = JSON.stringify(order('1'));
    const body = Buffer.from(`{"batch":[${[...bad, good].join(',')}]}`);
    const { status, answer } = await send(undefined, { body });
    expect(status).toBe(200);
    expect(answer).toMatchObject({ accepted: 1, rejected: bad.length });
    expect(answer.rejects.map(({ code }) => code)).toEqual([
      'too-deep',
      'unknown-type',
      'malformed',
      'unknown-type',
      'no-identity',
      'bad-time',
      'not-an-object',
    ]);
    expect([...log.rows.values()].map(({ event }) => event.id)).toEqual(['1']);
    expect(({} as { type?: string }).type).toBeUndefined();
  });
});

describe('pressure', () => {
  const limitedWorld = () => {
    const rows = new Map<string, number>();
    const add = async (day: string, key: string, events: number) => {
      rows.set(`${day} ${key}`, (rows.get(`${day} ${key}`) ?? 0) + events);
      return rows.get(`${day} ${key}`) ?? 0;
    };
    const limits = rateLimits({ counts: { add }, monotonic: () => 0 });
    return { ...world(limits), rows };
  };
  const browser = { headers: { authorization: basic(BROWSER) } };
  const many = (count: number, from = 0) => ({
    batch: Array.from({ length: count }, (_, n) =>
      track('Rated', {}, { messageId: `${from + n}` }),
    ),
  });

  it('from one address ends with 429 and when to come again, before the body is read', async () => {
    const { send, log, counted } = limitedWorld();
    for (let n = 0; n < ADDRESS_RATE.burst; n += 1) await send(many(1, n), browser);
    const { status, headers } = await send(undefined, { ...browser, body: Buffer.from('{') });
    expect(status).toBe(429);
    expect(headers).toMatchObject({ 'retry-after': '1', 'access-control-allow-origin': '*' });
    expect(headers['access-control-expose-headers']).toBe('retry-after');
    expect(log.rows.size).toBe(ADDRESS_RATE.burst);
    expect(counted.get('RequestsLimited.address')).toBe(1);
    // The shop's own server sends from one address, too, and as much as it has.
    expect((await send(many(1, 1000))).status).toBe(200);
  });

  it('of guessed keys ends the same way', async () => {
    const { send } = limitedWorld();
    const guess = { headers: { authorization: basic(`server_1_${'x'.repeat(32)}`) } };
    for (let n = 0; n < ADDRESS_RATE.burst; n += 1) {
      expect((await send(many(1), guess)).status).toBe(401);
    }
    expect((await send(many(1), guess)).status).toBe(429);
  });

  it('of one key ends with 429, nothing of the batch stored', async () => {
    const { send, log, counted } = limitedWorld();
    expect((await send(many(2_000), browser)).status).toBe(200);
    const { status, headers } = await send(many(2_000, 2_000), browser);
    expect(status).toBe(429);
    const missing = 4_000 - KEY_RATES.browser.burst;
    expect(headers['retry-after']).toBe(String(missing / KEY_RATES.browser.perSecond));
    expect(log.rows.size).toBe(2_000);
    expect(counted.get('RequestsLimited.key')).toBe(1);
    expect((await send(many(2_000, 2_000))).status).toBe(200);
  });

  it('of one key over a day ends with 429, too', async () => {
    const { send, rows, counted } = limitedWorld();
    rows.set('2026-06-01 browser_1', DAY_EVENTS_MAX.browser - DAY_STEP);
    expect((await send(many(DAY_STEP), browser)).status).toBe(200);
    expect(await send(many(1, DAY_STEP), browser)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '300' },
    });
    expect(counted.get('RequestsLimited.day')).toBe(1);
  });
});

describe('events that narrow permission', () => {
  const ID = aliasId('user', 'u-1');

  it('have closed the gate before they are answered', async () => {
    const { send, gateRows } = world();
    await send({ batch: [track('Consent Withdrawn', { topic: 'offers' })] });
    expect(gateRows.get(ID)).toMatchObject({
      version: 1,
      withdrawn: { offers: { id: 'm-1', source: 'api' } },
    });
    await send({ batch: [identify({ marketing_consent: false }, { messageId: 'm-2' })] });
    expect(gateRows.get(ID)?.withdrawn['*']).toMatchObject({ id: 'm-2', source: 'identify' });
    await send({ batch: [track('Email Marked as Spam', {}, { messageId: 'm-3' })] });
    expect(gateRows.get(ID)?.suppressed?.code).toBe('complaint');
  });

  it('leave the gate alone with a browser key, which anyone may read', async () => {
    const { send, gateRows, log } = world();
    const headers = { authorization: basic(BROWSER) };
    await send({ batch: [track('Consent Withdrawn')] }, { headers });
    expect(gateRows.size).toBe(0);
    expect(first(log)).toMatchObject({ verified: false, name: 'Consent Withdrawn' });
    // The shop's own server says the same: now it counts, though the row is there already.
    expect((await send({ batch: [track('Consent Withdrawn')] })).answer.duplicates).toBe(1);
    expect(gateRows.get(ID)?.withdrawn['*']).toBeDefined();
  });

  it('do nothing more when they are repeated', async () => {
    const { send, gateRows } = world();
    const batch = { batch: [track('Consent Withdrawn')] };
    await send(batch);
    await send(batch);
    expect(gateRows.get(ID)?.version).toBe(1);
  });
});
