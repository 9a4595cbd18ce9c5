/** Requests in people's names, kept until somebody has acted on them. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PrivacyRequests } from '../../app/ports.ts';
import { privacyRequestKey } from '../../contract/keys.ts';
import { iso } from '../../contract/time.ts';
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
