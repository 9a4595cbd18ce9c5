/**
 * Who will come back, how often, for how much, and when, from any shop's orders:
 *
 *   npm run predict -- --orders FILE.csv --until DATE --horizon-days N --out FILE.csv
 */
import type { Due, WhenModel } from '../functions/contract/prediction-when.ts';
import type { WhoModel, WhoPrediction } from '../functions/contract/prediction-who.ts';
import type { Basis, Basket, Day, History } from '../functions/contract/predictions.ts';
import {
  expectedValue,
  fitGammaGamma,
} from '../functions/domain/prediction/families/gamma-gamma.ts';
import { basketsOfDays } from '../functions/domain/prediction/when/baskets.ts';
import { learnWhen } from '../functions/domain/prediction/when/learn.ts';
import { nextOrder } from '../functions/domain/prediction/when/next.ts';
import { fitWho } from '../functions/domain/prediction/who/fit.ts';
import { panelFromDays } from '../functions/domain/prediction/who/panel-from-days.ts';
import { predictWho } from '../functions/domain/prediction/who/predict.ts';
import {
  argumentsOf,
  CommandRefused,
  effort,
  horizonArgument,
  type Io,
  refuseSameFile,
  runCommand,
  writeCsv,
} from './command.ts';
import { type Buyer, historyAt, OrderBook } from './order-book.ts';
import {
  dayArgument,
  dayText,
  ordersLines,
  type OrdersReport,
  nothingIn,
  readOrders,
} from './orders-file.ts';
import { progressOf, steps } from './progress.ts';

const USAGE = `npm run predict -- --orders FILE.csv[.gz] --out FILE.csv
  [--until DATE]        the last day that is known; without it, the file's last
  [--horizon-days N]    how far to look ahead; 90

FILE needs the columns customer_id and date, and may have amount (or quantity and price); others are ignored.
Several rows of a customer on one day are one order day. next_order_date is when the next one comes if it comes
within the horizon, low and high the days between which four of five such dates lie.`;

