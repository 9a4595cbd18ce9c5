/** Cells from order days: for tools that have no facts, and to compare the two. */
import type { Day } from '../../../contract/predictions.ts';
import { CellBook, type CellRow, addMoves } from '../cells.ts';

/** The rows of customers of whom only order days are known: ascending, each once. */
export function rowsOfDays(customers: Iterable<readonly Day[]>): CellRow[] {
  const book = new CellBook();
  for (const days of customers) addMoves(book, days, 1);
  return book.changes();
}
