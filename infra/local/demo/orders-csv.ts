/**
 * A shop's order log as Segment events: invoice lines (`order_id, datetime, customer_id, item,
 * description, quantity, unit_price, country`) or orders (`customer_id, date, amount`). Names of
 * columns count, not their places. Addresses are made up: the file's customers are numbers.
 */
import { createHash } from 'node:crypto';
import { share } from '../../../functions/contract/ids.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../functions/contract/time.ts';
import { countryCode } from './countries.ts';
import { csvRecords, type CsvRecord } from './csv.ts';
import { type Batch, batched, identify, type SegmentEvent, track } from './segment.ts';

export type OrdersOptions = {
  /** Only about so many customers, chosen by hash: the same ones each time. */
  customers?: number;
  currency?: string;
  batchMs?: number;
};

export type OrdersReport = {
  lines: number;
  customers: number;
  orders: number;
  refunds: number;
  /** Cancellations for which no earlier order of the customer held the items. */
  unmatched: number;
  bad: number;
  /** The first ones, with their line numbers. */
  badLines: { line: number; reason: string }[];
};

export type Orders = {
  batches(): Iterable<Batch>;
  report: OrdersReport;
  start: Instant;
  end: Instant;
};

export class OrdersFileUnusable extends Error {
  readonly code = 'orders-file-unusable';
}

const BAD_LINES_SHOWN = 20;
/** An order log of a small shop has a million lines; ten million would not fit into memory. */
const LINES_MAX = 5_000_000;

type Item = { product: string; name: string; quantity: number; price: number };
type Order = { id: string; customer: string; at: Instant; items: Item[]; cancels: boolean };

const COLUMNS = {
  customer: ['customer_id', 'customerid', 'customer', 'customer id', 'cust'],
  at: ['datetime', 'date', 'invoicedate', 'order_date', 'created_at'],
  order: ['order_id', 'invoiceno', 'invoice', 'orderid', 'order'],
  item: ['item', 'stockcode', 'product_id', 'sku'],
  name: ['description', 'name', 'product'],
  quantity: ['quantity', 'qty'],
  price: ['unit_price', 'unitprice', 'price'],
  amount: ['amount', 'total', 'revenue'],
  country: ['country'],
} as const;
type Column = keyof typeof COLUMNS;

const cell = (record: CsvRecord, column: Column): string | undefined => {
  for (const name of COLUMNS[column]) {
    const value = record.cells[name];
    if (value !== undefined) return value.trim();
  }
  return undefined;
};

