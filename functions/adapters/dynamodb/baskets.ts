/** Gathered orders by date: rows that `learn` reads once, and that vanish after days. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Baskets } from '../../app/gather.ts';
import { basketsKey, basketsPartition } from '../../contract/keys.ts';
import { basketsTtl, TTL_ATTRIBUTE } from '../../contract/retention.ts';
import type { Gathered } from '../../domain/prediction/basket.ts';
import { inBatches } from '../batches.ts';
import type { DocumentClient } from './client.ts';
import { partitionPages } from './pages.ts';

/** JSON of one row before it is deflated: an item ends at 400 KB, and deflating never makes it larger by much. */
export const BASKETS_BYTES_MAX = 300 * 1024;
/** Orders of one row; their size is the tighter limit but for orders of nothing. */
const ORDERS_MAX = 10_000;
/** Rows a page: deflated ones are some 20 KB, and 1 MB ends a page anyway. */
const PAGE_ROWS = 50;
const PLACES = 3;

export const dynamoBasketWriter = (
  client: DocumentClient,
  stateTable: string,
): Pick<Baskets, 'put'> => ({
  put: async (date, batch, gathered, at) => {
    const sizeOf = (one: Gathered) => Buffer.byteLength(JSON.stringify(one)) + 1;
    const limit = { entries: ORDERS_MAX, bytes: BASKETS_BYTES_MAX };
    for (const [index, some] of inBatches(gathered, sizeOf, limit).entries()) {
      // One row but for very long orders; a repeat cuts them in the same places.
      const name = index === 0 ? batch : `${batch}#${String(index).padStart(PLACES, '0')}`;
      await client.send(
        new PutCommand({
          TableName: stateTable,
          Item: {
            ...basketsKey(date, name),
            orders: some.length,
            data: deflateRawSync(JSON.stringify(some)),
            [TTL_ATTRIBUTE]: basketsTtl(at),
          },
        }),
      );
    }
  },
});

export const dynamoBasketReader = (
  client: DocumentClient,
  stateTable: string,
): Pick<Baskets, 'read'> => ({ read: (date) => pages(client, stateTable, date) });

async function* pages(client: DocumentClient, stateTable: string, date: string) {
  const partition = basketsPartition(date);
  for await (const rows of partitionPages(client, stateTable, partition, { Limit: PAGE_ROWS })) {
    for (const { data } of rows) yield unpacked(data as Uint8Array);
  }
}

/** A row that says more than it may is a fault, and must not fill the memory. */
const UNPACKED_BYTES_MAX = 2 * BASKETS_BYTES_MAX;

const unpacked = (data: Uint8Array): Gathered[] =>
  JSON.parse(inflateRawSync(data, { maxOutputLength: UNPACKED_BYTES_MAX }).toString('utf8'));
