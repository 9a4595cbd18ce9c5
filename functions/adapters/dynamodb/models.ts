/**
 * Published models. Parts first, by content, then one conditional write of the pointer: a reader sees the
 * whole of one model or the whole of another, and a publisher that crashed leaves only parts that nobody
 * names, which their time to live ends.
 */
import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { eachLimited } from '../../app/each-limited.ts';
import {
  MODELS_KEPT,
  type Manifest,
  type ModelHistory,
  type ModelStore,
  type Pointer,
} from '../../app/models.ts';
import { PerennialError } from '../../contract/errors.ts';
import { modelManifestKey, modelPartKey, modelPointerKey } from '../../contract/keys.ts';
import type { Model, Tables } from '../../contract/predictions.ts';
import { modelPartTtl, TTL_ATTRIBUTE } from '../../contract/retention.ts';
import { cancelledBy, type DocumentClient, isConflict, ownWrite } from './client.ts';
import { cut, joined, type Part } from './model-parts.ts';
import { partitionPages } from './pages.ts';

/** Parts on the way at once: four of 350 KB are 1.4 MB of a function's memory. */
const PARTS_AT_ONCE = 4;

/** For those who decide and deliver. */
export function dynamoModelReader(
  client: DocumentClient,
  stateTable: string,
): Pick<ModelStore, 'pointer' | 'model' | 'tables'> {
  const at = { client, stateTable };
  return {
    pointer: () => readPointer(at),
    model: async ({ model }) => (await readParts(at, model)) as Model,
    tables: async ({ tables }) =>
      tables.length > 0 ? ((await readParts(at, tables)) as Tables) : undefined,
  };
}

export const dynamoModelHistory = (client: DocumentClient, stateTable: string): ModelHistory => ({
  history: () => readHistory({ client, stateTable }),
});

export function dynamoModels(
  client: DocumentClient,
  stateTable: string,
  newOpId: () => string = randomUUID,
): ModelStore {
  const at = { client, stateTable };
  return {
    ...dynamoModelReader(client, stateTable),
    publish: async (was, publication) => {
      const model = cut(publication.model);
      const tables = publication.tables ? cut(publication.tables) : [];
      await eachLimited([...model, ...tables], PARTS_AT_ONCE, (part) =>
        putPart(at, part, publication.at),
      );
      const manifest: Manifest = {
        ...publication.state,
        id: publication.model.id,
        from: publication.model.from,
        publishedAt: publication.at,
        model: model.map(({ hash }) => hash),
        tables: tables.map(({ hash }) => hash),
      };
      const manifests = [manifest, ...was.manifests].slice(0, MODELS_KEPT);
      const next = { version: was.version + 1, lookedAt: publication.at, manifests };
      return (await putPointer(at, was, next, newOpId(), manifest)) ? 'published' : 'overtaken';
    },
    looked: async (was, lookedAt) => {
      const next = { ...was, version: was.version + 1, lookedAt };
      return (await putPointer(at, was, next, newOpId())) ? 'noted' : 'overtaken';
    },
  };
}

type At = { client: DocumentClient; stateTable: string };

/** Strongly consistent: `learn` writes on top of what it read here. */
async function readPointer({ client, stateTable }: At): Promise<Pointer> {
  const { Item } = await client.send(
    new GetCommand({ TableName: stateTable, Key: modelPointerKey(), ConsistentRead: true }),
  );
  if (!Item) return { version: 0, manifests: [] };
  const { version, lookedAt, manifests } = Item as Pointer;
  return { version, manifests, ...(lookedAt !== undefined && { lookedAt }) };
}

/** The pointer as it is to be, if it is still the one that was read. */
const pointerPut = ({ stateTable }: At, was: Pointer, next: Pointer, opId: string) => ({
  TableName: stateTable,
  Item: { ...modelPointerKey(), ...next, opId },
  ...(was.version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :was',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':was': was.version },
      }),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});

/** True when the pointer is ours now. With it goes the manifest that `history` finds, and only with it. */
async function putPointer(
  at: At,
  was: Pointer,
  next: Pointer,
  opId: string,
  manifest?: Manifest,
): Promise<boolean> {
  const pointer = { Put: pointerPut(at, was, next, opId) };
  const kept = manifest && { Put: { TableName: at.stateTable, Item: historyItem(manifest) } };
  try {
    await at.client.send(
      new TransactWriteCommand({ TransactItems: kept ? [pointer, kept] : [pointer] }),
    );
    return true;
  } catch (error) {
    const [refused] = cancelledBy(error) ?? [];
    if (refused?.code === 'ConditionalCheckFailed') return ownWrite(refused.item, opId);
    if (isConflict(error)) return false;
    throw error;
  }
}

const historyItem = (manifest: Manifest) => ({
  ...modelManifestKey(manifest.from),
  manifest,
  [TTL_ATTRIBUTE]: modelPartTtl(manifest.publishedAt),
});

/** A season of nights: some hundred rows of 1 KB. */
async function readHistory({ client, stateTable }: At): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for await (const rows of partitionPages(client, stateTable, modelPointerKey().pk)) {
    for (const { manifest } of rows) if (manifest) found.push(manifest as Manifest);
  }
  return found;
}

/** Unconditional: the same content under the same key, and a longer life for it. */
async function putPart(
  { client, stateTable }: At,
  { hash, bytes }: Part,
  at: number,
): Promise<void> {
  await client.send(
    new PutCommand({
      TableName: stateTable,
      Item: { ...modelPartKey(hash), bytes, [TTL_ATTRIBUTE]: modelPartTtl(at) },
    }),
  );
}

/** Eventually consistent: a part that is not there yet is a failed look, and the next one finds it. */
async function readParts({ client, stateTable }: At, hashes: readonly string[]): Promise<unknown> {
  const found = new Map<string, Uint8Array>();
  await eachLimited([...new Set(hashes)], PARTS_AT_ONCE, async (hash) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: stateTable, Key: modelPartKey(hash) }),
    );
    if (!Item) {
      throw new PerennialError(
        'model-part-missing',
        `part ${hash} of a model: got none, wanted its bytes; the next night publishes a whole one.`,
      );
    }
    found.set(hash, Item['bytes'] as Uint8Array);
  });
  return joined(hashes.map((hash) => ({ hash, bytes: found.get(hash) as Uint8Array })));
}
