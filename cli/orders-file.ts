/**
 * A shop's orders from a CSV file, row by row: plain or gzip, `,` or `;` or tab, columns by the names of the
 * header. Bad rows are counted, listed and skipped; a file that cannot be read ends in one sentence.
 */
import { createReadStream, statSync } from 'node:fs';
import type { Day } from '../functions/contract/predictions.ts';
import { DAY_MS, type Instant } from '../functions/contract/time.ts';
import { type Csv, openCsv } from '../infra/local/demo/csv.ts';
import { type Column, COLUMNS, guesses, type Places, placesOf } from './order-columns.ts';
import { dateReader, dayOf, instantOf, numberOf } from './order-cells.ts';
import { progressOf } from './progress.ts';

/** A row. Only the columns that the command asked for are filled in. */
export type OrderRow = {
  /** Line of the file on which it starts; the header is 1. */
  row: number;
  customer: string;
  at: Instant;
  day: Day;
  /** Of this row, in the file's currency: its own column, else quantity x price. Absent in an empty cell. */
  amount?: number;
  item?: string;
  quantity?: number;
  price?: number;
  title?: string;
  order?: string;
  /** Goods or money that came back: a quantity or an amount below zero. Not an order. */
  returned: boolean;
};

export type OrdersOptions = {
  /** Columns without which the command makes no sense, beside customer_id and date. */
  needs?: readonly Column[];
  /** Columns that it can use. */
  wants?: readonly Column[];
  /** The last day that is used, included. */
  until?: Day | undefined;
  /** Where progress goes; nowhere in tests. */
  progress?: NodeJS.WriteStream | undefined;
};

export type OrdersReport = {
  file: string;
  /** Rows below the header. */
  rows: number;
  /** Rows handed on. */
  used: number;
  /** Of these, what came back. */
  returned: number;
  /** Good rows after `until`: left out. */
  later: number;
  bad: number;
  /** The first ones. */
  badRows: { row: number; reason: string }[];
  /** Columns that were read under other names. */
  guessed: string[];
  /** All that were found and looked at. */
  columns: Column[];
  /** Days of the rows used. */
  first?: Day;
  last?: Day;
};

/** One clear sentence for the person at the command line. */
export class OrdersFileRefused extends Error {
  readonly code = 'orders-file-refused';
}

export const BAD_ROWS_SHOWN = 20;
const GOT_SHOWN = 40;

/** Reads `--until` and its like: a day, included. */
export function dayArgument(name: string, text: string | undefined): Day | undefined {
  if (text === undefined) return undefined;
  const at = instantOf(text.trim());
  if (at !== undefined) return dayOf(at);
  throw new OrdersFileRefused(`--${name}: got ${JSON.stringify(text)}, wanted a day: 2026-01-31`);
}

/** `2026-01-31`. */
export const dayText = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/**
 * Hands the rows on in the file's order, one at a time, and never holds more than a piece of the file.
 * Throws OrdersFileRefused where the file or a needed column is missing.
 */
export async function readOrders(
  file: string,
  options: OrdersOptions,
  onRow: (row: OrderRow) => void,
): Promise<OrdersReport> {
  const bytes = sizeOf(file);
  const stream = createReadStream(file, { highWaterMark: 1 << 18 });
  const progress = progressOf(options.progress, bytes, ['reading', 'rows']);
  try {
    const csv = await openCsv(stream);
    const reader = new Reader(file, csv, options);
    for await (const { line, cells } of csv.rows) {
      const row = reader.take(line, cells);
      if (row) onRow(row);
      progress.at(stream.bytesRead, reader.report.rows);
    }
    progress.end();
    return reader.report;
  } catch (error) {
    progress.end();
    const { code, message } = error as { code?: string; message: string };
    if (code?.startsWith('Z_')) {
      throw new OrdersFileRefused(`${file}: cannot be unpacked (${message}): is it cut off?`);
    }
    throw error;
  } finally {
    stream.destroy();
  }
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw new OrdersFileRefused(`no file ${file}`);
  if (!found.isFile()) throw new OrdersFileRefused(`${file}: wanted a file, got a folder`);
  return found.size;
}

