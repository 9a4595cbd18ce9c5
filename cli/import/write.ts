/**
 * Calls of a file -> the log, through the parser and the store of the HTTP API. It can end at any moment: a
 * checkpoint beside the file tells how many calls are safely in, and the next run goes on from there. Calls
 * that were on their way are written again and meet themselves.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { eachLimited } from '../../functions/app/each-limited.ts';
import { store } from '../../functions/app/narrow.ts';
import type { LogWriter } from '../../functions/app/ports.ts';
import { type ParseContext, parseEvent } from '../../functions/contract/event-schemas.ts';
import { hashId } from '../../functions/contract/ids.ts';
import type { LoggedEvent } from '../../functions/contract/own-events.ts';
import type { Instant } from '../../functions/contract/time.ts';
import { CsvWriter } from '../command.ts';
import type { Item } from './calls.ts';

/** Between two checkpoints; all that is held of the file besides. */
const BATCH = 512;
/** Writes on the way at once. */
const WRITES_AT_ONCE = 32;
export const REASONS_SHOWN = 20;

export type Report = {
  /** Rows of the file, bad ones included. */
  rows: number;
  events: number;
  byName: Map<string, number>;
  first?: Instant;
  last?: Instant;
  rejected: number;
  /** The first ones; all are in the file of rejects. */
  reasons: { row: number; reason: string }[];
  stored: number;
  /** They were there already. */
  repeated: number;
  /** Written by an earlier run that was cut off. */
  before: number;
};

export type Places = { checkpoint: string; rejects: string };

export type Options = {
  context: ParseContext;
  places: Places;
  /** Absent: only looks. */
  log?: LogWriter | undefined;
  /** Another file, mapping or target begins anew. */
  identity: readonly unknown[];
};

type Checkpoint = { of: string; written: number };

export async function writeItems(
  items: AsyncIterable<Item>,
  { context, places, log, identity }: Options,
): Promise<Report> {
  const of = hashId('checkpoint', JSON.stringify(identity));
  const before = log ? writtenOf(places.checkpoint, of) : 0;
  const report: Report = {
    rows: 0,
    events: 0,
    byName: new Map(),
    rejected: 0,
    reasons: [],
    stored: 0,
    repeated: 0,
    before: 0,
  };
  const rejects = new Rejects(places.rejects, report);
  let waiting: LoggedEvent[] = [];
  const flush = async () => {
    if (log) await storeAll(log, waiting, report);
    waiting = [];
    if (log) keep(places.checkpoint, { of, written: report.events });
  };
  try {
    for await (const item of items) {
      const logged = 'reason' in item ? item.reason : loggedOf(item, context);
      if (typeof logged === 'string') {
        rejects.add(item.row, logged);
        continue;
      }
      count(report, logged);
      if (report.events <= before) report.before += 1;
      else waiting.push(logged);
      if (waiting.length >= BATCH) await flush();
    }
    await flush();
    rejects.close();
  } catch (error) {
    rejects.abandon();
    throw error;
  }
  rmSync(places.checkpoint, { force: true });
  return report;
}

/** The event, or why it is none, without a value of it. */
function loggedOf({ call }: Extract<Item, { call: unknown }>, context: ParseContext) {
  const parsed = parseEvent(call, context);
  if (parsed.ok) return { event: parsed.event, body: parsed.body };
  const { path, got, wanted } = parsed.reason;
  return `${path || 'the row'}: got ${got}, wanted ${wanted}`;
}

function count(report: Report, { event }: LoggedEvent): void {
  report.events += 1;
  report.byName.set(event.name, (report.byName.get(event.name) ?? 0) + 1);
  report.first = Math.min(report.first ?? event.occurredAt, event.occurredAt);
  report.last = Math.max(report.last ?? event.occurredAt, event.occurredAt);
}

const storeAll = (log: LogWriter, events: readonly LoggedEvent[], report: Report) =>
  eachLimited(events, WRITES_AT_ONCE, async (logged) => {
    if ((await store(log, logged)) === 'stored') report.stored += 1;
    else report.repeated += 1;
  });

function writtenOf(file: string, of: string): number {
  if (!existsSync(file)) return 0;
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<Checkpoint>;
    return read.of === of && Number.isSafeInteger(read.written) ? (read.written ?? 0) : 0;
  } catch {
    return 0; // Cut off: what is in the log already is met again.
  }
}

/** Whole or not at all. */
function keep(file: string, checkpoint: Checkpoint): void {
  writeFileSync(`${file}.part`, JSON.stringify(checkpoint));
  renameSync(`${file}.part`, file);
}

/** Bad rows with their number and reason; no file while there are none. */
class Rejects {
  private readonly file: string;
  private readonly report: Report;
  private out: CsvWriter | undefined;

  constructor(file: string, report: Report) {
    this.file = file;
    this.report = report;
  }

  add(row: number, reason: string): void {
    this.out ??= new CsvWriter(this.file, ['row', 'reason']);
    this.out.write([row, reason]);
    this.report.rejected += 1;
    if (this.report.reasons.length < REASONS_SHOWN) this.report.reasons.push({ row, reason });
  }

  close(): void {
    if (this.out) this.out.close();
    else rmSync(this.file, { force: true });
  }

  abandon(): void {
    this.out?.abandon();
  }
}
