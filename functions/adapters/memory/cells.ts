/** Counted cells in memory: the same contract as on DynamoDB, for tests and tools. Nobody is ever busy. */
import type { Cells } from '../../app/cells.ts';
import {
  BASE,
  baseOf,
  CellBook,
  type CellChange,
  flowOf,
  type PeriodFlow,
} from '../../domain/prediction/cells.ts';

export type MemoryCells = Cells & { counted(changes: readonly CellChange[]): void };

export function memoryCells(): MemoryCells {
  let book = new CellBook();
  const flows = new Map<number, PeriodFlow>();
  const keep = (flow: PeriodFlow) => {
    const { firsts = 0, repeats = 0 } = flows.get(flow.period) ?? {};
    const { period } = flow;
    flows.set(period, { period, firsts: firsts + flow.firsts, repeats: repeats + flow.repeats });
  };
  return {
    counted: (changes) => {
      for (const change of changes) book.add(change.period, change, change);
    },
    pages: async function* () {
      yield { rows: structuredClone(book.changes()), flows: [...flows.values()] };
    },
    tidy: async (before) => {
      const rows = book.changes();
      const old = rows.filter(({ period }) => period !== BASE && period < before);
      for (const [period, some] of Map.groupBy(old, (row) => row.period)) {
        keep(flowOf(period, some));
      }
      const kept = rows.filter((row) => !old.includes(row));
      book = new CellBook();
      for (const row of [...kept, ...baseOf(old)]) book.add(row.period, row, row);
      return { settled: 0, rolled: old.length, dropped: 0, busy: 0 };
    },
  };
}
