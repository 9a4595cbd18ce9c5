/**
 * How good the predictions are on any shop's own past, as tables and drawings:
 *
 *   npm run backtest -- --orders FILE.csv [--until DATE] [--horizon-days N] [--out DIR]
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Day } from '../functions/contract/predictions.ts';
import { drawSplit, type Drawing } from './backtest/plots.ts';
import {
  type Customers,
  type Plan,
  planOf,
  scoreSplit,
  type SplitResult,
} from './backtest/split.ts';
import {
  datesTable,
  originsTable,
  type Reference,
  referenceFile,
  splitTable,
} from './backtest/table.ts';
import { backTestOrders } from '../functions/domain/prediction/when/backtest.ts';
import {
  argumentsOf,
  CommandRefused,
  effort,
  horizonArgument,
  type Io,
  runCommand,
} from './command.ts';
import { OrderBook } from './order-book.ts';
import { dayArgument, dayText, ordersLines, type OrdersReport, readOrders } from './orders-file.ts';
import { steps } from './progress.ts';

const USAGE = `npm run backtest -- --orders FILE.csv[.gz]
  [--until DATE]        the split: models know the days until it, later ones judge them
  [--horizon-days N]    how far to look ahead; without it, what follows the split
  [--out DIR]           where the tables and drawings go; backtest
  [--reference FILE]    JSON { "rows": [{ "name", "mae", "auc", "brier", "logLoss", "calibrationError" }] }
                        of other implementations on the same split, shown beside

Without --until the split lies 90 days before the end, or a third of a shorter history.`;

const OPTIONS = {
  orders: { type: 'string' },
  until: { type: 'string' },
  'horizon-days': { type: 'string' },
  out: { type: 'string', default: 'backtest' },
  reference: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function referenceOf(file: string | undefined): Reference {
  if (file === undefined) return [];
  if (!existsSync(file)) throw new CommandRefused(`--reference: no file ${file}`);
  try {
    return referenceFile.parse(JSON.parse(readFileSync(file, 'utf8'))).rows;
  } catch (cause) {
    const why = (cause as Error).message.slice(0, 200);
    throw new CommandRefused(`--reference: ${file} is not as --help shows it: ${why}`, { cause });
  }
}

type Wish = { until: Day | undefined; horizonDays: number | undefined };

function planFor(report: OrdersReport, wish: Wish, customers: number): Plan {
  const { file, first, last } = report;
  const { until } = wish;
  if (first === undefined || last === undefined) {
    throw new CommandRefused(`${file}: no order to judge by (${report.rows} rows)`);
  }
  const plan = planOf({ first, last }, wish, customers);
  if (plan) return plan;
  throw new CommandRefused(
    `${file}: its orders lie from ${dayText(first)} to ${dayText(last)}; wanted a split with orders before and after it` +
      (until === undefined ? '' : `, got --until ${dayText(until)}`),
  );
}

function scoreAll(customers: Customers, plan: Plan, io: Io): SplitResult[] {
  const step = steps(io.progress);
  const { horizonDays } = plan;
  const splits: SplitResult[] = [];
  for (const origin of [plan.origin, ...plan.earlier]) {
    const say = (text: string) => step.show(`${dayText(origin)}: ${text}`);
    splits.push(scoreSplit(customers, { origin, horizonDays }, say, splits[0]));
  }
  step.end();
  return splits.filter(({ scored }) => (scored[0]?.figures.customers ?? 0) > 0);
}

function tables(
  splits: readonly SplitResult[],
  customers: Customers,
  reference: Reference,
): string {
  const [main] = splits as [SplitResult];
  const { origin, horizonDays, who, scored } = main;
  const known = scored[0]?.figures.customers ?? 0;
  const parts = [
    `Split ${dayText(origin)}, horizon ${horizonDays} days, ${known.toLocaleString('en')} customers first seen before it; basis: ${who.basis}.`,
    splitTable(main, reference),
  ];
  if (splits.length > 1) parts.push('Standing on earlier days as well:', originsTable(splits));
  const dates = splits.map((split) => {
    const found = backTestOrders(customers, split.origin, split.horizonDays);
    return { origin: split.origin, found };
  });
  parts.push('When the next order comes, if it does:', datesTable(dates));
  return parts.join('\n\n');
}

function writeOut(dir: string, file: string, text: string, drawings: readonly Drawing[]): void {
  mkdirSync(dir, { recursive: true });
  for (const { file: name, svg } of drawings) writeFileSync(join(dir, name), svg);
  const shown = drawings.map(({ file: name, caption }) => `![${caption}](${name})\n\n${caption}`);
  const page = [`# Back-test of ${basename(file)}`, text, ...shown].join('\n\n');
  writeFileSync(join(dir, 'backtest.md'), `${page}\n`);
}

export async function backTest(argv: string[], io: Io): Promise<void> {
  const args = argumentsOf(argv, OPTIONS, USAGE);
  if (args.help) return io.out(USAGE);
  if (!args.orders) throw new CommandRefused(USAGE);
  const until = dayArgument('until', args.until);
  const horizon = args['horizon-days'] && horizonArgument(args['horizon-days']);
  const reference = referenceOf(args.reference);
  const book = new OrderBook();
  const report = await readOrders(args.orders, { progress: io.progress }, (row) => book.add(row));
  for (const line of ordersLines(report)) io.err(line);
  const customers = book.list().map(({ days }) => days);
  const plan = planFor(report, { until, horizonDays: horizon || undefined }, customers.length);
  const splits = scoreAll(customers, plan, io);
  const [split] = splits;
  if (!split) throw new CommandRefused(`${args.orders}: nobody bought before the split`);
  const text = tables(splits, customers, reference);
  writeOut(args.out, args.orders, text, drawSplit(split, customers));
  io.out(text);
  io.err(`${args.out}/ written: backtest.md and its drawings (${effort()})`);
}

if (import.meta.main) process.exitCode = await runCommand(backTest);
