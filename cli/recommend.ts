/**
 * What each customer may buy next, and why, from any shop's orders:
 *
 *   npm run recommend -- --orders FILE.csv --until DATE --k 10 --out FILE.csv
 */
import type { PickReason, WhatModel } from '../functions/contract/prediction-what.ts';
import type { Day } from '../functions/contract/predictions.ts';
import { learnWhat } from '../functions/domain/prediction/what/learn.ts';
import { PICKS_MAX, recommend } from '../functions/domain/prediction/what/recommend.ts';
import {
  argumentsOf,
  CommandRefused,
  effort,
  type Io,
  refuseSameFile,
  runCommand,
  wholeNumber,
  writeCsv,
} from './command.ts';
import { dayArgument, dayText, nothingIn, ordersLines, readOrders } from './orders-file.ts';
import { ProductBook } from './product-book.ts';
import { progressOf, steps } from './progress.ts';

const USAGE = `npm run recommend -- --orders FILE.csv[.gz] --out FILE.csv
  [--until DATE]        the last day that is known; without it, the file's last
  [--k N]               picks for each customer, at most ${PICKS_MAX}; 10
  [--only again|new]    only what the customer bought before, or only what they did not;
                        without it both, by how likely each is in the next order

FILE needs the columns customer_id, date and item, and may have quantity and title (or description).
Several rows of a customer on one day are one order.`;

const OPTIONS = {
  orders: { type: 'string' },
  until: { type: 'string' },
  k: { type: 'string', default: '10' },
  only: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const HEADER = ['customer_id', 'rank', 'item', 'score', 'reason'];

type Only = 'again' | 'new' | undefined;

function onlyArgument(text: string | undefined): Only {
  if (text === undefined || text === 'again' || text === 'new') return text;
  throw new CommandRefused(`--only: got ${JSON.stringify(text)}, wanted again or new`);
}

/** The code, and after a colon what it speaks of: `bought-together:85123A`. */
export function reasonText(reason: PickReason): string {
  switch (reason.code) {
    case 'bought-together':
    case 'bought-next':
    case 'similar':
      return `${reason.code}:${reason.because}`;
    case 'same-attribute':
      return `${reason.code}:${reason.name}=${reason.value}`;
    case 'viewed':
      return `${reason.code}:${reason.times}`;
    case 'searched':
      return `${reason.code}:${reason.words}`;
    default:
      return reason.code;
  }
}

type Asked = { until: Day; k: number; only: Only };
type Totals = { picks: number; codes: Map<string, number> };

function writeAll(book: ProductBook, model: WhatModel, file: string, asked: Asked, io: Io): Totals {
  const totals: Totals = { picks: 0, codes: new Map() };
  const progress = progressOf(io.progress, book.size, ['recommending', 'customers']);
  const { until: at, k, only } = asked;
  let done = 0;
  writeCsv(file, HEADER, (out) => {
    for (const { id, bought } of book.customers()) {
      const picks = recommend(model, { at, bought, ...(only && { only }) }, k);
      picks.forEach(({ product, score, reason }, index) => {
        out.write([id, index + 1, product, score.toFixed(6), reasonText(reason)]);
        totals.picks += 1;
        totals.codes.set(reason.code, (totals.codes.get(reason.code) ?? 0) + 1);
      });
      done += 1;
      progress.at(done, done);
    }
  });
  progress.end();
  return totals;
}

const number = (value: number): string => value.toLocaleString('en');

function summary(book: ProductBook, model: WhatModel, { until }: Asked, totals: Totals): string {
  const codes = [...totals.codes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return [
    `${number(book.size)} customers and ${number(model.products.length)} products until ${dayText(until)}:`,
    `  ${number(totals.picks)} picks: ${codes.map(([code, n]) => `${number(n)} ${code}`).join(', ')}`,
    `  the tables: ${number(JSON.stringify(model).length)} bytes`,
  ].join('\n');
}

export async function recommendAll(argv: string[], io: Io): Promise<void> {
  const args = argumentsOf(argv, OPTIONS, USAGE);
  if (args.help) return io.out(USAGE);
  if (!args.orders || !args.out) throw new CommandRefused(USAGE);
  refuseSameFile(args.orders, args.out);
  const k = wholeNumber('k', args.k, 1, PICKS_MAX);
  const only = onlyArgument(args.only);
  const book = new ProductBook();
  const until = dayArgument('until', args.until);
  const report = await readOrders(
    args.orders,
    { needs: ['item'], wants: ['quantity', 'title'], until, progress: io.progress },
    (row) => book.add(row),
  );
  for (const line of ordersLines(report)) io.err(line);
  const at = until ?? report.last;
  if (at === undefined || book.size === 0)
    throw new CommandRefused(nothingIn(report, 'no order to recommend from', args.until));
  const step = steps(io.progress);
  step.show('learning what goes together');
  const model = learnWhat(undefined, book.baskets(), book.products());
  step.end();
  const asked = { until: at, k, only };
  io.out(summary(book, model, asked, writeAll(book, model, args.out, asked, io)));
  io.err(`${args.out} written (${effort()})`);
}

if (import.meta.main) process.exitCode = await runCommand(recommendAll);
