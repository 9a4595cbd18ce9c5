/** Rows of orders -> calls: what was bought, and what became of it. Pure but for what is held of the file. */
import { hashId } from '../../functions/contract/ids.ts';
import type { Instant } from '../../functions/contract/time.ts';
import { type Call, type Item, track, type Who, WHO_WANTED, whoOf } from './calls.ts';
import { AHEAD_MAX_MS, amountOf, countryCode, DATE_WANTED, textOf } from './cells.ts';
import { type Mapping, read } from './columns.ts';
import { Credits } from './credits.ts';
import { Groups, Scattering } from './groups.ts';
import type { Cells } from './records.ts';

/** How the cells of a file are to be read. */
export type Reading = {
  mapping: Mapping;
  separator: string;
  momentOf(value: unknown): Instant | undefined;
  /** The present: later moments are slips. */
  now: Instant;
  /** Takes the place of a moment that the file does not tell: when the file was written. */
  asOf: Instant;
};

export type Line = {
  item?: string;
  title?: string;
  quantity: number;
  price?: number;
  attributes: { [name: string]: string };
};

/** A row, with what it says of its whole order. */
export type OrderLine = {
  row: number;
  order: string;
  who: Who;
  at: Instant;
  line?: Line;
  total?: number;
  /** Money or goods that came back: what, as a positive number. */
  back?: number;
  cells: Cells;
};

/** Products that an event takes; the total is of all. */
const LINES_MAX = 200;
/** Of a total made of prices: parts of a cent are an accident of binary numbers. */
const round = (value: number): number => Math.round(value * 10_000) / 10_000;

const UNPAID = new Set(
  'pending failed voided abandoned checkout-draft draft unpaid expired'.split(' '),
);
const CANCELLED = new Set('cancelled canceled'.split(' '));
const REFUNDED = new Set('refunded'.split(' '));

/** A row of an order file, or why it is none. */
export function orderLine(row: number, cells: Cells, reading: Reading): OrderLine | string {
  const { mapping, separator, momentOf, now } = reading;
  const of = (name: string) => read(cells, mapping, name);
  const who = whoOf(of('customer_id'), of('email'));
  // Shopify and others write who and when only into the first row of an order.
  const at = momentOf(of('date'));
  const id = of('order_id');
  if (id === undefined && !who) return WHO_WANTED;
  if (of('date') !== undefined && at === undefined) return `date: wanted ${DATE_WANTED}`;
  if (at !== undefined && at > now + AHEAD_MAX_MS) return 'date: wanted a moment that is past';
  const line = lineOf(cells, reading);
  if (typeof line === 'string') return line;
  const total = numberIn(of('total'), separator);
  if (total === 'bad') return 'total: wanted a number such as 19.90 or 19,90';
  if (id === undefined && at === undefined) return `date: wanted ${DATE_WANTED}`;
  const order =
    id === undefined ? hashId('order', who?.userId ?? who?.email ?? '', textOf(at)) : textOf(id);
  const back = backOf(line, total);
  return {
    row,
    order,
    who: who ?? {},
    at: at ?? Number.NaN,
    ...(line && { line }),
    ...(total !== undefined && { total }),
    ...(back !== undefined && { back }),
    cells,
  };
}

const numberIn = (value: unknown, separator: string): number | undefined | 'bad' =>
  value === undefined ? undefined : (amountOf(value, separator) ?? 'bad');

/** Goods that go back have a quantity, a price or a total below zero. */
function backOf(line: Line | undefined, total: number | undefined): number | undefined {
  const worth = line?.price === undefined ? undefined : line.quantity * line.price;
  if ((line?.quantity ?? 0) < 0 || (worth ?? 0) < 0) return round(Math.abs(worth ?? total ?? 0));
  return total !== undefined && total < 0 ? round(-total) : undefined;
}

function lineOf(cells: Cells, { mapping, separator }: Reading): Line | string | undefined {
  const of = (name: string) => read(cells, mapping, name);
  const item = of('item') ?? of('title');
  const quantity = numberIn(of('quantity'), separator);
  if (quantity === 'bad') return 'quantity: wanted a number';
  const price = numberIn(of('price'), separator);
  if (price === 'bad') return 'price: wanted a number such as 19.90 or 19,90';
  if (item === undefined && price === undefined) return undefined;
  const attributes: { [name: string]: string } = {};
  for (const name of ['category', 'brand', 'variant']) {
    const value = of(name);
    if (value !== undefined) attributes[name] = textOf(value);
  }
  const title = of('title');
  return {
    quantity: quantity ?? 1,
    attributes,
    ...(item !== undefined && { item: textOf(item) }),
    ...(title !== undefined && { title: textOf(title) }),
    ...(price !== undefined && { price }),
  };
}

/** Products of lines as Segment writes them. */
export const productsOf = (lines: readonly Line[]): object[] =>
  lines
    .filter(({ item, quantity }) => item !== undefined && quantity > 0)
    .slice(0, LINES_MAX)
    .map(({ item, title, quantity, price, attributes }) => ({
      product_id: item,
      ...(title !== undefined && { name: title }),
      quantity,
      ...(price !== undefined && { price }),
      ...attributes,
    }));

