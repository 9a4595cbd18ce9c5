/**
 * Publishing, going back and looking back: what may be published, and what is told when somebody else was
 * quicker. The store sees to it that a publication is there whole or not at all.
 */
import { EXPIRES_MAX_DAYS, type Journey } from '../contract/journeys.ts';
import type {
  NewPublication,
  Publication,
  ReleaseHead,
  ReleaseStore,
  SourceFiles,
  StepRegistry,
} from '../contract/publishing.ts';
import type { Release } from '../contract/release.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import type { Problem } from '../domain/journeys/source.ts';
import {
  countSteps,
  KNOWN_STEPS_MAX,
  type StepConflict,
  stepConflicts,
  withSteps,
} from '../domain/journeys/step-ids.ts';

export type PublishingDeps = {
  releases: ReleaseStore;
  now(): Instant;
};

/** Who publishes and why. */
export type Told = {
  /** A name, never an address: the history is shown to everybody who may look. */
  author: string;
  /** One line. */
  message: string;
  /** The version that the change began with: a later one, by somebody else, is not written over. */
  was?: number;
};

export type PublishOutcome =
  | { published: Publication }
  /** The current one says the same already. */
  | { unchanged: Publication }
  /** Somebody else was quicker: this is current now, and nothing was changed. */
  | { overtaken: Publication }
  | { refused: Problem[] };

/** Longer ones are no names. */
export const AUTHOR_CHARS_MAX = 80;
/** A line of the history. */
export const MESSAGE_CHARS_MAX = 200;
/**
 * Sets of journeys that differ, of the last 90 days, a change of languages or of the shop's name included:
 * whoever decides holds them all, and a set of ten journeys is 20 KB. A change of mails or words makes no new
 * set. It is a quarter of what readers can hold (HEADS_MAX).
 */
export const JOURNEY_SETS_MAX = 100;

/** All of a release that decisions and pages need. */
export function headOf({ policy, locales = {} }: Release): ReleaseHead {
  const { release, journeys, settings } = policy;
  const { name, address } = settings.shop;
  return { release, journeys, locales, shop: { name, address } };
}

/** Publishes a release that was built and checked from these files. */
export async function publish(
  deps: PublishingDeps,
  { release, files, ...told }: Told & { release: Release; files: SourceFiles },
): Promise<PublishOutcome> {
  const { releases } = deps;
  const problems = wordProblems(told);
  if (problems.length > 0) return { refused: problems };
  const current = await releases.current();
  if (current && isOvertaken(current, told)) return { overtaken: current };
  if (current && (await isSame(releases, current, release, files))) return { unchanged: current };
  const { journeys } = release.policy;
  const known = await releases.steps();
  const before = current ? (await releases.head(current)).journeys : [];
  const refused = [
    ...stepProblems(known, before, journeys, files),
    ...(await tooMany(deps, headOf(release))),
  ];
  const steps = withSteps(known, journeys);
  refused.push(...tooManySteps(countSteps(steps)));
  if (refused.length > 0) return { refused };
  return releases.publish(current, {
    ...rowOf(deps, told, current),
    release: release.policy.release,
    how: 'published',
    content: { head: headOf(release), templates: release.templates, files },
    steps,
  });
}

/**
 * The contents of an earlier version as a new one. What is taken back is withdrawn: its runs go on in the
 * journeys that are current then, since a broken mail must stop going out; `keepRunning` leaves them.
 */
export async function rollback(
  deps: PublishingDeps,
  { to, keepRunning = false, ...told }: Told & { to: number | string; keepRunning?: boolean },
): Promise<PublishOutcome> {
  const { releases } = deps;
  const problems = wordProblems(told);
  if (problems.length > 0) return { refused: problems };
  const current = await releases.current();
  if (current && isOvertaken(current, told)) return { overtaken: current };
  const target = await versionOf(deps, to);
  if (!current || !target) return { refused: [noSuchVersion(to)] };
  if (sameContents(target, current)) return { unchanged: current };
  const { journeys } = await releases.head(target);
  const withdrawn = keepRunning ? [] : await takenBack(releases, target);
  return releases.publish(current, {
    ...rowOf(deps, told, current),
    release: target.release,
    how: 'rolled-back',
    of: target.version,
    ...(withdrawn.length > 0 && { withdrawn }),
    content: { contents: target.contents },
    steps: withSteps(await releases.steps(), journeys),
  });
}

/** What was published, newest first. */
export const history = ({ releases }: PublishingDeps, limit?: number): Promise<Publication[]> =>
  releases.history(limit);

export type Pulled =
  | { publication: Publication; files: SourceFiles }
  /** There, but published without its sources. */
  | { without: Publication }
  | { missing: true };

/** The files of a version (default: the current one), as they were published. */
export async function pull(deps: PublishingDeps, which?: number | string): Promise<Pulled> {
  const { releases } = deps;
  const publication = which === undefined ? await releases.current() : await versionOf(deps, which);
  if (!publication) return { missing: true };
  const files = await releases.files(publication);
  return files ? { publication, files } : { without: publication };
}

const VERSION = /^\d{1,8}$/;

/** By its number, or by the id of its release: the latest with that content. */
export async function versionOf(
  { releases }: PublishingDeps,
  which: number | string,
): Promise<Publication | undefined> {
  const text = String(which);
  if (VERSION.test(text)) return releases.version(Number(text));
  const all = await releases.history();
  return all.find(({ release }) => release === text);
}

const isOvertaken = ({ version }: Publication, { was }: Told): boolean =>
  was !== undefined && was !== version;

