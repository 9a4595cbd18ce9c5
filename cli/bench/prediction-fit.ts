/** The child of prediction.ts: reads a file of cells, fits, and prints its figures as JSON. */
import { closeSync, openSync, readSync } from 'node:fs';
import { CellTable } from '../../functions/domain/prediction/cells/table.ts';
import type { CellRow } from '../../functions/domain/prediction/cells.ts';
import { panelFromCells } from '../../functions/domain/prediction/cells/panel.ts';
import { FAMILIES } from '../../functions/domain/prediction/families/all.ts';
import { compress } from '../../functions/domain/prediction/families/compress.ts';
import type { Family } from '../../functions/domain/prediction/families/family.ts';
import type { Row } from '../../functions/domain/prediction/panel.ts';
import { baseReport } from '../../functions/domain/prediction/report.ts';
import { fitWho } from '../../functions/domain/prediction/who/fit.ts';
import { predictRow } from '../../functions/domain/prediction/who/predict.ts';
import { type FitFigures, HORIZON_DAYS, ROW_FIELDS, TODAY } from './prediction.ts';

const ROWS_PER_READ = 4_096;
const FORECASTS = 50_000;

function readCells(file: string): CellTable {
  const table = new CellTable();
  const numbers = new Float64Array(ROWS_PER_READ * ROW_FIELDS.length);
  const bytes = new Uint8Array(numbers.buffer);
  const from = openSync(file, 'r');
  for (let read = readSync(from, bytes); read > 0; read = readSync(from, bytes)) {
    for (let at = 0; at < read / 8; at += ROW_FIELDS.length) {
      const row = Object.fromEntries(ROW_FIELDS.map((name, i) => [name, numbers[at + i]]));
      table.add(row as CellRow);
    }
  }
  closeSync(from);
  return table;
}

function timed<T>(run: () => T): { seconds: number; result: T } {
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}

function familyFigures(family: Family, rows: readonly Row[]): FitFigures['families'][number] {
  const small = compress(rows);
  const { seconds, result: fit } = timed(() => family.fit(small));
  const forecast = timed(() => {
    let sum = 0;
    for (let i = 0; i < FORECASTS; i += 1) {
      const row = small[i % small.length] as Row;
      sum += family.pActive(fit.params, row, HORIZON_DAYS);
      sum += family.expected(fit.params, row, HORIZON_DAYS);
    }
    return sum;
  });
  return { id: family.id, seconds, forecastUs: (forecast.seconds / FORECASTS) * 1e6 };
}

const table = readCells(process.argv[2] as string);
const { seconds: panelSeconds, result: panel } = timed(() =>
  panelFromCells(table, { today: TODAY, horizonDays: HORIZON_DAYS }),
);
const { seconds: fitSeconds, result: model } = timed(() =>
  fitWho(panel, { horizonDays: HORIZON_DAYS }),
);
const { seconds: reportSeconds } = timed(() =>
  baseReport(table, (row) => predictRow(model, row, HORIZON_DAYS), {
    today: TODAY,
    horizonDays: HORIZON_DAYS,
  }),
);
// Before the families, which `learn` does not fit one by one.
const megabytes = process.resourceUsage().maxRSS / 1024;
const families = Object.values(FAMILIES).map((family) => familyFigures(family, panel.rows));
const figures: FitFigures = {
  panelRows: panel.rows.length,
  splits: panel.splits.length,
  panelSeconds,
  fitSeconds,
  reportSeconds,
  families,
  megabytes,
};
console.log(JSON.stringify(figures));
