import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord, ScheduledEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  dynamoBasketReader,
  dynamoBasketWriter,
} from '../../functions/adapters/dynamodb/baskets.ts';
import { dynamoCatalogueReader } from '../../functions/adapters/dynamodb/catalogue.ts';
import { dynamoCells } from '../../functions/adapters/dynamodb/cells.ts';
import { orderOf, type StreamRecord } from '../../functions/adapters/dynamodb/changes.ts';
import { readCustomer } from '../../functions/adapters/dynamodb/customer-reader.ts';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { logItem } from '../../functions/adapters/dynamodb/log-rows.ts';
import { memoryLedger } from '../../functions/adapters/memory/ledger.ts';
import { dynamoModels } from '../../functions/adapters/dynamodb/models.ts';
import { withModels, modelsOf } from '../../functions/app/models.ts';
import { reactToEvents } from '../../functions/app/react.ts';
import type { CustomerEvent, OrderProperties } from '../../functions/contract/events.ts';
import { aliasId } from '../../functions/contract/ids.ts';
import { DAY_MS, HOUR_MS } from '../../functions/contract/time.ts';
import { emptyCustomer } from '../../functions/domain/customer.ts';
import { learners } from '../../functions/domain/prediction/learners.ts';
import { createHandler as gatherHandler } from '../../functions/handlers/gather.ts';
import { createHandler as learnHandler } from '../../functions/handlers/learn.ts';
import { orderCompleted, product } from '../builders/events.ts';
import { policy } from '../builders/policy.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';

const START = Date.UTC(2026, 0, 5, 9);
const CONTEXT = { awsRequestId: 'test-request' } as Context;
const POLICY = policy([]);

let tiny: TinyDynamo;
let at: number;
let counted: Record<string, number>;
const count = (name: string, value = 1) => {
  counted[name] = (counted[name] ?? 0) + value;
};
beforeEach(() => {
  tiny = new TinyDynamo();
  at = START;
  counted = {};
});

/** The record of an order's row, as Lambda hands it over. */
function recordOf(event: CustomerEvent, more: object = {}): DynamoDBRecord {
  const { orderId, total, currency, products } = event.properties as OrderProperties;
  const body = {
    properties: {
      order_id: orderId,
      total: total / 100,
      currency,
      products: products.map(({ id }) => ({ product_id: id })),
    },
  };
  return {
    eventName: 'INSERT',
    dynamodb: {
      NewImage: marshall(logItem({ event, body }), { removeUndefinedValues: true }),
      SequenceNumber: event.id,
      ApproximateCreationDateTime: Math.floor(event.receivedAt / 1000),
      ...more,
    },
  } as unknown as DynamoDBRecord;
}

const gather = () =>
  gatherHandler({
    baskets: dynamoBasketWriter(tiny.client, 'state'),
    customers: {
      load: (id) =>
        readCustomer({ client: tiny.client, stateTable: 'state', consistent: false }, id),
    },
    orderOf: (record) => orderOf(record as StreamRecord),
    count,
  });
const models = () => dynamoModels(tiny.client, 'state');
const learn = () =>
  learnHandler({
    cells: dynamoCells(tiny.client, 'state'),
    baskets: dynamoBasketReader(tiny.client, 'state'),
    catalogue: dynamoCatalogueReader(tiny.client, 'state'),
    models: models(),
    learners,
    policies: { current: async () => POLICY },
    now: () => at,
    count,
    tell: () => undefined,
  });
const night = () => learn()({} as ScheduledEvent, CONTEXT);

describe('a batch of the log’s stream', () => {
  const event = orderCompleted({ orderId: 'A-1', at: START, products: [product('RING')] });

  it('becomes one row, and nothing comes again', async () => {
    const answer = await gather()({ Records: [recordOf(event)] }, CONTEXT);
    expect(answer).toEqual({ batchItemFailures: [] });
    const rows = tiny.items('state').filter(({ pk }) => pk === 'BASKETS#2026-01-05');
    expect(rows).toHaveLength(1);
    expect(counted).toMatchObject({ OrdersGathered: 1, OrdersNotRead: 0 });
  });

  it('leaves out what can never be read, and keeps the rest', async () => {
    const image = recordOf({ ...event, id: 'broken' }).dynamodb?.NewImage;
    const broken = recordOf(event, { NewImage: { ...image, body: { S: '{oops' } } });
    const removed = { ...recordOf({ ...event, id: 'gone' }), eventName: 'REMOVE' as const };
    const Records = [broken, removed, recordOf(event)];
    expect(await gather()({ Records }, CONTEXT)).toEqual({ batchItemFailures: [] });
    expect(counted).toMatchObject({ OrdersGathered: 1, OrdersNotRead: 2 });
  });

  it('comes again as a whole when the table cannot be written', async () => {
    const handler = gatherHandler({
      baskets: { put: async () => Promise.reject(new Error('no table')) },
      customers: { load: async (id) => emptyCustomer(id) },
      orderOf: (record) => orderOf(record as StreamRecord),
      count,
    });
    await expect(handler({ Records: [recordOf(event)] }, CONTEXT)).rejects.toThrow('no table');
  });
});

describe('a shop, from its orders to a decision', () => {
  /** Forty customers order the same thing about each thirty days, and each order is gathered. */
  async function year(): Promise<void> {
    const deps = {
      customers: dynamoCustomers({ client: tiny.client, stateTable: 'state', logTable: 'log' }),
      log: { read: async () => undefined, readCustomer: async () => [] },
      policies: { current: async () => POLICY },
      pause: async () => undefined,
      jitter: () => 0,
      ...memoryLedger(),
      count,
    };
    for (let month = 0; month < 8; month += 1) {
      for (let customer = 0; customer < 40; customer += 1) {
        const alias = aliasId('user', String(customer));
        const order = orderCompleted({
          orderId: `${customer}-${month}`,
          aliasId: alias,
          at: START + month * 30 * DAY_MS + (customer % 20) * 11 * HOUR_MS,
          products: [product('OIL'), product(customer % 2 ? 'RING' : 'CHAIN')],
        });
        expect(await reactToEvents(deps, [{ event: order, complete: true }])).toEqual([]);
        at = Math.max(at, order.receivedAt);
        await gather()({ Records: [recordOf(order)] }, CONTEXT);
        if (customer % 20 === 19) {
          at += 3 * DAY_MS;
          await night();
        }
      }
    }
  }

  it('has models of who, when and what in the end, which deciders read', async () => {
    await year();
    const store = models();
    const [newest] = (await store.pointer()).manifests;
    const { who, when } = await store.model(newest!);
    expect(who).toMatchObject({ customers: 40, repeaters: 40 });
    expect(when?.productGaps).toBeGreaterThan(50);
    const tables = await store.tables(newest!);
    expect(tables?.what.products).toEqual(expect.arrayContaining(['OIL', 'RING', 'CHAIN']));
    const policies = withModels(
      { current: async () => POLICY },
      modelsOf({ store, now: () => at, count }),
    );
    expect((await policies.current()).models?.[0]?.id).toBe(newest?.id);
    expect(counted['ModelsNotRead']).toBeUndefined();
  });
});
