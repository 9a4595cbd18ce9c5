import { afterAll, beforeAll, expect, it } from 'vitest';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoControl } from '../../functions/adapters/dynamodb/control.ts';
import { dynamoDayCounts } from '../../functions/adapters/dynamodb/day-counts.ts';
import { createTables, type Dynoxide, startDynoxide } from '../builders/dynoxide.ts';

let dynoxide: Dynoxide;
beforeAll(async () => {
  dynoxide = await startDynoxide();
});
afterAll(() => dynoxide.stop());

it('events of a day add up by write key, over all processes, beside the counters of mails', async () => {
  const tables = await createTables(dynoxide.client);
  const client = DynamoDBDocumentClient.from(dynoxide.client);
  const [one, other] = [1, 2].map(() => dynamoDayCounts(client, tables.state));
  const added = async (day: string, key: string, events: number) => [
    await one?.add(day, key, events),
    await other?.add(day, key, events),
  ];
  expect(await added('2026-06-01', 'browser_1', 1_000)).toEqual([1_000, 2_000]);
  expect(await added('2026-06-01', 'server_1', 1_500)).toEqual([1_500, 3_000]);
  expect(await added('2026-06-02', 'browser_1', 1_000)).toEqual([1_000, 2_000]);
  const control = dynamoControl(client, tables.state);
  expect(await control.read()).toEqual({ paused: [], days: [] });
});
