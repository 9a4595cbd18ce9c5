import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { dynamoWakes } from '../../functions/adapters/dynamodb/wakes.ts';
import { memoryCustomers } from '../../functions/adapters/memory/customers.ts';
import type { Customers } from '../../functions/app/react.ts';
import type { WakeDeps } from '../../functions/app/wake.ts';
import { hashId } from '../../functions/contract/ids.ts';
import { logKey, messageKey, stateKey, wakeShard } from '../../functions/contract/keys.ts';
import type { DecisionReason } from '../../functions/contract/reasons.ts';
import {
  type Customer,
  type Decision,
  type Emit,
  emptyCustomer,
} from '../../functions/domain/customer.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';

const AT = Date.UTC(2026, 5, 1, 9);
type World = {
  customers: Customers;
  wakes: WakeDeps['wakes'];
  merge(from: string, into: string): Promise<void>;
  /** Ids of stored messages and emits, and outcomes of stored reasons. */
  rows(): Promise<{ messages: string[]; emits: string[]; outcomes: string[] }>;
};

const message = (customerId: string, id: string) =>
  ({ id, customerId, journey: 'j', step: 's', occasion: 'o' }) as Decision['messages'][number];
const emit = (id: string): Emit => ({
  id,
  name: 'Churn Risk Changed',
  properties: {},
  depth: 1,
  at: AT,
});
const reason = (messageId: string): DecisionReason => ({
  at: AT,
  journey: 'j',
  step: 's',
  occasion: 'o',
  outcome: 'planned',
  reason: { code: 'due' },
  messageId,
});

const deferred = (messageId: string): DecisionReason => ({
  ...reason(messageId),
  outcome: 'deferred',
  reason: { code: 'deferred-gap', until: AT + 1 },
});

/** What a wake at `AT` decides. */
const woken = (customer: Customer, more: Partial<Decision>): Decision =>
  decision({ ...customer, runtime: { ...customer.runtime, wokeAt: AT } }, more);

const decision = (customer: Customer, more: Partial<Decision> = {}): Decision => ({
  customer,
  messages: [],
  emits: [],
  reasons: [],
  changed: true,
  ...more,
});

const named = (customer: Customer, firstName: string): Customer => ({
  ...customer,
  facts: { ...customer.facts, profile: { firstName: [firstName, AT] } },
});

async function onDynamo(client: DocumentClient, tables: { log: string; state: string }) {
  const rows = {
    message: (planned: Decision['messages'][number], opId: string) => ({
      ...messageKey(planned.customerId, planned.id),
      opId,
      message: planned.id,
    }),
    emit: (one: Emit, customerId: string) => ({ ...logKey(customerId, '-', one.id), emit: one.id }),
  };
  const world: World = {
    customers: dynamoCustomers({ client, stateTable: tables.state, logTable: tables.log, rows }),
    wakes: dynamoWakes(client, tables.state),
    merge: async (from, into) => {
      await client.send(
        new PutCommand({
          TableName: tables.state,
          Item: { ...stateKey(from), version: 9, mergedInto: into },
        }),
      );
    },
    rows: async () => {
      const state = await client.send(new ScanCommand({ TableName: tables.state }));
      const log = await client.send(new ScanCommand({ TableName: tables.log }));
      return {
        messages: (state.Items ?? []).flatMap((item) => (item.message ? [item.message] : [])),
        emits: (log.Items ?? []).map((item) => item.emit),
        outcomes: (state.Items ?? []).flatMap((item) =>
          (item.reasons ?? []).map(({ outcome }: DecisionReason) => outcome),
        ),
      };
    },
  };
  return world;
}

function onMemory(): World {
  const seen = { messages: new Set<string>(), emits: [] as string[], outcomes: [] as string[] };
  const customers = memoryCustomers({
    planned: ({ id }) => {
      const absent = !seen.messages.has(id);
      seen.messages.add(id);
      return absent;
    },
    emitted: ({ id }) => void seen.emits.push(id),
    told: (reasons) => void seen.outcomes.push(...reasons.map(({ outcome }) => outcome)),
  });
  return {
    customers,
    wakes: customers,
    merge: async (from, into) => {
      const previous = await customers.load(from);
      await customers.commit(decision({ ...previous, mergedInto: into }), previous, 'merge');
    },
    rows: async () => ({ ...seen, messages: [...seen.messages] }),
  };
}

