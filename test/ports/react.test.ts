import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { dynamoGates } from '../../functions/adapters/dynamodb/gates.ts';
import { dynamoLogReader } from '../../functions/adapters/dynamodb/log.ts';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/messages.ts';
import { dynamoWakes } from '../../functions/adapters/dynamodb/wakes.ts';
import { eachLimited } from '../../functions/app/each-limited.ts';
import { type ReactDeps, reactToEvents, reactToWake } from '../../functions/app/react.ts';
import { wake } from '../../functions/app/wake.ts';
import type { CustomerEvent, WakeOrder } from '../../functions/contract/events.ts';
import { hashId } from '../../functions/contract/ids.ts';
import { MINUTE_MS } from '../../functions/contract/time.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { CUSTOMER, identify, orderCompleted, T0 } from '../builders/events.ts';
import { POLICY } from '../faults/policy.ts';

const server = await startDynoxide();
const client = DynamoDBDocumentClient.from(server.client, {
  marshallOptions: { removeUndefinedValues: true },
});
afterAll(() => server.stop());

async function parts() {
  const { log, state } = await createTables(server.client);
  const tables = { client, logTable: log, stateTable: state };
  const customers = dynamoCustomers(tables);
  const deps: ReactDeps = {
    customers,
    log: dynamoLogReader(tables),
    gates: dynamoGates(client, state),
    ledger: dynamoLedger(client, state),
    policies: { current: async () => POLICY },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)),
    jitter: Math.random,
    count: () => undefined,
  };
  return { deps, customers, tables };
}

const whole = (event: CustomerEvent) => ({ event, complete: true });

/** As the sender wrote it: what the log keeps. */
const said = ({ properties }: CustomerEvent) => ({
  properties: { order_id: properties.orderId, total: 49, currency: 'EUR', products: [] },
});

describe('react on a real DynamoDB API', () => {
  it('folds 400 events of one customer, eight lanes at once, and loses none', async () => {
    const { deps, customers, tables } = await parts();
    const events = Array.from({ length: 400 }, (_, n) =>
      orderCompleted({ id: `e${n}`, orderId: `O${n % 40}`, at: T0 + (n % 40) * MINUTE_MS }),
    );
    const writer = dynamoLogWriter(tables);
    await eachLimited(events.slice(0, 40), 8, (event) =>
      writer.append({ event, body: said(event) }),
    );
    const batches = Array.from({ length: 20 }, (_, n) => events.slice(n * 20, n * 20 + 20));
    await eachLimited(batches, 8, async (batch) => {
      for (let rest = batch, tries = 0; rest.length > 0 && tries < 5; tries += 1) {
        const failed = await reactToEvents(deps, rest.map(whole));
        rest = failed.flatMap(({ arrivals }) => arrivals.map(({ event }) => event));
        if (tries === 4 && rest.length > 0) throw new Error(`${rest.length} came too often`);
      }
    });
    const { facts } = await customers.load(CUSTOMER);
    expect(facts.orders.length + (facts.sealed?.count ?? 0)).toBe(40);
  });

  it('wakes 100 customers of one minute, each once, and plans each one’s mail', async () => {
    const { deps, tables } = await parts();
    const ids = Array.from({ length: 100 }, (_, n) => hashId('crowd', String(n)));
    await eachLimited(ids, 8, (aliasId) => {
      const traits = { email: 'someone@example.com', marketingConsent: true };
      const batch = [identify({ at: T0, traits, aliasId }), orderCompleted({ aliasId })];
      return reactToEvents(deps, batch.map(whole));
    });
    const orders: WakeOrder[] = [];
    const queue = {
      waiting: async () => 0,
      send: async (more: readonly WakeOrder[]) => void orders.push(...more),
    };
    const wakes = dynamoWakes(client, tables.stateTable);
    await wake({ wakes, queue, now: () => T0 + 2 * MINUTE_MS });
    expect(orders.map(({ customerId }) => customerId).toSorted()).toEqual(ids.toSorted());
    const twice = [...orders, ...orders];
    const outcomes: string[] = [];
    await eachLimited(
      twice,
      8,
      async (order) => void outcomes.push(await reactToWake(deps, order)),
    );
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(100);
    expect(await dynamoWakes(client, tables.stateTable).due('00', T0 + 2 * MINUTE_MS, 10)).toEqual(
      [],
    );
  });
});
