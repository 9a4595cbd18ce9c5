/** The customer item, and what travels with it in one commit. */
import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Customers } from '../../app/react.ts';
import type { Customer, Decision } from '../../domain/customer.ts';
import { conditionFailed, isConflict, ownWrite } from './client.ts';
import { commitWithRows, type CustomersConfig } from './customer-commit.ts';
import { statePut } from './customer-item.ts';
import { readCustomer } from './customer-reader.ts';
import { decisionItem } from './decisions.ts';

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

const isBare = ({ messages, emits, reasons, cells = [], union }: Decision): boolean =>
  !union && messages.length + emits.length + reasons.length + cells.length === 0;

/**
 * A wake that tells why, and does nothing. What an event tells keeps its transaction: the event may come
 * again in another batch, and the batch names the row.
 */
const tellsOnly = ({ messages, emits, reasons, cells = [], union }: Decision): boolean =>
  !union &&
  messages.length + emits.length + cells.length === 0 &&
  reasons.every(({ outcome }) => outcome !== 'arrived-too-late');

/** Strongly consistent: a commit on an older version would only be refused. */
const load = ({ client, stateTable }: CustomersConfig, id: string): Promise<Customer> =>
  readCustomer({ client, stateTable, consistent: true }, id);

/** One plain write: half the price of a transaction. */
async function putState(
  config: CustomersConfig,
  next: Customer,
  previous: Customer,
  opId: string,
): Promise<'stored' | 'stale'> {
  try {
    await config.client.send(new PutCommand(statePut(config.stateTable, next, previous, opId)));
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
