/** Counted units and calls x dated prices -> USD per million events and per million mails. */
import { LOOK_BACK_MS, PARTS } from '../../functions/app/audit.ts';
import { BROWSE_EVENTS, type CustomerEvent } from '../../functions/contract/events.ts';
import { logTtl } from '../../functions/contract/retention.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import type { Counted, StepUsage } from './counted.ts';
import { EVENTS_PER_CUSTOMER, MIX, MIX_DAYS, type MixKind } from './mix.ts';
import { PRICES } from './prices.ts';

const HOURS_A_MONTH = 730;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3600;
const DAYS_A_MONTH = HOURS_A_MONTH / 24;

/** What is assumed beside the counted. Windows and memory are the stacks' (held by test/infra). */
export const ASSUMED = {
  /** The volume that the figures are for, one event a call, spread evenly: peaks fill batches better. */
  eventsAMonth: 1e6,
  /** Seconds that a queue or stream waits to fill a batch. */
  windowS: { publish: 5, facts: 0, browse: 20, wakes: 0, deliver: 0, inbound: 20, gather: 300 },
  /** Lambda polls a queue by five connections, each of which fills a batch of its own. */
  pollers: 5,
  /** A new table on demand has four partitions, and its stream as many shards. */
  shards: 4,
  /** Memory of react; of all others. */
  largeGb: 1,
  smallGb: 0.5,
  /** Lambda gives a whole vCPU at 1,769 MB; less memory makes our own work longer in proportion. */
  vcpuGb: 1.769,
  /** A DynamoDB, SQS or EventBridge call within the region; not measured, nothing is deployed here. */
  callMs: 5,
  /** On one core, measured: the SDK's work for a call; middleware, parsing, decide or rendering. */
  sdkMs: 0.7,
  ownMs: 0.3,
  /** SES answers within. */
  sesMs: 50,
  /** One line of counters; each process writes one a minute at most. */
  lineBytes: 350,
  /** Age of the log that the audit reads: it grows until browsing, orders and the rest reach their ends. */
  logMonths: 12,
} as const;

const EVENTS_A_SECOND = ASSUMED.eventsAMonth / SECONDS_A_MONTH;

export type Cost = {
  http: number;
  bus: number;
  queue: number;
  lambda: number;
  writes: number;
  reads: number;
  logs: number;
};
const FREE: Cost = { http: 0, bus: 0, queue: 0, lambda: 0, writes: 0, reads: 0, logs: 0 };

export const total = (cost: Cost): number => Object.values(cost).reduce((sum, one) => sum + one, 0);
const add = (a: Cost, b: Partial<Cost>, times = 1): Cost =>
  Object.fromEntries(
    Object.entries(a).map(([name, usd]) => [name, usd + times * (b[name as keyof Cost] ?? 0)]),
  ) as Cost;

const units = ({ readUnits, writeUnits }: Pick<StepUsage, 'readUnits' | 'writeUnits'>) => ({
  writes: writeUnits * PRICES.dynamoWriteUnit,
  reads: readUnits * PRICES.dynamoReadUnit,
});

type Lane = keyof typeof ASSUMED.windowS;

/** Lanes that are fed by a stream. */
const STREAMS: ReadonlySet<Lane> = new Set(['publish', 'gather']);

/** Messages that one invocation gets: the first, and what reaches the same connection while it waits. */
const batchOf = (lane: Lane, aSecond: number): number =>
  1 + (aSecond / (STREAMS.has(lane) ? ASSUMED.shards : ASSUMED.pollers)) * ASSUMED.windowS[lane];

/** Orders that one call of \`gather\` gets, and keeps in one row. */
export const gatherBatch = (): number =>
  batchOf('gather', EVENTS_A_SECOND * MIX['Order Completed']);

/** What a minute's tick brings comes at once; the connections share it. */
const shareOf = (aMinute: number, among: number): number => Math.max(1, aMinute / among);

const shareOfKinds = (wanted: (kind: string) => boolean): number =>
  Object.entries(MIX).reduce((sum, [kind, share]) => sum + (wanted(kind) ? share : 0), 0);

