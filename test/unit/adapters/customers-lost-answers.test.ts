import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  type DocumentClient,
  isConflict,
  isThrottle,
} from '../../../functions/adapters/dynamodb/client.ts';
import { dynamoCustomers } from '../../../functions/adapters/dynamodb/customers.ts';
import { logKey, messageKey } from '../../../functions/contract/keys.ts';
import { type Decision, emptyCustomer } from '../../../functions/domain/customer.ts';
import { TinyDynamo } from '../../builders/tiny-dynamo.ts';

const named = (name: string, extra: object = {}) => Object.assign(new Error(name), { name }, extra);
const cancelled = (...codes: string[]) =>
  named('TransactionCanceledException', {
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** Writes through `fault`, which decides what becomes of each call. */
function customersWith(fault: (call: () => Promise<unknown>, command: object) => Promise<unknown>) {
  const tiny = new TinyDynamo();
  const client = {
    send: (command: object) =>
      command.constructor.name === 'GetCommand'
        ? tiny.send(command)
        : fault(() => tiny.send(command), command),
  } as unknown as DocumentClient;
  const rows = {
    message: (planned: Decision['messages'][number], opId: string) => ({
      ...messageKey(planned.customerId, planned.id),
      opId,
    }),
    emit: (emit: Decision['emits'][number], id: string) => logKey(id, '-', emit.id),
  };
  return dynamoCustomers({ client, stateTable: 's', logTable: 'l', rows });
}

const empty = emptyCustomer('c1');
const plain: Decision = { customer: empty, messages: [], emits: [], reasons: [], changed: true };
const withMail = {
  ...plain,
  messages: [{ id: 'm1', customerId: 'c1' } as Decision['messages'][number]],
};
const decisions: [string, Decision][] = [
  ['a plain write', plain],
  ['a transaction', withMail],
];

describe.each(decisions)('%s', (_name, decision) => {
  it('whose answer was lost, and which the client repeats, counts as stored', async () => {
    const customers = customersWith(async (call) => {
      await call();
      return call();
    });
    expect(await customers.commit(decision, empty, 'e')).toBe('stored');
    expect((await customers.load('c1')).version).toBe(1);
  });

  it('that meets another transaction is tried again by its caller, in both shapes of the error', async () => {
    for (const error of [named('TransactionConflictException'), cancelled('TransactionConflict')]) {
      const customers = customersWith(() => Promise.reject(error));
      expect(await customers.commit(decision, empty, 'e')).toBe('stale');
    }
  });

  it('that is throttled or fails for another reason throws, and nothing is stored', async () => {
    for (const error of [
      named('ThrottlingException'),
      cancelled('ThrottlingError'),
      named('InternalServerError'),
      new Error('reset'),
    ]) {
      const customers = customersWith(() => Promise.reject(error));
      await expect(customers.commit(decision, empty, 'e')).rejects.toBe(error);
      expect((await customers.load('c1')).version).toBe(0);
    }
  });
});

describe('a commit with a message that exists already', () => {
  it('still knows its own write when the answer of its second round was lost', async () => {
    let transactions = 0;
    const customers = customersWith(async (call, command) => {
      transactions += command instanceof TransactWriteCommand ? 1 : 0;
      const answer = await call();
      return transactions < 3 ? answer : call();
    });
    await customers.commit(withMail, empty, 'e1');
    const one = await customers.load('c1');
    expect(await customers.commit({ ...withMail, customer: one }, one, 'e2')).toBe('stored');
    expect(transactions).toBe(3);
    expect((await customers.load('c1')).version).toBe(2);
  });
});

describe('errors of DynamoDB', () => {
  it('are told apart: conflict, throttle, or neither', () => {
    expect(isConflict(cancelled('None', 'TransactionConflict'))).toBe(true);
    expect(isConflict(named('TransactionInProgressException'))).toBe(true);
    expect(isConflict(named('ThrottlingException'))).toBe(false);
    expect(isThrottle(named('ProvisionedThroughputExceededException'))).toBe(true);
    expect(isThrottle(cancelled('ThrottlingError'))).toBe(true);
    expect(isThrottle(undefined)).toBe(false);
  });
});