const server = await startDynoxide();
const document = DynamoDBDocumentClient.from(server.client, {
  marshallOptions: { removeUndefinedValues: true },
});
afterAll(() => server.stop());

const WORLDS: [string, () => Promise<World> | World][] = [
  ['in memory', onMemory],
  [
    'on the small DynamoDB of the tests',
    () => onDynamo(new TinyDynamo().client, { log: 'l', state: 's' }),
  ],
  ['on a real DynamoDB API', async () => onDynamo(document, await createTables(server.client))],
];

describe.each(WORLDS)('customers %s', (_name, build) => {
  const id = hashId('customer', 'one');

  it('are empty, at version 0, before anything is stored', async () => {
    const { customers } = await build();
    expect(await customers.load(id)).toEqual(emptyCustomer(id));
  });

  it('come back as they were stored, one version later', async () => {
    const { customers } = await build();
    const empty = await customers.load(id);
    const next = { ...named(empty, 'Ruta'), nextWakeAt: AT };
    expect(await customers.commit(decision(next), empty, 'e1')).toBe('stored');
    expect(await customers.load(id)).toEqual({ ...next, version: 1 });
  });

  it('are not stored over a version that somebody else wrote in between', async () => {
    const { customers } = await build();
    const empty = await customers.load(id);
    await customers.commit(decision(named(empty, 'first')), empty, 'e1');
    expect(await customers.commit(decision(named(empty, 'second')), empty, 'e2')).toBe('stale');
    const one = await customers.load(id);
    expect(one.facts.profile.firstName?.[0]).toBe('first');
    await customers.commit(decision(named(one, 'third')), one, 'e3');
    expect(await customers.commit(decision(named(one, 'fourth')), one, 'e4')).toBe('stale');
  });

  it('are stored together with what follows, or not at all', async () => {
    const { customers, rows } = await build();
    const empty = await customers.load(id);
    const why = [reason('m1'), deferred('m0')];
    const follows = { messages: [message(id, 'm1')], emits: [emit('x1')], reasons: why };
    await customers.commit(decision(named(empty, 'a'), follows), empty, 'e1');
    const late = { messages: [message(id, 'm2')], emits: [emit('x2')], reasons: [deferred('m2')] };
    expect(await customers.commit(decision(named(empty, 'b'), late), empty, 'e2')).toBe('stale');
    expect(await rows()).toEqual({ messages: ['m1'], emits: ['x1'], outcomes: ['deferred'] });
  });

  it('are stored although one of their messages was planned before, and the reason says so', async () => {
    const { customers, rows } = await build();
    const empty = await customers.load(id);
    const first = { messages: [message(id, 'm1')], reasons: [reason('m1')] };
    await customers.commit(decision(named(empty, 'a'), first), empty, 'e1');
    const one = await customers.load(id);
    const again = {
      messages: [message(id, 'm1'), message(id, 'm2')],
      reasons: [reason('m1'), reason('m2')],
    };
    expect(await customers.commit(decision(named(one, 'b'), again), one, 'e2')).toBe('stored');
    const { messages, outcomes } = await rows();
    expect(messages.toSorted()).toEqual(['m1', 'm2']);
    // Those that were planned now are told by their own rows.
    expect(outcomes).toEqual(['already-planned']);
  });

  it('keep what a wake only tells, once, though it comes twice at the same time', async () => {
    const { customers, rows } = await build();
    const empty = await customers.load(id);
    const told = woken(empty, { reasons: [deferred('m1')] });
    expect(await customers.commit(told, empty, 'wake')).toBe('stored');
    expect(await customers.commit(told, empty, 'wake')).toBe('stale');
    expect((await rows()).outcomes).toEqual(['deferred']);
  });

  it('keep nothing of what a wake told that came second to an event', async () => {
    const { customers, rows } = await build();
    const empty = await customers.load(id);
    await customers.commit(decision(named(empty, 'event')), empty, 'e1');
    const told = woken(empty, { reasons: [deferred('m1')] });
    expect(await customers.commit(told, empty, 'wake')).toBe('stale');
    expect((await rows()).outcomes).toEqual([]);
    const one = await customers.load(id);
    const lapsed = { ...deferred('m1'), outcome: 'lapsed' as const };
    await customers.commit(woken(one, { reasons: [lapsed] }), one, 'wake');
    // The first run of the wake was only slow.
    expect(await customers.commit(told, empty, 'wake')).toBe('stale');
    expect((await rows()).outcomes).toEqual(['lapsed']);
  });

  it('are found by an alias that was merged into another', async () => {
    const { customers, merge } = await build();
    const other = hashId('customer', 'two');
    const empty = await customers.load(id);
    await customers.commit(decision(named(empty, 'kept')), empty, 'e1');
    await merge(other, id);
    expect((await customers.load(other)).facts.profile.firstName?.[0]).toBe('kept');
    expect((await customers.load(other)).id).toBe(id);
  });

  it('are due from their wake time on, the longest overdue first, and only while a wake is armed', async () => {
    const { customers, wakes } = await build();
    const shard = wakeShard(id);
    const others = Array.from({ length: 400 }, (_, n) => hashId('due', String(n)))
      .filter((one) => wakeShard(one) === shard)
      .slice(0, 3);
    for (const [n, one] of [id, ...others].entries()) {
      const empty = emptyCustomer(one);
      await customers.commit(decision({ ...empty, nextWakeAt: AT - n * 1000 }), empty, 'e');
    }
    expect((await wakes.due(shard, AT - 1, 10)).map(({ customerId }) => customerId)).toEqual(
      others.toReversed(),
    );
    expect(await wakes.due(shard, AT, 1)).toEqual([{ customerId: others[2], dueAt: AT - 3000 }]);
    const due = await customers.load(id);
    const { nextWakeAt: _gone, ...rest } = due;
    await customers.commit(decision(rest), due, 'w');
    expect((await wakes.due(shard, AT, 10)).map(({ customerId }) => customerId)).not.toContain(id);
  });
});

