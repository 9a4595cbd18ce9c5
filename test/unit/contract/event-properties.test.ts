import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseEvent,
  publishedDetail,
  readBody,
} from '../../../functions/contract/event-schemas.ts';
import {
  CALL_NAMES,
  type CallName,
  type CustomerEvent,
  EVENT_NAMES,
  isCallName,
} from '../../../functions/contract/events.ts';
import { eventFromLine, lineOfEvent } from '../../../functions/contract/log-lines.ts';
import { loggedOf, logItem } from '../../../functions/adapters/dynamodb/log-rows.ts';
import { context, identify, track } from '../../builders/segment-calls.ts';

const anyName = fc.oneof(fc.constantFrom(...EVENT_NAMES), fc.string());
const FIELDS =
  `order_id cart_id total currency products product_id price quantity score topic source query email
   gift expires_at url channel name`.split(/\s+/);
/** Values of the wrong kind, in fields that schemas look at. */
const anyProperties = fc.dictionary(
  fc.oneof(fc.constantFrom(...FIELDS), fc.string()),
  fc.oneof(fc.jsonValue(), fc.double(), fc.constantFrom('EUR', '9', '2026-01-01', 'offers')),
);
const anyCall = fc.record(
  {
    type: fc.oneof(fc.constantFrom('track', ...CALL_NAMES), fc.jsonValue()),
    event: anyName,
    userId: fc.oneof(fc.string(), fc.jsonValue()),
    anonymousId: fc.jsonValue(),
    previousId: fc.oneof(fc.string(), fc.jsonValue()),
    groupId: fc.oneof(fc.string(), fc.jsonValue()),
    messageId: fc.oneof(fc.uuid(), fc.jsonValue()),
    timestamp: fc.oneof(fc.date({ noInvalidDate: true }).map(String), fc.jsonValue()),
    sentAt: fc.jsonValue(),
    context: fc.oneof(fc.jsonValue(), fc.record({ traits: fc.jsonValue(), mode: fc.string() })),
    traits: fc.oneof(fc.jsonValue(), anyProperties),
    properties: fc.oneof(fc.jsonValue(), anyProperties),
  },
  { requiredKeys: [] },
);

const goodCall = fc
  .tuple(fc.constantFrom(...EVENT_NAMES), anyProperties, fc.uuid(), fc.boolean())
  .map(([name, properties, messageId, history]) => {
    const more = { messageId, context: history ? { mode: 'history' } : {} };
    const base = {
      order_id: 'A',
      total: 1,
      product_id: 'P',
      cart_id: 'c',
      score: 1,
      query: 'q',
      quantity: 1,
    };
    if (name === 'identify') return identify(properties, { ...more, anonymousId: 'browser-1' });
    if (isCallName(name)) return { ...track('', properties, more), ...calledAs(name) };
    return track(name, { ...properties, ...base, currency: 'EUR', topic: 'offers' }, more);
  });

const calledAs = (type: CallName) => ({ type, previousId: 'before', groupId: 'g-1', name: 'Home' });

describe('any JSON', () => {
  it('never throws at the way in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anyCall), (call) => {
        const read = parseEvent(call, context());
        if (read.ok) publishedDetail(read.event);
      }),
      { numRuns: 1500 },
    );
  });

  it('never throws as a line of a file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anyCall), fc.jsonValue(), (line, perennial) => {
        eventFromLine(line, { currency: 'EUR' });
        if (typeof line === 'object') eventFromLine({ ...line, perennial }, { currency: 'EUR' });
      }),
      { numRuns: 500 },
    );
  });
});

/** A mark that stands in every personal field, in every spelling that we read. */
const PLANTED = 'planted7';
const ADDRESS = `${PLANTED}@example.com`;
const PERSONAL = {
  email: ADDRESS,
  firstName: PLANTED,
  first_name: PLANTED,
  lastName: PLANTED,
  last_name: PLANTED,
  name: PLANTED,
  phone: `+37060000000 ${PLANTED}`,
  address: { street: PLANTED, city: PLANTED, country: 'LT' },
  birthday: PLANTED,
};
const PERSONAL_PROPERTIES = {
  email: ADDRESS,
  comment: PLANTED,
  wording: PLANTED,
  query: PLANTED,
  shipping_address: PERSONAL.address,
  customer: PERSONAL,
  engraving: PLANTED,
  url: `https://shop.example.com/cart?who=${PLANTED}`,
  cart_url: `https://shop.example.com/cart?who=${PLANTED}`,
  link_url: `https://shop.example.com/cart?who=${PLANTED}`,
  image_url: `https://shop.example.com/${PLANTED}.jpg`,
};

