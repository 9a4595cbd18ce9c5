/** Reading the event log. */
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { PerennialError } from '../../contract/errors.ts';
import type { CustomerEvent } from '../../contract/events.ts';
import { type Key, logPartition } from '../../contract/keys.ts';
import type { LoggedEvent } from '../../contract/own-events.ts';
import { type Instant, iso } from '../../contract/time.ts';
import type { DocumentClient } from './client.ts';
import { loggedOf, type Row } from './log-rows.ts';
import { partitionPages } from './pages.ts';

export type LogConfig = { client: DocumentClient; logTable: string };
/** Events of one alias that a rebuild reads: ten a day for 5 years are 18,000. */
export const READ_EVENTS_MAX = 100_000;
/** Rows a page: 1 MB ends a page anyway, and events are about 0.5 KB. */
const PAGE_ROWS = 1_000;

/** Reads of the log. All strongly consistent: `react` may be faster than a replica. */
export function dynamoLogReader({ client, logTable }: LogConfig) {
  return {
    /** The event of one row; `undefined` once its life is over. */
    async read(key: Key): Promise<CustomerEvent | undefined> {
      const { Item } = await client.send(
        new GetCommand({ TableName: logTable, Key: key, ConsistentRead: true }),
      );
      return Item && loggedOf(Item)?.event;
    },

    /** Every event of these aliases that the log still holds. */
    async readCustomer(aliasIds: readonly string[]): Promise<CustomerEvent[]> {
      const events: CustomerEvent[] = [];
      for (const aliasId of aliasIds) {
        for await (const row of partition(client, logTable, aliasId)) {
          const event = loggedOf(row)?.event;
          if (event) events.push(event);
          if (events.length > READ_EVENTS_MAX) {
            throw new PerennialError(
              'log-too-long',
              `alias ${aliasId}: got more than ${READ_EVENTS_MAX} events, wanted a person's; look at what sends them.`,
            );
          }
        }
      }
      return events;
    },
  };
}

async function* partition(client: DocumentClient, table: string, aliasId: string) {
  const whole = { ConsistentRead: true, Limit: PAGE_ROWS };
  for await (const rows of partitionPages(client, table, logPartition(aliasId), whole)) yield* rows;
}

export type Stretch = {
  from?: Instant;
  to?: Instant;
  /** A part of the table, so that a long scan can be done in many short ones: number `index` of `of`. */
  segment?: { index: number; of: number };
};
export type LogPage = { logged: LoggedEvent[]; scanned: number };

/**
 * The whole log, or what was received in a stretch of time (`from` included, `to` not). It reads every
 * row: half a read unit per 4 KB, so a million events cost about 0.01 USD; nothing is indexed for it.
 */
export async function* scanLog(
  { client, logTable }: LogConfig,
  { from, to, segment }: Stretch = {},
): AsyncGenerator<LogPage> {
  const filter = [
    ...(from === undefined ? [] : ['receivedAt >= :from']),
    ...(to === undefined ? [] : ['receivedAt < :to']),
  ].join(' AND ');
  let ExclusiveStartKey: Row | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: logTable,
        Limit: PAGE_ROWS,
        ...(segment && { Segment: segment.index, TotalSegments: segment.of }),
        ...(filter && {
          FilterExpression: filter,
          ExpressionAttributeValues: {
            ...(from !== undefined && { ':from': iso(from) }),
            ...(to !== undefined && { ':to': iso(to) }),
          },
        }),
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    const { Items = [], ScannedCount = Items.length } = page;
    yield {
      logged: Items.map(loggedOf).filter((logged) => logged !== undefined),
      scanned: ScannedCount,
    };
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

/** The same as events alone. */
export async function* scanEvents(config: LogConfig, stretch: Stretch) {
  for await (const { logged, scanned } of scanLog(config, stretch)) {
    yield { events: logged.map(({ event }) => event), scanned };
  }
}
