/**
 * Builds a release from the templates folder: journeys and mails, checked and compiled.
 * The same files and settings make the same release, byte for byte.
 */
import { fileURLToPath } from 'node:url';
import { hashId } from '../functions/contract/ids.ts';
import type { Journey } from '../functions/contract/journeys.ts';
import { JOURNEYS_MAX } from '../functions/contract/journeys.ts';
import type { CompiledTemplate, Release } from '../functions/contract/release.ts';
import type { Settings } from '../functions/contract/settings.ts';
import { ABOUT } from '../functions/domain/journeys/check-condition.ts';
import { compileJourney } from '../functions/domain/journeys/compile.ts';
import type { Problem } from '../functions/domain/journeys/source.ts';
import { assemble, type Brand, type Parts, readBrand } from './templates/assemble.ts';
import { checkMail, checkPlaces, type MailKind } from './templates/check.ts';
import { checkFront, frontLines } from './templates/front.ts';
import { checkKeys, keysOfPartials, unused } from './templates/keys.ts';
import {
  JOURNEY_FILE,
  journeyFolders,
  type MailFile,
  mailNames,
  type Outcome,
  readMail,
  readTemplates,
  type TemplateFiles,
} from './templates/files.ts';
import { compileMjml } from './templates/mjml.ts';
import { DEFAULT_LOCALE, type Locales } from './templates/locales.ts';
import { readWordbook, type Scope, type Wordbook, wordsFor } from './templates/words.ts';

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

