/** The back-test's figures as tables: markdown that is also readable on a screen. */
import * as z from 'zod';
import type { Figures } from '../../functions/contract/prediction-who.ts';
import type { Day } from '../../functions/contract/predictions.ts';
import type { WhenScore } from '../../functions/domain/prediction/when/backtest.ts';
import { dayText } from '../orders-file.ts';
import type { Scored, SplitResult } from './split.ts';

export const NAMES: Readonly<Record<Scored['id'], string>> = {
  procedure: 'Perennial',
  'bg-nbd': 'BG/NBD',
  'mbg-nbd': 'MBG/NBD',
  'bg-cnbd-k': 'BG/CNBD-k',
  'mbg-cnbd-k': 'MBG/CNBD-k',
  'pareto-nbd': 'Pareto/NBD',
};

const figure = z.number().optional();
/** Figures of other implementations on the same file and split, to be shown beside. */
export const referenceFile = z.object({
  rows: z.array(
    z.object({
      name: z.string(),
      mae: figure,
      auc: figure,
      brier: figure,
      logLoss: figure,
      calibrationError: figure,
    }),
  ),
});
export type Reference = z.infer<typeof referenceFile>['rows'];

type Shown = 'mae' | 'auc' | 'brier' | 'logLoss' | 'calibrationError' | 'ordersRatio';
type Cells = { [figure in Shown]?: number | undefined };

const HEAD = ['', 'MAE', 'AUC', 'Brier', 'log-loss', 'calibration error', 'expected/actual orders'];

const fixed = (value: number | undefined, digits: number): string =>
  value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(digits);

const cells = (name: string, of: Cells): string[] => [
  name,
  fixed(of.mae, 3),
  fixed(of.auc, 3),
  fixed(of.brier, 4),
  fixed(of.logLoss, 4),
  fixed(of.calibrationError, 3),
  fixed(of.ordersRatio, 2),
];

/** Columns of equal width, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, at) =>
    Math.max(name.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, at) => (at === 0 ? (row[at] ?? '').padEnd(width) : (row[at] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `|${widths.map((width, at) => (at === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Each candidate at one split; `reference` beside. */
export function splitTable({ scored }: SplitResult, reference: Reference): string {
  return table(HEAD, [
    ...scored.map(({ id, figures }) => cells(NAMES[id], figures)),
    ...reference.map((row) => cells(`reference: ${row.name}`, row)),
  ]);
}

/** The procedure at each origin, and each candidate's mean over them. */
export function originsTable(splits: readonly SplitResult[]): string {
  const head = ['origin', 'customers', ...HEAD.slice(1)];
  const own = splits.map(({ origin, scored }) => {
    const [procedure] = scored as [Scored];
    const [, ...figures] = cells('', procedure.figures);
    return [dayText(origin), procedure.figures.customers.toLocaleString('en'), ...figures];
  });
  const ids = (splits[0]?.scored ?? []).map(({ id }) => id);
  const means = ids.map((id) => {
    const all = splits.flatMap(({ scored }) => scored.filter((one) => one.id === id));
    const [name, ...figures] = cells(`mean: ${NAMES[id]}`, meanOf(all));
    return [name as string, '', ...figures];
  });
  return table(head, [...own, ...means]);
}

/** Next orders of customers with at least three gaps who ordered within the horizon. */
export function datesTable(dates: readonly { origin: Day; found: WhenScore }[]): string {
  const head = ['origin', 'customers', 'error, days', 'by own median gap', 'in 80% interval'];
  const rows = dates.map(({ origin, found: { cases, error, rule, covered } }) => {
    const figures =
      cases > 0 ? [error.toFixed(1), rule.toFixed(1), covered.toFixed(2)] : ['', '', ''];
    return [dayText(origin), cases.toLocaleString('en'), ...figures];
  });
  return table(head, rows);
}

function meanOf(all: readonly Scored[]): Cells {
  const mean = (pick: (figures: Figures) => number) =>
    all.reduce((sum, { figures }) => sum + pick(figures), 0) / all.length;
  return {
    mae: mean(({ mae }) => mae),
    auc: mean(({ auc }) => auc),
    brier: mean(({ brier }) => brier),
    logLoss: mean(({ logLoss }) => logLoss),
    calibrationError: mean(({ calibrationError }) => calibrationError),
    ordersRatio: mean(({ ordersRatio }) => ordersRatio),
  };
}
