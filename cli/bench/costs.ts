/** Counted units and calls x dated prices -> USD per million events and per million mails. */
import { BROWSE_EVENTS } from '../../functions/contract/events.ts';
import type { Counted, StepUsage } from './counted.ts';
import { MIX, type MixKind } from './mix.ts';
import { PRICES } from './prices.ts';

/** What is assumed beside the counted: each a sentence in the README's table. */
export const ASSUMED = {
  /** Memory of ingest, publish, inbound; of react and deliver (infra/stacks). */
  smallGb: 0.5,
  largeGb: 1,
  /** Lambda gives a whole vCPU at 1,769 MB; less memory makes our own work longer in proportion. */
  vcpuGb: 1.769,
  /** A DynamoDB, SQS or EventBridge call within the region. */
  callMs: 5,
  /** Time on one core here beside the calls: middleware, parsing, the SDK's own work. */
  ownMs: 1.5,
  /** SES answers within. */
  sesMs: 50,
  /** START, END and REPORT of one invocation, and its metrics where it writes some. */
  logBytes: { platform: 330, metrics: 300 },
  /**
   * Messages that one invocation gets at a million events a month (23 a minute): browsing waits 20 s in
   * five pollers; a minute's wakes, and the mails that they plan, come together.
   */
  batch: { publish: 1, facts: 1, browse: 2, wakes: 3, deliver: 3, inbound: 1 },
} as const;

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

/** One invocation, shared by `batch` messages. */
function invocation(
  gb: number,
  calls: number,
  batch: number,
  more: { ms?: number; metrics?: boolean } = {},
) {
  const ms = (ASSUMED.ownMs * ASSUMED.vcpuGb) / gb + calls * ASSUMED.callMs + (more.ms ?? 0);
  const bytes = ASSUMED.logBytes.platform + (more.metrics ? ASSUMED.logBytes.metrics : 0);
  return {
    lambda: (PRICES.lambdaRequest + (ms / 1000) * gb * PRICES.lambdaGbSecond) / batch,
    logs: (bytes / 1e9) * (PRICES.logGigabyte / batch),
  };
}

/** Sent once, received and deleted once a batch. */
const queued = (batch: number) => ({ queue: (1 + 2 / batch) * PRICES.queueRequest });

const NOTHING: StepUsage = { step: '', times: 0, calls: 0, readUnits: 0, writeUnits: 0, rows: {} };
const stepOf = ({ steps }: Counted, name: string): StepUsage =>
  steps.find(({ step }) => step === name) ?? NOTHING;

/** HTTP, log, stream, bus, queue, react: one event of one kind, its wakes not in it. */
export function eventCost(counted: Counted, kind: MixKind): Cost {
  const ingest = stepOf(counted, `ingest ${kind}`);
  const react = stepOf(counted, `react ${kind}`);
  const { smallGb, largeGb, batch } = ASSUMED;
  const lane = BROWSE_EVENTS.includes(kind) ? batch.browse : batch.facts;
  let cost = add(FREE, { http: PRICES.httpRequest, bus: PRICES.busEvent });
  cost = add(cost, units(ingest));
  cost = add(cost, invocation(smallGb, ingest.calls, 1, { metrics: true }));
  cost = add(cost, invocation(smallGb, 1, batch.publish, { metrics: true }));
  cost = add(cost, queued(lane));
  cost = add(cost, units(react));
  return add(cost, invocation(largeGb, react.calls, lane));
}

/** One wake that plans no mail: index tick's message, load, decide, commit. */
export function wakeCost(counted: Counted): Cost {
  const wake = stepOf(counted, 'wake');
  const cost = add(FREE, { ...units(wake), ...queued(ASSUMED.batch.wakes) });
  return add(cost, invocation(ASSUMED.largeGb, wake.calls, ASSUMED.batch.wakes));
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

/** One mail: the wake that plans it, claim, confirm, the two events of SES; SES itself not. */
export function mailCost(counted: Counted): Cost {
  const { mails, planningWakes } = counted.figures;
  if (mails === 0) return FREE;
  const plan = stepOf(counted, 'plan');
  const { smallGb, largeGb, batch } = ASSUMED;
  const wakesPerMail = planningWakes / mails;
  const deliver = stepOf(counted, 'deliver');
  const ses = stepOf(counted, 'ses events');
  // The planning wake, as any wake.
  let cost = add(FREE, { ...units(plan), ...queued(batch.wakes) }, wakesPerMail);
  cost = add(cost, invocation(largeGb, plan.calls, batch.wakes), wakesPerMail);
  // Stream records: planned -> deliver queue; claimed and sent, a second apart, -> `Message Sent`.
  cost = add(cost, invocation(smallGb, 1, batch.publish, { metrics: true }), 2);
  cost = add(cost, { bus: PRICES.busEvent });
  cost = add(cost, { ...units(deliver), ...queued(batch.deliver) });
  cost = add(
    cost,
    invocation(largeGb, deliver.calls, batch.deliver, { ms: ASSUMED.sesMs, metrics: true }),
  );
  // `Email Sent` and `Email Delivered`; the default bus is free for events of AWS.
  cost = add(cost, { ...units(ses), queue: 2 * queued(batch.inbound).queue });
  return add(cost, invocation(smallGb, ses.calls / 2, batch.inbound, { metrics: true }), 2);
}
