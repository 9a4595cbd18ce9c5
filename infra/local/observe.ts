/** What the local run keeps beside the tables: figures for the start page, and the indexes' next due times. */
import type { Dynoxide, StreamRecord } from './data/dynoxide.ts';
import type { IndexMirror } from './drive/index-mirror.ts';
import type { Figures } from './figures.ts';
import type { Plan, TablePlan } from './template/plan.ts';

export type Observers = { figures: Figures; mirrors: ReadonlyMap<string, IndexMirror> };

/** One stream record. */
export function observed(table: TablePlan, { dynamodb }: StreamRecord, to: Observers): void {
  const { Keys, NewImage } = dynamodb;
  for (const { name } of table.indexes) to.mirrors.get(name)?.put(Keys, NewImage);
  if (!NewImage) return;
  if (table.indexes.length > 0) to.figures.stored(NewImage);
  else to.figures.logged(NewImage);
}

/** Fills figures and mirrors from the tables, as if every row were written now. */
export async function recount(plan: Plan, dynoxide: Dynoxide, to: Observers): Promise<void> {
  // Ledger rows first: withdrawals are counted for the mail that they name.
  const tables = [...plan.tables].sort((a, b) => b.indexes.length - a.indexes.length);
  for (const table of tables) {
    for await (const row of dynoxide.scan(table.name)) {
      const record = { dynamodb: { Keys: row, NewImage: row } } as unknown as StreamRecord;
      observed(table, record, to);
    }
  }
}
