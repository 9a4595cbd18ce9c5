/**
 * Published models. Parts first, by content, then one conditional write of the pointer: a reader sees the
 * whole of one model or the whole of another, and a publisher that crashed leaves only parts that nobody
 * names, which their time to live ends.
 */
import { randomUUID } from 'node:crypto';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import {
  MODELS_KEPT,
  type Manifest,
  type ModelHistory,
  type ModelStore,
  type Pointer,
} from '../../app/models.ts';
import { modelManifestKey, modelPartKey, modelPointerKey } from '../../contract/keys.ts';
import type { Model, Tables } from '../../contract/predictions.ts';
import { modelPartTtl, TTL_ATTRIBUTE } from '../../contract/retention.ts';
import { cancelledBy, type DocumentClient, isConflict, ownWrite } from './client.ts';
import { partitionPages } from './pages.ts';
import { cut, type PartKind, partStore } from './parts.ts';

const MODEL: PartKind = {
  name: 'model',
  cure: 'the next night publishes a whole one',
  key: modelPartKey,
  ttl: modelPartTtl,
};

/** For those who decide and deliver. */
export function dynamoModelReader(
  client: DocumentClient,
  stateTable: string,
): Pick<ModelStore, 'pointer' | 'model' | 'tables'> {
  const parts = partStore(client, stateTable, MODEL);
  return {
    pointer: () => readPointer({ client, stateTable }),
    model: async ({ model }) => (await parts.read(model)) as Model,
    tables: async ({ tables }) =>
      tables.length > 0 ? ((await parts.read(tables)) as Tables) : undefined,
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
  const parts = partStore(client, stateTable, MODEL);
  return {
    ...dynamoModelReader(client, stateTable),
    publish: async (was, publication) => {
      const model = cut(publication.model, MODEL);
      const tables = publication.tables ? cut(publication.tables, MODEL) : [];
      await parts.put([...model, ...tables], publication.at);
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