/** Times without a zone are read as UTC; a day without a time is its noon. */
function instantOf(text: string | undefined): Instant | undefined {
  const match =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
      text ?? '',
    );
  if (!match) return undefined;
  const [, year, month, day, time, zone = 'Z'] = match;
  const at = Date.parse(`${year}-${month}-${day}T${time ?? '12:00'}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}

const number = (text: string | undefined): number | undefined =>
  text === undefined || text === '' || !Number.isFinite(Number(text.replace(',', '.')))
    ? undefined
    : Number(text.replace(',', '.'));

/** One line as (order, item), or what is wrong with it. */
function read(record: CsvRecord): { order: Omit<Order, 'items'>; item: Item } | { bad: string } {
  const customer = cell(record, 'customer');
  if (!customer) return { bad: 'no customer_id' };
  const at = instantOf(cell(record, 'at'));
  if (at === undefined) return { bad: 'wanted a date such as 2026-01-31 or 2026-01-31T12:00' };
  const id = cell(record, 'order') ?? `${customer}-${new Date(at).toISOString().slice(0, 10)}`;
  const amount = number(cell(record, 'amount'));
  const quantity = cell(record, 'item') ? number(cell(record, 'quantity')) : 1;
  const price = cell(record, 'item') ? number(cell(record, 'price')) : (amount ?? 0);
  if (quantity === undefined || price === undefined || price < 0) {
    return { bad: 'wanted numbers in quantity and unit_price' };
  }
  const product = cell(record, 'item') ?? 'order';
  const item = { product, name: cell(record, 'name') ?? product, quantity, price };
  return { order: { id, customer, at, cancels: /^c/i.test(id) || quantity < 0 }, item };
}

/** How a slice of N customers is drawn: those with the lowest hashes. */
function slice(customers: Iterable<string>, count: number | undefined): Set<string> {
  const all = [...new Set(customers)];
  if (count === undefined || count >= all.length) return new Set(all);
  const places = all.map((id) => ({ id, place: share('orders-slice', id) }));
  return new Set(
    places
      .sort((a, b) => a.place - b.place)
      .slice(0, count)
      .map(({ id }) => id),
  );
}

const productOf = ({ product, name, quantity, price }: Item) => ({
  product_id: product,
  name,
  price,
  quantity,
});
const round = (amount: number) => Math.round(amount * 100) / 100;
const totalOf = (items: readonly Item[]) =>
  round(items.reduce((sum, { quantity, price }) => sum + quantity * price, 0));

/** The id says what it is of, so that the same file sends the same events again. */
const addressOf = (customer: string) =>
  `customer-${/^[\w-]{1,40}$/.test(customer) ? customer.toLowerCase() : createHash('sha256').update(customer).digest('hex').slice(0, 16)}@example.com`;

/** The newest earlier order of the customer that still holds what is given back, item by item. */
function matchRefund(refund: Order, earlier: readonly Order[], left: Map<string, number>) {
  const key = (order: Order, product: string) => `${order.id} ${product}`;
  return earlier.findLast(
    (order) =>
      order.at <= refund.at &&
      refund.items.every(
        ({ product, quantity }) => (left.get(key(order, product)) ?? 0) >= Math.abs(quantity),
      ),
  );
}

function eventsOf(
  orders: readonly Order[],
  currency: string,
  report: OrdersReport,
): SegmentEvent[] {
  const earlier: Order[] = [];
  const left = new Map<string, number>();
  const events: SegmentEvent[] = [];
  for (const order of orders) {
    const actor = { userId: order.customer };
    if (!order.cancels) {
      earlier.push(order);
      for (const { product, quantity } of order.items) {
        const key = `${order.id} ${product}`;
        left.set(key, (left.get(key) ?? 0) + quantity);
      }
      report.orders += 1;
      const properties = {
        order_id: order.id,
        currency,
        total: totalOf(order.items),
        products: order.items.map(productOf),
      };
      events.push(track(actor, order.at, 'Order Completed', properties));
      continue;
    }
    const match = matchRefund(order, earlier, left);
    if (!match) {
      report.unmatched += 1;
      continue;
    }
    for (const { product, quantity } of order.items) {
      const key = `${match.id} ${product}`;
      left.set(key, (left.get(key) ?? 0) - Math.abs(quantity));
    }
    report.refunds += 1;
    const total = Math.abs(totalOf(order.items));
    const properties = { order_id: match.id, currency, total };
    events.push(track(actor, order.at, 'Order Refunded', properties));
  }
  return events;
}

type Collected = { byCustomer: Map<string, Map<string, Order>>; countries: Map<string, string> };

function take(record: CsvRecord, collected: Collected, report: OrdersReport): void {
  const line = read(record);
  if ('bad' in line) {
    report.bad += 1;
    if (report.badLines.length < BAD_LINES_SHOWN) {
      report.badLines.push({ line: record.line, reason: line.bad });
    }
    return;
  }
  const { order, item } = line;
  const orders = collected.byCustomer.get(order.customer) ?? new Map<string, Order>();
  collected.byCustomer.set(order.customer, orders);
  const known = orders.get(order.id);
  if (known) known.items.push(item);
  else orders.set(order.id, { ...order, items: [item] });
  const country = countryCode(cell(record, 'country') ?? '');
  if (country) collected.countries.set(order.customer, country);
}

/** Reads the whole file (gzip or not), then answers with its events by time. */
export async function ordersFromCsv(
  stream: AsyncIterable<Uint8Array | string>,
  options: OrdersOptions = {},
): Promise<Orders> {
  const report: OrdersReport = {
    lines: 0,
    customers: 0,
    orders: 0,
    refunds: 0,
    unmatched: 0,
    bad: 0,
    badLines: [],
  };
  const collected: Collected = { byCustomer: new Map(), countries: new Map() };
  for await (const record of csvRecords(stream)) {
    report.lines += 1;
    if (report.lines > LINES_MAX) throw new OrdersFileUnusable(`more than ${LINES_MAX} lines`);
    take(record, collected, report);
  }
  const chosen = slice(collected.byCustomer.keys(), options.customers);
  if (chosen.size === 0) {
    throw new OrdersFileUnusable(
      'no order found. Wanted columns customer_id, date, amount; or order_id, datetime, ' +
        'customer_id, item, quantity, unit_price. The first line names them.',
    );
  }
  report.customers = chosen.size;
  const events: SegmentEvent[] = [];
  for (const customer of [...chosen].sort()) {
    const orders = [...(collected.byCustomer.get(customer)?.values() ?? [])];
    orders.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    const country = collected.countries.get(customer);
    const traits = { email: addressOf(customer), ...(country && { address: { country } }) };
    events.push(identify({ userId: customer }, (orders[0] as Order).at, traits));
    for (const event of eventsOf(orders, options.currency ?? 'EUR', report)) events.push(event);
  }
  const times = events.map(({ timestamp }) => Date.parse(timestamp));
  const start = Math.floor(times.reduce((a, b) => Math.min(a, b)) / DAY_MS) * DAY_MS;
  const end = times.reduce((a, b) => Math.max(a, b)) + HOUR_MS;
  return { batches: () => batched(events, options.batchMs ?? HOUR_MS / 2), report, start, end };
}
