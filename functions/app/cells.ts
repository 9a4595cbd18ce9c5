/** The counted cells: who reads them, and what is tidied up at night. */
import type { Day } from '../contract/predictions.ts';
import { type CellRow, KEPT_PERIODS, type PeriodFlow } from '../domain/prediction/cells.ts';
import { type Period, periodOf } from '../domain/prediction/cells/grid.ts';

export type CellPage = { rows: CellRow[]; flows: PeriodFlow[] };

export type Tidied = {
  /** Changes that were owed and are in their rows now. */
  settled: number;
  /** Rows that are in the base now. */
  rolled: number;
  /** Rows of the base that were only zeros. */
  dropped: number;
  /** Transactions that met another writer: the next night does them. */
  busy: number;
};

export type Cells = {
  /** Every row and every owed change, page by page. Their sum is exact at any moment between writes. */
  pages(): AsyncIterable<CellPage>;
  /** Puts owed changes into their rows, and rows of periods before `before` into the base. */
  tidy(before: Period): Promise<Tidied>;
};

/** Nightly. It keeps all sums, so it may stop anywhere, and two at once only meet. */
export const tidyCells = (cells: Cells, today: Day): Promise<Tidied> =>
  cells.tidy(periodOf(today) - KEPT_PERIODS);
