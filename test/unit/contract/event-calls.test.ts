import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loggedOf, logItem } from '../../../functions/adapters/dynamodb/log-rows.ts';
import { parseEvent, publishedDetail } from '../../../functions/contract/event-schemas.ts';
import { type CallName, SET_ASIDE } from '../../../functions/contract/events.ts';
import {
  aliasId,
  aliasLink,
  aliasOfLink,
  type AliasKind,
  kindOfLink,
} from '../../../functions/contract/ids.ts';
import { eventFromLine, lineOfEvent } from '../../../functions/contract/log-lines.ts';
import { decide } from '../../../functions/domain/decide.ts';
import { emptyCustomer } from '../../../functions/domain/customer.ts';
import { policy } from '../../builders/policy.ts';
import { call, context, identify, parsed, refusal, track } from '../../builders/segment-calls.ts';

const ADDRESS = 'anna@example.com';
const link = aliasLink;

/** As parsed, as read from its row, as read from its line of an exported log. */
function threeTimes(raw: unknown) {
  const read = parseEvent(raw, context());
  if (!read.ok) throw new Error(`refused: ${JSON.stringify(read.reason)}`);
  const line = eventFromLine(JSON.parse(JSON.stringify(lineOfEvent(read))), { currency: 'EUR' });
  return [read.event, loggedOf(logItem(read))?.event, line.ok ? line.event : line.reason];
}

describe('Segment’s other calls', () => {
  const CALLS: { [name in CallName]: { [field: string]: unknown } } = {
    identify: { traits: { email: ADDRESS } },
    alias: { previousId: 'browser-1' },
    group: { groupId: 'g-1', traits: { name: 'Anna & Co', email: ADDRESS } },
    page: { name: 'Rings', category: 'Shop', properties: { url: 'https://shop.example.com' } },
    screen: { name: 'Basket', properties: {} },
  };

  it.each(Object.entries(CALLS))('%s is stored under its own name and read back', (type, more) => {
    const [event, row, line] = threeTimes(call(type, more));
    expect(event).toMatchObject({ name: type, aliasId: aliasId('user', 'u-1') });
    expect(row).toEqual(event);
    expect(line).toEqual(event);
  });

  it('keep what they say in the log, and tell the bus nothing of it', () => {
    const page = parseEvent(call('page', { ...CALLS.page, category: undefined }), context());
    expect(page).toMatchObject({
      body: { properties: { name: 'Rings', url: 'https://shop.example.com' } },
    });
    for (const type of SET_ASIDE) {
      const detail = publishedDetail(parsed(call(type, CALLS[type as CallName])));
      expect(detail.data.properties).toEqual({});
      expect(detail.metadata.complete).toBe(true);
    }
  });

  it('never make a group’s or a page’s address the person’s', () => {
    const told = { email: ADDRESS };
    for (const type of ['group', 'page', 'screen', 'alias']) {
      const more = { groupId: 'g', previousId: 'p', traits: told, properties: told };
      expect(parsed(call(type, { ...more, context: { traits: told } })).profile).toBeUndefined();
      const { code } = refusal(call(type, { ...more, userId: undefined }));
      expect(code).toBe('no-identity');
    }
  });

  it('change no customer', () => {
    for (const type of [...SET_ASIDE, 'alias']) {
      const event = parsed(
        call(type, { ...CALLS[type as CallName], context: { traits: { email: ADDRESS } } }),
      );
      const decision = decide(emptyCustomer(event.aliasId), { kind: 'event', event }, policy());
      expect(decision.changed).toBe(false);
    }
  });

  it('need what Segment asks of them', () => {
    expect(refusal(call('group', {}))).toMatchObject({ code: 'malformed', path: 'groupId' });
    expect(refusal(call('alias', {}))).toMatchObject({ code: 'no-identity', path: 'previousId' });
    expect(refusal(call('alias', { previousId: 'guest' })).code).toBe('no-identity');
    expect(refusal(call('alias', { previousId: 'b', userId: 'null' })).code).toBe('no-identity');
    expect(refusal(call('import', {})).code).toBe('unknown-type');
  });

  it('cannot be had by giving an event their name', () => {
    for (const name of ['identify', 'alias', 'group', 'page', 'screen']) {
      expect(refusal(track(name)).code).toBe('bad-name');
    }
  });
});