/** What a look over the file finds, which the reading of it needs. */
export class OrdersLook {
  private readonly order = new Scattering();
  readonly credits = new Credits();

  see(line: OrderLine): void {
    this.order.see(line.order);
    if (line.back !== undefined) this.credits.expect(line);
  }

  get scattered(): ReadonlySet<string> {
    return this.order.scattered;
  }
}

/** Makes calls of rows; what came back follows at the end, when all orders are known. */
export class Orders {
  private readonly groups: Groups<OrderLine>;
  private readonly credits: Credits;
  private readonly reading: Reading;

  constructor(look: OrdersLook, reading: Reading) {
    this.groups = new Groups(look.scattered);
    this.credits = look.credits;
    this.reading = reading;
  }

  *take(line: OrderLine): Generator<Item> {
    const ended = this.groups.add(line.order, line);
    if (ended) yield* this.ofOrder(ended);
  }

  *end(): Generator<Item> {
    for (const rows of this.groups.end()) yield* this.ofOrder(rows);
    yield* this.credits.calls();
  }

  private *ofOrder(rows: readonly OrderLine[]): Generator<Item> {
    const first = rows[0] as OrderLine;
    const who = Object.assign({}, ...rows.map((row) => row.who).toReversed()) as Who;
    const at = rows.find((row) => !Number.isNaN(row.at))?.at;
    const why =
      who.userId === undefined && who.email === undefined
        ? WHO_WANTED
        : `date: wanted ${DATE_WANTED}`;
    if (at === undefined || why === WHO_WANTED) {
      for (const { row } of rows) yield { row, reason: why };
      return;
    }
    const whole = { ...first, who, at };
    const bought = rows.filter(({ back }) => back === undefined);
    for (const { line, back, row } of rows) {
      if (back !== undefined) this.credits.add({ ...whole, row, back, ...(line && { line }) });
    }
    if (bought.length > 0) yield* this.bought(whole, bought);
  }

  private *bought(whole: OrderLine, rows: readonly OrderLine[]): Generator<Item> {
    const { order, who, at, row } = whole;
    const lines = rows.map(({ line }) => line).filter((line) => line !== undefined);
    const told = rows.find(({ total }) => total !== undefined)?.total;
    const priced = lines.filter(({ price }) => price !== undefined);
    const made = priced.reduce((sum, { price = 0, quantity }) => sum + price * quantity, 0);
    const total = told ?? (priced.length > 0 ? made : undefined);
    const text = (name: string) => this.first(rows, name);
    if (total === undefined) {
      yield { row, reason: 'total: wanted a number, or prices to make it of' };
      return;
    }
    const status = textOf(text('status')).toLowerCase();
    if (UNPAID.has(status)) {
      yield { row, reason: `status: an order that is ${status} was not bought` };
      return;
    }
    const properties = {
      order_id: order,
      total: round(total),
      ...optional('currency', text('currency')),
      ...optional('channel', text('channel')),
      ...optional('gift', text('gift')),
      products: productsOf(lines),
    };
    const traits = optional('country', countryCode(text('country')));
    const call = track('Order Completed', { who, at, traits }, properties);
    this.credits.bought(whole, lines, total);
    yield { row, call };
    for (const after of this.after(whole, rows, status)) yield { row, call: after };
  }

  /** What became of it: where a moment is missing, that of the order. */
  private after({ order, who, at }: OrderLine, rows: readonly OrderLine[], status: string): Call[] {
    const { momentOf, separator } = this.reading;
    const when = (name: string) => momentOf(this.first(rows, name));
    const about = (moment: Instant | undefined) => ({ who, at: moment ?? at });
    const [shipped, delivered, cancelled] = [
      when('shipped_at'),
      when('delivered_at'),
      when('cancelled_at'),
    ];
    const calls: Call[] = [];
    if (shipped !== undefined)
      calls.push(track('Order Shipped', about(shipped), { order_id: order }));
    if (delivered !== undefined) {
      calls.push(track('Order Delivered', about(delivered), { order_id: order }));
    }
    if (cancelled !== undefined || CANCELLED.has(status)) {
      calls.push(track('Order Cancelled', about(cancelled), { order_id: order }));
    }
    const back = amountOf(this.first(rows, 'refunded'), separator) ?? 0;
    if (back > 0 || REFUNDED.has(status)) {
      const total = optional('total', back > 0 ? back : undefined);
      const moment = when('refunded_at') ?? cancelled;
      calls.push(track('Order Refunded', about(moment), { order_id: order, ...total }));
    }
    return calls;
  }

  private first(rows: readonly OrderLine[], name: string): unknown {
    for (const { cells } of rows) {
      const value = read(cells, this.reading.mapping, name);
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

const optional = (name: string, value: unknown): { [name: string]: unknown } =>
  value === undefined ? {} : { [name]: value };
