/**
 * A log through the kernel on a virtual clock, without any service:
 *
 *   npm run replay -- --events FILE.jsonl[.gz] [--until DATE] [--out FILE]
 */
import { closeSync, createReadStream, existsSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { KERNEL } from '../functions/app/replay/kernel.ts';
import { type DecisionLine, SetDigest, Summary, textOf } from '../functions/app/replay/report.ts';
import { replay, type ReplayResult } from '../functions/app/replay.ts';
import type { ReplayClock } from '../functions/app/replay/event-arena.ts';
import type { Model } from '../functions/contract/predictions.ts';
import type { Settings } from '../functions/contract/settings.ts';
import { type Instant, iso } from '../functions/contract/time.ts';
import { stages } from '../infra/config.ts';
import { ordersFromCsv } from '../infra/local/demo/orders-csv.ts';
import { demoShop } from '../infra/local/demo/shop.ts';
import { checkStage, stageOf } from '../infra/stage-config.ts';
import { comparison, type LastOutcomes, lastOutcomes, note } from './compare-decisions.ts';
import { policyOf } from './policy.ts';
import { modelsFromFile, publishedModels } from './published-models.ts';
import { inputFromBatches, inputFromLines, type ReplayInput } from './replay-input.ts';
import { targetOf } from './targets.ts';

const USAGE = `npm run replay -- --events FILE.jsonl[.gz]   what export-log writes, or Segment's events
              or --orders FILE.csv[.gz]     an order log; consent is taken as given
              or --demo                     the made-up shop's year
  [--until DATE]        the last moment that is done; without it, the last event's
  [--out FILE[.gz]]     one JSON line a decision; without it they go to the screen
  [--as received|occurred]   which clock drives; received where every line has receivedAt
  [--journeys DIR]      templates, or a changed copy of it
  [--compare FILE]      what changed against the output of another replay
  [--model FILE|published]   models of who comes back and when: a file of export-log --models, or what
                        the stage (or with --local the local run) has published; without it, none
  [--stage dev|prod]    whose settings of infra/config.ts; dev`;

/** Ends the command with one clear sentence. */
class Refused extends Error {}

const OPTIONS = {
  events: { type: 'string' },
  orders: { type: 'string' },
  demo: { type: 'boolean', default: false },
  customers: { type: 'string' },
  until: { type: 'string' },
  out: { type: 'string' },
  as: { type: 'string' },
  journeys: { type: 'string', default: 'templates' },
  compare: { type: 'string' },
  model: { type: 'string' },
  local: { type: 'boolean', default: false },
  stage: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function argumentsOf(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS }).values;
  } catch (error) {
    throw new Refused(`${(error as Error).message}\n\n${USAGE}`);
  }
}
type Arguments = ReturnType<typeof argumentsOf>;

function untilOf(text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new Refused(`--until: got ${text}, wanted 2026-01-31 or an ISO time`);
  return at;
}

function settingsOf(args: Arguments): Settings {
  const stage = stageOf(args.stage ?? 'dev');
  const { settings } = checkStage(stage, stages[stage]);
  return args.orders ? { ...settings, assumeConsent: true } : settings;
}

/** The models that decisions see, each from its moment on. */
async function modelsOf({ model, local, stage }: Arguments): Promise<readonly Model[]> {
  if (model === undefined) return [];
  if (model !== 'published') return modelsFromFile(model);
  const target = await targetOf({ local, stage: stageOf(stage) });
  return publishedModels(target).finally(target.close);
}

const existing = (file: string): string => {
  if (!existsSync(file)) throw new Refused(`no file ${file}`);
  return file;
};

const LINES_PER_NOTE = 100_000;

async function read(args: Arguments, { shop }: Settings): Promise<ReplayInput> {
  if (args.demo) return inputFromBatches(demoShop(), shop.currency);
  if (args.orders) {
    const customers = args.customers === undefined ? undefined : Number(args.customers);
    const orders = await ordersFromCsv(createReadStream(existing(args.orders)), {
      ...(customers && { customers }),
      currency: shop.currency,
    });
    say(`order log: ${JSON.stringify(orders.report)}; consent is taken as given`);
    return inputFromBatches(orders.batches(), shop.currency);
  }
  if (!args.events) throw new Refused(USAGE);
  return inputFromLines(existing(args.events), shop.currency, (count) => {
    if (count % LINES_PER_NOTE === 0) say(`${count} lines read`);
  });
}

