/** The send ledger's rows: state, and the place in the open index while they are not settled. */
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Ledger, LedgerWrite } from '../../app/ledger.ts';
import { type Key, messageKey, openShard } from '../../contract/keys.ts';
import type { Message, PlannedMessage } from '../../contract/messages.ts';
import { DAY_MS, iso } from '../../contract/time.ts';
import { openAt, planned } from '../../domain/ledger.ts';
import {
  cancelledBy,
  conditionFailed,
  type DocumentClient,
  isConflict,
  ownWrite,
} from './client.ts';
import { gatePart } from './gates.ts';

export type MessageItem = Key & Message & { openShard?: string; openAt?: string; ttl: number };

/** As long as other events in the log: 13 months after the plan the shop's history can do without. */
const KEPT_MS = 400 * DAY_MS;

/** The row of a message that was just planned; travels in the customer's commit. */
export const plannedItem = (message: PlannedMessage, opId: string): MessageItem =>
  messageItem(planned(message, opId));

/** Only open rows carry the index's attributes, so the index holds nothing that is settled. */
export function messageItem(row: Message): MessageItem {
  const due = openAt(row);
  return {
    ...messageKey(row.customerId, row.id),
    ...row,
    ...(due !== undefined && { openShard: openShard(row.id), openAt: iso(due) }),
    ttl: Math.floor((row.plannedAt + KEPT_MS) / 1000),
  };
}

/** From a table or stream image. */
export function messageFromItem(item: Record<string, unknown>): Message {
  const { pk, sk, openShard: shard, openAt: due, ttl, ...row } = item as MessageItem;
  void [pk, sk, shard, due, ttl];
  return row;
}

export function dynamoLedger(client: DocumentClient, stateTable: string): Ledger {
  return {
    load: async ({ customerId, messageId }) => {
      const { Item } = await client.send(
        new GetCommand({
          TableName: stateTable,
          Key: messageKey(customerId, messageId),
          ConsistentRead: true,
        }),
      );
      return Item && messageFromItem(Item);
    },
    write: (change) =>
      change.gate
        ? writeBoth(client, stateTable, change, change.gate)
        : writeRow(client, stateTable, change),
    move: (change) => moveRow(client, stateTable, change),
  };
}

/**
 *   read row (opId A) ......... another writer stores B? ......... put row (opId C)
 *                                                                  only if A is still stored
 */
export const rowPut = (stateTable: string, { row, was }: Pick<LedgerWrite, 'row' | 'was'>) => {
  const sameWriter = '#opId = :was';
  return {
    TableName: stateTable,
    Item: messageItem(row),
    ConditionExpression: sameWriter,
    ExpressionAttributeNames: { '#opId': 'opId' },
    ExpressionAttributeValues: { ':was': was.opId },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
};

async function writeRow(
  client: DocumentClient,
  stateTable: string,
  change: LedgerWrite,
): Promise<'stored' | 'row-moved'> {
  try {
    await client.send(new PutCommand(rowPut(stateTable, change)));
    return 'stored';
  } catch (error) {
    const refused = conditionFailed(error);
    if (!refused) throw error;
    return ownWrite(refused.item, change.row.opId) ? 'stored' : 'row-moved';
  }
}

/** The row as it ends here, and as it goes on with the customer that its own is now. */
async function moveRow(
  client: DocumentClient,
  stateTable: string,
  { moved, ...change }: Parameters<Ledger['move']>[0],
): Promise<'stored' | 'row-moved' | 'taken'> {
  const put = {
    TableName: stateTable,
    Item: messageItem(moved),
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  try {
    await client.send(
      new TransactWriteCommand({
        TransactItems: [{ Put: rowPut(stateTable, change) }, { Put: put }],
      }),
    );
    return 'stored';
  } catch (error) {
    const [row, taken] = cancelledBy(error) ?? [];
    if (row?.code === 'ConditionalCheckFailed')
      return ownWrite(row.item, change.row.opId) ? 'stored' : 'row-moved';
    if (taken?.code === 'ConditionalCheckFailed') return 'taken';
    throw error;
  }
}

async function writeBoth(
  client: DocumentClient,
  stateTable: string,
  change: LedgerWrite,
  gate: NonNullable<LedgerWrite['gate']>,
): Promise<'stored' | 'row-moved' | 'gate-moved'> {
  try {
    await client.send(
      new TransactWriteCommand({
        TransactItems: [{ Put: rowPut(stateTable, change) }, gatePart(stateTable, gate)],
      }),
    );
    return 'stored';
  } catch (error) {
    const [row, gated] = cancelledBy(error) ?? [];
    if (row?.code === 'ConditionalCheckFailed')
      return ownWrite(row.item, change.row.opId) ? 'stored' : 'row-moved';
    // A conflict is somebody who writes one of the two right now: read again, judge again.
    if (gated?.code === 'ConditionalCheckFailed' || isConflict(error)) return 'gate-moved';
    throw error;
  }
}
