import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import {
  dynamoPrivacyRequests,
  privacyRequestTimes,
} from '../../functions/adapters/dynamodb/privacy-requests.ts';
import { memoryPrivacyRequests } from '../../functions/adapters/memory/privacy-requests.ts';
import type { KeptRequest } from '../../functions/app/ports.ts';
import { privacyRequestKey } from '../../functions/contract/keys.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const request = (id: string, at: number): KeptRequest => ({
  id,
  at,
  kind: 'customer-erasure',
  from: 'shopify',
  aliases: ['a-1', 'a-2'],
});

const dynoxide = await startDynoxide();
const client = DynamoDBDocumentClient.from(dynoxide.client);
const { state } = await createTables(dynoxide.client);
const memory = memoryPrivacyRequests();
afterAll(() => dynoxide.stop());

const WORLDS = {
  memory: {
    port: memory,
    times: async () => [...memory.rows.values()].map(({ at }) => at).sort((a, b) => a - b),
  },
  DynamoDB: {
    port: dynamoPrivacyRequests(client, state),
    times: () => privacyRequestTimes(client, state),
  },
};

describe.each(Object.entries(WORLDS))('requests in people’s names in %s', (_name, world) => {
  it('are kept from the first time that they came, once each', async () => {
    await world.port.add(request('r-1', NOW));
    await world.port.add(request('r-2', NOW - DAY_MS));
    await world.port.add(request('r-1', NOW + DAY_MS));
    expect(await world.times()).toEqual([NOW - DAY_MS, NOW]);
  });
});

it('a kept request has no end: it stays until somebody deletes it', async () => {
  const { Item } = await client.send(
    new GetCommand({ TableName: state, Key: privacyRequestKey('r-1') }),
  );
  expect(Item).toEqual({
    ...privacyRequestKey('r-1'),
    at: '2026-06-01T12:00:00.000Z',
    kind: 'customer-erasure',
    from: 'shopify',
    aliases: ['a-1', 'a-2'],
  });
});
