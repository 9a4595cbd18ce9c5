/**
 * Builds a release from the templates folder: journeys and mails, checked and compiled.
 * The same files and settings make the same release, byte for byte.
 */
import { fileURLToPath } from 'node:url';
import { hashId } from '../functions/contract/ids.ts';
import type { CompiledTemplate, Release } from '../functions/contract/release.ts';
import type { Settings } from '../functions/contract/settings.ts';
import { type CompiledMail, compileMail } from './templates/compile.ts';
import { readTemplates, type TemplateFiles } from './templates/files.ts';
import { checkFront } from './templates/front.ts';
import { keysOfPartials, unused } from './templates/keys.ts';
import { journeyOf, ofBrand, type OpenTemplates, openTemplates } from './templates/open.ts';
import { type RuledProblem, ruled } from './templates/problem.ts';
import type { Wordbook } from './templates/words.ts';

/** The templates of this repository. */
export const TEMPLATES_DIR = fileURLToPath(new URL('../templates', import.meta.url));

/** Something in the templates folder cannot work; `problems` says what, where, and what would. */
export class ReleaseRefused extends Error {
  readonly code = 'release-refused';
  readonly problems: readonly RuledProblem[];
  constructor(problems: readonly RuledProblem[]) {
    const lines = problems.map(
      ({ file, line, got, wanted }) => `${file}:${line}: got ${got}; wanted ${wanted}`,
    );
    super(`The templates cannot be published.\n${lines.join('\n')}`);
    this.name = 'ReleaseRefused';
    this.problems = problems;
  }
}

/** Told last: a mail that cannot be read yet may be the one that says them. */
const unusedWords = (
  { shared, scopes }: Wordbook,
  used: ReadonlySet<string>,
  files: TemplateFiles,
): RuledProblem[] =>
  ruled('key-unused', [
    ...[...scopes.values()].flatMap((scope) => unused(scope, used)),
    ...unused(shared, new Set([...used, ...keysOfPartials(files)])),
  ]);

/** A release, or everything that is wrong; and the mails as they were compiled. */
export type Built = {
  open: OpenTemplates;
  mails: ReadonlyMap<string, CompiledMail>;
  release?: Release;
  problems: RuledProblem[];
};

/** How one mail is compiled; whoever builds again and again remembers those that did not change. */
export type Compile = typeof compileMail;

/** What all releases are made of; `buildRelease` for those who want nothing but a release. */
export async function build(
  settings: Settings,
  files: TemplateFiles,
  compile: Compile = compileMail,
): Promise<Built> {
  const open = openTemplates(settings, files);
  const { brand, journeys, words } = open;
  const problems = [...open.problems];
  const mails = new Map<string, CompiledMail>();
  const templates: { [id: string]: CompiledTemplate } = {};
  const used = new Set<string>();
  for (const mail of brand ? open.mails : []) {
    // Of others nobody knows what they are about.
    const journey = journeyOf(mail.id, journeys);
    if (!journey || !brand) continue;
    const compiled = await compile(open, brand, mail, journey);
    mails.set(mail.id, compiled);
    for (const key of compiled.keys) used.add(key);
    problems.push(...ruled('front-matter', checkFront(mail, journey, settings)));
    problems.push(...compiled.problems);
    if (compiled.template) templates[mail.id] = compiled.template;
  }
  if (problems.length === 0) problems.push(...unusedWords(words, used, files));
  if (problems.length > 0) return { open, mails, problems };
  const { locales } = words;
  const branded = ofBrand(settings, brand);
  const { name, address } = branded.shop;
  // Of content alone: other settings come with the deployment, and leave a published release what it is.
  const content = { journeys, locales, shop: { name, address }, templates };
  const release = hashId('release', JSON.stringify(content));
  const policy = { release, journeys, settings: branded };
  return { open, mails, release: { policy, templates, locales }, problems };
}

/**
 * Checks and compiles all `files` (default: those of `templatesDir`, the repository's).
 * Throws `ReleaseRefused` with every problem found, each with file and line.
 */
export async function buildRelease(
  settings: Settings,
  { templatesDir = TEMPLATES_DIR, ...given }: { templatesDir?: string; files?: TemplateFiles } = {},
): Promise<Release> {
  const { release, problems } = await build(settings, given.files ?? readTemplates(templatesDir));
  if (!release) throw new ReleaseRefused(problems);
  return release;
}
