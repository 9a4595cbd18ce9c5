/** Writing the event log: alone, or with the gate that an event closes. */
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { LogWriter, Stored } from '../../app/ports.ts';
import { PerennialError } from '../../contract/errors.ts';
import type { CustomerEvent } from '../../contract/events.ts';
import { stateKey } from '../../contract/keys.ts';
import type { Gate } from '../../contract/messages.ts';
import type { LoggedEvent } from '../../contract/own-events.ts';
import { CLAIM_LAG_MS, LEASE_MS, mayStillGo } from '../../domain/ledger.ts';
import { cancelledBy, conditionFailed, isConflict } from './client.ts';
import { MERGE_HOPS_MAX } from './customer-reader.ts';
import { dynamoGates, gatePart } from './gates.ts';
import type { LogConfig } from './log.ts';
import { logItem } from './log-rows.ts';
import { dynamoLedger } from './messages.ts';

export type LogWriterConfig = LogConfig & {
  stateTable: string;
  /** Waits before the next try at a gate that moves, and before the next look at a mail under way. */
  pause?: (ms: number) => Promise<void>;
};

/** A gate is written by claims and withdrawals of one person: more than a few at once is a fault. */
const ATTEMPTS_MAX = 10;
const PAUSE_MS = 20;

/** A mail takes about 0.2 s from its claim to SES's answer. */
const LOOK_MS = 250;
/** Only where `deliver` died between the two is it as long as this: below the API's own 30 s. */
const LOOKS_MAX = 25_000 / LOOK_MS;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export const dynamoLogWriter = (config: LogWriterConfig): LogWriter => ({
  append: (logged) => append(config, logged),
  appendAndNarrow: (logged, update) => appendAndNarrow(config, logged, update),
});

/** A row is written once: whoever comes second meets it. */
const logPut = (logTable: string, logged: LoggedEvent) => ({
  TableName: logTable,
  Item: logItem(logged),
  ConditionExpression: 'attribute_not_exists(pk)',
});

/**
 * One plain conditional put. Our own put, repeated by the SDK after its answer was lost, meets itself and
 * says 'duplicate': the row is there, which is all that the sender needs to know.
 */
async function append({ client, logTable }: LogConfig, logged: LoggedEvent): Promise<Stored> {
  try {
    await client.send(new PutCommand(logPut(logTable, logged)));
    return 'stored';
  } catch (error) {
    if (conditionFailed(error)) return 'duplicate';
    throw error;
  }
}

async function appendAndNarrow(
  config: LogWriterConfig,
  logged: LoggedEvent,
  update: (gate: Gate) => Gate,
): Promise<Stored> {
  const { aliasId } = logged.event;
  let stored: Stored = 'stored';
  const answered = async (gate: Gate, outcome: Stored) => {
    if (WITHDRAWALS.includes(logged.event.name)) await underWayGone(config, gate, logged.event);
    return outcome;
  };
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const gate = await gateOf(config, aliasId);
    const closed = update(gate);
    // Closed as far already, and nothing ever opens a gate again: the event alone will do.
    if (closed === gate) {
      return answered(gate, stored === 'stored' ? await append(config, logged) : stored);
    }
    // A row that is there already does not excuse the gate: its first writer may have been a browser.
    const next = { ...closed, version: gate.version + 1 };
    const outcome = await transact(config, stored === 'stored' ? logged : undefined, next, gate);
    if (outcome === 'done') return answered(gate, stored);
    if (outcome === 'duplicate') stored = 'duplicate';
    else await (config.pause ?? wait)(PAUSE_MS * 2 ** Math.min(attempt, 5));
  }
  throw new PerennialError(
    'gate-busy',
    `alias ${aliasId}: the gate moved ${ATTEMPTS_MAX} times while it was being closed; send it again.`,
  );
}

/** Somebody waits for the answer to these, and hears that no mail comes any more. */
const WITHDRAWALS: readonly string[] = ['Consent Withdrawn', 'identify'];

/**
 * Resolves when no mail that was claimed before the gate closed can go any more: it went, was put back, or
 * its time to begin is over. Claims count from when their mail was due, up to `CLAIM_LAG_MS` before.
 */
async function underWayGone(
  { client, stateTable, pause = wait }: LogWriterConfig,
  { customerId, former = [], claims }: Gate,
  { receivedAt }: CustomerEvent,
): Promise<void> {
  const ledger = dynamoLedger(client, stateTable);
  let waited = 0;
  for (const [messageId, at] of claims) {
    if (at < receivedAt - CLAIM_LAG_MS - LEASE_MS) continue;
    // A mail that was claimed before its customer became this one is found where it was planned.
    for (const owner of [customerId, ...former]) {
      for (; waited < LOOKS_MAX; waited += 1) {
        const row = await ledger.load({ customerId: owner, messageId });
        if (!row || !mayStillGo(row, receivedAt + waited * LOOK_MS)) break;
        await pause(LOOK_MS);
      }
    }
  }
}

/** The gate of the customer that the alias belongs to now. */
async function gateOf(config: LogWriterConfig, aliasId: string): Promise<Gate> {
  const gates = dynamoGates(config.client, config.stateTable);
  let customerId = aliasId;
  for (let hop = 0; hop <= MERGE_HOPS_MAX; hop += 1) {
    const [into, gate] = await Promise.all([
      mergedInto(config, customerId),
      gates.load(customerId),
    ]);
    const next = into ?? gate.mergedInto;
    if (next === undefined) return gate;
    customerId = next;
  }
  throw new PerennialError(
    'merge-loop',
    `alias ${aliasId}: more than ${MERGE_HOPS_MAX} merges in a row; look at mergedInto of its rows.`,
  );
}

async function mergedInto(
  { client, stateTable }: LogWriterConfig,
  customerId: string,
): Promise<string | undefined> {
  const { Item } = await client.send(
    new GetCommand({
      TableName: stateTable,
      Key: stateKey(customerId),
      ConsistentRead: true,
      ProjectionExpression: 'mergedInto',
    }),
  );
  return Item?.['mergedInto'] as string | undefined;
}

async function transact(
  { client, logTable, stateTable }: LogWriterConfig,
  logged: LoggedEvent | undefined,
  next: Gate,
  was: Gate,
): Promise<'done' | 'duplicate' | 'moved'> {
  const row = logged && { Put: logPut(logTable, logged) };
  const gate = gatePart(stateTable, { was, next });
  try {
    await client.send(new TransactWriteCommand({ TransactItems: row ? [row, gate] : [gate] }));
    return 'done';
  } catch (error) {
    const reasons = cancelledBy(error);
    if (row && reasons?.[0]?.code === 'ConditionalCheckFailed') return 'duplicate';
    const moved = reasons?.some(({ code }) => code === 'ConditionalCheckFailed');
    if (moved || isConflict(error)) return 'moved';
    throw error;
  }
}
