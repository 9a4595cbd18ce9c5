/** Refused events, by day, for whoever mends the sender. */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { eachLimited } from '../../app/each-limited.ts';
import type { Rejects } from '../../app/ports.ts';
import { rejectKey } from '../../contract/keys.ts';
import { rejectTtl, TTL_ATTRIBUTE } from '../../contract/retention.ts';
import { iso } from '../../contract/time.ts';
import type { DocumentClient } from './client.ts';

/** Writes on the way at once. Single puts: a batch would cost the same, and one more permission. */
const PUTS_AT_ONCE = 8;

export const dynamoRejects = (client: DocumentClient, stateTable: string): Rejects => ({
  add: (rejects) =>
    eachLimited(rejects, PUTS_AT_ONCE, ({ id, at, source, name, reason }) =>
      client.send(
        new PutCommand({
          TableName: stateTable,
          Item: {
            ...rejectKey(at, id),
            at: iso(at),
            source,
            ...(name && { name }),
            ...reason,
            [TTL_ATTRIBUTE]: rejectTtl(at),
          },
        }),
      ),
    ),
});
