/** The open index: ledger rows that are not settled. Eventually consistent: sweep reads each row again. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { OpenIndex } from '../../app/sweep.ts';
import { type Key, OPEN_INDEX } from '../../contract/keys.ts';
import { iso } from '../../contract/time.ts';
import type { DocumentClient } from './client.ts';

const CUSTOMER = 'CUSTOMER#';
const MESSAGE = 'MESSAGE#';
/** Pages of one count: 1 MB of keys each, 50,000 open rows in all shards' first pages. */
const COUNT_PAGES_MAX = 20;

export const dynamoOpenIndex = (client: DocumentClient, stateTable: string): OpenIndex => ({
  due: async (shard, until, limit, after) => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: stateTable,
        IndexName: OPEN_INDEX,
        KeyConditionExpression: 'openShard = :shard AND openAt <= :until',
        ExpressionAttributeValues: { ':shard': shard, ':until': iso(until) },
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: JSON.parse(after) }),
      }),
    );
    const entries = (Items as (Key & { openAt: string })[]).map(({ pk, sk, openAt }) => ({
      customerId: pk.slice(CUSTOMER.length),
      messageId: sk.slice(MESSAGE.length),
      openAt: Date.parse(openAt),
    }));
    return { entries, ...(LastEvaluatedKey && { next: JSON.stringify(LastEvaluatedKey) }) };
  },
  count: async (shard) => {
    let sum = 0;
    let start: Record<string, unknown> | undefined;
    for (let page = 0; page < COUNT_PAGES_MAX; page += 1) {
      const { Count = 0, LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: stateTable,
          IndexName: OPEN_INDEX,
          KeyConditionExpression: 'openShard = :shard',
          ExpressionAttributeValues: { ':shard': shard },
          Select: 'COUNT',
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      sum += Count;
      if (!LastEvaluatedKey) break;
      start = LastEvaluatedKey;
    }
    return sum;
  },
});
