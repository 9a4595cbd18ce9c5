/**
 * DynamoDB in the test's own memory, behind the document client's `send`: the adapters that are deployed
 * run on it unchanged, thousands of times a second. The port suites run on it and on a real server alike.
 */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { share } from '../../functions/contract/ids.ts';
import { OPEN_INDEX, WAKE_INDEX } from '../../functions/contract/keys.ts';
import { compare, type Item, meets, type Names, updated, type Values } from './expressions.ts';

type Input = {
  TableName?: string;
  Key?: Item;
  Item?: Item;
  IndexName?: string;
  ConditionExpression?: string;
  UpdateExpression?: string;
  KeyConditionExpression?: string;
  FilterExpression?: string;
  ExpressionAttributeNames?: Names;
  ExpressionAttributeValues?: Values;
  ReturnValues?: string;
  ReturnValuesOnConditionCheckFailure?: string;
  ExclusiveStartKey?: Item;
  Limit?: number;
  ScanIndexForward?: boolean;
  Segment?: number;
  TotalSegments?: number;
  TransactItems?: { [kind: string]: Input }[];
  RequestItems?: Record<
    string,
    { Keys?: Item[]; PutRequest?: { Item: Item } }[] | { Keys: Item[] }
  >;
};

export type StreamRecord = { table: string; record: DynamoDBRecord };

const INDEXES: Record<string, [string, string]> = {
  [WAKE_INDEX]: ['wakeShard', 'nextWakeAt'],
  [OPEN_INDEX]: ['openShard', 'openAt'],
};

/** Without `undefined`, and sharing nothing: as if it had gone over the wire. */
export function wire<T>(value: T): T {
  if (Array.isArray(value)) return value.map(wire) as T;
  if (value instanceof Uint8Array) return Uint8Array.from(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([name, part]) => [name, wire(part)])) as T;
}

const failure = (name: string, extra: object = {}): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 } }, extra);

/** Items are clean already: markers of the wire form only. */
const marshalled = (item: Item) => marshall(item, { removeUndefinedValues: true });

export class TinyDynamo {
  readonly tables = new Map<string, Map<string, Item>>();
  /** Every change since the start, oldest first; whoever reads keeps its own place. */
  readonly stream: StreamRecord[] = [];
  /** Commands by name, for tests that count. */
  readonly calls = new Map<string, number>();
  private sequence = 0;

  /** As adapters take it. */
  get client(): DocumentClient {
    return { send: (command: unknown) => this.send(command) } as unknown as DocumentClient;
  }

  items(table: string): Item[] {
    return [...this.table(table).values()];
  }

  async send(command: unknown): Promise<unknown> {
    const { input, constructor } = command as { input: Input; constructor: { name: string } };
    const name = constructor.name;
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    switch (name) {
      case 'GetCommand':
        return { Item: wire(this.table(input.TableName).get(key(input.Key))) };
      case 'PutCommand':
      case 'UpdateCommand':
      case 'DeleteCommand':
        return this.write(name, input);
      case 'QueryCommand':
        return this.query(input);
      case 'ScanCommand':
        return this.scan(input);
      case 'TransactWriteCommand':
        return this.transact(input);
      case 'BatchWriteCommand':
        return this.batchWrite(input);
      case 'BatchGetCommand':
        return this.batchGet(input);
      default:
        throw new Error(`tiny dynamo: ${name} is not known`);
    }
  }

  private table(name: string | undefined): Map<string, Item> {
    if (!name) throw failure('ResourceNotFoundException');
    const table = this.tables.get(name) ?? new Map<string, Item>();
    this.tables.set(name, table);
    return table;
  }

  private write(name: string, input: Input) {
    const old = this.stored(input);
    if (!this.allows(input, old)) {
      throw failure(
        'ConditionalCheckFailedException',
        input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && old
          ? { Item: marshalled(old) }
          : {},
      );
    }
    const next = this.apply(name.replace('Command', ''), input, old);
    if (input.ReturnValues === 'ALL_NEW') return { Attributes: wire(next) };
    return input.ReturnValues === 'ALL_OLD' && old ? { Attributes: wire(old) } : {};
  }

  private stored(input: Input): Item | undefined {
    return this.table(input.TableName).get(key(input.Key ?? input.Item));
  }

  private allows(input: Input, old: Item | undefined): boolean {
    const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = input;
    return meets(
      ConditionExpression,
      ExpressionAttributeNames,
      ExpressionAttributeValues,
      old ?? {},
    );
  }

  /** Writes without asking again, and tells the stream. */
  private apply(kind: string, input: Input, old: Item | undefined): Item | undefined {
    const table = this.table(input.TableName);
    if (kind === 'Delete') {
      table.delete(key(input.Key));
      if (old) this.tell(input.TableName as string, 'REMOVE', old, undefined);
      return undefined;
    }
    const next = wire(
      kind === 'Put'
        ? (input.Item as Item)
        : updated(
            input.UpdateExpression as string,
            input.ExpressionAttributeNames,
            wire(input.ExpressionAttributeValues),
            old ?? (input.Key as Item),
          ),
    );
    table.set(key(next), next);
    // As DynamoDB: a write that changes nothing makes no record.
    if (JSON.stringify(old) !== JSON.stringify(next)) {
      this.tell(input.TableName as string, old ? 'MODIFY' : 'INSERT', old, next);
    }
    return next;
  }

