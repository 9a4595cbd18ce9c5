/** Reading customers. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { PerennialError } from '../../contract/errors.ts';
import { ALIASES_MAX } from '../../contract/ids.ts';
import { stateKey } from '../../contract/keys.ts';
import { type Customer, emptyCustomer } from '../../domain/customer.ts';
import type { DocumentClient } from './client.ts';
import { fromItem } from './customer-item.ts';

export type ReaderConfig = {
  client: DocumentClient;
  stateTable: string;
  /** Strongly: a commit on an older version would only be refused. Eventually: half the price. */
  consistent: boolean;
};

/** Each hop is another alias of one customer, so a longer chain is a loop. Merges keep chains at one hop. */
export const MERGE_HOPS_MAX = ALIASES_MAX;

/** The customer that the alias belongs to now (`mergedInto` is followed); an empty one if there is none. */
export async function readCustomer(
  { client, stateTable, consistent }: ReaderConfig,
  id: string,
): Promise<Customer> {
  let customerId = id;
  for (let hop = 0; hop <= MERGE_HOPS_MAX; hop += 1) {
    const { Item } = await client.send(
      new GetCommand({
        TableName: stateTable,
        Key: stateKey(customerId),
        ...(consistent && { ConsistentRead: true }),
      }),
    );
    if (!Item) return emptyCustomer(customerId);
    if (typeof Item.mergedInto !== 'string') return fromItem(customerId, Item);
    customerId = Item.mergedInto;
  }
  throw new PerennialError(
    'merge-loop',
    `customer ${id}: more than ${MERGE_HOPS_MAX} merges in a row; look at mergedInto of its rows.`,
  );
}
