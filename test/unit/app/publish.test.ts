import { describe, expect, it } from 'vitest';
import type { BusEntry } from '../../../functions/app/ports.ts';
import {
  type Change,
  MESSAGE_SENT,
  publish,
  type PublishDeps,
} from '../../../functions/app/publish.ts';
import type { DeliverOrder } from '../../../functions/contract/events.ts';
import type { Message } from '../../../functions/contract/messages.ts';
import { parsed, RECEIVED_AT, track } from '../../builders/segment-calls.ts';

function world(more: Partial<PublishDeps> = {}) {
  const entries: BusEntry[] = [];
  const orders: DeliverOrder[] = [];
  const deps: PublishDeps = {
    bus: {
      put: async (all) => {
        entries.push(...all);
        return [];
      },
    },
    deliver: { send: async (all) => void orders.push(...all) },
    now: () => RECEIVED_AT,
    count: () => undefined,
    ...more,
  };
  return { deps, entries, orders };
}

const row = (more: Partial<Message>): Message => ({
  id: 'm',
  customerId: 'c',
  journey: 'post-purchase',
  step: 'thanks',
  occasion: 'A',
  template: 'post-purchase/thanks',
  purpose: 'marketing',
  topic: 'offers',
  release: 'r',
  subject: { kind: 'order', id: 'A' },
  startedAt: 0,
  plannedAt: RECEIVED_AT,
  expiresAt: RECEIVED_AT + 1,
  state: 'PLANNED',
  opId: 'op-1',
  attempt: 0,
  notBefore: RECEIVED_AT,
  ...more,
});
const changed = (message: Message, before?: Message): Change => ({
  kind: 'message',
  message,
  ...(before && { before }),
});
const event = (id: string): Change => ({
  kind: 'event',
  event: parsed(track('Product Viewed', { product_id: 'P' }, { messageId: id })),
});

describe('a stream’s batch', () => {
  it('puts events on the bus under their names, and planned mails into the queue', async () => {
    const { deps, entries, orders } = world();
    const batch = [event('1'), { kind: 'other' } as Change, changed(row({})), event('2')];
    expect(await publish(deps, batch)).toEqual([]);
    expect(entries.map(({ name }) => name)).toEqual(['Product Viewed', 'Product Viewed']);
    expect(orders).toEqual([{ customerId: 'c', messageId: 'm' }]);
  });

  it('reports exactly the records that were not handed over', async () => {
    const { deps } = world({ bus: { put: async () => [1] } });
    const batch = [event('1'), { kind: 'other' } as Change, event('2'), event('3')];
    expect(await publish(deps, batch)).toEqual([2]);
    const broken = world({ deliver: { send: () => Promise.reject(new Error('down')) } });
    expect(await publish(broken.deps, [event('1'), changed(row({}))])).toEqual([1]);
  });
});

describe('a ledger row', () => {
  it('that waits until later is left to sweep', async () => {
    const { deps, orders } = world();
    await publish(deps, [changed(row({ notBefore: RECEIVED_AT + 1 }))]);
    expect(orders).toEqual([]);
  });

  it('put back and due again is ordered again; a row that did not change is not', async () => {
    const { deps, orders } = world();
    await publish(deps, [changed(row({ opId: 'op-2' }), row({ opId: 'op-1' }))]);
    expect(orders).toHaveLength(1);
    await publish(deps, [changed(row({}), row({}))]);
    expect(orders).toHaveLength(1);
  });

  it('that became SENT is told once, by ids only', async () => {
    const { deps, entries } = world();
    const sent = row({ state: 'SENT', opId: 'op-3', sentAt: RECEIVED_AT });
    await publish(deps, [changed(sent, row({ state: 'SENDING' })), changed(sent, sent)]);
    expect(entries).toEqual([
      {
        name: MESSAGE_SENT,
        detail: {
          metadata: { id: 'm' },
          data: {
            messageId: 'm',
            customerId: 'c',
            journey: 'post-purchase',
            step: 'thanks',
            template: 'post-purchase/thanks',
            purpose: 'marketing',
            topic: 'offers',
            release: 'r',
            sentAt: '2026-06-01T12:00:00.000Z',
          },
        },
      },
    ]);
  });

  it('that carried a coupon tells its code and how long it counts, which names nobody', async () => {
    const { deps, entries } = world();
    const coupon = {
      code: 'OAK-7KQM',
      percent: 10,
      issuedAt: RECEIVED_AT,
      expiresAt: RECEIVED_AT + 1,
    };
    await publish(deps, [changed(row({ state: 'SENT', sentAt: RECEIVED_AT, coupon }))]);
    expect(entries[0]?.detail).toMatchObject({
      data: {
        messageId: 'm',
        coupon: {
          code: 'OAK-7KQM',
          percent: 10,
          issuedAt: '2026-06-01T12:00:00.000Z',
          expiresAt: '2026-06-01T12:00:00.001Z',
        },
      },
    });
  });
});
