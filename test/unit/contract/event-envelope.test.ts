import { describe, expect, it } from 'vitest';
import { DEPTH_MAX } from '../../../functions/contract/event-envelope.ts';
import { aliasId } from '../../../functions/contract/ids.ts';
import { logKey } from '../../../functions/contract/keys.ts';
import { iso, MINUTE_MS } from '../../../functions/contract/time.ts';
import {
  type Call,
  identify,
  parsed,
  RECEIVED_AT,
  refusal,
  track,
} from '../../builders/segment-calls.ts';

const VIEW = { product_id: 'P' };
const view = (more: Call) => parsed(track('Product Viewed', VIEW, more));

describe('who', () => {
  it('is the shop’s id, else the address, else the browser', () => {
    const traits = { email: 'Ruta@example.com' };
    const anonymousId = 'a-1';
    expect(view({ traits, anonymousId }).aliasId).toBe(aliasId('user', 'u-1'));
    const byAddress = view({ userId: null, context: { traits }, anonymousId });
    expect(byAddress.aliasId).toBe(aliasId('email', 'ruta@example.com'));
    expect(byAddress.profile).toEqual({ email: 'ruta@example.com' });
    expect(view({ userId: '', anonymousId }).aliasId).toBe(aliasId('anonymous', 'a-1'));
  });

  it('is never a placeholder of the sender for nobody', () => {
    for (const userId of ['null', 'undefined', 'guest', '0', 0, '-1', 'Anonymous', ' N/A ']) {
      expect(view({ userId, anonymousId: 'a-1' }).aliasId).toBe(aliasId('anonymous', 'a-1'));
      expect(refusal(track('Product Viewed', VIEW, { userId })).code).toBe('no-identity');
    }
  });

  it('takes the address beside the order', () => {
    const order = { order_id: 'A', total: 1, email: 'ruta@example.com' };
    const event = parsed(track('Order Completed', order, { userId: undefined }));
    expect(event.aliasId).toBe(aliasId('email', 'ruta@example.com'));
  });
});

