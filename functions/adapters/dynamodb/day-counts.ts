/** Events of each write key on a day: one small row a day, which ingest adds to once for many events. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { DayCounts } from '../../app/rate-limits.ts';
import { controlKey } from '../../contract/keys.ts';
import { eventCountTtl, TTL_ATTRIBUTE } from '../../contract/retention.ts';
import type { DocumentClient } from './client.ts';

export const dynamoDayCounts = (client: DocumentClient, stateTable: string): DayCounts => ({
  async add(day, key, events) {
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName: stateTable,
        Key: controlKey(`EVENTS#${day}`),
        UpdateExpression: 'SET #ttl = :ttl ADD #key :events',
        ExpressionAttributeNames: { '#ttl': TTL_ATTRIBUTE, '#key': key },
        ExpressionAttributeValues: { ':ttl': eventCountTtl(day), ':events': events },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Number(Attributes?.[key] ?? events);
  },
});
