/** The stored form of a customer. */
import { type Key, stateKey, wakeShard } from '../../contract/keys.ts';
import { iso } from '../../contract/time.ts';
import type { Customer } from '../../domain/customer.ts';
import { pack, unpack } from './state-codec.ts';

export type Item = Key & Record<string, unknown>;

/** What is stored in the open is what indexes, conditions and look-ups need; the rest is packed. */
function toItem(customer: Customer, version: number, opId: string): Item {
  const { id, nextWakeAt, mergedInto, facts, runtime } = customer;
  return {
    ...stateKey(id),
    version,
    opId,
    ...(mergedInto && { mergedInto }),
    ...(nextWakeAt !== undefined && { wakeShard: wakeShard(id), nextWakeAt: iso(nextWakeAt) }),
    data: pack({ facts, runtime }),
  };
}

export function fromItem(id: string, item: Record<string, unknown>): Customer {
  const { facts, runtime } = unpack(item.data as string | Uint8Array) as Pick<
    Customer,
    'facts' | 'runtime'
  >;
  return {
    id,
    version: Number(item.version),
    facts,
    runtime,
    ...(typeof item.nextWakeAt === 'string' && { nextWakeAt: Date.parse(item.nextWakeAt) }),
  };
}

/** The put of the item: only over the version that was read. */
export const statePut = (stateTable: string, next: Customer, previous: Customer, opId: string) => ({
  TableName: stateTable,
  Item: toItem(next, previous.version + 1, opId),
  ...(previous.version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': previous.version },
      }),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});
