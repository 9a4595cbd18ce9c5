/** The customer item, and what travels with it in one commit. */
import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Customers } from '../../app/react.ts';
import { PerennialError } from '../../contract/errors.ts';
import { type Key, stateKey, wakeShard } from '../../contract/keys.ts';
import { emitEvent } from '../../contract/own-events.ts';
import { iso } from '../../contract/time.ts';
import { type Customer, type Decision, emptyCustomer } from '../../domain/customer.ts';
import { toldReasons } from '../../domain/told.ts';

import {
  cancelledBy,
  conditionFailed,
  type DocumentClient,
  isConflict,
  ownWrite,
} from './client.ts';
import { decisionItem } from './decisions.ts';
import { logItem } from './log-rows.ts';
import { plannedItem } from './messages.ts';
import { pack, unpack } from './state-codec.ts';

type Item = Key & Record<string, unknown>;

/** Rows that travel with a commit; each adapter knows the shape of its own. */
export type CommitRows = {
  /** Ledger row of a planned message. */
  message(planned: Decision['messages'][number], opId: string): Item;
  /** Log row of an emitted event. */
  emit(emit: Decision['emits'][number], customerId: string): Item;
};

export type CustomersConfig = {
  client: DocumentClient;
  stateTable: string;
  logTable: string;
  /** Left out but in tests. */
  rows?: CommitRows;
  newOpId?: () => string;
};

/** A planned message and an emitted event, as the ledger and the log store them. */
const ROWS: CommitRows = {
  message: plannedItem,
  emit: (emit, customerId) => logItem(emitEvent(emit, customerId)),
};

/** A chain of merges longer than this is a loop: nobody is merged four times in a row. */
const MERGE_HOPS_MAX = 4;
/** Each round drops a message that exists already; a customer plans at most 16. */
const ROUNDS_MAX = 17;

export function dynamoCustomers(config: CustomersConfig): Customers {
  const newOpId = config.newOpId ?? randomUUID;
  return {
    load: (id) => load(config, id),
    commit: async (decision, previous, cause) => {
      const opId = newOpId();
      if (isBare(decision)) return putState(config, decision.customer, previous, opId);
      return tellsOnly(decision)
        ? putWithReasons(config, decision, previous, cause, opId)
        : commitWithRows(config, decision, previous, cause, opId);
    },
  };
}

const isBare = ({ messages, emits, reasons }: Decision): boolean =>
  messages.length + emits.length + reasons.length === 0;

/**
 * A wake that tells why, and does nothing. What an event tells keeps its transaction: the event may come
 * again in another batch, and the batch names the row.
 */
const tellsOnly = ({ messages, emits, reasons }: Decision): boolean =>
  messages.length + emits.length === 0 &&
  reasons.every(({ outcome }) => outcome !== 'arrived-too-late');

