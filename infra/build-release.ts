/**
 * Builds a release from the templates folder: journeys and mails, checked and compiled.
 * The same files and settings make the same release, byte for byte.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashId } from '../functions/contract/ids.ts';
import type { Journey } from '../functions/contract/journeys.ts';
import { JOURNEYS_MAX } from '../functions/contract/journeys.ts';
import type { CompiledTemplate, Release } from '../functions/contract/release.ts';
import type { Settings } from '../functions/contract/settings.ts';
import { ABOUT } from '../functions/domain/journeys/check-condition.ts';
import { compileJourney } from '../functions/domain/journeys/compile.ts';
import type { Problem } from '../functions/domain/journeys/source.ts';
import { assemble, type Parts, readBrand } from './templates/assemble.ts';
import { checkMail, type MailKind } from './templates/check.ts';
import {
  JOURNEY_FILE,
  journeyFolders,
  linesOf,
  type MailFile,
  mailNames,
  type Outcome,
  readIfThere,
  readMail,
} from './templates/files.ts';
import { compileMjml } from './templates/mjml.ts';

/** The templates of this repository. */
export const TEMPLATES_DIR = fileURLToPath(new URL('../templates', import.meta.url));

/** Something in the templates folder cannot work; `problems` says what, where, and what would. */
export class ReleaseRefused extends Error {
  readonly code = 'release-refused';
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    const lines = problems.map(
      ({ file, line, got, wanted }) => `${file}:${line}: got ${got}; wanted ${wanted}`,
    );
    super(`The templates cannot be published.\n${lines.join('\n')}`);
    this.name = 'ReleaseRefused';
    this.problems = problems;
  }
}

function readJourneys(dir: string, templates: ReadonlySet<string>, settings: Settings) {
  const journeys: Journey[] = [];
  const problems: Problem[] = [];
  for (const folder of journeyFolders(dir)) {
    const path = `${folder}/${JOURNEY_FILE}`;
    const text = readIfThere(join(dir, path));
    if (text === undefined) {
      problems.push({ file: path, line: 1, got: 'no file', wanted: 'the journey of this folder' });
      continue;
    }
    const compiled = compileJourney(
      { path, text },
      { templates, holdout: settings.holdout.journey },
    );
    if (compiled.ok) journeys.push(compiled.journey);
    else problems.push(...compiled.problems);
  }
  if (journeys.length > JOURNEYS_MAX) {
    const got = `${journeys.length} journeys`;
    problems.push({ file: '.', line: 1, got, wanted: `at most ${JOURNEYS_MAX}` });
  }
  return { journeys, problems };
}

const isMarketing = (journey: Journey, id: string): boolean =>
  journey.steps.some(
    (step) => step.kind === 'send' && step.template === id && step.purpose === 'marketing',
  );

/** One mail: assembled, checked, compiled. */
async function compileMail(
  parts: Parts,
  mail: MailFile,
  kind: MailKind,
): Promise<Outcome<CompiledTemplate>> {
  const html = assemble(parts, mail, 'mjml');
  const text = assemble(parts, mail, 'txt');
  if (!html.ok || !text.ok) {
    const problems = [html, text].flatMap((part) => (part.ok ? [] : part.problems));
    return { ok: false, problems };
  }
  const { subject, preheader } = mail.front;
  const front = linesOf(mail.file, `${subject}\n${preheader}`, 2);
  const problems = checkMail(html.value, [...front, ...text.value], kind);
  if (problems.length > 0) return { ok: false, problems };
  const compiled = await compileMjml(html.value);
  if (!compiled.ok) return compiled;
  const lines = text.value.map((line) => line.text).join('\n');
  const template = { id: mail.id, subject, preheader, html: compiled.value, text: lines };
  return { ok: true, value: template };
}

type Mails = { mails: MailFile[]; problems: Problem[] };

function readMails(dir: string): Mails {
  const read: Mails = { mails: [], problems: [] };
  for (const folder of journeyFolders(dir)) {
    for (const name of mailNames(dir, folder)) {
      const mail = readMail(dir, folder, name);
      if (mail.ok) read.mails.push(mail.value);
      else read.problems.push(...mail.problems);
    }
  }
  return read;
}

const templateIds = (dir: string): Set<string> =>
  new Set(journeyFolders(dir).flatMap((f) => mailNames(dir, f).map((name) => `${f}/${name}`)));

/**
 * Loads, checks and compiles everything in `templatesDir` (default: the repository's).
 * Throws `ReleaseRefused` with every problem found, each with file and line.
 */
export async function buildRelease(
  settings: Settings,
  { templatesDir = TEMPLATES_DIR }: { templatesDir?: string } = {},
): Promise<Release> {
  const brand = readBrand(templatesDir);
  const { mails, problems } = readMails(templatesDir);
  const read = readJourneys(templatesDir, templateIds(templatesDir), settings);
  problems.push(...read.problems, ...(brand.ok ? [] : brand.problems));
  const templates: { [id: string]: CompiledTemplate } = {};
  for (const mail of brand.ok ? mails : []) {
    const journey = read.journeys.find(({ id }) => mail.id.startsWith(`${id}/`));
    // Without its journey nobody knows what a mail is about; the journey's own problems come first.
    if (!journey || !brand.ok) continue;
    const kind = { about: ABOUT[journey.trigger], marketing: isMarketing(journey, mail.id) };
    const compiled = await compileMail({ dir: templatesDir, brand: brand.value }, mail, kind);
    if (compiled.ok) templates[mail.id] = compiled.value;
    else problems.push(...compiled.problems);
  }
  if (problems.length > 0) throw new ReleaseRefused(problems);
  const { journeys } = read;
  const release = hashId('release', JSON.stringify({ journeys, settings, templates }));
  return { policy: { release, journeys, settings }, templates };
}