/** Zero of a spreadsheet's calendar, 9999-12-31 and slips of a digit would stretch the history over ages. */
const DAY_MIN = 0;
const DAY_MAX = dayOf(Date.UTC(2199, 11, 31));

class BadRow extends Error {}

const bad = (column: Column, got: string, wanted: string): BadRow => {
  const shown = got.length > GOT_SHOWN ? `${got.slice(0, GOT_SHOWN)}…` : got;
  return new BadRow(
    `${column}: got ${got === '' ? 'nothing' : JSON.stringify(shown)}, wanted ${wanted}`,
  );
};

class Reader {
  readonly report: OrdersReport;
  private readonly asked: Set<Column>;
  private readonly places: Places;
  private readonly separator: string;
  private readonly until: Day;
  private readonly dateOf = dateReader();
  private readonly texts = new Map<string, string>();

  constructor(file: string, { header, separator }: Csv, options: OrdersOptions) {
    const { needs = [], wants = [], until } = options;
    this.separator = separator;
    this.until = until ?? Number.POSITIVE_INFINITY;
    this.asked = new Set<Column>(['customer_id', 'date', ...needs, ...wants]);
    // An amount may be made of two others.
    if (this.asked.has('amount')) this.asked.add('quantity').add('price');
    // Whether goods came back is always looked at.
    const asked: Column[] = [...this.asked, 'quantity', 'amount', 'price'];
    const found = placesOf(header);
    const columns = COLUMNS.filter((name) => asked.includes(name) && found[name] !== undefined);
    this.places = Object.fromEntries(columns.map((name) => [name, found[name]]));
    refuseMissing(file, header, this.places, ['customer_id', 'date', ...needs]);
    this.report = {
      file,
      rows: 0,
      used: 0,
      returned: 0,
      later: 0,
      bad: 0,
      badRows: [],
      guessed: guesses(header, found, [...this.asked]),
      columns,
    };
    if (this.asked.has('amount') && !('amount' in this.places) && 'price' in this.places) {
      this.report.guessed.push('amount from quantity x price');
    }
  }

  /** The row, or nothing where it is bad or too late. */
  take(line: number, cells: string[] | undefined): OrderRow | undefined {
    const { report } = this;
    report.rows += 1;
    try {
      if (!cells) throw new BadRow('a quoted cell never ends: got ", wanted a second one');
      const row = this.rowOf(line, cells);
      if (row.day > this.until) {
        report.later += 1;
        return undefined;
      }
      report.used += 1;
      if (row.returned) report.returned += 1;
      report.first = Math.min(row.day, report.first ?? row.day);
      report.last = Math.max(row.day, report.last ?? row.day);
      return row;
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      report.bad += 1;
      if (report.badRows.length < BAD_ROWS_SHOWN) {
        report.badRows.push({ row: line, reason: error.message });
      }
      return undefined;
    }
  }

  private rowOf(line: number, cells: readonly string[]): OrderRow {
    const customer = this.text(cells, 'customer_id');
    if (customer === undefined) throw bad('customer_id', '', 'who bought');
    const date = this.cell(cells, 'date');
    const at = this.dateOf(date);
    if (at === undefined)
      throw bad('date', date, 'a day: 2026-01-31, 20260131 or 2026-01-31T12:00');
    const day = dayOf(at);
    if (day < DAY_MIN || day > DAY_MAX) {
      throw bad('date', date, `a day from ${dayText(DAY_MIN)} to ${dayText(DAY_MAX)}`);
    }
    const row: OrderRow = { row: line, customer, at, day, returned: false };
    this.numbers(row, cells);
    const item = this.text(cells, 'item');
    const title = this.text(cells, 'title');
    const order = this.text(cells, 'order_id');
    if (item !== undefined) row.item = item;
    if (title !== undefined) row.title = title;
    if (order !== undefined) row.order = order;
    return row;
  }

