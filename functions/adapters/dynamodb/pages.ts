/** Queries whose answer is longer than one page. */
import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { DocumentClient } from './client.ts';

type Item = Record<string, unknown>;

/**
 * The pages of a query until its end, each read when it is asked for. Not the SDK's paginator: that takes
 * nothing but its own class of client.
 */
export async function* queryPages(
  client: DocumentClient,
  input: Omit<QueryCommandInput, 'ExclusiveStartKey'>,
): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({ ...input, ...(start && { ExclusiveStartKey: start }) }),
    );
    yield Items;
    start = LastEvaluatedKey;
  } while (start);
}

/** The pages of one partition. */
export const partitionPages = (
  client: DocumentClient,
  table: string,
  partition: string,
  more: Pick<QueryCommandInput, 'ConsistentRead' | 'Limit'> = {},
): AsyncGenerator<Item[]> =>
  queryPages(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': partition },
    ...more,
  });
