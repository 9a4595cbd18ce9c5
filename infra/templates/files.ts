/** The files of the templates folder, and what stands above the mails in them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import * as z from 'zod';
import { newReport, parsed } from '../../functions/domain/journeys/problems.ts';
import { type Problem, readSource } from '../../functions/domain/journeys/source.ts';
import { TOPICS } from '../../functions/contract/messages.ts';
import { proofsSchema } from './proof.ts';

/** Partials, layout, brand: no journey. */
export const SHARED = '_shared';
export const JOURNEY_FILE = 'journey.yaml';

/** One line of a file; partials are put together from such, so that a problem keeps its place. */
export type Line = { text: string; file: string; line: number };

const oneLine = (name: string) =>
  z
    .string({ error: `a ${name} of one line` })
    .trim()
    .min(1, `a ${name} that is not empty`)
    .max(150, `a ${name} of at most 150 characters`)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, `a ${name} of one line`);

const address = z.email({ error: 'an address such as care@shop.example.com' });
/** `care@shop.example.com`, or `Amber & Oak <care@shop.example.com>`. */
const sender = z.string().transform((text, context) => {
  const [, name, inner = text] = /^([^<>"\p{Cc}]{1,80}?)\s*<([^<>]+)>$/u.exec(text) ?? [];
  const parsedAddress = address.safeParse(inner);
  if (parsedAddress.success) return { ...(name && { name }), address: parsedAddress.data };
  context.addIssue({ code: 'custom', message: 'an address, or Name <address>' });
  return z.NEVER;
});

/** The lines between `---` and `---` above a mail. */
export const frontMatterSchema = z.strictObject({
  subject: oneLine('subject'),
  preheader: oneLine('preheader'),
  /** The journey decides both; a mail that names them is refused in a step that decides otherwise. */
  purpose: z.enum(['marketing', 'transactional']).optional(),
  topic: z.enum(TOPICS).optional(),
  /** Where they differ from the settings' sender; at the same domain, which SES knows to be ours. */
  from: sender.optional(),
  reply_to: address.optional(),
  /** Variables for previews and tests, over those of _shared/samples.yaml. */
  sample: z.record(z.string(), z.unknown(), { error: 'a map of variables' }).optional(),
  /** Environmental claims of this mail, each with its proof; those of the whole shop stand in brand.yaml. */
  claims: proofsSchema.optional(),
  /** Prices that the mail strikes out, as written there: each the lowest of the 30 days before. */
  lowest_prices: z.array(z.string().min(1).max(40)).max(50).optional(),
});
export type FrontMatter = z.infer<typeof frontMatterSchema>;

export type MailFile = {
  id: string;
  file: string;
  front: FrontMatter;
  /** Line of a key above the mail. */
  lineOf(key: string): number;
  body: Line[];
  text: Line[];
};

export type Outcome<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

export const linesOf = (file: string, text: string, firstLine = 1): Line[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line, at) => ({ text: line, file, line: firstLine + at }));

/**
 * The templates folder as what is in it: `post-purchase/first-thanks.mjml` -> its text. Whether it lies on a
 * disk, in a release or in an editor's drafts makes no difference to what is built of it.
 */
export type TemplateFiles = ReadonlyMap<string, string>;

/** What people edit; anything else that lies there (a picture, an editor's backup) is no template. */
export const TEMPLATE_FILE =
  /^[a-z0-9_-]+\/(?:locales\/[A-Za-z.-]+\.json|[a-z0-9._-]+\.(?:mjml|txt|yaml))$/;

/** A folder of templates on a disk. */
export function readTemplates(dir: string): TemplateFiles {
  const paths = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => TEMPLATE_FILE.test(path))
    .sort();
  return new Map(paths.map((path) => [path, readFileSync(join(dir, path), 'utf8')]));
}

/** Files right below a folder, by name, sorted. */
export const namesIn = (files: TemplateFiles, folder: string): string[] =>
  [...files.keys()]
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1))
    .filter((name) => !name.includes('/'))
    .sort();

/** Folders with a journey, sorted, so that the same files make the same release. */
export const journeyFolders = (files: TemplateFiles): string[] =>
  [...new Set([...files.keys()].map((path) => path.split('/')[0] ?? ''))]
    .filter((folder) => folder !== SHARED)
    .sort();

export const mailNames = (files: TemplateFiles, journey: string): string[] =>
  namesIn(files, journey)
    .filter((name) => name.endsWith('.mjml'))
    .map((name) => name.slice(0, -'.mjml'.length));

/** What stands above a mail. */
export const FRONT = /^---\n([\s\S]*?)\n---\n/;

/** One mail: `<mail>.mjml` with front matter, and `<mail>.txt`. */
export function readMail(files: TemplateFiles, journey: string, name: string): Outcome<MailFile> {
  const file = `${journey}/${name}.mjml`;
  const whole = files.get(file) ?? '';
  const textFile = `${journey}/${name}.txt`;
  const text = files.get(textFile);
  const problems: Problem[] = [];
  if (text === undefined) {
    problems.push({ file: textFile, line: 1, got: 'no file', wanted: 'the text part of the mail' });
  }
  const front = FRONT.exec(whole);
  if (!front) {
    const wanted = '--- and --- with subject and preheader between them';
    return {
      ok: false,
      problems: [...problems, { file, line: 1, got: 'no front matter', wanted }],
    };
  }
  const read = readSource(file, front[1] ?? '', 2);
  if (!read.ok) return { ok: false, problems: [...problems, ...read.problems] };
  const report = newReport(read.source);
  const matter = parsed(frontMatterSchema, read.source.value, [], report);
  problems.push(...report.problems);
  if (!matter || problems.length > 0) return { ok: false, problems };
  const body = linesOf(file, whole.slice(front[0].length), front[0].split('\n').length);
  const id = `${journey}/${name}`;
  const lineOf = (key: string) => read.source.lineOf([key]);
  const mail = { id, file, front: matter, lineOf, body, text: linesOf(textFile, text ?? '') };
  return { ok: true, value: mail };
}