function clockOf(args: Arguments, input: ReplayInput): ReplayClock {
  const { as } = args;
  if (as === undefined) return input.stamped ? 'received' : 'occurred';
  if (as !== 'received' && as !== 'occurred') {
    throw new Refused(`--as: got ${as}, wanted received or occurred`);
  }
  if (as === 'received' && !input.stamped) {
    say('some lines lack receivedAt: they count as received when they happened');
  }
  return as;
}

/** Of the whole command; on a busy machine the steadier figure. */
function cpuSeconds(): string {
  const { user, system } = process.cpuUsage();
  return ((user + system) / 1e6).toFixed(1);
}

const say = (text: string): void => console.error(text);

const CHUNK_CHARS = 1 << 16;

/** Writes lines in order, packed where the name ends in .gz. To the screen without a name. */
class LineWriter {
  private readonly fd: number;
  private readonly packed: boolean;
  private waiting = '';

  constructor(file: string | undefined) {
    this.fd = file === undefined ? 1 : openSync(file, 'w');
    this.packed = file?.endsWith('.gz') ?? false;
  }

  write(line: string): void {
    this.waiting += `${line}\n`;
    if (this.waiting.length >= CHUNK_CHARS) this.flush();
  }

  close(): void {
    this.flush();
    if (this.fd !== 1) closeSync(this.fd);
  }

  private flush(): void {
    // Packed members one after the other are a packed file.
    const bytes = this.packed ? gzipSync(this.waiting) : Buffer.from(this.waiting);
    this.waiting = '';
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(this.fd, bytes, at);
      } catch (error) {
        // A slow pipe: the other side reads on in a moment.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    }
  }
}

function tellInput({ lines, bad, badLines, arena }: ReplayInput): void {
  say(
    `${lines} lines, ${arena.size} events of ${arena.customers} customers, ${arena.repeats} repeats`,
  );
  for (const { line, reason } of badLines) say(`  line ${line}: ${reason}`);
  if (bad > 0)
    say(`${bad} bad lines left out${bad > badLines.length ? ', the first ones above' : ''}`);
}

function tellResult(result: ReplayResult, seconds: number): void {
  const { events, wakes, mails, emits, rebuilds, customers, until, emitsLeftOut } = result;
  say(
    `${events} events, ${wakes} wakes, ${mails} mails, ${emits} emits, ${rebuilds} rebuilds, ` +
      `${customers} customers until ${iso(until)} in ${seconds.toFixed(1)} s (${cpuSeconds()} s of CPU and ` +
      `${Math.round(process.resourceUsage().maxRSS / 1024)} MB in all)` +
      (emitsLeftOut > 0
        ? `; ${emitsLeftOut} emits of the log left out, since replay makes them`
        : ''),
  );
}

async function main(argv: string[]): Promise<void> {
  const args = argumentsOf(argv);
  if (args.help) return say(USAGE);
  const settings = settingsOf(args);
  const models = await modelsOf(args);
  const policy = { ...policyOf(args.journeys, settings), ...(models.length > 0 && { models }) };
  const until = untilOf(args.until);
  const input = await read(args, settings);
  tellInput(input);
  if (models.length > 0)
    say(`${models.length} models, the first from ${iso(models[0]?.from ?? 0)}`);
  if (input.arena.size === 0) throw new Refused('no event could be read: nothing to replay');
  const before =
    args.compare === undefined ? undefined : await lastOutcomes(existing(args.compare));
  const after: LastOutcomes = new Map();
  const [summary, digest] = [new Summary(), new SetDigest()];
  const out = new LineWriter(args.out);
  const onDecision = (line: DecisionLine) => {
    const text = textOf(line);
    summary.add(line);
    digest.add(text);
    if (before) note(after, line);
    out.write(text);
  };
  const started = performance.now();
  const result = replay(input.arena, KERNEL, policy, {
    clock: clockOf(args, input),
    ...(until !== undefined && { until }),
    onDecision,
    onProgress: (events) => {
      if (events % LINES_PER_NOTE === 0) say(`${events} events folded`);
    },
  });
  out.close();
  tellResult(result, (performance.now() - started) / 1000);
  console.log(summary.table());
  if (before)
    console.log(`changed against ${args.compare}:\n${comparison(before, after).join('\n')}`);
  console.log(`digest ${digest.hex()}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { code } = error as { code?: string };
  const known = error instanceof Refused || (error instanceof Error && code?.includes('-'));
  console.error(known ? (error as Error).message : error);
  process.exitCode = 1;
}
