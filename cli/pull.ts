/**
 * What is published, as files, for git:
 *
 *   npm run pull [-- VERSION|RELEASE] [--stage dev|prod | --local] [--dir DIR]
 *
 * A file that was changed here and not there stays; one that was changed on both sides stops the command,
 * unless --force takes what is published.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pull } from '../functions/app/publishing.ts';
import type { Publication, SourceFiles } from '../functions/contract/publishing.ts';
import { readTemplates, TEMPLATE_FILE, type TemplateFiles } from '../infra/templates/files.ts';
import { CommandRefused, type Io, runCommand } from './command.ts';
import { inPlace, lineOf, PLACE_OPTIONS, PLACE_USAGE, type Place, show } from './publishing.ts';

const USAGE = `npm run pull [-- VERSION|RELEASE]
${PLACE_USAGE}
  [--force]                      takes what is published, whatever was changed here`;

const OPTIONS = {
  ...PLACE_OPTIONS,
  force: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export type FileStep = {
  path: string;
  /** `stays`: changed here, and there not; `conflict`: changed here and there. */
  what: 'written' | 'removed' | 'stays' | 'conflict';
};

/**
 * What becomes of each file that differs. `base`: the files of the version that the folder is of; without it,
 * nobody knows what was changed here, and whatever differs counts as changed.
 */
export function stepsTo(
  here: TemplateFiles,
  there: TemplateFiles,
  base: TemplateFiles | undefined,
): FileStep[] {
  const paths = [...new Set([...here.keys(), ...there.keys()])].sort();
  return paths.flatMap((path): FileStep[] => {
    const [mine, theirs] = [here.get(path), there.get(path)];
    if (mine === theirs) return [];
    const write = theirs === undefined ? 'removed' : 'written';
    if (!base) return [{ path, what: mine === undefined ? write : 'conflict' }];
    const was = base.get(path);
    if (mine === was) return [{ path, what: write }];
    return [{ path, what: theirs === was ? 'stays' : 'conflict' }];
  });
}

export async function pullFiles(
  place: Place,
  dir: string,
  { which, force }: { which: string | undefined; force: boolean },
  io: Io,
): Promise<FileStep[]> {
  const { publication, files } = await pulled(place, which);
  const there = new Map(Object.entries(files));
  const foreign = [...there.keys()].filter((path) => !TEMPLATE_FILE.test(path));
  if (foreign.length > 0) throw new CommandRefused(`got ${foreign[0]}, wanted files of templates`);
  const here = existsSync(dir) ? readTemplates(dir) : new Map<string, string>();
  const base = here.size === 0 ? new Map<string, string>() : await baseOf(place);
  const steps = force ? stepsTo(here, there, here) : stepsTo(here, there, base);
  const conflicts = steps.filter(({ what }) => what === 'conflict');
  if (conflicts.length > 0) {
    throw new CommandRefused(
      `Nothing was written: ${conflicts.length} files of ${dir} were changed here, and differ from ` +
        `${lineOf(publication)}. Commit them and use --force, then merge with git.\n` +
        conflicts.map(({ path }) => `  ${path}`).join('\n'),
    );
  }
  for (const { path, what } of steps) {
    if (what === 'written') writeWhole(join(dir, path), there.get(path) ?? '');
    if (what === 'removed') rmSync(join(dir, path), { force: true });
  }
  place.mark.write(publication);
  show(io, doneLines(dir, publication, steps));
  return steps;
}

async function pulled(
  place: Place,
  which: string | undefined,
): Promise<{ publication: Publication; files: SourceFiles }> {
  const found = await pull(place, which);
  if ('files' in found) return found;
  if ('without' in found) {
    throw new CommandRefused(
      `${place.name}: ${lineOf(found.without)} was published without its files: they are in git.`,
    );
  }
  throw new CommandRefused(
    which === undefined
      ? `${place.name}: nothing was published yet.`
      : `got ${which}, wanted a version or release of npm run releases`,
  );
}

/** The files of the version that the folder says it is of, where that still is what it was. */
async function baseOf({ mark, releases }: Place): Promise<TemplateFiles | undefined> {
  const base = mark.read();
  const publication = base && (await releases.version(base.version));
  if (!publication || publication.release !== base?.release) return undefined;
  const files = await releases.files(publication);
  return files && new Map(Object.entries(files));
}

/** Whole or not at all: an editor never reads half of it. */
function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

function doneLines(dir: string, publication: Publication, steps: readonly FileStep[]): string[] {
  const said = { written: 'written', removed: 'removed', stays: 'yours  ', conflict: '' };
  const stay = steps.some(({ what }) => what === 'stays');
  return [
    ...steps.map(({ path, what }) => `  ${said[what]}  ${path}`),
    steps.length === 0
      ? `${dir} holds ${lineOf(publication)} already.`
      : `${dir} holds ${lineOf(publication)}${stay ? ', and what was changed here' : ''}.`,
  ];
}

function argumentsIn(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CommandRefused(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
}

export async function pullCommand(argv: string[], io: Io): Promise<void> {
  const { values, positionals } = argumentsIn(argv);
  const [which, ...more] = positionals;
  if (values.help) return io.out(USAGE);
  if (more.length > 0) throw new CommandRefused(USAGE);
  const { dir, force } = values;
  await inPlace(values, (place) => pullFiles(place, dir, { which, force }, io));
}

if (import.meta.main) process.exitCode = await runCommand(pullCommand);
