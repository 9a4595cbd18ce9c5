/** Counts what DynamoDB calls consume, by whatever the caller says that they are for. */
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';

export type Usage = {
  calls: number;
  readUnits: number;
  writeUnits: number;
  /** Items put, by kind of row, with their bytes as sent. */
  itemBytes: { [row: string]: number[] };
};

const READS = new Set([
  'GetCommand',
  'QueryCommand',
  'ScanCommand',
  'BatchGetCommand',
  'TransactGetCommand',
]);

export const emptyUsage = (): Usage => ({ calls: 0, readUnits: 0, writeUnits: 0, itemBytes: {} });

type Capacity = { CapacityUnits?: number };
type Answer = { ConsumedCapacity?: Capacity | Capacity[] };
type Item = Record<string, unknown>;
type Input = {
  Item?: Item;
  TransactItems?: { Put?: { Item?: Item } }[];
  ReturnConsumedCapacity?: string;
};

/** DynamoDB's own rule: names and values in UTF-8, numbers about a byte for two digits. */
export function itemBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number')
    return Math.ceil(String(value).replace(/[-.]/g, '').length / 2) + 1;
  if (typeof value === 'boolean' || value === null) return 1;
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 1 + itemBytes(one), 3);
  return Object.entries(value as Item).reduce(
    (sum, [name, one]) =>
      sum + (one === undefined ? 0 : Buffer.byteLength(name) + itemBytes(one) + 1),
    3,
  );
}

/** The kind of a row: what its sort key begins with, or its partition where that is an id. */
function rowOf({ pk, sk }: Item): string {
  const [name = ''] = String(sk).split('#');
  return /^[A-Z]+$/.test(name) ? name : (String(pk).split('#')[0] ?? '');
}

/** A client that books each call on the purpose named last. */
export class Meter {
  readonly usage = new Map<string, Usage>();
  readonly client: DocumentClient;
  private purpose = 'other';

  constructor(inner: DocumentClient) {
    this.client = { send: this.sender(inner) } as DocumentClient;
  }

  /** Runs `work` with all its calls booked on `purpose`. Not for overlapping work. */
  async during<T>(purpose: string, work: () => Promise<T>): Promise<T> {
    const before = this.purpose;
    this.purpose = purpose;
    try {
      return await work();
    } finally {
      this.purpose = before;
    }
  }

  of(purpose: string): Usage {
    const known = this.usage.get(purpose);
    if (known) return known;
    const usage = emptyUsage();
    this.usage.set(purpose, usage);
    return usage;
  }

  /** Books everything of one purpose on another, and forgets the first. */
  move(from: string, to: string): void {
    const source = this.of(from);
    const target = this.of(to);
    target.calls += source.calls;
    target.readUnits += source.readUnits;
    target.writeUnits += source.writeUnits;
    for (const [row, sizes] of Object.entries(source.itemBytes)) {
      (target.itemBytes[row] ??= []).push(...sizes);
    }
    this.usage.delete(from);
  }

  private sender(inner: DocumentClient) {
    return async (command: { input: Input; constructor: { name: string } }) => {
      command.input.ReturnConsumedCapacity = 'TOTAL';
      const usage = this.of(this.purpose);
      usage.calls += 1;
      const answer = (await inner.send(command as never)) as Answer;
      const capacities = [answer.ConsumedCapacity ?? []].flat();
      const units = capacities.reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
      if (READS.has(command.constructor.name)) usage.readUnits += units;
      else usage.writeUnits += units;
      const puts = [
        command.input.Item,
        ...(command.input.TransactItems ?? []).map((t) => t.Put?.Item),
      ];
      for (const item of puts)
        if (item) (usage.itemBytes[rowOf(item)] ??= []).push(itemBytes(item));
      return answer;
    };
  }
}
