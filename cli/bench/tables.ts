/** The benchmark's tables in Markdown, ready for the README. */
import {
  ASSUMED,
  auditOfMix,
  batches,
  type Cost,
  eventCost,
  logGigabytes,
  mailCost,
  mixCost,
  total,
  wakeCost,
  wakesPerEvent,
} from './costs.ts';
import type { Counted } from './counted.ts';
import { MIX, type MixKind } from './mix.ts';
import { PRICES } from './prices.ts';

export type Cell = string | number;

const shown = (cell: Cell): string =>
  typeof cell === 'number'
    ? cell.toLocaleString('en', { maximumFractionDigits: cell >= 100 ? 0 : 2 })
    : cell;

/** Numbers to the right, text to the left. */
export function markdown(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const align = head.map((_, i) => (typeof rows[0]?.[i] === 'number' ? '--:' : '---'));
  return [head, align, ...rows.map((row) => row.map(shown))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

export const unitsTable = ({ steps }: Counted): string =>
  markdown(
    ['step', 'times', 'calls', 'read units', 'write units', 'rows put, bytes (median / 95%)'],
    steps.map(({ step, times, calls, readUnits, writeUnits, rows }) => [
      step,
      times,
      calls,
      readUnits,
      writeUnits,
      Object.entries(rows)
        .map(([row, { median, p95 }]) => `${row} ${median} / ${p95}`)
        .join(', '),
    ]),
  );

const COLUMNS = ['http', 'bus', 'queue', 'lambda', 'writes', 'reads', 'logs'] as const;
const million = (cost: Cost): Cell[] => [
  ...COLUMNS.map((column) => cost[column] * 1e6),
  total(cost) * 1e6,
];

/** USD per million. */
export function costTable(counted: Counted): string {
  const kinds = Object.keys(MIX) as MixKind[];
  const rows: Cell[][] = [
    ...kinds.map((kind): Cell[] => [kind, ...million(eventCost(counted, kind))]),
    ['of each, in reads: the weekly audit', ...million(auditOfMix(counted))],
    ['a wake without a mail', ...million(wakeCost(counted))],
    [
      `**event of the mix, with ${wakesPerEvent(counted).toFixed(2)} wakes**`,
      ...million(mixCost(counted)),
    ],
    ['**mail, without SES**', ...million(mailCost(counted))],
    ['SES itself', 0, 0, 0, 0, 0, 0, 0, PRICES.sesMail * 1e6],
  ];
  const head = [
    'USD per million',
    'HTTP',
    'bus',
    'queues',
    'Lambda',
    'writes',
    'reads',
    'logs',
    'sum',
  ];
  return markdown(head, rows);
}

/** What the figures rest on, in sentences. */
export function assumptions(counted: Counted): string {
  const { eventsAMonth, windowS, smallGb, largeGb, callMs, sdkMs, ownMs, sesMs, logMonths } =
    ASSUMED;
  const { mails, wakes } = counted.figures;
  const each = (of: { [lane: string]: number }, digits: number) =>
    Object.entries(of)
      .map(([lane, value]) => `${lane} ${value.toFixed(digits)}`)
      .join(', ');
  return (
    `${shown(eventsAMonth)} events a month, evenly spread, one a call, with ` +
    `${(wakes / counted.events).toFixed(2)} wakes and ${(mails / counted.events).toFixed(2)} mails each. ` +
    `Messages an invocation, from the windows (seconds: ${each(windowS, 0)}) over five pollers a queue ` +
    `and four shards a stream: ${each(batches(counted), 1)}. Lambda: ${smallGb} GB, react ${largeGb}; ` +
    `${callMs} ms a call and ${sesMs} ms for SES (assumed: nothing is deployed here), ${sdkMs} ms of CPU a ` +
    `call and ${ownMs} ms beside (measured on one core); starts not counted. One line of counters a ` +
    `function and minute. The audit reads a log of ${logMonths} months. Not in the sums: storage ` +
    `(that log holds ${logGigabytes(counted).toFixed(1)} GB at ${PRICES.storageGigabyte} USD a month after the ` +
    `first 25, and ${PRICES.recoveryGigabyte} for point-in-time recovery), traffic out.`
  );
}