  private tell(table: string, eventName: string, old: Item | undefined, next: Item | undefined) {
    this.sequence += 1;
    const { pk, sk } = (next ?? old) as Item;
    const record = {
      eventID: String(this.sequence),
      eventName,
      eventSourceARN: `arn:aws:dynamodb:eu-west-1:000000000000:table/${table}/stream/1`,
      dynamodb: {
        SequenceNumber: String(this.sequence).padStart(12, '0'),
        Keys: marshalled({ pk, sk }),
        ...(next && { NewImage: marshalled(next) }),
      },
    } as unknown as DynamoDBRecord;
    this.stream.push({ table, record });
  }

  private transact({ TransactItems = [] }: Input) {
    const parts = TransactItems.map((part) => {
      const [[kind, input] = ['', {}]] = Object.entries(part) as [string, Input][];
      return { kind, input, old: this.stored(input) };
    });
    const keys = new Set(parts.map(({ input }) => input.TableName + key(input.Key ?? input.Item)));
    if (keys.size < parts.length) throw failure('ValidationException');
    const allowed = parts.map(({ input, old }) => this.allows(input, old));
    if (allowed.includes(false)) {
      throw failure('TransactionCanceledException', {
        CancellationReasons: parts.map(({ input, old }, index) => {
          if (allowed[index]) return { Code: 'None' };
          const told = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && old;
          return { Code: 'ConditionalCheckFailed', ...(told && { Item: marshalled(told) }) };
        }),
      });
    }
    for (const { kind, input, old } of parts) {
      if (kind !== 'ConditionCheck') this.apply(kind, input, old);
    }
    return {};
  }

  private query(input: Input) {
    const [, sortName] = INDEXES[input.IndexName ?? ''] ?? ['pk', 'sk'];
    if (input.IndexName && !INDEXES[input.IndexName]) throw failure('ValidationException');
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = input;
    const found = this.items(input.TableName as string)
      .filter(
        (item) => sortName in item && meets(input.KeyConditionExpression, names, values, item),
      )
      .sort((a, b) => compare(a[sortName], b[sortName]) || compare(key(a), key(b)) || 0);
    return this.page(input, input.ScanIndexForward === false ? found.toReversed() : found);
  }

  private scan(input: Input) {
    const { Segment = 0, TotalSegments = 1 } = input;
    const found = this.items(input.TableName as string).filter(
      ({ pk }) => Math.floor(share('segment', String(pk)) * TotalSegments) === Segment,
    );
    return this.page(
      input,
      found.sort((a, b) => compare(key(a), key(b)) ?? 0),
    );
  }

  private page(input: Input, found: Item[]) {
    const after = input.ExclusiveStartKey;
    const start = after ? found.findIndex((item) => key(item) === key(after)) + 1 : 0;
    const end = input.Limit ? start + input.Limit : found.length;
    const page = found.slice(start, end);
    const last = page.at(-1);
    const Items = page
      .filter((item) =>
        meets(
          input.FilterExpression,
          input.ExpressionAttributeNames,
          input.ExpressionAttributeValues,
          item,
        ),
      )
      .map((item) => wire(input.IndexName ? onlyKeys(item, input.IndexName) : item));
    const more = end < found.length && last;
    return { Items, Count: Items.length, ...(more && { LastEvaluatedKey: lastKey(last, input) }) };
  }

  private batchWrite({ RequestItems = {} }: Input) {
    for (const [TableName, requests] of Object.entries(RequestItems)) {
      for (const request of requests as { PutRequest?: { Item: Item } }[]) {
        if (!request.PutRequest) throw new Error('tiny dynamo: only puts in a batch');
        this.write('PutCommand', { TableName, Item: request.PutRequest.Item });
      }
    }
    return {};
  }

  private batchGet({ RequestItems = {} }: Input) {
    const Responses = Object.fromEntries(
      Object.entries(RequestItems).map(([table, request]) => [
        table,
        ((request as { Keys: Item[] }).Keys ?? [])
          .map((one) => wire(this.table(table).get(key(one))))
          .filter(Boolean),
      ]),
    );
    return { Responses };
  }
}

const key = (item: Item | undefined): string => `${String(item?.pk)}\u0000${String(item?.sk)}`;

const onlyKeys = (item: Item, index: string): Item => {
  const [hash, range] = INDEXES[index] as [string, string];
  return { pk: item.pk, sk: item.sk, [hash]: item[hash], [range]: item[range] };
};

const lastKey = (item: Item, { IndexName }: Input): Item =>
  IndexName ? onlyKeys(item, IndexName) : { pk: item.pk, sk: item.sk };
