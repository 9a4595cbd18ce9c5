/** DynamoDB's API by dynoxide: finds the binary, starts it, makes the tables, reads the streams. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LocalError } from '../errors.ts';
import type { TablePlan } from '../template/plan.ts';

/** A stream record as DynamoDB gives it. */
export type StreamRecord = {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventSource: string;
  dynamodb: {
    Keys: Item;
    NewImage?: Item;
    OldImage?: Item;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
};
export type Attribute = { S?: string; N?: string; [type: string]: unknown };
export type Item = { [name: string]: Attribute };

export type RawResponse = { status: number; headers: { [name: string]: string }; body: Buffer };

const STARTS_WITHIN_MS = 10_000;
const STEP_MS = 20;
/** dynoxide asks for some signature and does not check it. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=LOCALRUN/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

/** The binary of this platform's npm package. Throws LocalError that names what to install. */
export function findBinary(
  platform: string = process.platform,
  arch: string = process.arch,
): string {
  const name = `@dynoxide/${platform}-${arch}`;
  const require = createRequire(import.meta.url);
  const file = platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  for (const dir of require.resolve.paths(name) ?? []) {
    const path = join(dir, name, file);
    if (existsSync(path)) return path;
  }
  throw new LocalError(
    'no-dynoxide',
    `No DynamoDB for ${platform}-${arch}: run "npm install --no-save ${name}@1.2.1", ` +
      'or start any DynamoDB-compatible server and set DYNAMODB_ENDPOINT to its address.',
  );
}

export class Dynoxide {
  readonly host: string;
  readonly port: number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });
  private child: ChildProcess | undefined;
  private file: string | undefined;
  /** By table: where the last read ended, and the iterator that goes on from there. */
  private readonly iterators = new Map<string, { after: string | undefined; iterator: string }>();

  private constructor(endpoint: { host: string; port: number }) {
    this.host = endpoint.host;
    this.port = endpoint.port;
  }

  /** Starts dynoxide on a free port with its data in `file`; or uses DYNAMODB_ENDPOINT. */
  static async start(file: string): Promise<Dynoxide> {
    const own = process.env['DYNAMODB_ENDPOINT'];
    if (own) {
      const url = new URL(own);
      const dynoxide = new Dynoxide({ host: url.hostname, port: Number(url.port || 80) });
      await dynoxide.ready();
      return dynoxide;
    }
    const port = await freePort();
    const dynoxide = new Dynoxide({ host: '127.0.0.1', port });
    await dynoxide.open(file);
    return dynoxide;
  }

  private async open(file: string): Promise<void> {
    this.file = file;
    this.child = spawn(findBinary(), ['serve', '--port', String(this.port), '--db-path', file], {
      stdio: 'ignore',
    });
    const { child } = this;
    child.on('error', () => {});
    // However this process ends, its database must not stay behind.
    const kill = () => void child.kill();
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    await this.ready();
    indexStreams(file);
  }

  /** Goes on with its data in another file. Nobody may call it meanwhile. */
  async moveTo(file: string): Promise<void> {
    if (!this.child || !this.file) return;
    await this.end();
    for (const suffix of ['', '-wal']) {
      if (existsSync(this.file + suffix)) copyFileSync(this.file + suffix, file + suffix);
    }
    this.iterators.clear();
    await this.open(file);
  }

  private async ready(): Promise<void> {
    const until = Date.now() + STARTS_WITHIN_MS;
    for (;;) {
      try {
        await this.call('DynamoDB_20120810.ListTables', {});
        return;
      } catch (cause) {
        if (Date.now() > until || (this.child && this.child.exitCode !== null)) {
          throw new LocalError(
            'no-dynoxide',
            `DynamoDB does not answer at ${this.host}:${this.port} (${(cause as Error).message}).`,
          );
        }
        await new Promise((resolve) => {
          setTimeout(resolve, STEP_MS);
        });
      }
    }
  }

  /** One request as it came, for the proxy. */
  forward(target: string, body: Buffer | string): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: this.host,
          port: this.port,
          method: 'POST',
          agent: this.agent,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-target': target,
            'x-amz-date': '20260101T000000Z',
            authorization: AUTHORIZATION,
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const headers: { [name: string]: string } = {};
            for (const name of ['content-type', 'x-amz-crc32']) {
              const value = response.headers[name];
              if (typeof value === 'string') headers[name] = value;
            }
            resolve({ status: response.statusCode ?? 500, headers, body: Buffer.concat(parts) });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** A call of the local run's own. Throws with DynamoDB's message. */
  async call<T>(target: string, body: object): Promise<T> {
    const { status, body: answer } = await this.forward(target, JSON.stringify(body));
    const text = answer.toString();
    if (status !== 200) throw new Error(`${target}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Makes the tables that are not there yet, with their indexes and streams. */
  async makeTables(tables: readonly TablePlan[]): Promise<void> {
    const { TableNames } = await this.call<{ TableNames: string[] }>(
      'DynamoDB_20120810.ListTables',
      {},
    );
    for (const table of tables) {
      if (TableNames.includes(table.name)) continue;
      await this.call('DynamoDB_20120810.CreateTable', table.create);
    }
  }

  /** Stream records after a sequence number; from the oldest without one. */
  async records(table: string, after: string | undefined, limit: number): Promise<StreamRecord[]> {
    const kept = this.iterators.get(table);
    const iterator =
      kept && kept.after === after ? kept.iterator : await this.iteratorAfter(table, after);
    if (iterator === undefined) return [];
    const { Records, NextShardIterator } = await this.call<{
      Records: StreamRecord[];
      NextShardIterator?: string;
    }>('DynamoDBStreams_20120810.GetRecords', { ShardIterator: iterator, Limit: limit });
    const last = Records.at(-1)?.dynamodb.SequenceNumber ?? after;
    if (NextShardIterator) {
      this.iterators.set(table, { after: last, iterator: NextShardIterator });
    }
    return Records;
  }

  private async iteratorAfter(
    table: string,
    after: string | undefined,
  ): Promise<string | undefined> {
    const { Table } = await this.call<{ Table: { LatestStreamArn?: string } }>(
      'DynamoDB_20120810.DescribeTable',
      { TableName: table },
    );
    const StreamArn = Table.LatestStreamArn;
    const { StreamDescription } = await this.call<{
      StreamDescription: { Shards: { ShardId: string }[] };
    }>('DynamoDBStreams_20120810.DescribeStream', { StreamArn });
    // dynoxide keeps one shard a stream.
    const ShardId = StreamDescription.Shards.at(-1)?.ShardId;
    if (ShardId === undefined) return undefined;
    const place = after
      ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
      : { ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await this.call<{ ShardIterator: string }>(
      'DynamoDBStreams_20120810.GetShardIterator',
      { StreamArn, ShardId, ...place },
    );
    return ShardIterator;
  }

  /** Every item of a table or index, page by page. */
  async *scan(table: string, index?: string): AsyncGenerator<Item> {
    let start: Item | undefined;
    do {
      const page: { Items: Item[]; LastEvaluatedKey?: Item } = await this.call(
        'DynamoDB_20120810.Scan',
        {
          TableName: table,
          ...(index !== undefined && { IndexName: index }),
          ...(start && { ExclusiveStartKey: start }),
        },
      );
      yield* page.Items;
      start = page.LastEvaluatedKey;
    } while (start);
  }

  /** Ends the process, with everything written. */
  async stop(): Promise<void> {
    await this.end();
    this.agent.destroy();
  }

  private async end(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill('SIGTERM');
    await ended;
  }
}

/**
 * dynoxide numbers stream records by reading all of them: a put takes 1 ms with none and 6 ms with
 * 10,000. With these indexes it stays below 1 ms (measured with 1.2.1); they change no answer.
 */
function indexStreams(file: string): void {
  const database = new DatabaseSync(file);
  try {
    const number = 'CAST(sequence_number AS INTEGER)';
    database.exec(
      `PRAGMA busy_timeout = 5000;
      CREATE INDEX IF NOT EXISTS local_next ON _stream_records(table_name, ${number});
      CREATE INDEX IF NOT EXISTS local_read ON _stream_records(table_name, shard_id, ${number});`,
    );
  } finally {
    database.close();
  }
}

/** A port on loopback that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
