import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import {
  BASKETS_BYTES_MAX,
  dynamoBasketReader,
  dynamoBasketWriter,
} from '../../functions/adapters/dynamodb/baskets.ts';
import {
  dynamoCatalogue,
  dynamoCatalogueReader,
  dynamoCatalogueWriter,
} from '../../functions/adapters/dynamodb/catalogue.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { memoryBaskets } from '../../functions/adapters/memory/baskets.ts';
import { memoryCatalogue } from '../../functions/adapters/memory/catalogue.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';
import { gathered, productsSuite } from './products.suite.ts';

const AT = Date.UTC(2026, 5, 1, 9);
const noPause = async () => undefined;
const catalogueOf = (
  client: DocumentClient,
  state: string,
  pause: (ms: number) => Promise<void> = noPause,
) => ({
  ...dynamoCatalogue(client, state, pause),
  ...dynamoCatalogueReader(client, state),
  ...dynamoCatalogueWriter(client, state, pause),
});
const basketsOf = (client: DocumentClient, state: string) => ({
  ...dynamoBasketReader(client, state),
  ...dynamoBasketWriter(client, state),
});

productsSuite('memory', async () => ({
  catalogue: memoryCatalogue(),
  baskets: memoryBaskets(),
}));

productsSuite('tiny DynamoDB', async () => {
  const { client } = new TinyDynamo();
  return {
    catalogue: catalogueOf(client, 'state'),
    baskets: basketsOf(client, 'state'),
  };
});

const dynoxide = await startDynoxide();
afterAll(() => dynoxide.stop());
productsSuite('DynamoDB', async () => {
  const client = DynamoDBDocumentClient.from(dynoxide.client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const { state } = await createTables(dynoxide.client);
  return {
    catalogue: catalogueOf(client, state),
    baskets: basketsOf(client, state),
  };
});

describe('rows of gathered orders', () => {
  it('hold at most 300 KB each; a repeat cuts them in the same places', async () => {
    const tiny = new TinyDynamo();
    const baskets = basketsOf(tiny.client, 'state');
    const orders = Array.from({ length: 900 }, (_, order) =>
      gathered(
        `order-${order}`,
        Array.from({ length: 20 }, (__, line) => `PRODUCT-${order}-${line}`),
      ),
    );
    for (let time = 0; time < 2; time += 1) {
      await baskets.put('2026-06-01', 'batch', orders, AT);
    }
    const rows = tiny.items('state');
    expect(rows.length).toBeGreaterThan(2);
    for (const { data } of rows) {
      expect((data as Uint8Array).length).toBeLessThanOrEqual(BASKETS_BYTES_MAX);
    }
    const ids: string[] = [];
    for await (const page of baskets.read('2026-06-01')) ids.push(...page.map(({ id }) => id));
    expect(ids).toEqual(orders.map(({ id }) => id));
  });
});

describe('a catalogue that is asked too much', () => {
  /** Leaves all but the first of each batch undone. */
  function busy(tiny: TinyDynamo): DocumentClient {
    return {
      send: async ({ input }: { input: { RequestItems: Record<string, unknown[]> } }) => {
        const [[table, request]] = Object.entries(input.RequestItems) as [
          [string, { Keys: unknown[] } | unknown[]],
        ];
        const all = Array.isArray(request) ? request : request.Keys;
        const part = (some: unknown[]) => (Array.isArray(request) ? some : { Keys: some });
        const name = Array.isArray(request) ? 'BatchWriteCommand' : 'BatchGetCommand';
        const command = { input: { RequestItems: { [table]: part(all.slice(0, 5)) } } };
        Object.defineProperty(command, 'constructor', { value: { name } });
        const answer = (await tiny.client.send(command as never)) as object;
        const rest = all.length > 5 ? { [table]: part(all.slice(5)) } : {};
        return { ...answer, UnprocessedItems: rest, UnprocessedKeys: rest };
      },
    } as unknown as DocumentClient;
  }
  const products = Array.from({ length: 24 }, (_, index) => ({
    id: `P-${index}`,
    title: 'P',
    available: true,
  }));

  it('does the rest after a pause', async () => {
    const pauses: number[] = [];
    const pause = async (ms: number) => void pauses.push(ms);
    const catalogue = catalogueOf(busy(new TinyDynamo()), 'state', pause);
    await catalogue.put(products);
    expect((await catalogue.find(products.map(({ id }) => id))).size).toBe(24);
    expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
  });

  it('gives up with a clear error when it never gets on', async () => {
    const client = {
      send: async ({ input }: { input: { RequestItems: object } }) => ({
        UnprocessedItems: input.RequestItems,
      }),
    } as unknown as DocumentClient;
    const catalogue = catalogueOf(client, 'state');
    await expect(catalogue.put(products)).rejects.toMatchObject({ code: 'catalogue-busy' });
  });
});
