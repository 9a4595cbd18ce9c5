/**
 * When each customer needs which product again, from any shop's orders:
 *
 *   npm run reorder -- --orders FILE.csv --until DATE --out FILE.csv
 */
import type { ProductDue, WhenBasis, WhenModel } from '../functions/contract/prediction-when.ts';
import type { Basket, Day } from '../functions/contract/predictions.ts';
import { backTestProducts } from '../functions/domain/prediction/when/backtest.ts';
import { basketsOfCustomer } from '../functions/domain/prediction/when/baskets.ts';
import { learnWhen } from '../functions/domain/prediction/when/learn.ts';
import { dueProducts, type Purchase } from '../functions/domain/prediction/when/next.ts';
import {
  argumentsOf,
  CommandRefused,
  effort,
  type Io,
  refuseSameFile,
  runCommand,
  writeCsv,
} from './command.ts';
import {
  dayArgument,
  dayText,
  ordersLines,
  type OrderRow,
  nothingIn,
  readOrders,
} from './orders-file.ts';
import { progressOf, steps } from './progress.ts';

const USAGE = `npm run reorder -- --orders FILE.csv[.gz] --out FILE.csv
  [--until DATE]    the last day that is known; without it, the file's last

FILE needs the columns customer_id, date and item, and may have quantity; others are ignored. A negative
quantity gives back what was bought before. A customer's product is told where they bought it on two days or
more; the date is when, if they buy it again.`;

const OPTIONS = {
  orders: { type: 'string' },
  until: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const HEADER = ['customer_id', 'item', 'due_date', 'low', 'high', 'basis'];

/** What each customer bought, in the order of the file. */
class Customers {
  readonly lines = new Map<string, Purchase[]>();
  withoutItem = 0;

  add({ customer, day, item, quantity, returned }: OrderRow): void {
    if (item === undefined) {
      this.withoutItem += 1;
      return;
    }
    const lines = this.lines.get(customer);
    const size = Math.abs(quantity ?? 1);
    const line = { product: item, day, quantity: returned ? -size : size };
    if (lines) lines.push(line);
    else this.lines.set(customer, [line]);
  }

  *baskets(): Generator<Basket> {
    for (const lines of this.lines.values()) yield* basketsOfCustomer(lines);
  }
}

type Totals = { rows: number; customers: number; week: number; bases: Map<WhenBasis, number> };

function writeAll(
  { lines }: Customers,
  model: WhenModel,
  until: Day,
  file: string,
  io: Io,
): Totals {
  const totals: Totals = { rows: 0, customers: 0, week: 0, bases: new Map() };
  const progress = progressOf(io.progress, lines.size, ['predicting', 'customers']);
  let seen = 0;
  writeCsv(file, HEADER, (out) => {
    for (const [customer, bought] of lines) {
      const found = dueProducts(model, { lines: bought }, until);
      for (const due of found) {
        out.write(cellsOf(customer, due));
        add(totals, due, until);
      }
      if (found.length > 0) totals.customers += 1;
      seen += 1;
      progress.at(seen, seen);
    }
  });
  progress.end();
  return totals;
}

const cellsOf = (customer: string, { product, due, low, high, basis }: ProductDue): string[] => [
  customer,
  product,
  dayText(due),
  dayText(low),
  dayText(high),
  basis,
];

function add(totals: Totals, { due, basis }: ProductDue, until: Day): void {
  totals.rows += 1;
  if (due <= until + WEEK_DAYS) totals.week += 1;
  totals.bases.set(basis, (totals.bases.get(basis) ?? 0) + 1);
}

const WEEK_DAYS = 7;

const BASES: Readonly<Record<WhenBasis, string>> = {
  customer: "the customer's own gaps",
  product: "other customers' gaps with the product",
  refill: 'how long the catalogue says that it lasts',
  shop: "the shop's gaps, since there are few of the customer and the product",
  prior: "other shops' gaps: this shop has too few of its own",
};

function summary(customers: Customers, model: WhenModel, totals: Totals, until: Day): string {
  const number = (value: number) => Math.round(value).toLocaleString('en');
  const lines = [
    `${number(totals.rows)} products of ${number(totals.customers)} customers were bought on two days or more until ${dayText(until)}`,
    `  due within a week: ${number(totals.week)}`,
  ];
  for (const basis of Object.keys(BASES) as WhenBasis[]) {
    const count = totals.bases.get(basis);
    if (count) lines.push(`  ${number(count)} rest most on ${BASES[basis]}`);
  }
  const { at } = model.products;
  lines.push(
    `  learned from ${number(model.productGaps)} gaps (older ones faded): half of the customers' products come again within ${number(Math.exp(at) - 1)} days`,
    model.byPieces > 0
      ? `  twice the pieces last ${number(100 * (2 ** model.byPieces - 1))}% longer`
      : '  more pieces were not seen to last longer',
  );
  if (customers.withoutItem > 0) {
    lines.push(`  ${number(customers.withoutItem)} rows without an item left out`);
  }
  return lines.join('\n');
}

/** As far back as the file allows, a quarter at most: longer waits are few. */
const TEST_DAYS_MAX = 100;
/** Two parts of three are learned from. */
const TEST_SHARE = 1 / 3;
/** Fewer cases say nothing. */
const TEST_CASES_MIN = 30;

/** The same procedure on a day of the file's own past, and what came after it. */
function backTestLine({ lines }: Customers, first: Day, until: Day): string {
  const days = Math.min(TEST_DAYS_MAX, Math.floor((until - first) * TEST_SHARE));
  const { cases, error, rule, covered } = backTestProducts(lines.values(), until - days, days);
  if (cases < TEST_CASES_MIN) return '  too little was bought again to test the dates on the past';
  return (
    `  tested on the last ${days} days: of ${cases.toLocaleString('en')} products bought on three days ` +
    `before and again then, dates miss by ${error.toFixed(1)} days on average ` +
    `(the customer's median gap: ${rule.toFixed(1)}), ${Math.round(100 * covered)}% within low and high`
  );
}

export async function reorder(argv: string[], io: Io): Promise<void> {
  const args = argumentsOf(argv, OPTIONS, USAGE);
  if (args.help) return io.out(USAGE);
  if (!args.orders || !args.out) throw new CommandRefused(USAGE);
  refuseSameFile(args.orders, args.out);
  const customers = new Customers();
  const report = await readOrders(
    args.orders,
    {
      needs: ['item'],
      wants: ['quantity'],
      until: dayArgument('until', args.until),
      progress: io.progress,
    },
    (row) => customers.add(row),
  );
  for (const line of ordersLines(report)) io.err(line);
  const until = dayArgument('until', args.until) ?? report.last;
  if (until === undefined || report.used === report.returned) {
    throw new CommandRefused(nothingIn(report, 'nothing to predict from', args.until));
  }
  const step = steps(io.progress);
  step.show('learning the gaps');
  const model = learnWhen(undefined, customers.baskets());
  step.show('testing it on the past');
  const tested = backTestLine(customers, report.first ?? until, until);
  step.end();
  const totals = writeAll(customers, model, until, args.out, io);
  io.out(summary(customers, model, totals, until));
  io.out(tested);
  io.err(`${args.out} written (${effort()})`);
}

if (import.meta.main) process.exitCode = await runCommand(reorder);
