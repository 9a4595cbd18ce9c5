/** All rows of one person in both tables. Only the commands `export` and `erase` use it. */
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PersonalRows, Row } from '../../app/personal.ts';
import { PerennialError } from '../../contract/errors.ts';
import { type Key, logPartition, PRIVACY, stateKey } from '../../contract/keys.ts';
import { emptyCustomer } from '../../domain/customer.ts';
import type { PrivacyRequest } from '../../domain/sources/call.ts';
import { type DocumentClient, conditionFailed } from './client.ts';
import { statePut } from './customer-item.ts';
import { readCustomer } from './customer-reader.ts';
import { dynamoGates, gatePart } from './gates.ts';
import { loggedOf } from './log-rows.ts';
import { partitionPages } from './pages.ts';
import { scanPages } from './scan-pages.ts';

export type PersonalConfig = { client: DocumentClient; logTable: string; stateTable: string };

/** Whoever else writes this person's rows is `react` or `deliver`: done in a moment. */
const ATTEMPTS_MAX = 20;
const CUSTOMER = 'CUSTOMER#';
const ERASURE: PrivacyRequest['kind'] = 'customer-erasure';

export function dynamoPersonal(config: PersonalConfig): PersonalRows {
  const { client, logTable, stateTable } = config;
  const reader = { client, stateTable, consistent: true };
  const gates = dynamoGates(client, stateTable);
  const remove = (TableName: string) => async (Key: Key) => {
    await client.send(new DeleteCommand({ TableName, Key }));
  };
  return {
    aliasesOf: (id) => aliasesOf(config, id),
    customer: (id) => readCustomer(reader, id),
    gate: (id) => gates.load(id),
    state: (id) => whole(client, stateTable, stateKey(id).pk),
    log: async (id) =>
      (await whole(client, logTable, logPartition(id))).map((row) => ({
        key: { pk: row.pk, sk: row.sk },
        logged: loggedOf(row),
      })),
    erasuresAsked: async () =>
      (await whole(client, stateTable, PRIVACY))
        .filter(({ kind }) => kind === ERASURE)
        .map(({ pk, sk, aliases }) => ({ key: { pk, sk }, aliases: aliases as string[] })),
    removeState: remove(stateTable),
    removeLog: remove(logTable),
    forget: (id, erasedAt) =>
      untilStored(id, async () => {
        const row = await itemOf(config, stateKey(id));
        const version = Number(row?.['version'] ?? 0);
        const empty = emptyCustomer(id);
        const next = { ...empty, facts: { ...empty.facts, erasedAt } };
        await client.send(
          new PutCommand(statePut(stateTable, next, { ...empty, version }, 'erased')),
        );
      }),
    changeGate: (id, change) =>
      untilStored(id, async () => {
        const was = await gates.load(id);
        const part = gatePart(stateTable, {
          was,
          next: { ...change(was), version: was.version + 1 },
        });
        if (part.Put) await client.send(new PutCommand(part.Put));
      }),
  };
}

/** Both rows are stored only over what was read; somebody else was first: once more. */
async function untilStored(id: string, store: () => Promise<void>): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    try {
      await store();
      return;
    } catch (error) {
      if (!conditionFailed(error)) throw error;
    }
  }
  throw new PerennialError(
    'customer-busy',
    `customer ${id}: another writer was first ${ATTEMPTS_MAX} times; run the command again.`,
  );
}

async function whole(client: DocumentClient, table: string, partition: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of partitionPages(client, table, partition, { ConsistentRead: true })) {
    rows.push(...(page as Row[]));
  }
  return rows;
}

const itemOf = async ({ client, stateTable }: PersonalConfig, Key: Key) =>
  (await client.send(new GetCommand({ TableName: stateTable, Key, ConsistentRead: true }))).Item;

/**
 * Who was merged into whom is told by the rows of those who were: so all of them are looked through. A
 * million customers are some 250 MB, which costs a few cents, and nothing has to be kept for it.
 */
async function aliasesOf(config: PersonalConfig, id: string): Promise<string[]> {
  const into = new Map<string, string>();
  const pages = scanPages(config.client, {
    TableName: config.stateTable,
    ConsistentRead: true,
    FilterExpression: 'attribute_exists(mergedInto)',
    ProjectionExpression: 'pk, mergedInto',
  });
  for await (const rows of pages) {
    for (const { pk, mergedInto } of rows) {
      const alias = String(pk);
      if (alias.startsWith(CUSTOMER)) into.set(alias.slice(CUSTOMER.length), String(mergedInto));
    }
  }
  const root = rootOf(into, id);
  const others = [...into.keys()].filter((alias) => alias !== root && rootOf(into, alias) === root);
  return [root, ...others.sort()];
}

function rootOf(into: ReadonlyMap<string, string>, id: string): string {
  let root = id;
  for (let hops = 0; hops <= into.size; hops += 1) {
    const next = into.get(root);
    if (next === undefined) return root;
    root = next;
  }
  throw new PerennialError('merge-loop', `customer ${id}: its mergedInto goes round in a circle.`);
}
