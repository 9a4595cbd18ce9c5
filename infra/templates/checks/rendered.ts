/** One mail in each language for each sample customer, and everything that is wrong with what they get. */
import type { Rendered, Written } from '../../../functions/app/render.ts';
import type { CompiledTemplate } from '../../../functions/contract/release.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import type { Assembled } from '../compile.ts';
import type { MailFile } from '../files.ts';
import { renderSample, type Sample, sampleFormat } from '../preview.ts';
import { accessFlaws } from './accessible.ts';
import { clientFlaws } from './clients.ts';
import { contrastFlaws } from './contrast.ts';
import { type Finding, found } from './finding.ts';
import type { Memory } from './memory.ts';
import { nestingFlaws } from './nesting.ts';
import { openPage, type Page } from './page.ts';
import { type Case, Places } from './places.ts';
import type { Flaw } from './shown.ts';
import { coloursOf, nestOf, outlineOf, shapeOf, type Tag, tagsOf } from './tags.ts';
import { writtenFlaws } from './written.ts';

export type Subject = {
  mail: MailFile;
  template: CompiledTemplate;
  lines: Assembled;
  marketing: boolean;
  samples: readonly Sample[];
  settings: Settings;
  clients: readonly string[];
  /** Languages whose words are told to be wrong: a mail in them would only say so again. */
  withoutLocales: ReadonlySet<string>;
};

const localesOf = ({ words }: CompiledTemplate): string[] => {
  const own = Object.keys(words);
  return own.length > 0 ? own : ['en'];
};

/** What was clean once is clean in every mail that is built alike; what was not is looked at again. */
async function unlessClean(memory: Memory, key: string, look: () => Promise<Flaw[]>) {
  if (memory.clean.get(key)) return [];
  const flaws = await look();
  if (flaws.length === 0) memory.clean.set(key, true);
  return flaws;
}

async function builtFlaws(
  memory: Memory,
  html: string,
  shape: string,
  tags: readonly Tag[],
  clients: readonly string[],
): Promise<Flaw[]> {
  let opened: Page | undefined;
  const page = (): Page => {
    if (!opened) memory.counts.pages += 1;
    return (opened ??= openPage(html));
  };
  const sheets = [...html.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi)].map(([, css]) => css);
  return [
    ...(await unlessClean(memory, `nesting ${nestOf(shape)}`, () => {
      memory.counts.nested += 1;
      return nestingFlaws(html, tags);
    })),
    ...(await unlessClean(memory, `access ${outlineOf(shape)}`, () => accessFlaws(page(), tags))),
    ...(await unlessClean(memory, `colours ${coloursOf(shape)} ${sheets.join('\n')}`, async () =>
      contrastFlaws(page(), tags),
    )),
    ...clientFlaws(tags, sheets.join('\n'), clients, memory.tags),
  ];
}

const UNDEFINED = /undefined variable: ([\w.]+)/;
const SIZES = ['html-bytes', 'text-bytes', 'header-chars'];

/** The renderer names the mail first and a place in the compiled HTML last; neither helps whoever wrote it. */
function failure(id: string, { failed, overLimit }: Extract<Rendered, { failed: string }>): Flaw {
  const spot = { failed: true } as const;
  const got = failed.replace(`${id}: `, '').replace(/, line:\d+, col:\d+$/, '');
  if (overLimit && SIZES.includes(overLimit.limit)) {
    const wanted = 'a shorter mail: Gmail clips what is longer, and the way to leave with it';
    return { rule: 'size', spot: { whole: true }, got, wanted };
  }
  const name = UNDEFINED.exec(got)?.[1];
  const wanted = name
    ? `{% if ${name} %} around it, or | default: …; what is not known must not be said`
    : 'a mail that renders for every sample customer';
  return { rule: 'render', spot, got, wanted };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '\0');

/** What a marketing mail for this sample must say in both parts. */
function leaveOf({ variables }: Sample) {
  const { links, shop } = variables as { [group: string]: { [name: string]: unknown } };
  return { unsubscribe: textOf(links?.['unsubscribe']), address: textOf(shop?.['address']) };
}

async function flawsOf(
  memory: Memory,
  subject: Subject,
  one: Case,
  seen: Set<string>,
  shown: Rendered,
) {
  if ('aborted' in shown) return [];
  if ('failed' in shown) return [failure(subject.mail.id, shown)];
  const written: Written = shown;
  const tags = tagsOf(written.html);
  const leave = subject.marketing ? leaveOf(one.sample) : undefined;
  const flaws = writtenFlaws(written, tags, leave);
  const shape = shapeOf(written.html);
  if (seen.has(shape)) return flaws;
  seen.add(shape);
  return [...flaws, ...(await builtFlaws(memory, written.html, shape, tags, subject.clients))];
}

/** Each flaw is told once for each line, with the first language and sample that show it. */
export async function renderedFindings(
  memory: Memory,
  subject: Subject,
): Promise<{ findings: Finding[]; rendered: number }> {
  const { mail, template, samples, settings } = subject;
  const places = new Places(subject);
  const told = new Map<string, Finding>();
  const seen = new Set<string>();
  let rendered = 0;
  for (const locale of localesOf(template)) {
    if (subject.withoutLocales.has(locale)) continue;
    for (const sample of samples) {
      const one = { sample, locale };
      const shown = renderSample(template, sample, sampleFormat(settings, locale));
      rendered += 1;
      for (const flaw of await flawsOf(memory, subject, one, seen, shown)) {
        const dir = template.words[locale]?.dir ?? 'ltr';
        const { file, line } = await places.lineOf(flaw.spot, one, dir);
        const { rule, got, wanted } = flaw;
        const key = `${rule} ${file}:${line} ${got}`;
        const where = { mail: mail.id, locale, sample: sample.name };
        if (!told.has(key)) told.set(key, found({ rule, file, line, got, wanted }, where));
      }
    }
  }
  memory.counts.rendered += rendered;
  return { findings: [...told.values()], rendered };
}
