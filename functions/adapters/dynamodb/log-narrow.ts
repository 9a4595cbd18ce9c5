/** An event that narrows permission, and the gate that it closes, in one transaction. */
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Stored } from '../../app/ports.ts';
import { PerennialError } from '../../contract/errors.ts';
import { gateKey, type Key, stateKey } from '../../contract/keys.ts';
import type { Gate } from '../../contract/messages.ts';
import type { LoggedEvent } from '../../contract/own-events.ts';
import { cancelledBy, conditionFailed, isConflict } from './client.ts';
import type { LogWriterConfig } from './log.ts';
import { logItem, type Row } from './log-rows.ts';

/** The gate's row; its adapter knows the shape. */
export type GateRows = {
  toItem(gate: Gate): Key & Row;
  /** An open gate of version 0 when there is no row. */
  fromItem(customerId: string, item: Row | undefined): Gate;
};

/** A gate is written by claims and withdrawals of one person: more than a few at once is a fault. */
const ATTEMPTS_MAX = 10;
const PAUSE_MS = 20;
/** A chain of merges longer than this is a loop. */
const MERGE_HOPS_MAX = 4;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export async function appendAndNarrow(
  config: LogWriterConfig,
  logged: LoggedEvent,
  update: (gate: Gate) => Gate,
): Promise<Stored> {
  const { aliasId } = logged.event;
  let stored: Stored = 'stored';
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const gate = await gateOf(config, aliasId);
    const closed = update(gate);
    // A row that is there already does not excuse the gate: its first writer may have been a browser.
    if (closed === gate && stored === 'duplicate') return stored;
    const next = { ...closed, version: gate.version + 1 };
    const outcome = await transact(config, stored === 'stored' ? logged : undefined, next, gate);
    if (outcome === 'done') return stored;
    if (outcome === 'duplicate') stored = 'duplicate';
    else await (config.pause ?? wait)(PAUSE_MS * 2 ** Math.min(attempt, 5));
  }
  throw new PerennialError(
    'gate-busy',
    `alias ${aliasId}: the gate moved ${ATTEMPTS_MAX} times while it was being closed; send it again.`,
  );
}

/** The gate of the customer that the alias belongs to now. */
async function gateOf(config: LogWriterConfig, aliasId: string): Promise<Gate> {
  let customerId = aliasId;
  for (let hop = 0; hop <= MERGE_HOPS_MAX; hop += 1) {
    const [state, gateItem] = await Promise.all([
      read(config, stateKey(customerId), 'mergedInto'),
      read(config, gateKey(customerId)),
    ]);
    const gate = config.gates.fromItem(customerId, gateItem);
    const into = state?.['mergedInto'] ?? gate.mergedInto;
    if (typeof into !== 'string') return gate;
    customerId = into;
  }
  throw new PerennialError(
    'merge-loop',
    `alias ${aliasId}: more than ${MERGE_HOPS_MAX} merges in a row; look at mergedInto of its rows.`,
  );
}

async function read({ client, stateTable }: LogWriterConfig, Key: Key, only?: string) {
  const { Item } = await client.send(
    new GetCommand({
      TableName: stateTable,
      Key,
      ConsistentRead: true,
      ...(only && { ProjectionExpression: only }),
    }),
  );
  return Item;
}

async function transact(
  { client, logTable, stateTable, gates }: LogWriterConfig,
  logged: LoggedEvent | undefined,
  next: Gate,
  previous: Gate,
): Promise<'done' | 'duplicate' | 'moved'> {
  const row = logged && {
    Put: {
      TableName: logTable,
      Item: logItem(logged),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
  const gate = {
    Put: { TableName: stateTable, Item: gates.toItem(next), ...unmoved(previous) },
  };
  try {
    await client.send(new TransactWriteCommand({ TransactItems: row ? [row, gate] : [gate] }));
    return 'done';
  } catch (error) {
    const reasons = cancelledBy(error);
    if (row && reasons?.[0]?.code === 'ConditionalCheckFailed') return 'duplicate';
    const moved = reasons?.some(({ code }) => code === 'ConditionalCheckFailed');
    if (moved || isConflict(error) || conditionFailed(error)) return 'moved';
    throw error;
  }
}

const unmoved = ({ version }: Gate) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': version },
      };
