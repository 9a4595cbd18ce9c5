import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { changeOf } from '../../functions/adapters/dynamodb/changes.ts';
import { logItem } from '../../functions/adapters/dynamodb/log-rows.ts';
import { plannedItem } from '../../functions/adapters/dynamodb/messages.ts';
import { memoryLog, memoryRejects } from '../../functions/adapters/memory/log.ts';
import { memoryPrivacyRequests } from '../../functions/adapters/memory/privacy-requests.ts';
import type { BusEntry } from '../../functions/app/ports.ts';
import { parseEvent } from '../../functions/contract/event-schemas.ts';
import type { DeliverOrder } from '../../functions/contract/events.ts';
import { createHandler as inboundHandler } from '../../functions/handlers/inbound.ts';
import { createHandler } from '../../functions/handlers/publish.ts';
import { lambdaContext } from '../builders/http-events.ts';
import { context, RECEIVED_AT, track } from '../builders/segment-calls.ts';

function logRow(messageId: string) {
  const properties = { order_id: 'A', total: 1, email: 'ruta@example.com' };
  const read = parseEvent(track('Order Completed', properties, { messageId }), context());
  if (!read.ok) throw new Error(read.reason.code);
  return logItem({ event: read.event, body: read.body });
}

const messageRow = plannedItem(
  {
    id: 'm',
    customerId: 'c',
    journey: 'j',
    step: 's',
    occasion: 'o',
    template: 't',
    purpose: 'marketing',
    topic: 'offers',
    release: 'r',
    subject: { kind: 'order', id: 'A' },
    startedAt: 0,
    plannedAt: RECEIVED_AT,
    expiresAt: RECEIVED_AT + 1,
  },
  'op-1',
);

let sequence = 0;
const record = (item: object, eventName = 'INSERT'): DynamoDBRecord => {
  sequence += 1;
  return {
    eventName: eventName as 'INSERT',
    dynamodb: {
      SequenceNumber: String(sequence),
      ...(eventName !== 'REMOVE' && {
        NewImage: marshall(item, { removeUndefinedValues: true }) as never,
      }),
    },
  };
};

function world(refused: number[] = []) {
  const entries: BusEntry[] = [];
  const orders: DeliverOrder[] = [];
  const handler = createHandler({
    changeOf,
    bus: {
      put: async (all) => {
        entries.push(...all);
        return refused;
      },
    },
    deliver: { send: async (all) => void orders.push(...all) },
    now: () => RECEIVED_AT,
    count: () => undefined,
  });
  const call = (Records: DynamoDBRecord[]) => handler({ Records }, lambdaContext);
  return { entries, orders, call };
}

describe('the publish function', () => {
  it('turns rows into events without anything personal, and planned rows into orders', async () => {
    const { call, entries, orders } = world();
    const gone = record({}, 'REMOVE');
    const state = record({ pk: 'CUSTOMER#c', sk: 'STATE', version: 1 }, 'MODIFY');
    const answer = await call([record(logRow('m-1')), gone, state, record(messageRow)]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(entries).toMatchObject([
      {
        name: 'Order Completed',
        detail: {
          metadata: { id: 'm-1', complete: false },
          data: {
            properties: { orderId: 'A', total: 100 },
            receivedAt: '2026-06-01T12:00:00.000Z',
          },
        },
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain('ruta');
    expect(orders).toEqual([{ customerId: 'c', messageId: 'm' }]);
  });

  it('asks for the stream again from the first record that was not handed over', async () => {
    const { call } = world([1, 2]);
    const records = ['1', '2', '3'].map((id) => record(logRow(id)));
    expect(await call(records)).toEqual({
      batchItemFailures: [{ itemIdentifier: records[1]?.dynamodb?.SequenceNumber }],
    });
  });
});

describe('the inbound function', () => {
  it('gives back only the messages that could not be stored', async () => {
    const log = memoryLog();
    const handler = inboundHandler({
      log: log.writer,
      rejects: memoryRejects(),
      requests: memoryPrivacyRequests(),
      currency: 'EUR',
      now: () => RECEIVED_AT,
      count: () => undefined,
      engage: () => Promise.reject(new Error('ledger is down')),
    });
    const bodies = [
      { id: 'b-1', source: 'shop.till', detail: track('Product Viewed', { product_id: 'P' }) },
      { id: 'b-2', source: 'aws.ses', 'detail-type': 'Email Bounced', detail: {} },
      { id: 'b-3', source: 'shop.till', 'detail-type': 'Order Completed', detail: {} },
    ];
    const Records = bodies.map((body, n) => ({ messageId: `q-${n}`, body: JSON.stringify(body) }));
    const answer = await handler({ Records } as unknown as SQSEvent, lambdaContext);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'q-1' }] });
    expect(log.rows.size).toBe(1);
  });
});
