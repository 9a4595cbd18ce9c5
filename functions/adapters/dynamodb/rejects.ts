/** Refused events, by day, for whoever mends the sender. */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Rejects } from '../../app/ports.ts';
import { PerennialError } from '../../contract/errors.ts';
import { rejectKey } from '../../contract/keys.ts';
import { rejectTtl, TTL_ATTRIBUTE } from '../../contract/retention.ts';
import { iso } from '../../contract/time.ts';
import type { DocumentClient } from './client.ts';

/** BatchWriteItem's own limit. */
const ROWS_MAX = 25;
/** What a full table leaves unwritten is sent again so often, then the caller's sender comes again. */
const RESENDS_MAX = 3;

export const dynamoRejects = (client: DocumentClient, stateTable: string): Rejects => ({
  async add(rejects) {
    const puts = rejects.map(({ id, at, source, name, reason }) => ({
      PutRequest: {
        Item: {
          ...rejectKey(at, id),
          at: iso(at),
          source,
          ...(name && { name }),
          ...reason,
          [TTL_ATTRIBUTE]: rejectTtl(at),
        },
      },
    }));
    for (let start = 0; start < puts.length; start += ROWS_MAX) {
      await write(client, stateTable, puts.slice(start, start + ROWS_MAX));
    }
  },
});

async function write(client: DocumentClient, table: string, puts: object[]): Promise<void> {
  let rest = puts;
  for (let attempt = 0; attempt < RESENDS_MAX; attempt += 1) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteCommand({ RequestItems: { [table]: rest as never } }),
    );
    rest = UnprocessedItems?.[table] ?? [];
    if (rest.length === 0) return;
  }
  throw new PerennialError(
    'rejects-refused',
    `${rest.length} rows of the reject list were not taken ${RESENDS_MAX} times; send it again.`,
  );
}
