/** A file's rows as names and values: CSV, JSON Lines, or one JSON document; gzip or not, with or without BOM. */
import { createReadStream, type ReadStream, statSync } from 'node:fs';
import { openCsv } from '../../infra/local/demo/csv.ts';
import { lines } from '../../infra/local/text-lines.ts';
import { CommandRefused } from '../command.ts';

export type Cells = { readonly [column: string]: unknown };

/** `row` is the line of the file on which it starts; of a JSON document its place in the list, from 1. */
export type FileRow = { row: number; cells: Cells } | { row: number; reason: string };

export type Records = {
  /** Of CSV the header; of JSON the names in its first rows. */
  columns: string[];
  /** Between the cells of CSV. */
  separator: string;
  rows: AsyncGenerator<FileRow>;
  /** Bytes of the file so far. */
  done(): number;
  close(): void;
};

/** Whose names tell the columns of JSON: not every object has all. */
const ROWS_LOOKED_AT = 100;
/** A document is held whole; larger ones come as JSON Lines. */
const DOCUMENT_CHARS_MAX = 256 * 1024 * 1024;
const NOT_UTF8 = 'not UTF-8: save the file as UTF-8';

export function fileOf(file: string): { bytes: number; changedAt: number } {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new CommandRefused(`no file ${file}`);
  return { bytes: found.size, changedAt: Math.floor(found.mtimeMs) };
}

export async function openRecords(file: string): Promise<Records> {
  fileOf(file);
  const stream = createReadStream(file, { highWaterMark: 1 << 18 });
  const rest = { done: () => stream.bytesRead, close: () => void stream.destroy() };
  try {
    if (/\.json(\.gz)?$/i.test(file)) return { ...(await fromJson(documentRows(stream))), ...rest };
    if (/\.(jsonl|ndjson)(\.gz)?$/i.test(file)) {
      return { ...(await fromJson(lineRows(stream))), ...rest };
    }
    const { header, separator, rows } = await openCsv(stream);
    return { columns: header, separator, rows: csvRows(header, rows), ...rest };
  } catch (error) {
    stream.destroy();
    throw unpackable(file, error);
  }
}

/** What zlib says of a file that was cut off, in one sentence. */
export function unpackable(file: string, error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  if (!code?.startsWith('Z_')) return error;
  return new CommandRefused(`${file}: cannot be unpacked (${message}): is it cut off?`);
}

type CsvRows = Awaited<ReturnType<typeof openCsv>>['rows'];

async function* csvRows(header: readonly string[], rows: CsvRows): AsyncGenerator<FileRow> {
  for await (const { line, cells } of rows) {
    if (!cells) {
      yield { row: line, reason: 'a quoted cell never ends: wanted a second "' };
      continue;
    }
    // A line of separators alone is what spreadsheets leave of a deleted row.
    if (cells.every((cell) => cell === '')) continue;
    if (cells.some((cell) => cell.includes('\u{fffd}'))) {
      yield { row: line, reason: NOT_UTF8 };
      continue;
    }
    yield { row: line, cells: named(header, cells) };
  }
}

function named(header: readonly string[], cells: readonly string[]): Cells {
  const found: { [column: string]: string } = Object.create(null);
  for (let place = 0; place < header.length; place += 1) {
    found[header[place] as string] = cells[place] ?? '';
  }
  return found;
}

async function fromJson(rows: AsyncGenerator<FileRow>) {
  const first: FileRow[] = [];
  const names = new Set<string>();
  while (first.length < ROWS_LOOKED_AT) {
    const { value, done } = await rows.next();
    if (done) break;
    first.push(value);
    if ('cells' in value) for (const name of Object.keys(value.cells)) names.add(name);
  }
  const all = async function* (): AsyncGenerator<FileRow> {
    yield* first;
    yield* rows;
  };
  return { columns: [...names], separator: ',', rows: all() };
}

async function* lineRows(stream: ReadStream): AsyncGenerator<FileRow> {
  let row = 0;
  for await (const text of lines(stream)) {
    row += 1;
    if (text.trim() !== '') yield* rowsIn(row, text);
  }
}

async function* documentRows(stream: ReadStream): AsyncGenerator<FileRow> {
  let text = '';
  for await (const line of lines(stream)) {
    text += `${line}\n`;
    if (text.length > DOCUMENT_CHARS_MAX) {
      throw new CommandRefused(
        `a JSON document of more than ${DOCUMENT_CHARS_MAX} characters: wanted JSON Lines (.jsonl), one object a line`,
      );
    }
  }
  let row = 0;
  for (const found of rowsIn(1, text)) yield { ...found, row: (row += 1) };
}

/** The object of a line; of a page of an API (`{ "data": [ … ] }`) or of a list, each in it. */
function* rowsIn(row: number, text: string): Generator<FileRow> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    yield { row, reason: 'not JSON: wanted one object a line' };
    return;
  }
  const page = isObject(value) && Array.isArray(value['data']) ? value['data'] : value;
  // What the objects of a page point to: profiles and metrics of events.
  const included = page === value ? undefined : (value as { included?: unknown }).included;
  for (const each of Array.isArray(page) ? page : [page]) {
    yield isObject(each)
      ? { row, cells: included === undefined ? each : { ...each, included } }
      : { row, reason: 'not an object: wanted one object a line' };
  }
}

const isObject = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
