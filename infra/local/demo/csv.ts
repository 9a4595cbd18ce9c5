/** CSV as shops export it: gzip or not, with or without BOM, `,` or `;` or tab, quoted cells. */
import { lines } from '../text-lines.ts';

/** `line` is the number of the line on which the record starts, the header being 1. */
export type CsvRecord = { line: number; cells: { [column: string]: string } };

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
