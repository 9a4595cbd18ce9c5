/**
 * Journeys, mails and words to a stage or the local run, without a deployment:
 *
 *   npm run publish -- --message "Kinder words" [--stage dev|prod | --local]
 *
 * Checks all of it, shows what changes, and publishes it as the next version. Functions take it within a
 * minute; runs in progress keep the version that they began with.
 */
import { publish, stepProblems } from '../functions/app/publishing.ts';
import type { Publication } from '../functions/contract/publishing.ts';
import type { Release } from '../functions/contract/release.ts';
import type { Problem } from '../functions/domain/journeys/source.ts';
import { changesOf } from '../infra/templates/changes.ts';
import { checkAll, type Checked, type Finding } from '../infra/templates/checks/index.ts';
import type { TemplateFiles } from '../infra/templates/files.ts';
import { argumentsOf, CommandRefused, type Io, runCommand, wholeNumber } from './command.ts';
import {
  authorOf,
  changeLines,
  inPlace,
  lineOf,
  PLACE_OPTIONS,
  PLACE_USAGE,
  type Place,
  problemLines,
  publishedIn,
  show,
  templatesIn,
} from './publishing.ts';

const USAGE = `npm run publish -- --message "what changes"
${PLACE_USAGE}
  [--author NAME]                who publishes; the name that git knows, else the login
  [--dry-run]                    only checks, and shows what would change
  [--over VERSION|current]       publishes over a version that these files are not of`;

const OPTIONS = {
  ...PLACE_OPTIONS,
  message: { type: 'string', short: 'm' },
  author: { type: 'string' },
  over: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Warnings that are shown; errors are shown all. */
const WARNINGS_SHOWN = 20;
const VERSION_MAX = 99_999_999;

export type PublishWish = {
  message: string | undefined;
  author: string;
  over: string | undefined;
  dryRun: boolean;
};

/** Checks, shows, publishes; what stands in the way is thrown as one sentence or a list with file and line. */
export async function publishFiles(
  place: Place,
  files: TemplateFiles,
  { message, author, over, dryRun }: PublishWish,
  io: Io,
  check: typeof checkAll = checkAll,
): Promise<Publication | undefined> {
  const release = passed(await check(place.settings, files), io);
  const current = await place.releases.current();
  const before = current && (await place.releases.files(current));
  const changes = changesOf(new Map(Object.entries(before ?? {})), files);
  show(io, [
    current ? `${place.name}: ${lineOf(current)} is current.` : `${place.name}: no version yet.`,
    ...(before || !current ? [] : ['Its files were not published with it: all count as new.']),
    ...changeLines(changes),
  ]);
  // The same files take nothing back, whoever published them.
  const late = current && changes.length > 0 && (await whyLate(place, current, over));
  if (dryRun) {
    const problems = await idProblems(place, current, release, files);
    const lines = problems.length > 0 ? [problemLines(problems)] : [];
    show(io, [...lines, ...(late ? [late] : []), 'Nothing was published: --dry-run.']);
    return undefined;
  }
  if (late) throw new CommandRefused(late);
  if (message === undefined) throw new CommandRefused(`--message: got none\n\n${USAGE}`);
  const told = { author, message, ...(current && { was: current.version }) };
  const outcome = await publish(place, { release, files: Object.fromEntries(files), ...told });
  const published = publishedIn(outcome, place);
  place.mark.write(published ?? (current as Publication));
  if (!published) show(io, ['Nothing was published: the current version says the same.']);
  else show(io, [`${lineOf(published)} is current. Mails take it within a minute.`]);
  return published;
}

function passed({ findings, release }: Checked, io: Io): Release {
  const of = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity);
  const [errors, warnings] = [of('error'), of('warning')];
  if (warnings.length > 0) {
    const left = warnings.length > WARNINGS_SHOWN ? `, the first ${WARNINGS_SHOWN} here` : '';
    io.err(`${warnings.length} warnings${left}:`);
    io.err(problemLines(warnings.slice(0, WARNINGS_SHOWN)));
  }
  if (release && errors.length === 0) return release;
  throw new CommandRefused(
    `Nothing was published: ${errors.length} errors.\n${problemLines(errors)}`,
  );
}

/** Step ids that publishing would refuse. */
async function idProblems(
  { releases }: Place,
  current: Publication | undefined,
  { policy }: Release,
  files: TemplateFiles,
): Promise<Problem[]> {
  const before = current ? (await releases.head(current)).journeys : [];
  return stepProblems(await releases.steps(), before, policy.journeys, Object.fromEntries(files));
}

/** A sentence where these files do not hold what is current: publishing them would take that back. */
async function whyLate(
  { mark, releases }: Place,
  current: Publication,
  over: string | undefined,
): Promise<string | undefined> {
  const replaces = over === 'current' ? current.version : overVersion(over);
  if (replaces !== undefined) {
    return replaces === current.version
      ? undefined
      : `--over: got ${replaces}, but ${lineOf(current)} is current.`;
  }
  const base = mark.read();
  const known = base && (await releases.version(base.version));
  const remedy = `npm run pull brings it; --over ${current.version} publishes without it.`;
  if (!base || known?.release !== base.release) {
    // Nobody published yet: what is there came from a deployment of such files.
    return current.how === 'deployed'
      ? undefined
      : `It is not known whether these files hold ${lineOf(current)}. ${remedy}`;
  }
  if (base.version === current.version) return undefined;
  return `${lineOf(current)} was published since version ${base.version}, which these files are of. ${remedy}`;
}

const overVersion = (over: string | undefined): number | undefined =>
  over === undefined ? undefined : wholeNumber('over', over, 1, VERSION_MAX);

export async function publishCommand(argv: string[], io: Io): Promise<void> {
  const values = argumentsOf(argv, OPTIONS, USAGE);
  if (values.help) return io.out(USAGE);
  const { message, over, dir } = values;
  if (message === undefined && !values['dry-run']) throw new CommandRefused(USAGE);
  const files = templatesIn(dir);
  const author = authorOf(values.author);
  const wish = { message, author, over, dryRun: values['dry-run'] };
  await inPlace(values, (place) => publishFiles(place, files, wish, io));
}

if (import.meta.main) process.exitCode = await runCommand(publishCommand);
