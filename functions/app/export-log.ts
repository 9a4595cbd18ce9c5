/** The log as lines that replay, and any reader of Segment's JSON, can take. */
import { type LogLine, lineOfEvent } from '../contract/log-lines.ts';
import type { LoggedEvent } from '../contract/own-events.ts';

export type ExportDeps = {
  pages: AsyncIterable<{ logged: readonly LoggedEvent[]; scanned: number }>;
  /** Called after each page with the rows exported so far. */
  progress(exported: number): void;
};

/** JSON lines, in the order of the table's partitions: replay sorts. Holds personal data: keep it safe. */
export async function* exportLog({ pages, progress }: ExportDeps): AsyncGenerator<string> {
  let exported = 0;
  for await (const { logged } of pages) {
    if (logged.length > 0) yield logged.map(asText).join('');
    exported += logged.length;
    progress(exported);
  }
}

const asText = (logged: LoggedEvent): string => {
  const line: LogLine = lineOfEvent(logged);
  return `${JSON.stringify(line)}\n`;
};
