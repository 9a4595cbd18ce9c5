/** A DynamoDB of its own for a test file: dynoxide in memory on a free port, and both tables in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { OPEN_INDEX, WAKE_INDEX } from '../../functions/contract/keys.ts';

export type Dynoxide = { endpoint: string; client: DynamoDBClient; stop: () => Promise<void> };
export type Tables = { log: string; state: string };

/** Under full load on two cores a start took 0.3 s; ten seconds is a machine in trouble. */
const START_TIMEOUT_MS = 10_000;

const binary = (): string =>
  process.env['DYNOXIDE_BINARY'] ??
  fileURLToPath(
    new URL(
      `../../node_modules/@dynoxide/${process.platform}-${process.arch}/dynoxide`,
      import.meta.url,
    ),
  );

/** Starts dynoxide, or uses the server that DYNAMODB_ENDPOINT names (its tables get names of their own). */
export async function startDynoxide(): Promise<Dynoxide> {
  const given = process.env['DYNAMODB_ENDPOINT'];
  if (given) return { endpoint: given, client: connect(given), stop: async () => undefined };
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(binary(), ['--port', String(port)], { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) =>
      reject(new Error(`dynoxide-missing: got none at ${binary()}; run npm ci`, { cause })),
    );
  });
  const client = connect(endpoint);
  await Promise.race([ready(client), failed]);
  return { endpoint, client, stop: () => stopped(client, child) };
}

const connect = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });

/** Two tests of one file may share a server: `prefix` keeps their tables apart. */
export async function createTables(client: DynamoDBClient, prefix = unique()): Promise<Tables> {
  const tables = { log: `${prefix}-log`, state: `${prefix}-state` };
  await client.send(new CreateTableCommand({ TableName: tables.log, ...KEYS, ...STREAM }));
  await client.send(
    new CreateTableCommand({
      TableName: tables.state,
      ...KEYS,
      ...STREAM,
      AttributeDefinitions: ['pk', 'sk', 'wakeShard', 'nextWakeAt', 'openShard', 'openAt'].map(
        (AttributeName) => ({ AttributeName, AttributeType: 'S' as const }),
      ),
      GlobalSecondaryIndexes: [
        keysOnly(WAKE_INDEX, 'wakeShard', 'nextWakeAt'),
        keysOnly(OPEN_INDEX, 'openShard', 'openAt'),
      ],
    }),
  );
  return tables;
}

const KEYS = {
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' as const },
    { AttributeName: 'sk', KeyType: 'RANGE' as const },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' as const },
    { AttributeName: 'sk', AttributeType: 'S' as const },
  ],
};

const STREAM = {
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const },
};

const keysOnly = (IndexName: string, hash: string, range: string) => ({
  IndexName,
  KeySchema: [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
});

let counter = 0;
const unique = (): string => {
  counter += 1;
  return `test-${process.pid}-${counter}`;
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function ready(client: DynamoDBClient): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await client.send(new ListTablesCommand({ Limit: 1 }));
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function stopped(client: DynamoDBClient, child: ChildProcess): Promise<void> {
  client.destroy();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
}
