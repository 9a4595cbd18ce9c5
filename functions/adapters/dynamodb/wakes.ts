/** The wake index: who is due. Eventually consistent, so `react` compares with the item itself. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { WakeDeps } from '../../app/wake.ts';
import { WAKE_INDEX } from '../../contract/keys.ts';
import { iso } from '../../contract/time.ts';
import type { DocumentClient } from './client.ts';

const PARTITION = 'CUSTOMER#';

/** A page of keys is far below DynamoDB's 1 MB, so that one query answers. */
export const dynamoWakes = (client: DocumentClient, stateTable: string): WakeDeps['wakes'] => ({
  due: async (shard, until, limit) => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: stateTable,
        IndexName: WAKE_INDEX,
        KeyConditionExpression: 'wakeShard = :shard AND nextWakeAt <= :until',
        ExpressionAttributeValues: { ':shard': shard, ':until': iso(until) },
        Limit: limit,
      }),
    );
    return Items.map(({ pk, nextWakeAt }) => ({
      customerId: String(pk).slice(PARTITION.length),
      dueAt: Date.parse(String(nextWakeAt)),
    }));
  },
});