const REQUIRED = { order_id: 'A', total: 1, product_id: 'P', cart_id: 'c', score: 1 };

describe('what is personal', () => {
  it('never leaves the log with a published event', () => {
    for (const name of EVENT_NAMES) {
      const properties = {
        ...PERSONAL_PROPERTIES,
        ...REQUIRED,
        products: [{ ...PERSONAL_PROPERTIES, product_id: 'P' }],
      };
      const more = {
        userId: ADDRESS,
        anonymousId: PLANTED,
        traits: PERSONAL,
        context: { traits: PERSONAL, ip: PLANTED, userAgent: PLANTED },
      };
      const aside = { type: name, previousId: PLANTED, groupId: PLANTED, name: PLANTED };
      const call = isCallName(name)
        ? { ...identify(PERSONAL, more), properties, ...aside }
        : track(name, properties, more);
      const read = parseEvent(call, context());
      const detail = read.ok ? JSON.stringify(publishedDetail(read.event)) : `refused: ${PLANTED}`;
      expect(detail).not.toContain(PLANTED);
    }
  });

  it('never stands in a refusal, whatever is wrong and wherever', () => {
    const text = fc.constantFrom(PLANTED, ADDRESS, `${PLANTED} ${'x'.repeat(300)}`);
    const planted = fc.oneof(text, fc.array(text), fc.dictionary(text, text));
    const fields = ['order_id', 'total', 'currency', 'score', 'topic', 'cart_id', 'product_id'];
    const bad = fc.dictionary(fc.oneof(fc.constantFrom(...fields), text), planted);
    const calls = fc.record(
      {
        type: fc.oneof(fc.constant('track'), planted),
        event: fc.oneof(fc.constantFrom(...EVENT_NAMES), planted),
        userId: fc.oneof(fc.constant('u'), planted),
        messageId: fc.oneof(fc.constant('m'), planted),
        timestamp: fc.oneof(fc.constant('2026-05-01'), planted),
        traits: bad,
        properties: fc.oneof(bad, planted),
      },
      { requiredKeys: ['type', 'event'] },
    );
    fc.assert(
      fc.property(calls, (call) => {
        const read = parseEvent(call, context());
        expect(JSON.stringify(read.ok ? {} : read.reason)).not.toContain(PLANTED);
      }),
      { numRuns: 1000 },
    );
  });

  it('of an emit is what its journey wrote, and nothing long', () => {
    const body = { properties: { score: 2, why: 'x'.repeat(201), nested: { a: 1 } } };
    const read = readBody('Detractor Reported', 1, 1, body);
    expect(read).toMatchObject({ ok: true, properties: { score: 2 } });
  });
});

describe('the log', () => {
  const parsedOf = (call: unknown) => {
    const read = parseEvent(call, context());
    if (!read.ok) throw new Error(JSON.stringify(read.reason));
    return read;
  };

  it('always gives back the event that was stored, by row and by line', () => {
    fc.assert(
      fc.property(goodCall, (call) => {
        const { event, body } = parsedOf(call);
        const wire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
        expect(loggedOf(wire(logItem({ event, body })))?.event).toEqual(event);
        const line = eventFromLine(wire(lineOfEvent({ event, body })), { currency: 'JPY' });
        expect(line).toEqual({ ok: true, event, stamped: true });
      }),
      { numRuns: 400 },
    );
  });

  it('reads a line of ours the same by another reader of Segment’s JSON', () => {
    const { event, body } = parsedOf(track('Order Completed', { order_id: 'A', total: 1 }));
    const { perennial, ...line } = lineOfEvent({ event, body });
    expect(perennial.aliasId).toBe(event.aliasId);
    const read = eventFromLine(line, { currency: 'EUR' });
    expect(read.ok && (read.event satisfies CustomerEvent)).toEqual(event);
  });

  it('takes a line without receivedAt as received when it happened, and says so', () => {
    const read = eventFromLine(track('Product Viewed', { product_id: 'P' }), { currency: 'EUR' });
    expect(read).toMatchObject({
      ok: true,
      stamped: false,
      event: { receivedAt: Date.UTC(2026, 5, 1, 11, 59), occurredAt: Date.UTC(2026, 5, 1, 11, 59) },
    });
    expect(eventFromLine({ type: 'track' }, { currency: 'EUR' })).toMatchObject({
      ok: false,
      reason: { code: 'bad-time' },
    });
  });
});