describe('which', () => {
  it('is the sender’s id, or the same hash each time it is sent', () => {
    expect(view({ messageId: 'm-7' }).id).toBe('m-7');
    const once = view({ messageId: undefined });
    expect(view({ messageId: undefined }).id).toBe(once.id);
    expect(view({ messageId: undefined, anonymousId: 'other' }).id).not.toBe(once.id);
    const long = track('Product Viewed', VIEW, { messageId: 'x'.repeat(101) });
    expect(refusal(long).code).toBe('bad-message-id');
  });

  it('is known by type and name', () => {
    expect(refusal({ ...track('X'), type: 'import' }).code).toBe('unknown-type');
    for (const event of ['', 7.5e300 ** 2, {}, null, 'x'.repeat(101), 'identify', 'a\u0000b']) {
      expect(refusal({ ...track('X'), event }).code).toBe('bad-name');
    }
    expect(refusal([]).code).toBe('not-an-object');
    expect(refusal('text').code).toBe('not-an-object');
  });

  it('is never one of our own names with a browser key, which anyone may read', () => {
    const ours = ['Detractor Reported', 'Churn Risk Changed', 'Message Sent', 'Email Bounced'];
    for (const name of [...ours, 'Email Read']) {
      const call = track(name);
      expect(refusal(call, { kind: 'browser' })).toMatchObject({ code: 'own-name', path: 'event' });
      expect(parsed(call).name).toBe(name);
    }
    expect(parsed(track('Emailed a Friend'), { kind: 'browser' }).name).toBe('Emailed a Friend');
  });

  it('is not stored when it is too deep or too large', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    expect(refusal(track('X', { deep })).code).toBe('too-deep');
    let level: unknown = 1;
    for (let n = 0; n < DEPTH_MAX - 2; n += 1) level = [level];
    expect(parsed(track('X', { level })).name).toBe('X');
    expect(refusal(track('X', { text: 'ā'.repeat(33_000) })).code).toBe('too-large');
  });

  it('cannot reach any prototype', () => {
    const hostile = JSON.parse(
      '{"type":"track","event":"Product Viewed","userId":"u","properties":{"product_id":"P","__proto__":{"gift":"yes"},"constructor":"x"},"__proto__":{"polluted":1}}',
    ) as unknown;
    const { product } = parsed(hostile).properties as { product: { attributes?: object } };
    expect(product).toEqual({ id: 'P', quantity: 1 });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('when', () => {
  const at = (more: Call) => view(more).occurredAt;

  it('is the sender’s time, and that is part of the key', () => {
    const event = view({ timestamp: '2026-05-01T10:00:00+02:00' });
    expect(iso(event.occurredAt)).toBe('2026-05-01T08:00:00.000Z');
    expect(event.key).toEqual(logKey(event.aliasId, '2026-05-01T08:00:00.000Z', 'm-1'));
    expect(at({ timestamp: 1_780_000_000 })).toBe(1_780_000_000_000);
    expect(at({ timestamp: '2026-05-01' })).toBe(Date.UTC(2026, 4, 1));
  });

  it('is now without one, under a key that a repeat meets', () => {
    const event = view({ timestamp: undefined });
    expect(event.occurredAt).toBe(RECEIVED_AT);
    expect(event.key.sk).toBe('EVENT#-#m-1');
  });

  it('is corrected by as much as the sender’s clock is wrong, and the key is not', () => {
    const timestamp = iso(RECEIVED_AT - 3 * 60 * MINUTE_MS);
    const sentAt = iso(RECEIVED_AT - 2 * 60 * MINUTE_MS);
    const event = view({ timestamp, sentAt });
    expect(event.occurredAt).toBe(RECEIVED_AT - 60 * MINUTE_MS);
    expect(event.key.sk).toContain(timestamp);
    const inBatch = parsed(track('X', {}, { timestamp }), { sentAt: Date.parse(sentAt) });
    expect(inBatch.occurredAt).toBe(RECEIVED_AT - 60 * MINUTE_MS);
  });

  it('is left alone when the batch was only on its way', () => {
    const sentAt = iso(RECEIVED_AT - 20_000);
    expect(at({ timestamp: '2026-06-01T11:00:00Z', sentAt })).toBe(Date.UTC(2026, 5, 1, 11));
  });

  it('prefers what the sender’s client stamped to what it worked out', () => {
    const original = {
      originalTimestamp: '2026-06-01T10:00:00Z',
      timestamp: '2026-06-01T10:00:05Z',
    };
    expect(view(original).key.sk).toContain('2026-06-01T10:00:00.000Z');
    expect(at(original)).toBe(Date.parse('2026-06-01T10:00:05Z'));
  });

  it('is now when it lies more than five minutes ahead', () => {
    expect(at({ timestamp: iso(RECEIVED_AT + 4 * MINUTE_MS) })).toBe(RECEIVED_AT + 4 * MINUTE_MS);
    expect(at({ timestamp: iso(RECEIVED_AT + 6 * MINUTE_MS) })).toBe(RECEIVED_AT);
  });

  it('is refused when it cannot be read', () => {
    for (const timestamp of ['yesterday', '1', '2026-13-01T00:00:00Z', 5, {}, '1970-01-01']) {
      expect(refusal(track('Product Viewed', VIEW, { timestamp })).code).toBe('bad-time');
    }
  });
});

describe('how', () => {
  it('names the channel in the properties, the context or the call', () => {
    const channel = (more: Call, properties: Call = {}) =>
      parsed(track('Product Viewed', { ...VIEW, ...properties }, more)).channel;
    expect(channel({})).toBe('web');
    expect(channel({ channel: 'server' }, { channel: 'POS' })).toBe('store');
    expect(channel({ context: { channel: 'mobile' } })).toBe('app');
    expect(channel({ channel: 'toString' })).toBe('web');
  });

  it('is history only with a server key', () => {
    const call = track('Product Viewed', VIEW, { context: { mode: 'history' } });
    expect(parsed(call).mode).toBe('history');
    expect(parsed(call, { kind: 'browser' })).toMatchObject({ mode: 'live', verified: false });
  });

  it('learns language and zone from the browser’s context, and not from a server’s', () => {
    const told = { locale: 'lt-LT', timezone: 'Europe/Vilnius' };
    expect(view({ context: told }).profile).toEqual(told);
    const library = { name: '@segment/analytics-node' };
    expect(view({ context: { ...told, library } }).profile).toBeUndefined();
    expect(parsed(identify({ timezone: 'Asia/Tokyo' }, { context: told })).profile).toEqual({
      locale: 'lt-LT',
      timezone: 'Asia/Tokyo',
    });
  });
});
