/** The gate: one small item a customer, written only over the version that was read. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Gates } from '../../app/ledger.ts';
import { gateKey, type Key } from '../../contract/keys.ts';
import type { Gate } from '../../contract/messages.ts';
import { openGate } from '../../domain/gate.ts';
import type { DocumentClient } from './client.ts';

const gateItem = (gate: Gate): Key & Gate => ({ ...gateKey(gate.customerId), ...gate });

export const dynamoGates = (client: DocumentClient, stateTable: string): Gates => ({
  load: async (customerId) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: stateTable, Key: gateKey(customerId), ConsistentRead: true }),
    );
    return gateRows.fromItem(customerId, Item);
  },
});

/** Version 0 is the gate that does not exist yet. */
const sameVersion = ({ version }: Gate) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': version },
      };

/** The gate's part of a transaction: replaced, or only compared. */
export const gatePart = (stateTable: string, { was, next }: { was: Gate; next?: Gate }) =>
  next
    ? { Put: { TableName: stateTable, Item: gateItem(next), ...sameVersion(was) } }
    : {
        ConditionCheck: {
          TableName: stateTable,
          Key: gateKey(was.customerId),
          ...sameVersion(was),
        },
      };

/** For whoever closes the gate in a transaction of their own (log and gate together). */
export const gateRows = {
  toItem: gateItem,
  fromItem: (customerId: string, item: Record<string, unknown> | undefined): Gate => {
    if (!item) return openGate(customerId);
    const { pk, sk, ...gate } = item as Key & Gate;
    void [pk, sk];
    return gate;
  },
};
