import {
  DeleteCommand,
  DynamoDBDocumentClient,
  ScanCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { publishedModels } from '../../cli/published-models.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoModelHistory, dynamoModels } from '../../functions/adapters/dynamodb/models.ts';
import { cut, joined, PART_BYTES_MAX } from '../../functions/adapters/dynamodb/parts.ts';
import { memoryModels } from '../../functions/adapters/memory/models.ts';
import type { Pointer } from '../../functions/app/models.ts';
import { modelPartKey } from '../../functions/contract/keys.ts';
import type { Model } from '../../functions/contract/predictions.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';
import { modelsSuite } from './models.suite.ts';

modelsSuite('memory', async () => {
  const store = memoryModels();
  return { store, loseParts: async () => store.parts.clear() };
});

const storeOf = (client: DocumentClient, state: string) => ({
  ...dynamoModels(client, state),
  ...dynamoModelHistory(client, state),
});

async function loseParts(client: DocumentClient, state: string): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: state }));
  for (const { pk, sk } of Items.filter((item) => item['sk'] === 'PART')) {
    await client.send(new DeleteCommand({ TableName: state, Key: { pk, sk } }));
  }
}

modelsSuite('tiny DynamoDB', async () => {
  const { client } = new TinyDynamo();
  return { store: storeOf(client, 'state'), loseParts: () => loseParts(client, 'state') };
});

const dynoxide = await startDynoxide();
afterAll(() => dynoxide.stop());
modelsSuite('DynamoDB', async () => {
  const client = DynamoDBDocumentClient.from(dynoxide.client);
  const { state } = await createTables(dynoxide.client);
  return { store: storeOf(client, state), loseParts: () => loseParts(client, state) };
});

describe('parts of a model', () => {
  const KIND = { name: 'model', cure: 'mend it' };
  /** Nothing that deflates: as large packed as it is. */
  const noise = (bytes: number) => ({ noise: randomBytes(bytes).toString('base64') });

  it('are at most 350 KB each and make the whole again', () => {
    const value = noise(1_500_000);
    const parts = cut(value, KIND);
    expect(parts.length).toBeGreaterThan(3);
    for (const { bytes } of parts) expect(bytes.length).toBeLessThanOrEqual(PART_BYTES_MAX);
    expect(joined(parts, KIND)).toEqual(value);
  });

  it('are refused when a byte of them changed', () => {
    const [part, ...rest] = cut(noise(1_000), KIND);
    const bytes = Uint8Array.from(part!.bytes);
    bytes[17] = (bytes[17] ?? 0) ^ 1;
    expect(() => joined([{ ...part!, bytes }, ...rest], KIND)).toThrow(/another hash/);
  });

  it('are never made of a model that no function could hold', () => {
    expect(() => cut({ text: 'x'.repeat(51 * 1024 * 1024) }, KIND)).toThrow(/at most/);
    expect(() => cut(noise(24 * 1024 * 1024), KIND)).toThrow(/at most/);
  });

  it('all stand before the pointer names them, and a crash in between leaves the old models', async () => {
    const tiny = new TinyDynamo();
    let crash = false;
    const client = {
      send: async (command: object) => {
        if (crash && command instanceof TransactWriteCommand) throw new Error('crashed');
        return tiny.client.send(command as never);
      },
    } as unknown as DocumentClient;
    const store = dynamoModels(client, 'state');
    const model = (id: string): Model => ({ id, from: 1 });
    const at = (was: Pointer, id: string) =>
      store.publish(was, { model: model(id), at: 0, state: {} });
    await at(await store.pointer(), 'old');
    crash = true;
    await expect(at(await store.pointer(), 'new')).rejects.toThrow('crashed');
    const { manifests } = await store.pointer();
    expect(await Promise.all(manifests.map((one) => store.model(one)))).toEqual([model('old')]);
  });

  it('takes its own write for its own when only the answer was lost', async () => {
    const tiny = new TinyDynamo();
    let lost = true;
    const client = {
      send: async (command: object) => {
        const answer = await tiny.client.send(command as never);
        if (lost && command instanceof TransactWriteCommand) {
          lost = false;
          // The SDK repeats the call, and meets what it stored itself.
          return tiny.client.send(command as never);
        }
        return answer;
      },
    } as unknown as DocumentClient;
    const store = dynamoModels(client, 'state');
    const model: Model = { id: 'one', from: 1 };
    expect(await store.publish(await store.pointer(), { model, at: 0, state: {} })).toBe(
      'published',
    );
  });
});

describe('the models that a replay is given', () => {
  const model = (n: number): Model => ({ id: `model-${n}`, from: n });
  /** Three of them, without the parts of some. */
  async function withoutPartsOf(...lost: number[]): Promise<Model[]> {
    const { client } = new TinyDynamo();
    const store = dynamoModels(client, 'state');
    for (const n of [1, 2, 3]) {
      await store.publish(await store.pointer(), { model: model(n), at: n, state: {} });
    }
    const { manifests } = await store.pointer();
    const parts = lost.flatMap((n) => manifests.find(({ from }) => from === n)?.model ?? []);
    for (const part of parts) {
      await client.send(new DeleteCommand({ TableName: 'state', Key: modelPartKey(part) }));
    }
    return publishedModels({ client: client as DynamoDBDocumentClient, stateTable: 'state' });
  }

  it('begin with the first that is whole: of the oldest, parts may be gone before the rest', async () => {
    expect(await withoutPartsOf()).toEqual([1, 2, 3].map(model));
    expect(await withoutPartsOf(1)).toEqual([2, 3].map(model));
    expect(await withoutPartsOf(1, 2, 3)).toEqual([]);
  });

  it('are refused with a hole in them: what was decided then cannot be told', async () => {
    await expect(withoutPartsOf(2)).rejects.toThrow(/part .* of a model: got none/);
  });
});
