/** Requests in people's names, kept until somebody has acted on them. */
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { PrivacyRequests } from '../../app/ports.ts';
import { PRIVACY, privacyRequestKey } from '../../contract/keys.ts';
import { type Instant, iso } from '../../contract/time.ts';
import { conditionFailed, type DocumentClient } from './client.ts';

export const dynamoPrivacyRequests = (
  client: DocumentClient,
  stateTable: string,
): PrivacyRequests => ({
  async add({ id, kind, aliases, at, from }) {
    try {
      await client.send(
        new PutCommand({
          TableName: stateTable,
          Item: { ...privacyRequestKey(id), at: iso(at), kind, from, aliases },
          // The first time counts: makers give thirty days from then.
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      if (!conditionFailed(error)) throw error;
    }
  },
});

/** When each request that is kept was first made, the oldest first; a page of them, some thousands. */
export async function privacyRequestTimes(
  client: DocumentClient,
  stateTable: string,
): Promise<Instant[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: stateTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': PRIVACY },
    }),
  );
  return Items.map(({ at }) => Date.parse(String(at))).sort((a, b) => a - b);
}
