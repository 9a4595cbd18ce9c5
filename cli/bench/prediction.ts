/**
 * What the nightly fit costs: made-up customers as counted cells, in a process of its own that knows
 * nothing else, as `learn` does. Cells -> panel -> model; beside it the families alone.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Day } from '../../functions/contract/predictions.ts';
import { rowsOfDays } from '../../functions/domain/prediction/cells/from-days.ts';
import { type Cell, markdown } from './tables.ts';

/** A day in 2026; nothing depends on which. */
export const TODAY: Day = 20_500;
export const HORIZON_DAYS = 90;
/** A shop that has been open for two years. */
const OPEN_DAYS = 730;
const SEED = 0x5eed;

/** What the child measured. */
export type FitFigures = {
  panelRows: number;
  splits: number;
  /** CPU seconds: the machine may do other things besides. */
  panelSeconds: number;
  fitSeconds: number;
  /** Of the whole base, from the same cells. */
  reportSeconds: number;
  families: { id: string; seconds: number; forecastUs: number }[];
  /** The most that the process ever held, Node included. */
  megabytes: number;
};

/** Chances between 0 and 1 from a seed: a mixed counter (mulberry32). */
function chances(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4_294_967_296;
  };
}

/** Order days: gaps of two phases at rates that differ, a chance to be lost after each order. */
export function* madeUpCustomers(count: number): Generator<Day[]> {
  for (let customer = 0; customer < count; customer += 1) {
    const chance = chances(Math.imul(customer + 1, 0x9e3779b1) ^ SEED);
    const meanGap = 60 / -Math.log(chance());
    const lost = 1 - chance() ** (1 / 3);
    const days = [TODAY - Math.floor(chance() * OPEN_DAYS)];
    let day = days[0] as Day;
    while (chance() > lost) {
      day += Math.max(1, Math.round((-Math.log(chance() * chance()) * meanGap) / 2));
      if (day > TODAY) break;
      days.push(day);
    }
    yield days;
  }
}

/** Numbers of a row in the file between the two processes. */
export const ROW_FIELDS = [
  'period',
  'first',
  'repeats',
  'last',
  'n',
  'g',
  'o',
  'q',
  'p',
  'v',
  'v2',
] as const;
const ROWS_PER_WRITE = 4_096;

/** Answers how many rows it wrote. */
function writeCells(count: number, file: string): number {
  const rows = rowsOfDays(madeUpCustomers(count));
  const out = openSync(file, 'w');
  for (let from = 0; from < rows.length; from += ROWS_PER_WRITE) {
    const part = rows.slice(from, from + ROWS_PER_WRITE);
    writeSync(out, Float64Array.from(part.flatMap((row) => ROW_FIELDS.map((name) => row[name]))));
  }
  closeSync(out);
  return rows.length;
}

/** One line per size: prints as it goes, since the largest takes a while to make up. */
export function predictionBench(sizes: readonly number[], dir: string): string {
  const costs: Cell[][] = [];
  let last: FitFigures | undefined;
  for (const customers of sizes) {
    const file = join(dir, `cells-${customers}.bin`);
    const cells = writeCells(customers, file);
    const child = join(import.meta.dirname, 'prediction-fit.ts');
    const told = execFileSync(process.execPath, [child, file], { encoding: 'utf8' });
    const figures = JSON.parse(told) as FitFigures;
    const { panelRows, splits, panelSeconds, fitSeconds, reportSeconds, megabytes } = figures;
    const seconds = panelSeconds + fitSeconds;
    const counts = [customers, cells, panelRows, splits];
    costs.push([...counts, panelSeconds, fitSeconds, seconds, reportSeconds, megabytes]);
    last = figures;
  }
  const head = [
    'customers',
    'cell rows',
    'rows now',
    'splits',
    'panel, s',
    'fit, s',
    'both, s',
    'report, s',
    'MB',
  ];
  const families = (last?.families ?? []).map((family) => [
    family.id,
    family.seconds * 1000,
    family.forecastUs,
  ]);
  return [
    markdown(head, costs),
    '',
    'Of the largest, by family:',
    '',
    markdown(['family', 'fit, ms', 'P(active) and expected orders of a customer, µs'], families),
  ].join('\n');
}