/** Strongly consistent: a commit on an older version would only be refused. */
async function load({ client, stateTable }: CustomersConfig, id: string): Promise<Customer> {
  let customerId = id;
  for (let hop = 0; hop <= MERGE_HOPS_MAX; hop += 1) {
    const { Item } = await client.send(
      new GetCommand({ TableName: stateTable, Key: stateKey(customerId), ConsistentRead: true }),
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

function fromItem(id: string, item: Record<string, unknown>): Customer {
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
const statePut = (config: CustomersConfig, next: Customer, previous: Customer, opId: string) => ({
  TableName: config.stateTable,
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

/** One plain write: half the price of a transaction. */
async function putState(
  config: CustomersConfig,
  next: Customer,
  previous: Customer,
  opId: string,
): Promise<'stored' | 'stale'> {
  try {
    await config.client.send(new PutCommand(statePut(config, next, previous, opId)));
    return 'stored';
  } catch (error) {
    const refused = conditionFailed(error);
    if (refused) return ownWrite(refused.item, opId) ? 'stored' : 'stale';
    if (isConflict(error)) return 'stale';
    throw error;
  }
}

/**
 * Two plain writes, half the price of a transaction, the reasons first so that none is lost:
 *
 *   put DECISION (at, cause, version) ... crash: the wake comes again and writes the same row ... put STATE
 *
 * A row of a later version stays: a slow repeat does not write over what was decided after it.
 */
async function putWithReasons(
  config: CustomersConfig,
  decision: Decision,
  previous: Customer,
  cause: string,
  opId: string,
): Promise<'stored' | 'stale'> {
  const { customer, reasons } = decision;
  const row = decisionItem(customer.id, cause, reasons, { version: previous.version, opId });
  try {
    await config.client.send(
      new PutCommand({
        TableName: config.stateTable,
        Item: row,
        ConditionExpression: 'attribute_not_exists(#version) OR #version <= :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': previous.version },
      }),
    );
  } catch (error) {
    if (conditionFailed(error) || isConflict(error)) return 'stale';
    throw error;
  }
  const outcome = await putState(config, customer, previous, opId);
  if (outcome === 'stale') await takeBack(config, decision, row);
  return outcome;
}

/**
 * Another writer was first: the reasons did not happen, unless it was a repeat of this very wake, which
 * told the same. The row is emptied, since a function that decides may not delete.
 */
async function takeBack(
  config: CustomersConfig,
  { customer }: Decision,
  row: ReturnType<typeof decisionItem>,
): Promise<void> {
  const stored = await load(config, customer.id);
  if ((stored.runtime.wokeAt ?? 0) >= (customer.runtime.wokeAt ?? 0)) return;
  try {
    await config.client.send(
      new PutCommand({
        TableName: config.stateTable,
        Item: { ...row, reasons: [] },
        ConditionExpression: '#opId = :mine',
        ExpressionAttributeNames: { '#opId': 'opId' },
        ExpressionAttributeValues: { ':mine': row.opId },
      }),
    );
  } catch (error) {
    if (!conditionFailed(error)) throw error;
  }
}

/** The item, its messages, emits and reasons: all or nothing. */
async function commitWithRows(
  config: CustomersConfig,
  decision: Decision,
  previous: Customer,
  cause: string,
  opId: string,
): Promise<'stored' | 'stale'> {
  const known = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const rows = followingRows(config, decision, known, cause, { version: previous.version, opId });
    try {
      await config.client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: statePut(config, decision.customer, previous, opId) },
            ...rows.map(({ put }) => ({ Put: put })),
          ],
        }),
      );
      return 'stored';
    } catch (error) {
      const parts = cancelledBy(error);
      const [state, ...others] = parts ?? [];
      if (state?.code === 'ConditionalCheckFailed') {
        return ownWrite(state.item, opId) ? 'stored' : 'stale';
      }
      if (isConflict(error)) return 'stale';
      const taken = rows.filter((_, i) => others[i]?.code === 'ConditionalCheckFailed');
      if (taken.length === 0) throw error;
      for (const { id } of taken) known.add(id);
    }
  }
  throw new PerennialError(
    'commit-rounds',
    `customer ${previous.id}: rows were taken in ${ROUNDS_MAX} rounds; the queue brings it again.`,
  );
}

/** Rows beside the item. Those in `known` exist already: an event repeated, or a message planned before. */
function followingRows(
  { rows = ROWS, stateTable, logTable }: CustomersConfig,
  { customer, messages, emits, reasons }: Decision,
  known: ReadonlySet<string>,
  cause: string,
  write: { version: number; opId: string },
) {
  const ifAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };
  const planned = messages
    .filter(({ id }) => !known.has(id))
    .map((message) => ({
      id: message.id,
      put: { TableName: stateTable, Item: rows.message(message, write.opId), ...ifAbsent },
    }));
  const emitted = emits
    .filter(({ id }) => !known.has(id))
    .map((emit) => ({
      id: emit.id,
      put: { TableName: logTable, Item: rows.emit(emit, customer.id), ...ifAbsent },
    }));
  const told = toldReasons(reasons, known);
  // Unconditional: a repeat of the same decision writes the same row again.
  const why =
    told.length > 0
      ? [
          {
            id: '',
            put: { TableName: stateTable, Item: decisionItem(customer.id, cause, told, write) },
          },
        ]
      : [];
  return [...planned, ...emitted, ...why];
}
