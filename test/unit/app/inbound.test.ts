import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryLog, memoryRejects } from '../../../functions/adapters/memory/log.ts';
import { memoryPrivacyRequests } from '../../../functions/adapters/memory/privacy-requests.ts';
import {
  type BusMessage,
  inbound,
  type InboundDeps,
  parseBusMessage,
} from '../../../functions/app/inbound.ts';
import { RECEIVED_AT } from '../../builders/segment-calls.ts';

function world() {
  const log = memoryLog();
  const rejects = memoryRejects();
  const requests = memoryPrivacyRequests();
  const engaged: BusMessage[] = [];
  const deps: InboundDeps = {
    log: log.writer,
    rejects,
    requests,
    currency: 'EUR',
    now: () => RECEIVED_AT,
    count: () => undefined,
    engage: async (message) => engaged.push(message),
  };
  const events = () => [...log.rows.values()].map(({ event }) => event);
  return { deps, rejects, engaged, events };
}

const message = (detail: unknown, more: Partial<BusMessage> = {}): BusMessage => ({
  id: 'b-1',
  source: 'shop.till',
  'detail-type': 'Order Completed',
  time: '2026-06-01T11:00:00Z',
  detail,
  ...more,
});
const ORDER = { userId: 'u-1', properties: { order_id: 'A', total: 5, channel: 'store' } };

describe('an event on the bus', () => {
  it('is a Segment call, bare or wrapped; the bus knows what it leaves out', async () => {
    const { deps, events } = world();
    expect(await inbound(deps, message(ORDER))).toBe('stored');
    const wrapped = { metadata: { id: 'own-1' }, data: { ...ORDER, event: 'Order Completed' } };
    expect(await inbound(deps, message(wrapped, { 'detail-type': 'anything' }))).toBe('stored');
    expect(events()).toMatchObject([
      { id: 'b-1', name: 'Order Completed', channel: 'store', verified: true },
      { id: 'own-1', name: 'Order Completed', occurredAt: Date.UTC(2026, 5, 1, 11) },
    ]);
  });

  it('is known by what says so, else by the bus; an id in its data may be of anything', async () => {
    const { deps, events } = world();
    const data = { ...ORDER, id: 'till-7', timestamp: '2026-06-01T10:00:00Z' };
    const ids = ['b-1', 'b-2'];
    for (const id of ids) await inbound(deps, message(data, { id }));
    for (const id of ids) await inbound(deps, message({ data }, { id: `w-${id}` }));
    await inbound(deps, message({ metadata: { id: 'own' }, data }));
    await inbound(deps, message({ metadata: { id: 'own' }, data: { ...data, messageId: 'm' } }));
    expect(events().map(({ id }) => id)).toEqual(['b-1', 'b-2', 'w-b-1', 'w-b-2', 'own', 'm']);
  });

  it('may be any of Segment’s calls, told by its type or by the bus', async () => {
    const { deps, events } = world();
    const calls = [
      message({ type: 'page', name: 'Rings', userId: 'u-1' }, { 'detail-type': 'anything' }),
      message({ name: 'Basket', userId: 'u-1' }, { 'detail-type': 'screen' }),
      message({ groupId: 'g-1', userId: 'u-1' }, { 'detail-type': 'group' }),
      message({ type: 'alias', previousId: 'browser-1', userId: 'u-1' }),
      message({ userId: 'u-1', traits: {} }, { 'detail-type': 'identify' }),
      message({ type: 'identify', event: 'Order Completed', userId: 'u-1' }),
    ];
    for (const [n, call] of calls.entries()) await inbound(deps, { ...call, id: `b-${n}` });
    const names = ['page', 'screen', 'group', 'alias', 'identify', 'identify'];
    expect(events().map(({ name }) => name)).toEqual(names);
  });

  it('is stored once, however often the queue brings it', async () => {
    const { deps, events } = world();
    await inbound(deps, message(ORDER));
    expect(await inbound(deps, message(ORDER))).toBe('duplicate');
    expect(events()).toHaveLength(1);
  });

  it('that is malformed goes to the reject list, not back to the queue', async () => {
    const { deps, rejects } = world();
    expect(await inbound(deps, message({ userId: 'u-1' }))).toBe('rejected');
    expect(rejects.rows).toMatchObject([{ source: 'bus', reason: { code: 'malformed' } }]);
  });

  it('comes again when it could not be stored', async () => {
    const { deps } = world();
    deps.log.append = () => Promise.reject(new Error('down'));
    await expect(inbound(deps, message(ORDER))).rejects.toThrow('down');
  });

  it('of SES goes to the ledger', async () => {
    const { deps, engaged, events } = world();
    const bounce = message({}, { source: 'aws.ses', 'detail-type': 'Email Bounced' });
    expect(await inbound(deps, bounce)).toBe('engaged');
    expect(engaged).toEqual([bounce]);
    expect(events()).toEqual([]);
  });

  it('with any detail is stored or refused, never thrown', async () => {
    const { deps } = world();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.string(), async (detail, type) => {
        const outcome = await inbound(deps, message(detail, { 'detail-type': type, time: type }));
        expect(['stored', 'duplicate', 'rejected']).toContain(outcome);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a queue message', () => {
  it('that is no bus event is refused, and moves aside', () => {
    expect(parseBusMessage(JSON.stringify(message(ORDER)))).toEqual(message(ORDER));
    for (const body of ['', '{}', '[]', 'null', '{"source":"x"}']) {
      expect(() => parseBusMessage(body)).toThrow(/./);
    }
  });
});
