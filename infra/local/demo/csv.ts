/** CSV as shops export it: gzip or not, with or without BOM, `,` or `;` or tab, quoted cells. */
import { lines } from '../text-lines.ts';

/** `line` is the number of the line on which the record starts, the header being 1. */
export type CsvRecord = { line: number; cells: { [column: string]: string } };

/** `cells` in the order of the header; undefined where a quoted cell never ends. */
export type CsvRow = { line: number; cells: string[] | undefined };

export type Csv = {
  /** As written, without spaces around; empty when the file is. */
  header: string[];
  separator: string;
  rows: AsyncGenerator<CsvRow>;
};

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

type Line = { line: number; text: string };

/** Rows of cells; a quote that never ends costs its own line, not those after it. */
async function* rowsOf(source: AsyncIterator<Line>, separator: string): AsyncGenerator<CsvRow> {
  let waiting: Line[] = [];
  const next = async (): Promise<Line | undefined> => {
    const read = waiting.shift();
    if (read) return read;
    const { value, done } = await source.next();
    return done ? undefined : value;
  };
  for (let start = await next(); start; start = await next()) {
    if (start.text === '') continue;
    let cells = cellsOf(start.text, separator);
    const more: Line[] = [];
    for (let text = start.text; !cells && more.length < LINES_PER_RECORD_MAX; ) {
      const following = await next();
      if (!following) break;
      more.push(following);
      text += `\n${following.text}`;
      cells = following.text.includes('"') ? cellsOf(text, separator) : undefined;
    }
    if (!cells) waiting = [...more, ...waiting];
    yield { line: start.line, cells };
  }
}

async function* numbered(stream: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  let line = 0;
  for await (const text of lines(stream)) {
    line += 1;
    yield { line, text };
  }
}

/** Reads the header; the rows follow as they are asked for. */
export async function openCsv(stream: AsyncIterable<Uint8Array | string>): Promise<Csv> {
  const source = numbered(stream);
  let first = (await source.next()).value as Line | undefined;
  // Spreadsheets write the separator into a line of its own.
  const told = /^sep=([,;\t])$/i.exec(first?.text ?? '')?.[1];
  if (told) first = (await source.next()).value as Line | undefined;
  const text = first?.text ?? '';
  const separator = told ?? separatorOf(text);
  const header = text === '' ? [] : (cellsOf(text, separator) ?? []).map((name) => name.trim());
  return { header, separator, rows: rowsOf(source, separator) };
}

/** Records by the names of the header, lower case. */
export async function* csvRecords(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<CsvRecord> {
  const { header, rows } = await openCsv(stream);
  const names = header.map((name) => name.toLowerCase());
  for await (const { line, cells } of rows) yield { line, cells: named(names, cells ?? []) };
}

function named(header: readonly string[], cells: readonly string[]): { [name: string]: string } {
  const record: { [name: string]: string } = {};
  header.forEach((name, index) => {
    const cell = cells[index];
    if (cell !== undefined) record[name] = cell;
  });
  return record;
}