/** Messages of one invocation by lane, from the volume, the counted wakes and mails, and the windows. */
export function batches({ figures, events }: Counted): { [lane in Lane]: number } {
  const browsing = shareOfKinds((kind) => BROWSE_EVENTS.includes(kind));
  const mails = (EVENTS_A_SECOND * figures.mails) / events;
  const wakes = (EVENTS_A_SECOND * figures.wakes) / events;
  return {
    publish: batchOf('publish', EVENTS_A_SECOND),
    facts: batchOf('facts', EVENTS_A_SECOND * (1 - browsing)),
    browse: batchOf('browse', EVENTS_A_SECOND * browsing),
    wakes: shareOf(wakes * 60, ASSUMED.pollers),
    deliver: shareOf(mails * 60, ASSUMED.pollers),
    inbound: batchOf('inbound', mails),
    gather: gatherBatch(),
  };
}

/** One invocation, shared by `batch` messages, which it handles at once. */
function invocation(gb: number, calls: number, batch: number, ms = 0) {
  const own = ASSUMED.ownMs + calls * ASSUMED.sdkMs;
  const duration = (own * ASSUMED.vcpuGb) / gb + calls * ASSUMED.callMs + ms;
  const lambda = PRICES.lambdaRequest + (duration / 1000) * gb * PRICES.lambdaGbSecond;
  return { lambda: lambda / batch };
}

/** A line of counters a minute, shared by what happened in it. */
const line = (aSecond: number) => ({
  logs: (ASSUMED.lineBytes / Math.max(1, aSecond * 60) / 1e9) * PRICES.logGigabyte,
});

/** Received and deleted once a batch; sent one by one, or so many at once. */
const queued = (batch: number, sent = 1) => ({
  queue: (1 / sent + 2 / batch) * PRICES.queueRequest,
});

const NOTHING: StepUsage = { step: '', times: 0, calls: 0, readUnits: 0, writeUnits: 0, rows: {} };
const stepOf = ({ steps }: Counted, name: string): StepUsage =>
  steps.find(({ step }) => step === name) ?? NOTHING;

/** HTTP, log, stream, bus, queue, react: one event of one kind, its wakes not in it. */
export function eventCost(counted: Counted, kind: MixKind): Cost {
  const ingest = stepOf(counted, `ingest ${kind}`);
  const react = stepOf(counted, `react ${kind}`);
  const { smallGb, largeGb } = ASSUMED;
  const batch = batches(counted);
  const lane = BROWSE_EVENTS.includes(kind) ? batch.browse : batch.facts;
  let cost = add(FREE, { http: PRICES.httpRequest, bus: PRICES.busEvent });
  cost = add(cost, { ...units(ingest), ...line(EVENTS_A_SECOND) });
  cost = add(cost, invocation(smallGb, ingest.calls, 1));
  cost = add(cost, invocation(smallGb, 1, batch.publish));
  cost = add(cost, queued(lane));
  cost = add(cost, units(react));
  cost = add(cost, invocation(largeGb, react.calls, lane));
  if (kind === 'Order Completed') cost = add(cost, gatherCost(counted));
  return add(cost, auditCost(counted, kind));
}

/** What \`learn\` wants of one order: a look at its customer, and its share of a row. */
function gatherCost(counted: Counted): Partial<Cost> {
  const gather = stepOf(counted, 'gather');
  const { gather: batch } = batches(counted);
  const { smallGb } = ASSUMED;
  return { ...units(gather), ...invocation(smallGb, gather.calls * batch, batch) };
}

/** Eventually consistent: half a unit for each 4 KB. */
const SCAN_UNITS_A_BYTE = 0.5 / 4096;

/** Months that an event of this kind is in the log, as far as the log goes back. */
function monthsKept(kind: MixKind): number {
  const probe = { name: kind, receivedAt: 0, profile: { marketingConsent: true } };
  const keptDays = (logTtl(probe as unknown as CustomerEvent) * 1000) / DAY_MS;
  return Math.min(ASSUMED.logMonths, keptDays / DAYS_A_MONTH);
}

const logBytes = (counted: Counted, kind: MixKind): number =>
  stepOf(counted, `ingest ${kind}`).rows['EVENT']?.median ?? 0;

