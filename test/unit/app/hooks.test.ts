import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRIPE_WINDOW_MS } from '../../../functions/app/hook-signatures.ts';
import {
  HOOK_BYTES_MAX,
  HOOK_DEPTH_MAX,
  type HookRequest,
  hooks,
} from '../../../functions/app/hooks.ts';
import { inbound } from '../../../functions/app/inbound.ts';
import { aliasId } from '../../../functions/contract/ids.ts';
import { type Maker, MAKERS } from '../../../functions/contract/webhooks.ts';
import { emptyCustomer, type Facts } from '../../../functions/domain/customer.ts';
import { mergeEvent } from '../../../functions/domain/facts/merge.ts';
import {
  hook,
  type Hook,
  HOOK_NOW,
  HOOK_SECRET,
  hooksOf,
  hookWorld,
  requestOf,
  signed,
} from '../../builders/hooks.ts';

const ORDERS: { [maker in Maker]: Hook } = {
  shopify: hook('shopify', 'orders__create'),
  woocommerce: hook('woocommerce', 'order.created'),
  stripe: hook('stripe', 'checkout.session.completed'),
};
const NEW_SECRET = 'the-secret-after-it-0123456789abc';

describe.each(MAKERS)('a webhook of %s', (maker) => {
  const order = ORDERS[maker];

  it('is stored once, however often it is sent', async () => {
    const { deps, events, counted } = hookWorld();
    const request = requestOf(order);
    const first = await hooks(deps, request);
    expect(first.status).toBe(200);
    const stored = events().length;
    expect(JSON.parse(first.body)).toEqual({
      accepted: stored,
      duplicates: 0,
      rejected: 0,
      kept: 0,
    });
    const again = await hooks(deps, request);
    expect(JSON.parse(again.body)).toMatchObject({ accepted: stored, duplicates: stored });
    expect(events()).toHaveLength(stored);
    expect(events().map(({ name }) => name)).toContain('Order Completed');
    expect(counted.get('EventsLogged')).toBe(stored);
  });

  it('is taken with either of two secrets while one is rotated, and with no other', async () => {
    const secrets = { [maker]: { current: NEW_SECRET, previous: HOOK_SECRET } };
    for (const secret of [NEW_SECRET, HOOK_SECRET]) {
      const { deps } = hookWorld({ secrets });
      expect((await hooks(deps, requestOf(order, { secret }))).status).toBe(200);
    }
    const { deps, isEmpty } = hookWorld({ secrets });
    expect((await hooks(deps, requestOf(order, { secret: 'x'.repeat(32) }))).status).toBe(401);
    expect(isEmpty()).toBe(true);
  });

  it('of which any byte of the body or of the signature was changed is refused, and nothing kept', async () => {
    const { deps, isEmpty } = hookWorld();
    const { name, value } = signatureOf(requestOf(order));
    const anyChange = fc.oneof(
      fc.record({ in: fc.constant('body'), place: fc.nat(), to: fc.nat({ max: 255 }) }),
      fc.record({
        in: fc.constant('header'),
        place: fc.nat(),
        to: fc.integer({ min: 33, max: 126 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(anyChange, async (change) => {
        const request = requestOf(order);
        if (change.in === 'body') {
          const place = change.place % request.body.length;
          fc.pre(request.body[place] !== change.to);
          request.body[place] = change.to;
        } else {
          const place = change.place % value.length;
          fc.pre(value.charCodeAt(place) !== change.to);
          const changed = String.fromCharCode(change.to);
          const text = value.slice(0, place) + changed + value.slice(place + 1);
          request.headers = { ...request.headers, [name]: text };
        }
        expect((await hooks(deps, request)).status).toBe(401);
      }),
      { numRuns: 300 },
    );
    expect(isEmpty()).toBe(true);
  });

  it('without a signature, or with one that is none, is refused', async () => {
    const { deps, isEmpty } = hookWorld();
    const request = requestOf(order);
    const { name, value } = signatureOf(request);
    const nones = [
      undefined,
      '',
      ' ',
      '=',
      'v1=',
      't=,v1=',
      value.slice(1),
      `${value}=`,
      `${value}\n`,
    ];
    for (const none of nones.filter((one) => maker !== 'stripe' || !one?.startsWith('t=17'))) {
      const headers = { ...request.headers, [name]: none };
      expect([none, (await hooks(deps, { ...request, headers })).status]).toEqual([none, 401]);
    }
    expect(isEmpty()).toBe(true);
  });

  it('that is too large, too deep, no JSON, no object or not UTF-8 is a clear 4xx, fast', async () => {
    const { deps, isEmpty, counted } = hookWorld();
    const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    const bad: [status: number, body: Buffer | string][] = [
      [413, Buffer.alloc(HOOK_BYTES_MAX + 1, ' ')],
      [400, deep(HOOK_DEPTH_MAX)],
      [400, deep(HOOK_BYTES_MAX / 2 - 10)],
      [400, ''],
      [400, 'null'],
      [400, '[]'],
      [400, '"text"'],
      [400, '{"a":'],
      [400, 'a=b&c=d'],
      [400, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
      [400, Buffer.from('{"email":"\u00e9"}', 'latin1')],
    ];
    for (const [status, body] of bad) {
      const request = signed(maker, body, { topic: order.topic });
      const started = performance.now();
      const response = await hooks(deps, request);
      expect(performance.now() - started).toBeLessThan(50);
      expect(response.status).toBe(status);
      expect(JSON.parse(response.body).error).toMatch(/^wanted /);
    }
    expect(counted.get('RequestsUnreadable')).toBe(bad.length);
    expect(isEmpty()).toBe(true);
  });

  it('with __proto__ in it changes no prototype', async () => {
    const { deps } = hookWorld();
    const text = JSON.stringify(order.payload).replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    expect((await hooks(deps, signed(maker, text, { topic: order.topic }))).status).toBe(200);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('of a topic that means nothing to us is answered with 200, counted, and not kept', async () => {
    const { deps, isEmpty, counted } = hookWorld();
    const body = JSON.stringify({ id: 1, type: 'themes.publish' });
    for (const topic of ['themes/publish', '', '__proto__', 'constructor']) {
      const { status, body: told } = await hooks(deps, signed(maker, body, { topic }));
      expect([status, JSON.parse(told)]).toEqual([200, { ignored: 'topic' }]);
    }
    expect(counted.get('HooksIgnored.topic')).toBe(4);
    expect(isEmpty()).toBe(true);
  });

  it('is answered 404 in a stage without its secret, and says what to do', async () => {
    const { deps, isEmpty } = hookWorld({ secrets: {} });
    const { status, body } = await hooks(deps, requestOf(order));
    expect(status).toBe(404);
    expect(body).toContain('docs/sources.md');
    expect(isEmpty()).toBe(true);
  });

  it('that cannot be stored throws, so that its maker sends it again', async () => {
    const { deps } = hookWorld();
    deps.log.append = () => Promise.reject(new Error('down'));
    await expect(hooks(deps, requestOf(order))).rejects.toThrow('down');
  });

  it('leads to the same facts in whatever order and however often it and its like arrive', async () => {
    const all = hooksOf(maker);
    const inTurn = await factsAfter(all);
    expect(inTurn.orders.length).toBeGreaterThan(0);
    const anyOrder = fc
      .shuffledSubarray(all, { minLength: all.length })
      .chain((shuffled) =>
        fc.tuple(fc.constant(shuffled), fc.subarray(all)).map(([a, b]) => [...a, ...b]),
      );
    await fc.assert(
      fc.asyncProperty(anyOrder, async (arrived) => {
        expect(await factsAfter(arrived)).toEqual(inTurn);
      }),
      { numRuns: 60 },
    );
  });
});

function signatureOf({ headers }: HookRequest) {
  const name = Object.keys(headers).find((one) => /signature|hmac/.test(one)) ?? '';
  return { name, value: headers[name] ?? '' };
}

/** One customer's facts after these webhooks; what the log dropped as a repeat is folded once. */
async function factsAfter(arrived: readonly Hook[]): Promise<Facts> {
  const { deps, events, rejects } = hookWorld();
  for (const one of arrived) {
    expect((await hooks(deps, requestOf(one))).status).toBe(200);
  }
  expect(rejects.rows).toEqual([]);
  let { facts } = emptyCustomer('c-1');
  for (const event of events()) {
    const next = mergeEvent(facts, 'c-1', event);
    if (next === 'rebuild') throw new Error('fewer orders than a summary needs');
    facts = next;
  }
  return facts;
}

describe('a request', () => {
  it('by another method or to another path is not ours', async () => {
    const { deps } = hookWorld();
    const request = requestOf(ORDERS.shopify);
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await hooks(deps, { ...request, method })).status).toBe(405);
    }
    for (const path of ['/hooks', '/hooks/', '/hooks/paypal', '/hooks/shopify/x', '/']) {
      expect((await hooks(deps, { ...request, path })).status).toBe(404);
    }
  });

  it('signed for one maker is refused by another', async () => {
    const { deps, isEmpty } = hookWorld();
    for (const maker of MAKERS) {
      for (const other of MAKERS.filter((one) => one !== maker)) {
        const request = { ...requestOf(ORDERS[maker]), path: `/hooks/${other}` };
        expect((await hooks(deps, request)).status).toBe(401);
      }
    }
    expect(isEmpty()).toBe(true);
  });
});

describe('Stripe', () => {
  it('is heard within five minutes of its signature, and no later', async () => {
    const { deps } = hookWorld();
    const late: [at: number, status: number][] = [
      [HOOK_NOW - STRIPE_WINDOW_MS, 200],
      [HOOK_NOW - STRIPE_WINDOW_MS - 1000, 401],
      [HOOK_NOW + STRIPE_WINDOW_MS, 200],
      [HOOK_NOW + STRIPE_WINDOW_MS + 1000, 401],
    ];
    for (const [at, status] of late) {
      expect((await hooks(deps, requestOf(ORDERS.stripe, { at }))).status).toBe(status);
    }
  });

  it('may sign with two secrets at once, and in another scheme beside', async () => {
    const { deps } = hookWorld();
    const right = requestOf(ORDERS.stripe).headers['stripe-signature'] ?? '';
    const [stamp, mac] = right.split(',');
    const header = `${stamp},v1=${'0'.repeat(64)},${mac},v0=${'1'.repeat(64)}`;
    const request = requestOf(ORDERS.stripe);
    const headers = { ...request.headers, 'stripe-signature': header };
    expect((await hooks(deps, { ...request, headers })).status).toBe(200);
    const old = { ...headers, 'stripe-signature': `${stamp},v0=${mac?.slice(3)}` };
    expect((await hooks(deps, { ...request, headers: old })).status).toBe(401);
  });
});

describe('WooCommerce', () => {
  it('asks unsigned, when a webhook is saved, whether somebody is there', async () => {
    const { deps, isEmpty } = hookWorld();
    const ping = { method: 'POST', path: '/hooks/woocommerce', headers: {} };
    const body = Buffer.from('webhook_id=12');
    expect((await hooks(deps, { ...ping, body })).status).toBe(200);
    const more = Buffer.from('webhook_id=12&id=1');
    expect((await hooks(deps, { ...ping, body: more })).status).toBe(401);
    expect((await hooks(deps, { ...ping, path: '/hooks/shopify', body })).status).toBe(401);
    expect(isEmpty()).toBe(true);
  });
});

describe('what Shopify asks in people’s names', () => {
  const redact = hook('shopify', 'customers__redact');
  const user = aliasId('user', '7210987654321');

  it('is kept until somebody acts on it, once, and without an address', async () => {
    const { deps, requests, counted } = hookWorld();
    const asked = ['customers__redact', 'customers__data_request', 'shop__redact'];
    for (const name of [...asked, ...asked]) {
      expect((await hooks(deps, requestOf(hook('shopify', name)))).status).toBe(200);
    }
    const kept = [...requests.rows.values()];
    expect(kept.map(({ kind }) => kind)).toEqual([
      'customer-erasure',
      'customer-data',
      'shop-erasure',
    ]);
    expect(kept[0]).toMatchObject({
      at: HOOK_NOW,
      from: 'shopify',
      aliases: [user, aliasId('email', 'ona@example.com')],
    });
    expect(JSON.stringify(kept)).not.toMatch(/example|370/);
    expect(counted.get('PrivacyRequests.customer-erasure')).toBe(2);
  });

  it('stops all marketing at once where it is an erasure, and writes the address down nowhere', async () => {
    const { deps, gateRows, log } = hookWorld();
    await hooks(deps, requestOf(redact));
    expect(gateRows.get(user)?.withdrawn['*']).toMatchObject({ source: 'shopify redact' });
    expect(JSON.stringify([...log.rows.values()])).not.toContain('example.com');
  });
});

describe('Shopify’s partner source on the bus', () => {
  const message = (detail: unknown, source = 'aws.partner/shopify.com/1830279/perennial') => ({
    id: 'b-1',
    source,
    'detail-type': 'shopifyWebhook',
    time: '2026-06-01T11:00:05Z',
    detail,
  });
  const { topic, payload } = ORDERS.shopify;
  const detail = { payload, metadata: { 'X-Shopify-Topic': topic, 'X-Shopify-Webhook-Id': 'w-1' } };

  it('tells what a webhook tells, so that one shop may use both', async () => {
    const world = hookWorld();
    const deps = { ...world.deps, engage: async () => undefined };
    expect(await inbound(deps, message(detail))).toBe('hook');
    const stored = world.log.rows.size;
    expect(stored).toBeGreaterThan(1);
    const { body } = await hooks(world.deps, requestOf(ORDERS.shopify));
    expect(JSON.parse(body)).toMatchObject({ accepted: stored, duplicates: stored });
    expect(world.log.rows.size).toBe(stored);
  });

  it('of any content is stored, refused or ignored, never thrown', async () => {
    const world = hookWorld();
    const deps = { ...world.deps, engage: async () => undefined };
    for (const broken of [null, 7, {}, { payload: [] }, { metadata: { 'X-Shopify-Topic': [] } }]) {
      expect(await inbound(deps, message(broken))).toBe('hook');
    }
    expect(world.isEmpty()).toBe(true);
  });
});
