/** What the commands around releases share: where they work, who publishes, and how things are shown. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dynamoReleases } from '../functions/adapters/dynamodb/releases.ts';
import type { PublishingDeps, PublishOutcome } from '../functions/app/publishing.ts';
import type { Publication } from '../functions/contract/publishing.ts';
import type { Settings } from '../functions/contract/settings.ts';
import { type Instant, iso } from '../functions/contract/time.ts';
import type { Problem } from '../functions/domain/journeys/source.ts';
import { TEMPLATES_DIR } from '../infra/build-release.ts';
import { stages } from '../infra/config.ts';
import { checkStage, stageOf } from '../infra/stage-config.ts';
import type { Change } from '../infra/templates/changes.ts';
import { readTemplates, type TemplateFiles } from '../infra/templates/files.ts';
import { CommandRefused, type Io } from './command.ts';
import { type Mark, markOf } from './published-mark.ts';
import { type ContentTarget, contentOf, NoTarget } from './targets.ts';

/** Options of all of them. */
export const PLACE_OPTIONS = {
  stage: { type: 'string' },
  local: { type: 'boolean' },
  dir: { type: 'string', default: TEMPLATES_DIR },
} as const;
export const PLACE_USAGE = `  [--stage dev|prod | --local]   where; stage dev
  [--dir DIR]                    the folder of templates; templates/`;

type PlaceValues = { stage?: string | undefined; local?: boolean | undefined; dir: string };

/** A stage or the local run, as those who publish see it. */
export type Place = PublishingDeps & {
  name: string;
  settings: Settings;
  mark: Mark;
};

/** Opens the place, works there, and closes it whatever happens. */
export async function inPlace<T>(
  values: PlaceValues,
  work: (place: Place, target: ContentTarget) => Promise<T>,
): Promise<T> {
  const stage = stageOf(values.stage);
  const { settings } = checkStage(stage, stages[stage]);
  const target = await contentOf({ local: values.local, stage });
  try {
    const { name, client, stateTable, now } = target;
    const releases = dynamoReleases(client, stateTable);
    const mark = markOf(values.dir, values.local ? 'local' : stage);
    return await work({ name, settings, releases, now, mark }, target);
  } catch (error) {
    throw told(error);
  } finally {
    await target.close();
  }
}

/** AWS names errors without hyphens; those that a person can mend are told without a stack. */
function told(error: unknown): unknown {
  const { name, message } = error as Error;
  const known = ['ResourceNotFoundException', 'AccessDeniedException', 'CredentialsProviderError'];
  return known.includes(name) ? new NoTarget(`${name}: ${message}`, { cause: error }) : error;
}

/** The files of a folder; one that is not there is told in a sentence. */
export function templatesIn(dir: string): TemplateFiles {
  if (!existsSync(dir)) throw new CommandRefused(`--dir: no folder ${dir}`);
  return readTemplates(dir);
}

/** `--author`, else the name that git knows, else the login: a name, and never an address. */
export function authorOf(given: string | undefined): string {
  if (given !== undefined) return given;
  const name = gitName();
  if (name !== '' && !name.includes('@')) return name;
  return userInfo().username.split('@')[0] ?? '';
}

function gitName(): string {
  try {
    return execFileSync('git', ['config', 'user.name'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

/** What became of it; what was refused ends the command. */
export function publishedIn(outcome: PublishOutcome, place: Place): Publication | undefined {
  if ('published' in outcome) return outcome.published;
  if ('unchanged' in outcome) return undefined;
  if ('refused' in outcome) {
    throw new CommandRefused(`Nothing was published.\n${problemLines(outcome.refused)}`);
  }
  throw new CommandRefused(
    `${place.name}: ${lineOf(outcome.overtaken)} was published in the meantime. ` +
      'Nothing was changed: npm run pull brings it; then try again.',
  );
}

const OPTIONS_OF: { [file: string]: string } = { author: '--author', message: '--message' };

export const problemLines = (problems: readonly Problem[]): string =>
  problems
    .map(({ file, line, got, wanted }) => {
      const where = Object.hasOwn(OPTIONS_OF, file) ? OPTIONS_OF[file] : `${file}:${line}`;
      return `${where}: got ${got}; wanted ${wanted}`;
    })
    .join('\n');

/** To the minute; the history is read by people. */
export const minute = (at: Instant): string => `${iso(at).slice(0, 16).replace('T', ' ')} UTC`;

/** `version 3 (Rūta, 2026-11-22 10:03 UTC: Kinder words)` */
export const lineOf = ({ version, author, at, message }: Publication): string =>
  `version ${version} (${author}, ${minute(at)}: ${message})`;

/** More than fits on a screen is read in git. */
const CHANGES_SHOWN = 40;
const CELL_CHARS_MAX = 38;

/** Text of a language that runs the other way must not turn the columns around. */
const isolated = (text: string): string =>
  /[\u0590-\u08ff\ufb1d-\ufefc]/.test(text) ? `\u2068${text}\u2069` : text;

function cell(text: string): string {
  const line = [...text.replace(/\s+/g, ' ')];
  const cut = line.length > CELL_CHARS_MAX ? [...line.slice(0, CELL_CHARS_MAX - 1), '…'] : line;
  return isolated(cut.join(''));
}

/** Rows with aligned columns. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => [...(row[at] ?? '')].length)),
  );
  const pad = (text: string, at: number) =>
    `${text}${' '.repeat(Math.max(0, (widths[at] ?? 0) - [...text].length))}`;
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd());
}

/** What changes, before and after. */
export function changeLines(changes: readonly Change[]): string[] {
  if (changes.length === 0) return ['No file changes.'];
  const rows = changes
    .slice(0, CHANGES_SHOWN)
    .map(({ what, name, item, before, after }) => [
      what,
      cell(name),
      cell(item),
      cell(before ?? '-'),
      cell(after ?? '-'),
    ]);
  const more = changes.length - CHANGES_SHOWN;
  return [
    ...table([['WHAT', 'WHERE', 'WHICH', 'BEFORE', 'AFTER'], ...rows]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

export const show = (io: Io, lines: readonly string[]): void => io.out(lines.join('\n'));