/** What the log holds at that age and volume. */
export const logGigabytes = (counted: Counted): number =>
  (Object.entries(MIX) as [MixKind, number][]).reduce(
    (sum, [kind, share]) =>
      sum + share * ASSUMED.eventsAMonth * monthsKept(kind) * logBytes(counted, kind),
    0,
  ) / 1e9;

/**
 * The audit's share of one event at a steady volume: its row is read once in each round for as long as it
 * is kept, and its customer is loaded in each round that looks back so far.
 */
export function auditCost(counted: Counted, kind: MixKind): Partial<Cost> {
  const rounds = HOURS_A_MONTH / PARTS;
  // Customers of a look back are read once a round, whatever the number of their events in it.
  const lookBackDays = LOOK_BACK_MS / DAY_MS;
  const eventsOfCustomer = Math.max(1, (EVENTS_PER_CUSTOMER / MIX_DAYS) * lookBackDays);
  const loads = (rounds * lookBackDays) / DAYS_A_MONTH / eventsOfCustomer;
  const scanUnits = rounds * monthsKept(kind) * logBytes(counted, kind) * SCAN_UNITS_A_BYTE;
  return { reads: (scanUnits + loads) * PRICES.dynamoReadUnit };
}

/** The audit of one event of the mix. */
export const auditOfMix = (counted: Counted): Cost =>
  (Object.entries(MIX) as [MixKind, number][]).reduce(
    (sum, [kind, share]) => add(sum, auditCost(counted, kind), share),
    FREE,
  );

/** One wake that plans no mail: index tick's message, load, decide, commit. */
export function wakeCost(counted: Counted): Cost {
  const wake = stepOf(counted, 'wake');
  return add(add(FREE, units(wake)), wakeWork(counted, wake));
}

/** Message and invocation of any wake; the tick sends ten at once. */
function wakeWork(counted: Counted, wake: StepUsage): Partial<Cost> {
  const { wakes } = batches(counted);
  const sent = Math.min(10, wakes * ASSUMED.pollers);
  const perSecond = (EVENTS_A_SECOND * counted.figures.wakes) / counted.events;
  return {
    ...queued(wakes, sent),
    ...invocation(ASSUMED.largeGb, wake.calls, wakes),
    ...line(perSecond),
  };
}

/** Wakes without a mail, for one event of the mix. */
export const wakesPerEvent = ({ figures, events }: Counted): number =>
  (figures.wakes - figures.planningWakes) / events;

/** One event of the reference mix, its wakes in it, mails not. */
export function mixCost(counted: Counted): Cost {
  let cost = FREE;
  for (const [kind, share] of Object.entries(MIX) as [MixKind, number][]) {
    cost = add(cost, eventCost(counted, kind), share);
  }
  return add(cost, wakeCost(counted), wakesPerEvent(counted));
}

/** One mail: the wake that plans it, claim, confirm, the event of SES; SES itself not. */
export function mailCost(counted: Counted): Cost {
  const { mails, planningWakes } = counted.figures;
  if (mails === 0) return FREE;
  const plan = stepOf(counted, 'plan');
  const deliver = stepOf(counted, 'deliver');
  const ses = stepOf(counted, 'ses events');
  const { smallGb, shards } = ASSUMED;
  const batch = batches(counted);
  const perSecond = (EVENTS_A_SECOND * mails) / counted.events;
  // A tick's wakes plan within the stream's window.
  const together = shareOf(perSecond * 60, shards);
  let cost = add(FREE, { ...units(plan), ...wakeWork(counted, plan) }, planningWakes / mails);
  // Stream records: planned -> deliver queue; sent -> `Message Sent`.
  cost = add(cost, invocation(smallGb, 1, together), 2);
  cost = add(cost, { bus: PRICES.busEvent, ...line(perSecond) });
  cost = add(cost, { ...units(deliver), ...queued(batch.deliver, together) });
  cost = add(cost, invocation(smallGb, deliver.calls, batch.deliver, ASSUMED.sesMs));
  // `Email Delivered`; the default bus is free for events of AWS.
  cost = add(cost, { ...units(ses), ...queued(batch.inbound), ...line(perSecond) });
  return add(cost, invocation(smallGb, ses.calls, batch.inbound));
}
