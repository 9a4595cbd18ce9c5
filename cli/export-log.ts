/**
 * The event log as a file that replay reads, one JSON event a line:
 *
 *   npm run export-log -- --out FILE.jsonl[.gz] [--from ISO] [--to ISO] [--stage dev|prod | --local]
 *                         [--models FILE.jsonl]
 *
 * \`--models\` writes the published models beside it, for \`npm run replay -- --model FILE.jsonl\`.
 * The file holds addresses and names: it is written readable by you alone. Keep it so.
 */
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { type LogConfig, scanLog, type Stretch } from '../functions/adapters/dynamodb/log.ts';
import { exportLog } from '../functions/app/export-log.ts';
import { instant } from '../functions/contract/event-fields.ts';
import { stageOf } from '../infra/stage-config.ts';
import { publishedModels, writeModels } from './published-models.ts';
import { progressLine, type Target, targetOf } from './targets.ts';

const OPTIONS = {
  out: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  models: { type: 'string' },
  stage: { type: 'string' },
  local: { type: 'boolean' },
} as const;

/** Reads a moment of the command line; throws one clear sentence. */
export function momentOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = instant(text);
  if (at === undefined) {
    throw new Error(
      `--${name}: got ${JSON.stringify(text)}, wanted ISO 8601 such as 2026-06-01T12:00:00Z`,
    );
  }
  return at;
}

/** Rows written. The file is there whole, or not at all. */
export async function exportTo(file: string, config: LogConfig, stretch: Stretch): Promise<number> {
  const line = progressLine();
  let count = 0;
  const lines = exportLog({
    pages: scanLog(config, stretch),
    progress: (exported) => {
      count = exported;
      line.show(`${exported} events`);
    },
  });
  const part = `${file}.part`;
  const out = createWriteStream(part, { mode: 0o600 });
  try {
    const steps = file.endsWith('.gz') ? [createGzip(), out] : [out];
    await pipeline([Readable.from(lines), ...steps]);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  line.end(`${count} events in ${file}`);
  return count;
}

async function exportModels(file: string, target: Target): Promise<void> {
  const models = await publishedModels(target);
  writeModels(file, models);
  console.error(`${models.length} models in ${file}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (!values.out) throw new Error('--out: got nothing, wanted a file such as log.jsonl.gz');
  const from = momentOf('from', values.from);
  const to = momentOf('to', values.to);
  const target = await targetOf({ local: values.local, stage: stageOf(values.stage) });
  try {
    await exportTo(values.out, target, {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
    if (values.models) await exportModels(values.models, target);
  } finally {
    await target.close();
  }
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