function readJourneys(files: TemplateFiles, templates: ReadonlySet<string>, settings: Settings) {
  const journeys: Journey[] = [];
  const problems: Problem[] = [];
  for (const folder of journeyFolders(files)) {
    const path = `${folder}/${JOURNEY_FILE}`;
    const text = files.get(path);
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

/** What all mails of one journey are compiled with. */
type Shop = Parts & { locales: Locales; scopes: readonly Scope[]; used: Set<string> };

/** One mail: assembled, checked, compiled for both directions. */
async function compileMail(
  shop: Shop,
  mail: MailFile,
  kind: MailKind,
): Promise<Outcome<CompiledTemplate>> {
  const html = assemble(shop, mail, 'mjml', 'ltr');
  const mirrored = assemble(shop, mail, 'mjml', 'rtl');
  const text = assemble(shop, mail, 'txt');
  if (!html.ok || !mirrored.ok || !text.ok) {
    return { ok: false, problems: [html, text].flatMap((part) => (part.ok ? [] : part.problems)) };
  }
  const { subject, preheader, from, reply_to: replyTo } = mail.front;
  const front = frontLines(mail);
  const words = checkKeys(html.value, [...front, ...text.value], shop.scopes);
  for (const key of words.keys) shop.used.add(key);
  const problems = [...checkMail(html.value, [...front, ...text.value], kind), ...words.problems];
  if (problems.length > 0) return { ok: false, problems };
  const ltr = await compileMjml(html.value);
  if (!ltr.ok) return ltr;
  const rtl = await compileMjml(mirrored.value);
  if (!rtl.ok) return rtl;
  const places = checkPlaces(ltr.value, html.value);
  if (places.length > 0) return { ok: false, problems: places };
  const template = {
    id: mail.id,
    subject,
    preheader,
    html: { ltr: ltr.value, rtl: rtl.value },
    text: text.value.map((line) => line.text).join('\n'),
    words: wordsFor(words.keys, shop.scopes, shop.locales),
    ...(from && { from }),
    ...(replyTo && { replyTo }),
  };
  return { ok: true, value: template };
}

type Mails = { mails: MailFile[]; problems: Problem[] };

function readMails(files: TemplateFiles): Mails {
  const read: Mails = { mails: [], problems: [] };
  for (const folder of journeyFolders(files)) {
    for (const name of mailNames(files, folder)) {
      const mail = readMail(files, folder, name);
      if (mail.ok) read.mails.push(mail.value);
      else read.problems.push(...mail.problems);
    }
  }
  return read;
}

const templateIds = (files: TemplateFiles): Set<string> =>
  new Set(journeyFolders(files).flatMap((f) => mailNames(files, f).map((name) => `${f}/${name}`)));

/** A journey without words of its own is English, and so is the greeting above it. */
const localesOf = (scope: Scope | undefined, locales: Locales): Locales =>
  Object.fromEntries(
    Object.entries(locales).filter(
      ([locale]) => locale === DEFAULT_LOCALE || scope?.locales.has(locale),
    ),
  );

/** Compiles the mails whose journeys are known: of others nobody knows what they are about. */
async function compileMails(
  parts: Parts,
  mails: readonly MailFile[],
  journeys: readonly Journey[],
  wordbook: Wordbook,
  settings: Settings,
) {
  const templates: { [id: string]: CompiledTemplate } = {};
  const problems: Problem[] = [];
  const used = new Set<string>();
  const { locales, shared, scopes } = wordbook;
  for (const mail of mails) {
    const journey = journeys.find(({ id }) => mail.id.startsWith(`${id}/`));
    if (!journey) continue;
    const own = scopes.get(journey.id);
    const shop = {
      ...parts,
      locales: localesOf(own, locales),
      scopes: own ? [own, shared] : [shared],
      used,
    };
    const kind = { about: ABOUT[journey.trigger], marketing: isMarketing(journey, mail.id) };
    const compiled = await compileMail(shop, mail, kind);
    problems.push(...checkFront(mail, journey, settings));
    if (compiled.ok) templates[mail.id] = compiled.value;
    else problems.push(...compiled.problems);
  }
  return { templates, problems, used };
}

/** The shop as its brand file calls it. */
const ofBrand = (settings: Settings, { name, address }: Brand): Settings => ({
  ...settings,
  shop: { ...settings.shop, ...(name && { name }), ...(address && { address }) },
});

/** Told last: a mail that cannot be read yet may be the one that says them. */
const unusedWords = (
  { shared, scopes }: Wordbook,
  used: ReadonlySet<string>,
  files: TemplateFiles,
) => [
  ...[...scopes.values()].flatMap((scope) => unused(scope, used)),
  ...unused(shared, new Set([...used, ...keysOfPartials(files)])),
];

/**
 * Checks and compiles all `files` (default: those of `templatesDir`, the repository's).
 * Throws `ReleaseRefused` with every problem found, each with file and line.
 */
export async function buildRelease(
  settings: Settings,
  { templatesDir = TEMPLATES_DIR, ...given }: { templatesDir?: string; files?: TemplateFiles } = {},
): Promise<Release> {
  const files = given.files ?? readTemplates(templatesDir);
  const brand = readBrand(files);
  const { mails, problems } = readMails(files);
  const { journeys, ...read } = readJourneys(files, templateIds(files), settings);
  const wordbook = readWordbook(files, journeyFolders(files));
  problems.push(...read.problems, ...(brand.ok ? [] : brand.problems), ...wordbook.problems);
  if (!brand.ok) throw new ReleaseRefused(problems);
  const parts = { files, brand: brand.value };
  const { templates, used, ...rest } = await compileMails(
    parts,
    mails,
    journeys,
    wordbook,
    settings,
  );
  problems.push(...rest.problems);
  if (problems.length === 0) problems.push(...unusedWords(wordbook, used, files));
  if (problems.length > 0) throw new ReleaseRefused(problems);
  const { locales } = wordbook;
  const branded = ofBrand(settings, brand.value);
  const { name, address } = branded.shop;
  // Of content alone: other settings come with the deployment, and leave a published release what it is.
  const content = { journeys, locales, shop: { name, address }, templates };
  const release = hashId('release', JSON.stringify(content));
  return { policy: { release, journeys, settings: branded }, templates, locales };
}
