/** A whole table, page by page. */
import { ScanCommand, type ScanCommandInput } from '@aws-sdk/lib-dynamodb';
import type { DocumentClient } from './client.ts';

type Item = Record<string, unknown>;

/** The pages of a scan until its end, each read when it is asked for. */
export async function* scanPages(
  client: DocumentClient,
  input: Omit<ScanCommandInput, 'ExclusiveStartKey'>,
): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({ ...input, ...(start && { ExclusiveStartKey: start }) }),
    );
    yield Items;
    start = LastEvaluatedKey;
  } while (start);
}
