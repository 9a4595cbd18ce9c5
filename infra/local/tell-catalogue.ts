/** Writes a shop's products as `npm run catalogue` does: with the developer's rights, past the functions. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoCatalogueWriter } from '../../functions/adapters/dynamodb/catalogue.ts';
import type { CatalogueProduct } from '../../functions/contract/catalogue.ts';
import type { System } from './system.ts';
import { REGION } from './template/resolve.ts';

export async function tellCatalogue(
  { dynoxide, plan }: Pick<System, 'dynoxide' | 'plan'>,
  products: readonly CatalogueProduct[],
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: `http://${dynoxide.host}:${dynoxide.port}`,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    // The state table is the one with indexes.
    const table = plan.tables.find(({ indexes }) => indexes.length > 0)?.name ?? '';
    const documents = DynamoDBDocumentClient.from(client);
    await dynamoCatalogueWriter(documents, table, (ms) => sleep(ms)).put(products);
  } finally {
    client.destroy();
  }
}
