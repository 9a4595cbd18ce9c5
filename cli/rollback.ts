/**
 * Back to an earlier version, as a new one:
 *
 *   npm run rollback -- VERSION|RELEASE [--stage dev|prod | --local]
 *
 * Runs that began with what is taken back go on in the version that is current then, at the same steps: a
 * broken mail stops going out. `--keep-running` leaves them as they are.
 */
import { parseArgs } from 'node:util';
import { rollback, versionOf } from '../functions/app/publishing.ts';
import type { Publication } from '../functions/contract/publishing.ts';
import { changesOf } from '../infra/templates/changes.ts';
import { CommandRefused, type Io, runCommand } from './command.ts';
import {
  authorOf,
  changeLines,
  inPlace,
  lineOf,
  PLACE_OPTIONS,
  PLACE_USAGE,
  type Place,
  publishedIn,
  show,
} from './publishing.ts';

const USAGE = `npm run rollback -- VERSION|RELEASE
${PLACE_USAGE}
  [--message TEXT]               why; "Back to version N"
  [--author NAME]                who goes back; the name that git knows, else the login
  [--keep-running]               runs of what is taken back keep it
  [--dry-run]                    only shows what would change`;

const OPTIONS = {
  ...PLACE_OPTIONS,
  message: { type: 'string', short: 'm' },
  author: { type: 'string' },
  'keep-running': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

export type RollbackWish = {
  to: string;
  message: string | undefined;
  author: string;
  keepRunning: boolean;
  dryRun: boolean;
};

export async function goBack(
  place: Place,
  { to, message, author, keepRunning, dryRun }: RollbackWish,
  io: Io,
): Promise<Publication | undefined> {
  const target = await versionOf(place, to);
  const current = await place.releases.current();
  if (!target || !current) {
    throw new CommandRefused(`got ${to}, wanted a version or release of npm run releases`);
  }
  show(io, [
    `${place.name}: ${lineOf(current)} is current; back to ${lineOf(target)}.`,
    ...(await changesTo(place, current, target)),
  ]);
  if (dryRun) {
    show(io, ['Nothing was changed: --dry-run.']);
    return undefined;
  }
  const outcome = await rollback(place, {
    to: target.version,
    author,
    message: message ?? `Back to version ${target.version}`,
    keepRunning,
    was: current.version,
  });
  const published = publishedIn(outcome, place);
  if (!published) show(io, ['Nothing was changed: the current version says the same.']);
  else show(io, [doneLine(published)]);
  return published;
}

async function changesTo({ releases }: Place, current: Publication, target: Publication) {
  const [before, after] = [await releases.files(current), await releases.files(target)];
  if (!before || !after) return ['One of them was published without its files: not compared.'];
  return changeLines(changesOf(new Map(Object.entries(before)), new Map(Object.entries(after))));
}

function doneLine(published: Publication): string {
  const { withdrawn = [] } = published;
  const runs =
    withdrawn.length > 0
      ? 'Runs of what was taken back go on in it; --keep-running would leave them.'
      : 'Runs in progress keep the version that they began with.';
  return `${lineOf(published)} is current, within a minute. ${runs}`;
}

function argumentsIn(argv: string[]) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new CommandRefused(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
}

export async function rollbackCommand(argv: string[], io: Io): Promise<void> {
  const { values, positionals } = argumentsIn(argv);
  const [to, ...more] = positionals;
  if (values.help) return io.out(USAGE);
  if (to === undefined || more.length > 0) throw new CommandRefused(USAGE);
  const wish = {
    to,
    message: values.message,
    author: authorOf(values.author),
    keepRunning: values['keep-running'],
    dryRun: values['dry-run'],
  };
  await inPlace(values, (place) => goBack(place, wish, io));
}

if (import.meta.main) process.exitCode = await runCommand(rollbackCommand);
