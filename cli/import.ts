/**
 * A shop's history and people, from its files:
 *
 *   npm run import -- --orders FILE [--customers FILE] [--consents FILE] [--carts FILE] [--products FILE]
 *                     [--stage dev|prod | --local] [--map OURS=THEIRS]… [--go]
 *
 * Without `--go` it only reads, and tells what it would write. Events are history: they build the customers
 * and mail nobody. docs/import.md tells the rest.
 */
import { basename, dirname, join } from 'node:path';
import { dynamoLogWriter } from '../functions/adapters/dynamodb/log-writer.ts';
import type { LogWriter } from '../functions/app/ports.ts';
import { iso } from '../functions/contract/time.ts';
import { isZone } from '../functions/domain/zones.ts';
import { stages } from '../infra/config.ts';
import { checkStage, type Stage, stageOf } from '../infra/stage-config.ts';
import { catalogue } from './catalogue.ts';
import {
  argumentsOf,
  type Command,
  CommandRefused,
  effort,
  type Io,
  runCommand,
} from './command.ts';
import { DATE_ORDERS, DATE_WANTED, momentReader } from './import/cells.ts';
import { checkMaps, KINDS } from './import/columns.ts';
import { type Job, type JobOptions, planOf, WHATS } from './import/jobs.ts';
import { fileOf } from './import/records.ts';
import { importTemplates } from './import/templates.ts';
import { REASONS_SHOWN, type Report, writeItems } from './import/write.ts';
import { progressOf } from './progress.ts';
import { type Target, targetOf } from './targets.ts';

const USAGE = `npm run import -- FILES [--stage dev|prod | --local] [--go]
  files, CSV, JSON Lines or JSON, gzip or not:
    --orders --customers --consents --carts --products FILE
    --klaviyo-profiles --klaviyo-suppressions --klaviyo-events FILE
    --pinpoint-endpoints FILE [--list NAME]
    --klaviyo-templates --pinpoint-templates FILE --out FOLDER
  --go              writes; without it the files are only read and the result is told
  --map OURS=THEIRS reads our column from theirs; --map OURS= reads it from none
  --dates dmy|mdy   what 01/02/2026 means
  --zone ZONE       of moments without one; the shop's, if not given
  --as-of MOMENT    of what the files give no moment for; when the file was last changed, if not given
  --work FOLDER     for checkpoint and rejects; beside the file, if not given`;

