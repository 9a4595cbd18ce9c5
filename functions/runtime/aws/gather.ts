/** Parts of `gather`: orders of the log's stream -> baskets. */
import { dynamoBasketWriter } from '../../adapters/dynamodb/baskets.ts';
import { orderOf, type StreamRecord } from '../../adapters/dynamodb/changes.ts';
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { readCustomer } from '../../adapters/dynamodb/customer-reader.ts';
import type { GatherHandlerDeps } from '../../handlers/gather.ts';
import { type Env, text } from '../env.ts';
import { count } from './parts.ts';

export function gatherDeps(env: Env): GatherHandlerDeps {
  const at = { client: documentClient(), stateTable: text(env, 'stateTable') };
  return {
    baskets: dynamoBasketWriter(at.client, at.stateTable),
    customers: { load: (id) => readCustomer({ ...at, consistent: false }, id) },
    orderOf: (record) => orderOf(record as StreamRecord),
    count,
  };
}
