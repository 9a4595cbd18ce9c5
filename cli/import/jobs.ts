/** What an import does with each kind of file: which rows become which calls. */
import type { Item } from './calls.ts';
import type { Kind, Mapping } from './columns.ts';
import { checkColumns, mappingLines, mappingOf } from './columns.ts';
import { momentReader, type DateOrder } from './cells.ts';
import { klaviyoEvent, klaviyoProfile, klaviyoSuppression } from './klaviyo.ts';
import { Scattering } from './groups.ts';
import { Orders, orderLine, OrdersLook, type Reading } from './orders.ts';
import { Carts, cartLine, consentRow, customerRow, type Made } from './people.ts';
import { pinpointEndpoint } from './pinpoint.ts';
import { type Cells, fileOf, openRecords, type Records, unpackable } from './records.ts';
import type { Instant } from '../../functions/contract/time.ts';

/** Files of other systems, whose columns are known. */
export const FOREIGN = {
  'klaviyo-profiles': klaviyoProfile,
  'klaviyo-suppressions': klaviyoSuppression,
  'klaviyo-events': klaviyoEvent,
  'pinpoint-endpoints': pinpointEndpoint,
} as const;
export type Foreign = keyof typeof FOREIGN;
export type What = Kind | Foreign;

/** In this order: who they are and what they said about mails, before anything that they did. */
export const WHATS: readonly What[] = [
  'customers',
  'klaviyo-profiles',
  'pinpoint-endpoints',
  'consents',
  'klaviyo-suppressions',
  'orders',
  'carts',
  'klaviyo-events',
];

export type Job = { what: What; file: string };
export type JobOptions = {
  maps: readonly string[];
  zone: string;
  dates?: DateOrder | undefined;
  now: Instant;
  asOf?: Instant | undefined;
  /** Of endpoints: the segment that they were exported from. */
  list?: string | undefined;
};

export type Plan = {
  reading: Reading;
  /** For people. */
  lines: string[];
  /** All calls and bad rows, in the same order each time. `onRow` hears of the rows as they are read. */
  items(onRow: OnRow): AsyncGenerator<Item>;
};
export type OnRow = (bytes: number, rows: number) => void;

/** Opens the file for its columns; the items open it again. */
export async function planOf({ what, file }: Job, options: JobOptions): Promise<Plan> {
  const { maps, zone, dates, now } = options;
  const { columns, separator, close } = await openRecords(file);
  close();
  const known = isForeign(what);
  const mapping: Mapping = known ? new Map() : mappingOf(what, columns, maps);
  if (!known) checkColumns(file, what, columns, mapping);
  const reading: Reading = {
    mapping,
    separator,
    momentOf: momentReader(zone, dates),
    now,
    asOf: Math.min(now, options.asOf ?? fileOf(file).changedAt),
  };
  return {
    reading,
    lines: known ? [] : mappingLines(columns, mapping),
    items: (onRow) => itemsOf(what, file, reading, options.list, onRow),
  };
}

export const isForeign = (what: What): what is Foreign => Object.hasOwn(FOREIGN, what);

async function* itemsOf(
  what: What,
  file: string,
  reading: Reading,
  list: string | undefined,
  onRow: OnRow,
): AsyncGenerator<Item> {
  if (what === 'orders') return yield* orderItems(file, reading, onRow);
  if (what === 'carts') return yield* cartItems(file, reading, onRow);
  const callsOf = rowCalls(what, list);
  for await (const { row, cells, reason } of rowsOf(file, onRow)) {
    const made = cells ? callsOf(cells, reading) : reason;
    if (typeof made === 'string') yield { row, reason: made };
    else
      for (const one of made)
        yield typeof one === 'string' ? { row, reason: one } : { row, call: one };
  }
}

function rowCalls(what: What, list?: string): (cells: Cells, reading: Reading) => Made {
  if (what === 'customers') return customerRow;
  if (what === 'consents') return consentRow;
  if (what === 'pinpoint-endpoints')
    return (cells, reading) => pinpointEndpoint(cells, reading, list);
  return FOREIGN[what as Foreign];
}

type Row = { row: number; cells?: Cells; reason: string };

async function* rowsOf(file: string, onRow?: OnRow): AsyncGenerator<Row> {
  const records: Records = await openRecords(file);
  let rows = 0;
  try {
    for await (const found of records.rows) {
      rows += 1;
      onRow?.(records.done(), rows);
      yield { reason: '', ...found };
    }
  } catch (error) {
    throw unpackable(file, error);
  } finally {
    records.close();
  }
}

async function* orderItems(file: string, reading: Reading, onRow: OnRow): AsyncGenerator<Item> {
  const look = new OrdersLook();
  for await (const { row, cells } of rowsOf(file)) {
    const line = cells && orderLine(row, cells, reading);
    if (line && typeof line !== 'string') look.see(line);
  }
  const orders = new Orders(look, reading);
  for await (const { row, cells, reason } of rowsOf(file, onRow)) {
    const line = cells ? orderLine(row, cells, reading) : reason;
    if (typeof line === 'string') yield { row, reason: line };
    else yield* orders.take(line);
  }
  yield* orders.end();
}

async function* cartItems(file: string, reading: Reading, onRow: OnRow): AsyncGenerator<Item> {
  const look = new Scattering();
  for await (const { row, cells } of rowsOf(file)) {
    const line = cells && cartLine(row, cells, reading);
    if (line && typeof line !== 'string') look.see(line.order);
  }
  const carts = new Carts(look.scattered, reading);
  for await (const { row, cells, reason } of rowsOf(file, onRow)) {
    const line = cells ? cartLine(row, cells, reading) : reason;
    if (typeof line === 'string') yield { row, reason: line };
    else yield* carts.take(line);
  }
  yield* carts.end();
}