const OPTIONS = {
  orders: { type: 'string' },
  until: { type: 'string' },
  'horizon-days': { type: 'string', default: '90' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const HEADER =
  'customer_id,p_active,expected_orders,expected_value,next_order_date,next_order_low,next_order_high,basis'.split(
    ',',
  );

type Shop = {
  buyers: Buyer[];
  until: Day;
  horizonDays: number;
  who: WhoModel;
  when: WhenModel;
  /** Gamma-Gamma's parameters; absent where the file has no amounts. */
  spend: readonly number[] | undefined;
};

function fitShop(book: OrderBook, until: Day, horizonDays: number): Shop {
  const buyers = book.list();
  const panel = panelFromDays(
    buyers.map(({ days }) => days),
    { until, horizonDays },
  );
  return {
    buyers,
    until,
    horizonDays,
    who: fitWho(panel, { horizonDays }),
    when: learnWhen(undefined, basketsOf(buyers)),
    spend: book.hasAmounts ? fitSpend(buyers, until) : undefined,
  };
}

function* basketsOf(buyers: readonly Buyer[]): Generator<Basket> {
  for (const { days } of buyers) yield* basketsOfDays(days);
}

function fitSpend(buyers: readonly Buyer[], until: Day): readonly number[] | undefined {
  const rows = buyers.flatMap((buyer) => {
    const spend = historyAt(buyer, until)?.spend;
    return spend ? [{ n: 1, orders: spend.orders, mean: spend.total / spend.orders }] : [];
  });
  return rows.length > 0 ? fitGammaGamma(rows).params : undefined;
}

/** What a buyer is expected to spend within the horizon, in the file's currency. */
function valueOf(shop: Shop, { spend }: History, expectedOrders: number): number | undefined {
  if (!shop.spend) return undefined;
  const own = spend
    ? { orders: spend.orders, mean: spend.total / spend.orders }
    : { orders: 0, mean: 0 };
  return expectedOrders * expectedValue(shop.spend, own);
}

type Totals = {
  active: number;
  orders: number;
  value: number;
  bases: Map<Basis, number>;
};

function writeAll(shop: Shop, file: string, io: Io): Totals {
  const totals: Totals = { active: 0, orders: 0, value: 0, bases: new Map() };
  const progress = progressOf(io.progress, shop.buyers.length, ['predicting', 'customers']);
  writeCsv(file, HEADER, (out) => {
    for (const buyer of shop.buyers) {
      const history = historyAt(buyer, shop.until);
      if (!history) continue;
      const who = predictWho(shop.who, history, shop.until, shop.horizonDays);
      const value = valueOf(shop, history, who.expectedOrders);
      const { days } = buyer;
      // If they order within the horizon at all, which p_active tells, it is then.
      const withinDays = shop.horizonDays;
      const next = nextOrder(shop.when, { ...history, days }, shop.until, { withinDays });
      out.write(cellsOf(buyer.id, who, value, next));
      add(totals, who, value);
      progress.at(out.rows, out.rows);
    }
  });
  progress.end();
  return totals;
}

function cellsOf(
  id: string,
  who: WhoPrediction,
  value: number | undefined,
  { due, low, high }: Due,
): string[] {
  // Nothing is known yet: an empty cell cannot be taken for a forecast.
  if (who.basis === 'none') return [id, '', '', '', '', '', '', who.basis];
  return [
    id,
    who.pActive.toFixed(6),
    who.expectedOrders.toFixed(6),
    value === undefined ? '' : value.toFixed(2),
    dayText(due),
    dayText(low),
    dayText(high),
    who.basis,
  ];
}

function add(totals: Totals, who: WhoPrediction, value: number | undefined): void {
  totals.bases.set(who.basis, (totals.bases.get(who.basis) ?? 0) + 1);
  if (who.basis === 'none') return;
  totals.active += who.pActive;
  totals.orders += who.expectedOrders;
  totals.value += value ?? 0;
}

const BASES: Readonly<Record<Basis, string>> = {
  shop: "the shop's own orders",
  shrunk: "the shop's own orders, pulled towards other shops', since they are few",
  prior: "other shops' orders: this shop has too few of its own",
  none: 'nothing yet: cannot tell',
};

function summary(shop: Shop, totals: Totals, report: OrdersReport): string {
  const { who, until, horizonDays } = shop;
  const number = (value: number, digits = 0) =>
    value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const lines = [
    `${number(shop.buyers.length)} customers until ${dayText(until)}, the ${horizonDays} days after it:`,
  ];
  if (who.basis !== 'none') {
    lines.push(
      `  expected: ${number(totals.active)} of them order, ${number(totals.orders)} order days in all` +
        (shop.spend ? `, worth ${number(totals.value)}` : ''),
    );
  }
  for (const [basis, count] of totals.bases) {
    lines.push(`  ${number(count)} rest on ${BASES[basis]}`);
  }
  lines.push(
    `  known: ${number(who.customers)} customers, ${number(who.repeaters)} of them with a repeat order`,
  );
  if (!shop.spend && report.used > 0) lines.push('  no amounts in the file: no expected_value');
  lines.push(...backTestLines(who));
  return lines.join('\n');
}

function backTestLines({ backTest, candidates }: WhoModel): string[] {
  if (!backTest) return ['  the history is too short to test the forecasts on it'];
  const { brier, logLoss, auc, mae, calibrationError, customers } = backTest;
  const figures = [
    `Brier ${brier.toFixed(4)}`,
    `log-loss ${logLoss.toFixed(4)}`,
    // Where everybody came back, or nobody, there is no ranking to judge.
    ...(Number.isFinite(auc) ? [`AUC ${auc.toFixed(3)}`] : []),
    ...(Number.isFinite(mae) ? [`MAE ${mae.toFixed(3)}`] : []),
    `calibration error ${calibrationError.toFixed(3)}`,
  ].join(', ');
  const shares = candidates
    .filter(({ weight }) => weight > 0)
    .map(({ id, weight }) => `${id} ${Math.round(100 * weight)}%`);
  return [
    `  tested on the shop's own past (${Math.round(customers).toLocaleString('en')} forecasts): ${figures}`,
    ...(shares.length > 0 ? [`  made of: ${shares.join(', ')}`] : []),
  ];
}

export async function predict(argv: string[], io: Io): Promise<void> {
  const args = argumentsOf(argv, OPTIONS, USAGE);
  if (args.help) return io.out(USAGE);
  if (!args.orders || !args.out) throw new CommandRefused(USAGE);
  refuseSameFile(args.orders, args.out);
  const horizonDays = horizonArgument(args['horizon-days']);
  const book = new OrderBook();
  const report = await readOrders(
    args.orders,
    {
      wants: ['amount'],
      until: dayArgument('until', args.until),
      progress: io.progress,
    },
    (row) => book.add(row),
  );
  for (const line of ordersLines(report)) io.err(line);
  const until = dayArgument('until', args.until) ?? report.last;
  if (until === undefined || report.used === report.returned) {
    throw new CommandRefused(nothingIn(report, 'no order to predict from', args.until));
  }
  const step = steps(io.progress);
  step.show('fitting the model');
  const shop = fitShop(book, until, horizonDays);
  step.end();
  const totals = writeAll(shop, args.out, io);
  io.out(summary(shop, totals, report));
  io.err(`${args.out} written (${effort()})`);
}

if (import.meta.main) process.exitCode = await runCommand(predict);
