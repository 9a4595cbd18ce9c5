/**
 * The shop's products, for recommendations, reorder nudges and mails:
 *
 *   npm run catalogue -- --file products.csv|.jsonl|.xml[.gz] [--stage dev|prod | --local] [--check]
 *
 * Each product takes the place of what was told of it before; others stay as they are. Run it as often as
 * the feed changes.
 */
import { createReadStream, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dynamoCatalogueWriter } from '../functions/adapters/dynamodb/catalogue.ts';
import { type CatalogueWriter, PRODUCT_BYTES_MAX } from '../functions/app/catalogue.ts';
import type { CatalogueProduct } from '../functions/contract/catalogue.ts';
import { productFromFeed } from '../functions/contract/catalogue-feed.ts';
import { stages } from '../infra/config.ts';
import { csvRecords } from '../infra/local/demo/csv.ts';
import { lines } from '../infra/local/text-lines.ts';
import { checkStage, stageOf } from '../infra/stage-config.ts';
import { argumentsOf, CommandRefused, type Io, runCommand } from './command.ts';
import { xmlRows } from './feed-xml.ts';
import { type Progress, progressOf } from './progress.ts';
import { targetOf } from './targets.ts';

const USAGE = `npm run catalogue -- --file FILE.csv|.jsonl|.xml[.gz] [--stage dev|prod | --local] [--check]
  columns or fields: id, title, url, image_url, price, currency, availability, category,
  refill_days, consumed, certificate_url, story_image_url; every other short text is an attribute
  (material, origin, style, size, ...)
  xml: a Google Merchant feed, RSS 2.0 or Atom; product_detail gives attributes
  --check   only reads the file and says what is wrong in it`;

const OPTIONS = {
  file: { type: 'string' },
  stage: { type: 'string' },
  local: { type: 'boolean' },
  check: { type: 'boolean', default: false },
} as const;

export const BAD_ROWS_SHOWN = 20;
/** Products that one run takes: twice what the tables of recommendations hold. */
export const PRODUCTS_MAX = 100_000;
/** Rows that are written together. */
const WRITTEN_AT_ONCE = 500;

export type FeedReport = {
  rows: number;
  written: number;
  available: number;
  bad: number;
  /** The first ones. */
  badRows: { row: number; reason: string }[];
};

type FeedRow = { row: number; cells: { [name: string]: unknown } | undefined; why?: string };

/** Reads the file row by row; never holds more than the rows of one write. */
export async function importCatalogue(
  file: string,
  {
    currency,
    writer,
    progress,
  }: { currency: string; writer?: CatalogueWriter; progress?: Io['progress'] },
): Promise<FeedReport> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new CommandRefused(`--file: no file ${file}`);
  const stream = createReadStream(file);
  const bar = progressOf(progress, found.size, ['reading', 'rows']);
  try {
    return await take(rowsOf(file, stream), currency, writer, {
      ...bar,
      at: (_done, rows) => bar.at(stream.bytesRead, rows),
    });
  } finally {
    bar.end();
    stream.destroy();
  }
}

async function take(
  rows: AsyncIterable<FeedRow>,
  currency: string,
  writer: CatalogueWriter | undefined,
  progress: Progress,
): Promise<FeedReport> {
  const report: FeedReport = { rows: 0, written: 0, available: 0, bad: 0, badRows: [] };
  let waiting: CatalogueProduct[] = [];
  const write = async () => {
    await writer?.put(waiting);
    report.written += waiting.length;
    waiting = [];
  };
  for await (const { row, cells, why } of rows) {
    report.rows += 1;
    progress.at(0, report.rows);
    const read = cells ? productOf(cells, currency) : (why ?? 'not JSON: wanted one object a line');
    if (typeof read === 'string') {
      report.bad += 1;
      if (report.badRows.length < BAD_ROWS_SHOWN) report.badRows.push({ row, reason: read });
      continue;
    }
    if (report.rows - report.bad > PRODUCTS_MAX) {
      throw new CommandRefused(
        `--file: got more than ${PRODUCTS_MAX} products, wanted at most so many; the first are written.`,
      );
    }
    if (read.available) report.available += 1;
    waiting.push(read);
    if (waiting.length >= WRITTEN_AT_ONCE) await write();
  }
  await write();
  return report;
}

/** The product, or why not. */
function productOf(
  cells: { [name: string]: unknown },
  currency: string,
): CatalogueProduct | string {
  const read = productFromFeed(cells, currency);
  if (!read.ok) return `${read.column}: got ${read.got}, wanted ${read.wanted}`;
  const bytes = Buffer.byteLength(JSON.stringify(read.product));
  return bytes > PRODUCT_BYTES_MAX
    ? `the whole row: got ${bytes} bytes, wanted at most ${PRODUCT_BYTES_MAX}`
    : read.product;
}

async function* rowsOf(file: string, stream: AsyncIterable<Uint8Array>): AsyncGenerator<FeedRow> {
  if (/\.(jsonl|ndjson)(\.gz)?$/.test(file)) return yield* jsonRows(stream);
  if (/\.xml(\.gz)?$/i.test(file)) return yield* xmlRows(stream, Date.now());
  for await (const { line, cells } of csvRecords(stream)) yield { row: line, cells };
}

async function* jsonRows(stream: AsyncIterable<Uint8Array>): AsyncGenerator<FeedRow> {
  let row = 0;
  for await (const text of lines(stream)) {
    row += 1;
    if (text.trim() !== '') yield { row, cells: objectIn(text) };
  }
}

function objectIn(text: string): { [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as { [name: string]: unknown })
      : undefined;
  } catch {
    return undefined;
  }
}

/** What was read and what was not, in lines for people. */
export function feedLines({ rows, written, available, bad, badRows }: FeedReport): string[] {
  const left = bad > badRows.length ? `, the first ${badRows.length} here` : '';
  return [
    `${rows} rows, ${written} products, ${available} of them available`,
    ...(bad > 0 ? [`${bad} bad rows skipped${left}:`] : []),
    ...badRows.map(({ row, reason }) => `  row ${row}: ${reason}`),
  ];
}

export async function catalogue(argv: string[], io: Io): Promise<void> {
  const { file, local, check, ...values } = argumentsOf(argv, OPTIONS, USAGE);
  if (!file) throw new CommandRefused(USAGE);
  const stage = stageOf(values.stage);
  const { currency } = checkStage(stage, stages[stage]).settings.shop;
  const { progress } = io;
  const told = (report: FeedReport) => io.out(feedLines(report).join('\n'));
  if (check) return told(await importCatalogue(file, { currency, progress }));
  const target = await targetOf({ local, stage });
  try {
    const pause = (ms: number) => sleep(ms);
    const writer = dynamoCatalogueWriter(target.client, target.stateTable, pause);
    told(await importCatalogue(file, { currency, writer, progress }));
  } finally {
    await target.close();
  }
}

if (import.meta.main) process.exitCode = await runCommand(catalogue);