const text = { type: 'string' } as const;
const OPTIONS = {
  orders: text,
  customers: text,
  consents: text,
  carts: text,
  products: text,
  'klaviyo-profiles': text,
  'klaviyo-suppressions': text,
  'klaviyo-events': text,
  'klaviyo-templates': text,
  'pinpoint-endpoints': text,
  'pinpoint-templates': text,
  list: text,
  out: text,
  map: { type: 'string', multiple: true },
  dates: text,
  zone: text,
  'as-of': text,
  work: text,
  stage: text,
  local: { type: 'boolean' },
  go: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof argumentsOf<typeof OPTIONS>>;

export const importFiles: Command = async (argv, io) => {
  const values = argumentsOf(argv, OPTIONS, USAGE);
  const jobs = WHATS.flatMap((what): Job[] => {
    const file = values[what];
    return file === undefined ? [] : [{ what, file }];
  });
  const templates = values['klaviyo-templates'] ?? values['pinpoint-templates'];
  if (jobs.length === 0 && !values.products && !templates) throw new CommandRefused(USAGE);
  const stage = stageOf(values.stage);
  const go = values.go || values.yes;
  if (values['klaviyo-templates']) {
    await importTemplates('klaviyo', values['klaviyo-templates'], values.out, io);
  }
  if (values['pinpoint-templates']) {
    await importTemplates('pinpoint', values['pinpoint-templates'], values.out, io);
  }
  if (values.products) {
    const where = values.local ? ['--local'] : ['--stage', stage];
    await catalogue(['--file', values.products, ...where, ...(go ? [] : ['--check'])], io);
  }
  if (jobs.length > 0) await importJobs(jobs, values, stage, go, io);
};

async function importJobs(jobs: Job[], values: Values, stage: Stage, go: boolean, io: Io) {
  const target = go ? await targetOf({ local: values.local, stage }) : undefined;
  try {
    const { shop } = checkStage(stage, stages[stage]).settings;
    const options = jobOptions(jobs, values, shop.zone, target?.now() ?? Date.now());
    const name = target?.name ?? 'nothing: a look';
    for (const job of jobs) {
      await importJob(job, options, {
        io,
        currency: shop.currency,
        target: name,
        log: target && writerOf(target),
        work: values.work,
      });
    }
    if (!go) io.err('Nothing was written. Add --go to write.');
    io.err(effort());
  } finally {
    await target?.close();
  }
}

/** Parts that are wrong with the options are told before any file is read. */
function jobOptions(
  jobs: readonly Job[],
  values: Values,
  shopZone: string,
  now: number,
): JobOptions {
  const maps = values.map ?? [];
  checkMaps(
    KINDS.filter((kind) => jobs.some(({ what }) => what === kind)),
    maps,
  );
  const zone = values.zone ?? shopZone;
  if (!isZone(zone)) {
    throw new CommandRefused(
      `--zone: got ${zone}, wanted an IANA time zone such as Europe/Vilnius`,
    );
  }
  const dates = DATE_ORDERS.find((order) => order === values.dates);
  if (values.dates !== undefined && dates === undefined) {
    throw new CommandRefused(`--dates: got ${values.dates}, wanted ${DATE_ORDERS.join(' or ')}`);
  }
  const asOf = momentReader(zone, dates)(values['as-of']);
  if (values['as-of'] !== undefined && asOf === undefined) {
    throw new CommandRefused(`--as-of: got ${values['as-of']}, wanted ${DATE_WANTED}`);
  }
  return { maps, zone, dates, now, asOf, list: values.list };
}

/** Mails that are under way are nobody's worry here: what an import withdraws was withdrawn long ago. */
const writerOf = ({ client, logTable, stateTable }: Target): LogWriter =>
  dynamoLogWriter({ client, logTable, stateTable });

export type JobDeps = {
  io: Io;
  currency: string;
  /** Its name: a checkpoint is of one target. */
  target: string;
  /** Absent: only looks. */
  log?: LogWriter | undefined;
  work?: string | undefined;
};

/** One file, told to the end. */
export async function importJob(job: Job, options: JobOptions, deps: JobDeps): Promise<Report> {
  const { io, currency, target, log, work } = deps;
  const { what, file } = job;
  const { bytes, changedAt } = fileOf(file);
  const plan = await planOf(job, options);
  io.err([`${file}: ${what}`, ...plan.lines].join('\n'));
  const bar = progressOf(io.progress, bytes, [log ? 'writing' : 'reading', 'rows']);
  let rows = 0;
  const base = join(work ?? dirname(file), basename(file));
  const items = plan.items((done, count) => {
    rows = count;
    bar.at(done, count);
  });
  try {
    const { maps, zone, dates, asOf, list } = options;
    const report = await writeItems(items, {
      context: { receivedAt: options.now, currency, kind: 'server' },
      places: { checkpoint: `${base}.import.json`, rejects: `${base}.rejects.csv` },
      log,
      identity: [what, bytes, changedAt, target, maps, zone, dates, asOf, list],
    });
    report.rows = rows;
    bar.end();
    io.out(reportLines(report, log !== undefined, `${base}.rejects.csv`).join('\n'));
    return report;
  } finally {
    bar.end();
  }
}

const number = (value: number): string => value.toLocaleString('en');

function reportLines(report: Report, wrote: boolean, rejects: string): string[] {
  const { rows, events, byName, first, last, rejected, reasons, stored, repeated, before } = report;
  const span =
    first === undefined || last === undefined
      ? ''
      : `, ${iso(first).slice(0, 10)} to ${iso(last).slice(0, 10)}`;
  const names = [...byName].map(([name, count]) => `${name} ${number(count)}`).join(', ');
  const left = rejected > reasons.length ? `, the first ${REASONS_SHOWN} here` : '';
  return [
    `${number(rows)} rows, ${number(events)} events${span}`,
    ...(names ? [`  ${names}`] : []),
    ...(wrote
      ? [
          `  ${number(stored)} written, ${number(repeated)} were there, ${number(before)} by a run before`,
        ]
      : []),
    ...(rejected > 0 ? [`${number(rejected)} rejected, in ${rejects}${left}:`] : []),
    ...reasons.map(({ row, reason }) => `  row ${row}: ${reason}`),
  ];
}

if (import.meta.main) process.exitCode = await runCommand(importFiles);
