/** Products of the feed, a row each; read in batches by those who recommend. */
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import type { Catalogue, CatalogueReader, CatalogueWriter } from '../../app/catalogue.ts';
import { eachLimited } from '../../app/each-limited.ts';
import type { CatalogueProduct } from '../../contract/catalogue.ts';
import { PerennialError } from '../../contract/errors.ts';
import { ALL_SHARDS, type Key, productKey, productsPartition } from '../../contract/keys.ts';
import type { DocumentClient } from './client.ts';
import { partitionPages } from './pages.ts';

/** DynamoDB's own limits of one call. */
const GETS_MAX = 100;
const PUTS_MAX = 25;
/** Calls on the way at once. */
const CALLS_AT_ONCE = 4;
/** What the table left undone is asked for again so often; it does so when it is asked too much. */
const ROUNDS_MAX = 8;

type Pause = (ms: number) => Promise<void>;

/** `pause` waits before the rest of a batch is tried again. */
export const dynamoCatalogue = (
  client: DocumentClient,
  stateTable: string,
  pause: Pause,
): Catalogue => ({
  find: async (ids) => {
    const found = new Map<string, CatalogueProduct>();
    await eachLimited(slices([...new Set(ids)], GETS_MAX), CALLS_AT_ONCE, async (some) => {
      for (const { product } of await getAll(client, stateTable, some.map(productKey), pause)) {
        found.set(product.id, product);
      }
    });
    return found;
  },
});

/** For those who learn. Half a read unit for eight products of 0.5 KB: 50,000 cost 0.0004 USD. */
export const dynamoCatalogueReader = (
  client: DocumentClient,
  stateTable: string,
): CatalogueReader => ({
  async *pages() {
    for (const shard of ALL_SHARDS) yield* pagesOf(client, stateTable, productsPartition(shard));
  },
});

async function* pagesOf(client: DocumentClient, stateTable: string, partition: string) {
  for await (const rows of partitionPages(client, stateTable, partition)) {
    yield (rows as Row[]).map(({ product }) => product);
  }
}

/** For commands and demonstrations: no function writes products. */
export const dynamoCatalogueWriter = (
  client: DocumentClient,
  stateTable: string,
  pause: Pause,
): CatalogueWriter => ({
  put: async (products) => {
    // One call must not name a key twice; the last one told counts.
    const byId = new Map(products.map((product) => [product.id, product]));
    const items = [...byId.values()].map((product) => ({ ...productKey(product.id), product }));
    await eachLimited(slices(items, PUTS_MAX), CALLS_AT_ONCE, (some) =>
      putAll(client, stateTable, some, pause),
    );
  },
});

type Row = Key & { product: CatalogueProduct };

const slices = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );

/** First pause; it doubles. */
const PAUSE_MS = 50;

/** Half a read unit for each product of up to 4 KB: a feed is a day old anyway. */
async function getAll(
  client: DocumentClient,
  table: string,
  keys: readonly Key[],
  pause: Pause,
): Promise<Row[]> {
  const found: Row[] = [];
  let rest: readonly Record<string, unknown>[] = keys;
  for (let round = 0; rest.length > 0; round += 1) {
    if (round > 0) await again(round, rest.length, pause);
    const { Responses, UnprocessedKeys }: BatchGetCommandOutput = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: [...rest] } } }),
    );
    found.push(...((Responses?.[table] ?? []) as Row[]));
    rest = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
}

async function putAll(
  client: DocumentClient,
  table: string,
  items: readonly Row[],
  pause: Pause,
): Promise<void> {
  let rest: NonNullable<BatchWriteCommandOutput['UnprocessedItems']>[string] = items.map(
    (Item) => ({ PutRequest: { Item } }),
  );
  for (let round = 0; rest.length > 0; round += 1) {
    if (round > 0) await again(round, rest.length, pause);
    const { UnprocessedItems } = await client.send(
      new BatchWriteCommand({ RequestItems: { [table]: rest } }),
    );
    rest = UnprocessedItems?.[table] ?? [];
  }
}

async function again(round: number, left: number, pause: Pause) {
  if (round >= ROUNDS_MAX) {
    throw new PerennialError(
      'catalogue-busy',
      `catalogue: ${left} products were left undone ${ROUNDS_MAX} times; try again in a minute.`,
    );
  }
  await pause(PAUSE_MS * 2 ** round);
}
