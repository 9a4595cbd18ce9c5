/** Rows of the counted cells, as the state table stores them. */
import { cellKey, cellNamed, cellShard, type Key, owedCellsKey } from '../../contract/keys.ts';
import { type CellRow, SUMS } from '../../domain/prediction/cells.ts';
import { periodOfWeek } from '../../domain/prediction/cells/grid.ts';

/** [period, first, repeats, last, ...SUMS] */
type Packed = number[];

/** Newcomers of a week enter the same cell; every other cell has few visitors at a time. */
const isCrowded = ({ period, first, repeats }: CellRow): boolean =>
  repeats === 0 && period === periodOfWeek(first);

/** Adds a change to its row, which need not be there yet. All sums are always set. */
export const cellUpdate = (TableName: string, change: CellRow, customerId?: string) => ({
  TableName,
  Key: cellKey(change, customerId && isCrowded(change) ? cellShard(customerId) : ''),
  UpdateExpression: `ADD ${SUMS.map((name) => `#${name} :${name}`).join(', ')}`,
  ExpressionAttributeNames: SUM_NAMES,
  ExpressionAttributeValues: sumValues(change),
});

const SUM_NAMES = Object.fromEntries(SUMS.map((name) => [`#${name}`, name]));
const sumValues = (row: CellRow) => Object.fromEntries(SUMS.map((name) => [`:${name}`, row[name]]));

/** Deletes a row that still holds what was read. */
export const cellDelete = (TableName: string, Key: Key, row: CellRow) => ({
  TableName,
  Key,
  ConditionExpression: SUMS.map((name) => `#${name} = :${name}`).join(' AND '),
  ExpressionAttributeNames: SUM_NAMES,
  ExpressionAttributeValues: sumValues(row),
});

/** The row of a stored cell; `undefined` for the other rows of the partition. */
export function cellRow(item: Record<string, unknown>): CellRow | undefined {
  const cell = cellNamed(String(item['sk']));
  if (!cell) return undefined;
  const { n = 0, g = 0, o = 0, q = 0, p = 0, v = 0, v2 = 0 } = item as Partial<CellRow>;
  return { ...cell, n, g, o, q, p, v, v2 };
}

/** Changes that go to their rows later. `id` is the commit's own, so that no two share a row. */
export const owedItem = (id: string, changes: readonly CellRow[]) => ({
  ...owedCellsKey(id),
  owed: changes.map(
    ({ period, first, repeats, last, ...sums }): Packed => [
      period,
      first,
      repeats,
      last,
      ...SUMS.map((name) => sums[name]),
    ],
  ),
});

/** What `owedItem` made; empty for other rows. */
export function owedChanges(item: Record<string, unknown>): CellRow[] {
  const { owed = [] } = item as { owed?: Packed[] };
  return owed.map(([period = 0, first = 0, repeats = 0, last = 0, ...sums]) => {
    const [n = 0, g = 0, o = 0, q = 0, p = 0, v = 0, v2 = 0] = sums;
    return { period, first, repeats, last, n, g, o, q, p, v, v2 };
  });
}
