/** Runs a stretch of the reference mix through the pipeline, and says what each step consumed. */
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Policy } from '../../functions/contract/journeys.ts';
import { createTables, startDynoxide } from '../../test/builders/dynoxide.ts';
import { Meter, type Usage } from './meter.ts';
import { MIX_DAYS, MIX_START, mixEvents } from './mix.ts';
import { Pipeline, type PipelineFigures } from './pipeline.ts';
import { countPublishing } from './publishing.ts';
import { DAY_MS } from '../../functions/contract/time.ts';

/** One step of the way, on average. */
export type StepUsage = {
  step: string;
  times: number;
  calls: number;
  readUnits: number;
  writeUnits: number;
  /** Bytes of the rows put, by kind of row: median and 95th percentile. */
  rows: { [row: string]: { median: number; p95: number } };
};

export type Counted = {
  steps: StepUsage[];
  figures: PipelineFigures;
  events: number;
  seconds: number;
};

export async function countMix(policy: Policy, events: number): Promise<Counted> {
  const dynoxide = await startDynoxide();
  try {
    const tables = await createTables(dynoxide.client);
    const meter = new Meter(
      DynamoDBDocumentClient.from(dynoxide.client, {
        marshallOptions: { removeUndefinedValues: true },
      }),
    );
    const pipeline = new Pipeline({ meter, tables, policy });
    const started = performance.now();
    const sorted = [...mixEvents(events)].sort((a, b) =>
      a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0,
    );
    for (const event of sorted) await pipeline.send(event);
    // Waits of the last days run out too: nothing that was caused stays uncounted.
    await pipeline.before(MIX_START + 2 * MIX_DAYS * DAY_MS);
    const seconds = (performance.now() - started) / 1000;
    await countPublishing(meter, tables.state, policy.settings);
    return { steps: stepsOf(meter, pipeline.figures), figures: pipeline.figures, events, seconds };
  } finally {
    await dynoxide.stop();
  }
}

function stepsOf(meter: Meter, figures: PipelineFigures): StepUsage[] {
  const times = (step: string): number => {
    const [verb, ...kind] = step.split(' ');
    if (step === 'react emit') return figures.emits;
    if (step === 'gather') return figures.events['Order Completed'] ?? 1;
    if (verb === 'ingest' || verb === 'react') return figures.events[kind.join(' ')] ?? 1;
    if (step === 'wake') return figures.wakes - figures.planningWakes;
    if (step === 'plan') return figures.planningWakes;
    if (step === 'deliver' || step === 'ses events') return figures.mails;
    return 1;
  };
  return [...meter.usage]
    .filter(([step]) => step !== 'watching' && step !== 'waking')
    .map(([step, usage]) => averageOf(step, usage, times(step)))
    .sort((a, b) => (a.step < b.step ? -1 : 1));
}

function averageOf(step: string, usage: Usage, times: number): StepUsage {
  const each = (sum: number) => sum / Math.max(1, times);
  return {
    step,
    times,
    calls: each(usage.calls),
    readUnits: each(usage.readUnits),
    writeUnits: each(usage.writeUnits),
    rows: Object.fromEntries(
      Object.entries(usage.itemBytes).map(([row, sizes]) => [row, spreadOf(sizes)]),
    ),
  };
}

export function spreadOf(values: readonly number[]): { median: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), p95: at(0.95) };
}
