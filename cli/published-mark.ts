/**
 * Which version the files of a folder are of: `pull` and `publish` write it down, so that nobody publishes over
 * what somebody else published since. For a stage it lies beside the files and goes into git with them; for the
 * local run in its data folder, and it goes with that.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import type { Publication } from '../functions/contract/publishing.ts';
import type { Stage } from '../infra/stage-config.ts';
import { dataFolder } from './targets.ts';

export type Base = { version: number; release: string };
export type Mark = { read(): Base | undefined; write(publication: Publication): void };

/** In the folder of templates. */
export const MARK_FILE = '.published.json';

const marksSchema = z.record(
  z.string(),
  z.object({ version: z.number().int().min(1), release: z.string() }),
);

export const markOf = (dir: string, stage: Stage | 'local'): Mark =>
  stage === 'local'
    ? markIn(join(dataFolder(), 'published.json'), resolve(dir))
    : markIn(join(dir, MARK_FILE), stage);

function markIn(file: string, key: string): Mark {
  const all = (): { [key: string]: Base } => {
    if (!existsSync(file)) return {};
    // Merged by hand or cut short: then it is not known, and publishing asks.
    try {
      return marksSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      return {};
    }
  };
  return {
    read: () => all()[key],
    write: ({ version, release }) => {
      const next = { ...all(), [key]: { version, release } };
      writeFileSync(`${file}.part`, `${JSON.stringify(next, undefined, 2)}\n`);
      renameSync(`${file}.part`, file);
    },
  };
}