describe('what a wake only tells', () => {
  const id = hashId('customer', 'told');
  const told = (customer: Customer) => woken(customer, { reasons: [deferred('m1')] });

  /** A table whose `n`th request is done but not answered, or not even done. */
  async function failing(at: number, isDone: boolean) {
    const { client } = new TinyDynamo();
    let count = 0;
    const send = async (command: never): Promise<unknown> => {
      count += 1;
      if (count !== at) return client.send(command);
      if (isDone) await client.send(command);
      throw new Error('no answer');
    };
    const faulty = { send } as unknown as DocumentClient;
    const sent = () => count;
    return { ...(await onDynamo(faulty, { log: 'l', state: 's' })), sent };
  }

  it('costs two plain writes, and no read', async () => {
    const { customers, sent } = await failing(0, false);
    expect(await customers.commit(told(emptyCustomer(id)), emptyCustomer(id), 'w')).toBe('stored');
    expect(sent()).toBe(2);
  });

  it('is neither lost nor told twice, whichever of its writes fails', async () => {
    for (const [at, isDone] of [1, 2].flatMap((n) => [[n, true] as const, [n, false] as const])) {
      const { customers, rows } = await failing(at, isDone);
      const empty = emptyCustomer(id);
      await expect(customers.commit(told(empty), empty, 'w')).rejects.toThrow('no answer');
      // The queue brings the wake again; it finds the customer as it is stored.
      const stored = await customers.load(id);
      if (stored.runtime.wokeAt !== AT) await customers.commit(told(stored), stored, 'w');
      expect((await rows()).outcomes).toEqual(['deferred']);
      expect((await customers.load(id)).runtime.wokeAt).toBe(AT);
    }
  });

  it('makes room for what is decided in its place after a crash between the two', async () => {
    const { customers, rows } = await failing(2, false);
    const empty = emptyCustomer(id);
    await expect(customers.commit(told(empty), empty, 'w')).rejects.toThrow('no answer');
    await customers.commit(decision(named(empty, 'event')), empty, 'e1');
    const one = await customers.load(id);
    const lapsed = { ...deferred('m1'), outcome: 'lapsed' as const };
    await customers.commit(woken(one, { reasons: [lapsed] }), one, 'w');
    expect((await rows()).outcomes).toEqual(['lapsed']);
  });
});