describe('who an event says is the same person', () => {
  const USER = link('user', 'u-1');
  const EMAIL = link('email', ADDRESS);
  const BROWSER = link('anonymous', 'browser-1');

  it('is told by identify: the shop’s id, the address and the browser', () => {
    const all = identify({ email: ` ${ADDRESS.toUpperCase()}` }, { anonymousId: 'browser-1' });
    for (const event of threeTimes(all)) {
      expect(event).toMatchObject({ links: [USER, EMAIL, BROWSER] });
    }
    expect(parsed({ ...all, userId: undefined }).links).toEqual([EMAIL, BROWSER]);
    expect(parsed({ ...all, traits: {} }).links).toEqual([USER, BROWSER]);
    expect(parsed({ ...all, traits: {}, anonymousId: undefined }).links).toBeUndefined();
    expect(parsed({ ...all, userId: undefined, traits: {} }).links).toBeUndefined();
  });

  it('is told by alias: an earlier id, an address or a browser, whichever it was', () => {
    const before = (previousId: string, more = {}) =>
      threeTimes(call('alias', { previousId, ...more })).map(
        (event) => event && 'links' in event && event.links,
      );
    const old = [USER, link('user', 'old'), link('anonymous', 'old')];
    expect(before('old')).toEqual([old, old, old]);
    expect(before('browser-1', { anonymousId: 'browser-1' })[1]).toEqual([USER, BROWSER]);
    expect(before(ADDRESS)[2]).toEqual([USER, link('user', ADDRESS), EMAIL]);
    expect(before('u-1')[0]).toEqual([USER, link('anonymous', 'u-1')]);
  });

  it('is told by orders with id and address, and by no other event', () => {
    const properties = { order_id: 'A-1', total: 5, email: ADDRESS, product_id: 'P' };
    const more = { anonymousId: 'browser-1' };
    for (const event of threeTimes(track('Order Completed', properties, more))) {
      expect(event).toMatchObject({ links: [USER, EMAIL] });
    }
    for (const name of ['Product Viewed', 'Friend Invited', 'Consent Given']) {
      expect(parsed(track(name, properties, more)).links).toBeUndefined();
    }
  });

  it('is never taken from a browser key', () => {
    const calls = [
      identify({ email: ADDRESS }, { anonymousId: 'browser-1' }),
      call('alias', { previousId: 'u-2' }),
      track('Order Completed', { order_id: 'A', total: 1, email: ADDRESS }),
    ];
    for (const each of calls) {
      const event = parsed(each, { kind: 'browser' });
      expect(event).toMatchObject({ verified: false });
      expect(event.links).toBeUndefined();
      const read = parseEvent(each, context({ kind: 'browser' }));
      expect(read.ok && loggedOf(logItem(read))?.event.links).toBeUndefined();
    }
  });

  it('travels on the bus as hashes', () => {
    const event = parsed(identify({ email: ADDRESS }));
    expect(publishedDetail(event).data.links).toEqual([USER, EMAIL]);
    expect('links' in publishedDetail(parsed(track('Rated'))).data).toBe(false);
  });

  it('always begins with the event’s own alias, and names no alias twice', () => {
    const text = fc.constantFrom('a', 'b', ADDRESS, 'guest', '', undefined);
    const calls = fc.record({
      type: fc.constantFrom('identify', 'alias', 'track'),
      event: fc.constant('Order Completed'),
      userId: text,
      anonymousId: text,
      previousId: text,
      traits: fc.record({ email: text }),
      properties: fc.record({ order_id: fc.constant('1'), total: fc.constant(1), email: text }),
      context: fc.record({ traits: fc.record({ email: text }) }),
    });
    fc.assert(
      fc.property(calls, (raw) => {
        const read = parseEvent(raw, context());
        if (!read.ok || !read.event.links) return;
        const { links, aliasId: own } = read.event;
        expect(links.map(aliasOfLink)[0]).toBe(own);
        expect(new Set(links).size).toBe(links.length);
        expect(links.length).toBeGreaterThan(1);
      }),
      { numRuns: 500 },
    );
  });

  it('says of each alias which kind it is', () => {
    for (const kind of ['user', 'email', 'anonymous', 'card'] satisfies AliasKind[]) {
      expect(kindOfLink(aliasLink(kind, 'x'))).toBe(kind);
      expect(aliasOfLink(aliasLink(kind, 'x'))).toBe(aliasId(kind, 'x'));
    }
    expect(kindOfLink('xyz')).toBeUndefined();
  });
});