/** Never before the one that it follows: two publishers' clocks differ by seconds. */
const rowOf = (
  { now }: PublishingDeps,
  { author, message }: Told,
  current: Publication | undefined,
): Pick<NewPublication, 'at' | 'author' | 'message'> => ({
  at: Math.max(now(), current?.at ?? 0),
  author: author.trim(),
  message: message.trim(),
});

const CONTROL = /\p{Cc}|[\u2028\u2029]/u;
const ADDRESS = /[^\s@]@[^\s@]+\.[^\s@]/;

function wordProblems({ author, message }: Told): Problem[] {
  const problem = (file: string, text: string, wanted: string): Problem => ({
    file,
    line: 1,
    got: text.trim() === '' ? 'nothing' : `${[...text].length} characters`,
    wanted,
  });
  const problems: Problem[] = [];
  const fits = (text: string, max: number) =>
    text.trim() !== '' && [...text].length <= max && !CONTROL.test(text.trim());
  if (!fits(author, AUTHOR_CHARS_MAX) || ADDRESS.test(author)) {
    const wanted = `a name of at most ${AUTHOR_CHARS_MAX} characters, and no address`;
    problems.push(problem('author', author, wanted));
  }
  if (!fits(message, MESSAGE_CHARS_MAX)) {
    const wanted = `one line of at most ${MESSAGE_CHARS_MAX} characters that says what changes`;
    problems.push(problem('message', message, wanted));
  }
  return problems;
}

/** The same content from the same files: a comment in a file is worth a version, since `pull` brings it. */
async function isSame(
  releases: ReleaseStore,
  current: Publication,
  release: Release,
  files: SourceFiles,
): Promise<boolean> {
  if (current.release !== release.policy.release) return false;
  const there = await releases.files(current);
  return there !== undefined && sameFiles(there, files);
}

const sameFiles = (a: SourceFiles, b: SourceFiles): boolean => {
  const paths = Object.keys(a);
  return paths.length === Object.keys(b).length && paths.every((path) => a[path] === b[path]);
};

const sameContents = (a: Publication, b: Publication): boolean =>
  a.version === b.version ||
  (a.release === b.release && a.contents.files.join() === b.contents.files.join());

/** What goes with going back: every release since then, but the one that comes back. */
async function takenBack(releases: ReleaseStore, target: Publication): Promise<string[]> {
  const since = await releases.seenSince(target.at);
  const taken = since.filter(
    ({ version, release }) => version > target.version && release !== target.release,
  );
  return [...new Set(taken.map(({ release }) => release))];
}

/** The line where a file names the step; 1 where it cannot be found. */
function lineOfStep(text: string, step: string): number {
  const named = new RegExp(`\\bid:\\s*(["']?)${step}\\1\\s*(?:[,}#]|$)`);
  return (
    Math.max(
      0,
      text.split('\n').findIndex((line) => named.test(line)),
    ) + 1
  );
}

/** Step ids that became another step, as problems of their files; for whoever edits, before they publish. */
export const stepProblems = (
  known: StepRegistry,
  before: readonly Journey[],
  next: readonly Journey[],
  files: SourceFiles,
): Problem[] => stepConflicts(known, before, next).map((conflict) => problemOf(conflict, files));

function problemOf({ journey, step, was, is, why }: StepConflict, files: SourceFiles): Problem {
  const file = `${journey}/journey.yaml`;
  const line = lineOfStep(files[file] ?? '', step);
  const reason = 'mails are known by their step, so an id is never used again for something else';
  return why === 'kind'
    ? {
        file,
        line,
        got: `the id ${step} for a step of kind ${is.kind}`,
        wanted: `another id: ${step} was of kind ${was.kind}, and ${reason}`,
      }
    : {
        file,
        line,
        got: `the id ${step} again, for the ${is.purpose} mail ${is.template}`,
        wanted: `another id: ${step} was the ${was.purpose} mail ${was.template}, and ${reason}`,
      };
}

/** Whoever decides keeps the journeys of a season: they have a limit, and here it is told. */
async function tooMany({ releases, now }: PublishingDeps, next: ReleaseHead): Promise<Problem[]> {
  const seen = await releases.seenSince(now() - EXPIRES_MAX_DAYS * DAY_MS);
  const heads = new Map(seen.map((each) => [each.contents.head.join(), each]));
  if (heads.size < JOURNEY_SETS_MAX) return [];
  const sets = new Set([setOf(next)]);
  for (const each of heads.values()) sets.add(setOf(await releases.head(each)));
  if (sets.size <= JOURNEY_SETS_MAX) return [];
  const got = `${sets.size} sets of journeys that differ within ${EXPIRES_MAX_DAYS} days`;
  const wanted = `at most ${JOURNEY_SETS_MAX}: change several journeys at once, or wait some days`;
  return [{ file: '.', line: 1, got, wanted }];
}

const setOf = ({ journeys, locales, shop }: ReleaseHead): string =>
  JSON.stringify([journeys, locales, shop]);

function tooManySteps(count: number): Problem[] {
  if (count <= KNOWN_STEPS_MAX) return [];
  const got = `${count} step ids that were ever published`;
  return [{ file: '.', line: 1, got, wanted: `at most ${KNOWN_STEPS_MAX}: ids that stay` }];
}

const noSuchVersion = (to: number | string): Problem => ({
  file: 'version',
  line: 1,
  got: String(to).slice(0, MESSAGE_CHARS_MAX),
  wanted: 'a version or a release of the history',
});