  private numbers(row: OrderRow, cells: readonly string[]): void {
    const quantity = this.number(cells, 'quantity');
    const price = this.number(cells, 'price');
    const amount = this.number(cells, 'amount');
    if (quantity !== undefined) row.quantity = quantity;
    if (price !== undefined) row.price = price;
    if (amount !== undefined) row.amount = amount;
    else if (price !== undefined && this.places.amount === undefined) {
      row.amount = price * (quantity ?? 1);
    }
    row.returned = (quantity ?? 0) < 0 || (row.amount ?? 0) < 0;
  }

  private number(cells: readonly string[], column: Column): number | undefined {
    const cell = this.cell(cells, column);
    if (cell === '') return undefined;
    const value = numberOf(cell, this.separator);
    if (value === undefined && this.asked.has(column)) throw bad(column, cell, 'a number');
    return value;
  }

  private cell(cells: readonly string[], column: Column): string {
    const place = this.places[column];
    return place === undefined ? '' : (cells[place] ?? '').trim();
  }

  /** A cell is a part of the piece of the file that it came in: kept as it is, it would keep all of it. */
  private text(cells: readonly string[], column: Column): string | undefined {
    const cell = this.cell(cells, column);
    if (cell === '') return undefined;
    if (cell.length < SLICE_CHARS) return cell;
    let own = this.texts.get(cell);
    if (own === undefined) {
      own = Buffer.from(cell).toString();
      if (this.texts.size >= TEXTS_KEPT) this.texts.clear();
      this.texts.set(own, own);
    }
    return own;
  }
}

/** Shorter strings are copied by the engine itself. */
const SLICE_CHARS = 13;
const TEXTS_KEPT = 200_000;

function refuseMissing(
  file: string,
  header: readonly string[],
  places: Places,
  needs: readonly Column[],
): void {
  if (header.length === 0) {
    throw new OrdersFileRefused(`${file}: empty; wanted a line of column names, then the orders`);
  }
  const missing = needs.filter((column) => places[column] === undefined);
  if (missing.length === 0) return;
  const names = header.map((name) => JSON.stringify(name.slice(0, GOT_SHOWN))).join(', ');
  throw new OrdersFileRefused(
    `${file}: no column ${missing.join(', ')}; wanted ${needs.join(', ')} in the first line, got ${names}`,
  );
}

/** Why nothing can be done with a file: `said`, and where its rows went. */
export function nothingIn(
  { file, rows, bad, later }: OrdersReport,
  said: string,
  until: string | undefined,
): string {
  const left = (count: number, why: string) => (count > 0 ? `, ${count} ${why}` : '');
  return `${file}: ${said} (${rows} rows${left(bad, 'bad')}${left(later, `after --until ${until}`)})`;
}

/** What was read and what was not, in lines for people. */
export function ordersLines(report: OrdersReport): string[] {
  const { file, rows, used, returned, later, bad, badRows, guessed, first, last } = report;
  const number = (value: number) => value.toLocaleString('en');
  const span =
    first === undefined || last === undefined ? '' : `, ${dayText(first)} to ${dayText(last)}`;
  const left = bad > badRows.length ? `, the first ${badRows.length} here` : '';
  return [
    `${file}: ${number(rows)} rows, ${number(used)} used${span}`,
    ...(guessed.length > 0 ? [`columns: ${guessed.join('; ')}`] : []),
    ...(later > 0 ? [`${number(later)} rows after --until left out`] : []),
    ...(returned > 0 ? [`${number(returned)} rows give something back and are no orders`] : []),
    ...(bad > 0 ? [`${number(bad)} bad rows skipped${left}:`] : []),
    ...badRows.map(({ row, reason }) => `  row ${row}: ${reason}`),
  ];
}
