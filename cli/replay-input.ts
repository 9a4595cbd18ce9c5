/** Files -> the events of a replay, with what was wrong in them. */
import { createReadStream } from 'node:fs';
import { eventFromLine } from '../functions/contract/log-lines.ts';
import { EventArena } from '../functions/app/replay/event-arena.ts';
import type { Batch } from '../infra/local/demo/segment.ts';
import { lines } from '../infra/local/text-lines.ts';

export type ReplayInput = {
  arena: EventArena;
  lines: number;
  bad: number;
  /** The first ones, with their numbers and reasons; never with their content. */
  badLines: { line: number; reason: string }[];
  /** Every line says when it was received. */
  stamped: boolean;
};

const BAD_LINES_SHOWN = 20;

const emptyInput = (): ReplayInput => ({
  arena: new EventArena(),
  lines: 0,
  bad: 0,
  badLines: [],
  stamped: true,
});

function take(input: ReplayInput, line: unknown, currency: string): void {
  const read = eventFromLine(line, { currency });
  if (read.ok) {
    input.arena.add(read.event);
    input.stamped &&= read.stamped;
    return;
  }
  const { code, path, got, wanted } = read.reason;
  refuse(input, `${code}${path && ` at ${path}`}: got ${got}, wanted ${wanted}`);
}

function refuse(input: ReplayInput, reason: string): void {
  input.bad += 1;
  if (input.badLines.length < BAD_LINES_SHOWN) input.badLines.push({ line: input.lines, reason });
}

function jsonOf(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** One JSON event a line, gzip or not: what `export-log` writes, or Segment's calls. */
export async function inputFromLines(
  file: string,
  currency: string,
  onLine?: (lines: number) => void,
): Promise<ReplayInput> {
  const input = emptyInput();
  for await (const text of lines(createReadStream(file))) {
    input.lines += 1;
    if (text.trim() === '') continue;
    const json = jsonOf(text);
    if (json) take(input, json.value, currency);
    else refuse(input, 'not JSON: wanted one object a line');
    onLine?.(input.lines);
  }
  return input;
}

/** What a shop sends at its moments: each event is received when its batch is. */
export function inputFromBatches(batches: Iterable<Batch>, currency: string): ReplayInput {
  const input = emptyInput();
  for (const { at, events } of batches) {
    const receivedAt = new Date(at).toISOString();
    for (const event of events) {
      input.lines += 1;
      take(input, { ...event, receivedAt }, currency);
    }
  }
  return input;
}
