/** The stored form of a customer. */
import { aliasOfLink } from '../../contract/ids.ts';
import { type Key, stateKey, wakeShard } from '../../contract/keys.ts';
import { iso } from '../../contract/time.ts';
import type { Customer } from '../../domain/customer.ts';
import { pack, unpack } from './state-codec.ts';

export type Item = Key & Record<string, unknown>;

/** What is stored in the open is what indexes, conditions and look-ups need; the rest is packed. */
function toItem(customer: Customer, version: number, opId: string): Item {
  const { id, nextWakeAt, mergedInto, facts, runtime, aliases } = customer;
  return {
    ...stateKey(id),
    version,
    opId,
    ...(mergedInto && { mergedInto }),
    ...(nextWakeAt !== undefined && { wakeShard: wakeShard(id), nextWakeAt: iso(nextWakeAt) }),
    data: pack({ facts, runtime, ...(aliases && { aliases: aliases.map(shorter(id)) }) }),
  };
}

/** Hashes do not pack. The item's own lies in its key already: only its letter is kept. */
const shorter = (id: string) => (link: string) =>
  aliasOfLink(link) === id ? link.charAt(0) : link;
const whole = (id: string) => (link: string) => (link.length === 1 ? link + id : link);

/** The item of somebody who is somebody else now: the way there, and nothing more. */
export const pointerItem = (id: string, into: string, version: number, opId: string): Item => ({
  ...stateKey(id),
  version,
  opId,
  mergedInto: into,
});

export function fromItem(id: string, item: Record<string, unknown>): Customer {
  const { facts, runtime, aliases } = unpack(item.data as string | Uint8Array) as Pick<
    Customer,
    'facts' | 'runtime' | 'aliases'
  >;
  return {
    id,
    version: Number(item.version),
    facts,
    runtime,
    ...(aliases && { aliases: aliases.map(whole(id)) }),
    ...(typeof item.nextWakeAt === 'string' && { nextWakeAt: Date.parse(item.nextWakeAt) }),
  };
}

/** Only over the version that was read. */
export const sameVersion = ({ version }: Pick<Customer, 'version'>) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': version },
      };

/** The put of the item. */
export const statePut = (stateTable: string, next: Customer, previous: Customer, opId: string) => ({
  TableName: stateTable,
  Item: toItem(next, previous.version + 1, opId),
  ...sameVersion(previous),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});
