/** CSV as shops export it: gzip or not, with or without BOM, `,` or `;` or tab, quoted cells. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** `line` is the number of the line on which the record starts, the header being 1. */
export type CsvRecord = { line: number; cells: { [column: string]: string } };

/** Bytes or text -> bytes, unpacked where they begin with gzip's mark. */
export async function* unpacked(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const head = Buffer.from(first.value as Uint8Array);
  const rest = async function* () {
    yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      yield Buffer.from(next.value as Uint8Array);
    }
  };
  if (head[0] === 0x1f && head[1] === 0x8b) yield* Readable.from(rest()).pipe(createGunzip());
  else yield* rest();
}

/** Lines of a text stream without their ends; the last may lack one. */
export async function* lines(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder(); // drops a BOM
  let left = '';
  for await (const chunk of unpacked(stream)) {
    const parts = (left + decoder.decode(chunk, { stream: true })).split('\n');
    left = parts.pop() ?? '';
    for (const part of parts) yield part.endsWith('\r') ? part.slice(0, -1) : part;
  }
  left += decoder.decode();
  if (left !== '') yield left;
}

const separatorOf = (header: string): string => {
  const count = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((a, b) => (count(b) > count(a) ? b : a));
};

/** Cells of one record, or undefined while a quoted cell is still open. */
export function cellsOf(text: string, separator: string): string[] | undefined {
  if (!text.includes('"')) return text.split(separator);
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] as string;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell === '') quoted = true;
    else if (char === separator) {
      cells.push(cell);
      cell = '';
    } else cell += char;
  }
  cells.push(cell);
  return quoted ? undefined : cells;
}

/** A quoted cell may hold line ends; one of more lines than this is an unclosed quote. */
const LINES_PER_RECORD_MAX = 100;

/** Records by the names of the header, lower case. */
export async function* csvRecords(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<CsvRecord> {
  let header: string[] | undefined;
  let separator = ',';
  let line = 0;
  let open: { text: string; line: number; lines: number } | undefined;
  for await (const text of lines(stream)) {
    line += 1;
    if (!header) {
      separator = separatorOf(text);
      header = (cellsOf(text, separator) ?? []).map((name) => name.trim().toLowerCase());
      continue;
    }
    if (text === '' && !open) continue;
    const whole = open ? `${open.text}\n${text}` : text;
    const start = open?.line ?? line;
    const cells = cellsOf(whole, separator);
    if (!cells && (open?.lines ?? 0) < LINES_PER_RECORD_MAX) {
      open = { text: whole, line: start, lines: (open?.lines ?? 0) + 1 };
      continue;
    }
    open = undefined;
    yield { line: start, cells: named(header, cells ?? []) };
  }
  if (open) yield { line: open.line, cells: {} };
}

function named(header: readonly string[], cells: readonly string[]): { [name: string]: string } {
  const record: { [name: string]: string } = {};
  header.forEach((name, index) => {
    const cell = cells[index];
    if (cell !== undefined) record[name] = cell;
  });
  return record;
}
