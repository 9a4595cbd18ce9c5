/**
 * What an event and a mail cost, and how fast the code is. Counted figures fail above their budget;
 * times only inform, since they are this machine's.
 *
 *   npm run bench [-- --quick] [--only counts|bundles|mails|decide|replay|pipeline|predictions|http] [--write]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stages } from '../infra/config.ts';
import { checkStage } from '../infra/stage-config.ts';
import { exceeded, readBudgets } from './bench/budgets.ts';
import { measureBundles } from './bench/bundles.ts';
import { countMix } from './bench/counted.ts';
import { predictionBench } from './bench/prediction.ts';
import { PRICES } from './bench/prices.ts';
import { withModel } from './bench/model.ts';
import { type DecideSpeed, decideSpeed, replaySpeed } from './bench/speed.ts';
import { assumptions, costTable, markdown, unitsTable } from './bench/tables.ts';
import { throughput } from './bench/throughput.ts';
import { policyOf } from './policy.ts';

const PARTS: readonly string[] = [
  'counts',
  'bundles',
  'mails',
  'decide',
  'replay',
  'pipeline',
  'predictions',
  'http',
];
const OPTIONS = {
  quick: { type: 'boolean', default: false },
  only: { type: 'string' },
  // Into docs/costs.md; with `--only mails` their budgets, as they are and a twentieth more.
  write: { type: 'boolean', default: false },
} as const;

function argumentsOf() {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    if (values.only === undefined || PARTS.includes(values.only)) return values;
    return refuse(`--only: got ${values.only}`);
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function refuse(got: string): never {
  console.error(`${got}; wanted --quick, --only ${PARTS.join('|')}, --write`);
  process.exit(1);
}

const args = argumentsOf();
const { settings } = checkStage('dev', stages.dev);
const policy = policyOf('templates', settings);

/** Ten times fewer for a look, whole for the README. */
const size = args.quick
  ? {
      counted: 600,
      decide: 20_000,
      replay: 50_000,
      pipeline: 400,
      mailsMs: 300,
      httpSeconds: 3,
      customers: [1_000, 10_000],
    }
  : {
      counted: 3_000,
      decide: 200_000,
      replay: 1_000_000,
      pipeline: 2_000,
      mailsMs: 2_000,
      httpSeconds: 10,
      customers: [10_000, 100_000, 1_000_000],
    };

const title = (text: string): void => console.log(`\n## ${text}\n`);
const fixed = (value: number, digits = 0): string =>
  value.toLocaleString('en', { maximumFractionDigits: digits });

async function counts(): Promise<void> {
  title('What DynamoDB bills, by step');
  const counted = await countMix(policy, size.counted);
  console.log(unitsTable(counted));
  const { wakes, planningWakes, mails, claims } = counted.figures;
  console.log(
    `\n${fixed(counted.events)} events of the reference mix, ${wakes} wakes (${planningWakes} planned ` +
      `mails), ${mails} mails, ${claims} claims.`,
  );
  title('What it costs');
  console.log(costTable(counted));
  console.log(`\nPrices of ${PRICES.date}, ${PRICES.source}, without free tiers.`);
  console.log(`\n${assumptions(counted)}`);
  if (args.write) {
    // Only this needs the stacks, and they take seconds to load.
    const { writePage } = await import('./bench/page.ts');
    writePage(counted);
  }
  const over = exceeded(counted, readBudgets());
  for (const line of over) console.error(`over budget: ${line}`);
  if (over.length > 0) process.exitCode = 1;
}

async function bundles(dir: string): Promise<void> {
  title('Bundles');
  const figures = await measureBundles(settings, join(dir, 'bundles'));
  const rows = figures.map(({ name, bytes, loadMs }) => [name, bytes / 1024, loadMs]);
  console.log(markdown(['function', 'KB, minified', 'load, ms'], rows));
}

async function mails(dir: string): Promise<void> {
  title('Mails');
  // Only this compiles and compares: what it needs takes seconds to load.
  const { mailsBench } = await import('./bench/mails.ts');
  const { lines, over, sizes } = await mailsBench(settings, join(dir, 'mails'), size.mailsMs);
  for (const line of lines) console.log(line);
  if (args.write && args.only === 'mails') {
    const { writeMailBudgets } = await import('./bench/mails/sizes.ts');
    return writeMailBudgets(sizes);
  }
  for (const line of over) console.error(`over budget: ${line}`);
  if (over.length > 0) process.exitCode = 1;
}

function decides(): void {
  title('decide, one core');
  const foreseeing = withModel(policy, Math.min(size.decide, 50_000));
  for (const each of [policy, foreseeing]) decideSpeed(each, Math.min(size.decide, 20_000)); // warms up
  tellSpeed('without a model', decideSpeed(policy, size.decide));
  tellSpeed('with one', decideSpeed(foreseeing, size.decide));
}

function tellSpeed(name: string, speed: DecideSpeed): void {
  console.log(
    `${name}: ${fixed(speed.eventsPerSecond)} events a second (${fixed(speed.eventUs, 1)} µs each); with ` +
      `${fixed(speed.wakes)} wakes of ${fixed(speed.wakeUs, 1)} µs among ${fixed(speed.events)} ` +
      `events ${fixed(speed.callsPerSecond)} calls a second`,
  );
}

async function replays(dir: string): Promise<void> {
  title('Replay');
  const { events, seconds, told } = await replaySpeed(size.replay, dir);
  console.log(`${fixed(events)} events in ${fixed(seconds, 1)} s, reading the file included`);
  for (const line of told) console.log(`    ${line}`);
}

async function pipelines(): Promise<void> {
  title('The whole way in one process, eight customers at once');
  const { events, mails, calls, eventsPerSecond, bareEventsPerSecond } = await throughput(
    policy,
    size.pipeline,
  );
  console.log(
    `${fixed(eventsPerSecond)} events a second (${events} events, ${mails} mails, ${calls} DynamoDB ` +
      `and SES calls); the same calls alone: ${fixed(bareEventsPerSecond)} events a second`,
  );
}

function predictions(dir: string): void {
  title('The nightly fit of who comes back, from counted cells');
  console.log(predictionBench(size.customers, dir));
  console.log('\nCPU seconds; MB: the most that the process held, Node included.');
}

async function http(): Promise<void> {
  title('POST /v1/batch, 8 at once');
  // Only this loads the load's maker.
  const { httpBench } = await import('./bench/http.ts');
  console.log(await httpBench(size.httpSeconds));
  console.log('\nServer, function, table and sender share this machine.');
}

const dir = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
try {
  const parts = {
    counts,
    bundles: () => bundles(dir),
    mails: () => mails(dir),
    decide: decides,
    replay: () => replays(dir),
    pipeline: pipelines,
    predictions: () => predictions(dir),
    http,
  };
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`);
  for (const [name, run] of Object.entries(parts)) {
    if (args.only === undefined || args.only === name) await run();
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
