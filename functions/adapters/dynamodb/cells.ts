/** The counted cells in the state table: read as a whole, tidied row by row. */
import {
  DeleteCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { CellPage, Cells, Tidied } from '../../app/cells.ts';
import { PerennialError } from '../../contract/errors.ts';
import { CELLS, cellsOfPeriod, FLOWS, flowKey, type Key, OWED_CELLS } from '../../contract/keys.ts';
import { BASE, baseOf, type CellRow, flowOf, isZero } from '../../domain/prediction/cells.ts';
import type { Period } from '../../domain/prediction/cells/grid.ts';
import { cellDelete, cellRow, cellUpdate, owedChanges } from './cell-rows.ts';
import { cancelledBy, conditionFailed, type DocumentClient, isConflict } from './client.ts';
import { queryPages } from './pages.ts';

/**
 * Ten million customers make 4.6 million rows: 0.6 million cells, and what changed in them in two years
 * (counted on a made-up shop of five years). Far more is not a shop, and would not fit a function's memory.
 */
const ROWS_MAX = 8_000_000;
/** A transaction takes 100 writes: a delete and an update for each row, and the flow. */
const TOGETHER_MAX = 45;
/** About 20 s of transactions. What a large import leaves is done in the nights after it. */
export const TIDIED_MAX = 20_000;

type Item = Record<string, unknown>;
type Table = { client: DocumentClient; stateTable: string };
type Parts = NonNullable<TransactWriteCommandInput['TransactItems']>;

export function dynamoCells(client: DocumentClient, stateTable: string): Cells {
  const table = { client, stateTable };
  return {
    pages: () => pages(table),
    tidy: async (before) => {
      const tidied: Tidied = { settled: 0, rolled: 0, dropped: 0, busy: 0 };
      await settle(table, tidied);
      await roll(table, before, tidied);
      // A cell of the base empties only by what was rolled into it.
      if (tidied.rolled > 0) await drop(table, tidied);
      return tidied;
    },
  };
}

async function* pages(table: Table): AsyncGenerator<CellPage> {
  let count = 0;
  for await (const items of query(table)) {
    count += items.length;
    if (count > ROWS_MAX) {
      throw new PerennialError(
        'cells-too-many',
        `counted cells: got more than ${ROWS_MAX} rows; look at the rows of partition ${CELLS}.`,
      );
    }
    const rows = items.flatMap((item) => cellRow(item) ?? owedChanges(item));
    const flows = items.flatMap((item) => flowRow(item) ?? []);
    yield { rows, flows };
  }
}

function flowRow(item: Item): CellPage['flows'][number] | undefined {
  const sk = String(item['sk']);
  if (!sk.startsWith(FLOWS)) return undefined;
  const { firsts = 0, repeats = 0 } = item as { firsts?: number; repeats?: number };
  return { period: Number(sk.slice(FLOWS.length)), firsts, repeats };
}

/** Pages of the partition, or of a stretch of it: from `from` on, and before `to`. */
const query = (
  { client, stateTable }: Table,
  stretch?: { from: string; to: string },
): AsyncGenerator<Item[]> =>
  queryPages(client, {
    TableName: stateTable,
    KeyConditionExpression: stretch ? 'pk = :pk AND sk BETWEEN :from AND :to' : 'pk = :pk',
    ExpressionAttributeValues: {
      ':pk': CELLS,
      ...(stretch && { ':from': stretch.from, ':to': stretch.to }),
    },
    // A fit may miss the last second; who tidies up may not.
    ConsistentRead: stretch !== undefined,
  });

/** Up to the last key that begins with `prefix`. */
const beginning = (prefix: string) => ({ from: prefix, to: `${prefix}~` });

/** True when it was done; false when somebody else changed one of the rows meanwhile. */
async function together({ client }: Table, parts: Parts): Promise<boolean> {
  try {
    await client.send(new TransactWriteCommand({ TransactItems: parts }));
    return true;
  } catch (error) {
    const refused = cancelledBy(error)?.some(({ code }) => code === 'ConditionalCheckFailed');
    if (refused || isConflict(error)) return false;
    throw error;
  }
}

/** Owed changes into their rows, the owed row shortened by them in the same transaction. */
async function settle(table: Table, tidied: Tidied): Promise<void> {
  for await (const items of query(table, beginning(OWED_CELLS))) {
    for (const item of items) {
      for (let left = owedChanges(item); left.length > 0 && tidied.settled < TIDIED_MAX; ) {
        const now = left.slice(0, TOGETHER_MAX);
        const added = now.map((change) => ({ Update: cellUpdate(table.stateTable, change) }));
        if (!(await together(table, [...added, owedPart(table, item, left, now.length)]))) {
          tidied.busy += 1;
          break;
        }
        tidied.settled += now.length;
        left = left.slice(now.length);
      }
    }
  }
}

/** Takes `done` changes off the owed row, of which `left` are there. */
function owedPart({ stateTable }: Table, item: Item, left: readonly CellRow[], done: number) {
  const { pk, sk, owed } = item as Key & { owed: unknown[] };
  const untouched = {
    TableName: stateTable,
    ConditionExpression: 'size(#owed) = :left',
    ExpressionAttributeNames: { '#owed': 'owed' },
    ExpressionAttributeValues: { ':left': left.length },
  };
  if (done === left.length) return { Delete: { ...untouched, Key: { pk, sk } } };
  return { Put: { ...untouched, Item: { pk, sk, owed: owed.slice(done - left.length) } } };
}

/** Rows of old periods into the base, those of one period in each transaction. */
async function roll(table: Table, before: Period, tidied: Tidied): Promise<void> {
  const old = { from: cellsOfPeriod(0), to: cellsOfPeriod(Math.max(0, before)) };
  for await (const items of query(table, old)) {
    const rows = items.flatMap((item) => {
      const row = cellRow(item);
      return row ? [{ key: { pk: CELLS, sk: String(item['sk']) }, row }] : [];
    });
    for (const [period, some] of Map.groupBy(rows, ({ row }) => row.period)) {
      for (let from = 0; from < some.length; from += TOGETHER_MAX) {
        if (tidied.rolled >= TIDIED_MAX) return;
        const now = some.slice(from, from + TOGETHER_MAX);
        if (await together(table, rollParts(table, period, now))) tidied.rolled += now.length;
        else tidied.busy += 1;
      }
    }
  }
}

function rollParts(
  { stateTable }: Table,
  period: Period,
  some: readonly { key: Key; row: CellRow }[],
): Parts {
  const rows = some.map(({ row }) => row);
  const { firsts, repeats } = flowOf(period, rows);
  const flow = {
    TableName: stateTable,
    Key: flowKey(period),
    UpdateExpression: 'ADD #firsts :firsts, #repeats :repeats',
    ExpressionAttributeNames: { '#firsts': 'firsts', '#repeats': 'repeats' },
    ExpressionAttributeValues: { ':firsts': firsts, ':repeats': repeats },
  };
  return [
    ...some.map(({ key, row }) => ({ Delete: cellDelete(stateTable, key, row) })),
    ...baseOf(rows).map((change) => ({ Update: cellUpdate(stateTable, change) })),
    { Update: flow },
  ];
}

/** Cells of the base that nobody stands in any more. */
async function drop(table: Table, tidied: Tidied): Promise<void> {
  for await (const items of query(table, beginning(cellsOfPeriod(BASE)))) {
    for (const item of items) {
      const row = cellRow(item);
      if (!row || !isZero(row) || tidied.dropped >= TIDIED_MAX) continue;
      const key = { pk: CELLS, sk: String(item['sk']) };
      try {
        await table.client.send(new DeleteCommand(cellDelete(table.stateTable, key, row)));
        tidied.dropped += 1;
      } catch (error) {
        if (!conditionFailed(error) && !isConflict(error)) throw error;
        tidied.busy += 1;
      }
    }
  }
}
