/** One mail as one customer would get it: for previews, for the checks, and for test mails. */
import type { Variables } from '../../functions/contract/conditions.ts';
import type { CompiledTemplate } from '../../functions/contract/release.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import { ABOUT, type About } from '../../functions/domain/journeys/check-condition.ts';
import { type ReadSource, readSource } from '../../functions/domain/journeys/source.ts';
import { render, type Rendered } from '../../functions/app/render.ts';
import { compileMail } from './compile.ts';
import { readMail, SHARED, type TemplateFiles } from './files.ts';
import { checkFront } from './front.ts';
import { journeyOf, ofBrand, type OpenTemplates, openTemplates } from './open.ts';
import { type RuledProblem, ruled } from './problem.ts';
import { variablesAbout } from './variables.ts';

/** A customer that nobody is, and what a mail knows of them. */
export type Sample = {
  /** `right_to_left`, as in samples.yaml. */
  name: string;
  /** For people: `right to left: مريم`. */
  title: string;
  variables: Variables;
};

export const SAMPLES_FILE = `${SHARED}/samples.yaml`;

/** A zone of the shop's, and money of the shop's: what differs between customers is in the sample. */
export type SampleFormat = {
  /** BCP 47, as a customer would have it: `ar-EG` falls back to the words of `ar`. */
  locale: string;
  shopLocale?: string;
  zone: string;
  currency: string;
};

export const sampleFormat = ({ shop }: Settings, locale: string): SampleFormat => ({
  locale,
  shopLocale: shop.locale,
  zone: shop.zone,
  currency: shop.currency,
});

const isMap = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `order: { gift: true }` over a whole order changes nothing else of it; lists are taken whole. */
function over(base: unknown, own: unknown): unknown {
  if (!isMap(base) || !isMap(own)) return own;
  const merged: { [key: string]: unknown } = { ...base };
  for (const [key, value] of Object.entries(own)) merged[key] = over(base[key], value);
  return merged;
}

/** Only what a mail of such a journey has: an order in a mail about a cart would hide what is missing. */
function ofKind(variables: Variables, about: About | undefined): Variables {
  const foreign = new Set(
    Object.values(ABOUT).flatMap((other) =>
      variablesAbout(other).map(([name]) => name.split('.')[0] ?? ''),
    ),
  );
  for (const [name] of variablesAbout(about)) foreign.delete(name.split('.')[0] ?? '');
  return Object.fromEntries(Object.entries(variables).filter(([group]) => !foreign.has(group)));
}

/** A person is a first name, nobody's, or variables that say more. */
function person(name: string, told: unknown): { title: string; own: Variables } {
  const title = name.replaceAll('_', ' ');
  if (isMap(told)) {
    const { title: given, ...own } = told;
    return { title: typeof given === 'string' ? given : title, own };
  }
  if (told === null || told === undefined) return { title: 'without a name', own: {} };
  const own = { customer: { first_name: told } };
  return { title: `${title}: ${String(told)}`, own };
}

/** The shop as it is, whatever the samples call it. */
const shopOf = ({ shop }: Settings): Variables => ({
  shop: { name: shop.name, address: shop.address, url: shop.url },
  links: { shop: shop.url, ...(shop.reviewUrl && { review: shop.reviewUrl }) },
});

let last: { text: string; source: ReadSource } | undefined;

/** The file of samples, read once as long as it says the same: each mail asks for it. */
export function samplesSource(files: TemplateFiles): ReadSource {
  const text = files.get(SAMPLES_FILE) ?? '';
  if (last?.text !== text) last = { text, source: readSource(SAMPLES_FILE, text) };
  return last.source;
}

function readSamples(files: TemplateFiles): { people: [string, unknown][]; base: Variables } {
  const read = samplesSource(files);
  const value = read.ok && isMap(read.source.value) ? read.source.value : {};
  const { people, ...base } = value;
  const named = isMap(people) ? Object.entries(people) : [];
  return { people: named.length > 0 ? named : [['none', null]], base };
}

/** Above it the shop's own, below it what the mail's front matter says under `sample`. */
export function samplesIn(open: OpenTemplates, id: string, settings: Settings): Sample[] {
  const { people, base } = readSamples(open.files);
  const journey = journeyOf(id, open.journeys);
  const [folder = '', name = ''] = id.split('/');
  const mail =
    open.mails.find((each) => each.id === id) ?? failedMail(readMail(open.files, folder, name));
  const about = journey && ABOUT[journey.trigger];
  const own = [shopOf(ofBrand(settings, open.brand)), mail?.front.sample ?? {}];
  return people.map(([kind, told]) => {
    const { title, own: ofPerson } = person(kind, told);
    const variables = [...own, ofPerson].reduce<unknown>(over, base) as Variables;
    return { name: kind, title, variables: ofKind(variables, about) };
  });
}

const failedMail = (read: ReturnType<typeof readMail>) => (read.ok ? read.value : undefined);

/** The sample customers of a mail: people of samples.yaml, with what the mail is about. */
export const samplesFor = (files: TemplateFiles, mailId: string, settings: Settings): Sample[] =>
  samplesIn(openTemplates(settings, files), mailId, settings);

/** Subject, preheader, HTML and text of a mail for a sample; or why there is none. */
export const renderSample = (
  template: CompiledTemplate,
  { variables }: Sample,
  format: SampleFormat,
): Rendered => render(template, variables, format);

/** What a problem of one mail may stand in: its own files, its journey's, and those of all. */
export const concerns = (id: string, file: string): boolean => {
  const [folder] = id.split('/');
  if (file.startsWith(`${SHARED}/`)) return true;
  if (file === `${folder}/journey.yaml` || file.startsWith(`${folder}/locales/`)) return true;
  return file === `${id}.mjml` || file === `${id}.txt`;
};

/** Compiles one mail, whatever is wrong with the others. */
export async function compileOne(
  settings: Settings,
  files: TemplateFiles,
  mailId: string,
): Promise<{ template?: CompiledTemplate; problems: RuledProblem[] }> {
  const open = openTemplates(settings, files);
  const problems = open.problems.filter(({ file }) => concerns(mailId, file));
  const mail = open.mails.find(({ id }) => id === mailId);
  const journey = journeyOf(mailId, open.journeys);
  if (!mail || !journey || !open.brand) {
    const missing = { file: `${mailId}.mjml`, line: 1, got: 'no such mail', wanted: 'its file' };
    return { problems: problems.length > 0 ? problems : ruled('partial', [missing]) };
  }
  const front = ruled('front-matter', checkFront(mail, journey, settings));
  const compiled = await compileMail(open, open.brand, mail, journey);
  return {
    ...(compiled.template && { template: compiled.template }),
    problems: [...problems, ...front, ...compiled.problems],
  };
}
