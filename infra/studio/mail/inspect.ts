/** Unsaved text of one mail -> what is wrong with it, and how its customers would see it. */
import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import type { Rendered } from '../../../functions/app/render.ts';
import type { CompiledTemplate } from '../../../functions/contract/release.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import { SHARED, type TemplateFiles } from '../../templates/files.ts';
import { type Locales, readLocales } from '../../templates/locales.ts';
import {
  compileOne,
  renderSample,
  type Sample,
  sampleFormat,
  samplesFor,
} from '../../templates/preview.ts';
import { marksOf } from './marks.ts';
import type { Look, Mark } from './wire.ts';

/** One mail of one customer in one language. */
export type Shown = { locale: string; sample: Sample; rendered: Rendered };

export type Size = { bytes: number; locale: string; sample: string };

export type Inspected = {
  marks: Mark[];
  locales: Locales;
  samples: Sample[];
  /** Undefined while the text has errors. */
  shown?: Shown[];
  /** The longest HTML of all languages and sample customers. */
  largest?: Size;
};

/** What a mail is made of: its journey and what all share. Other journeys need not be read for it. */
export const filesAround = (files: TemplateFiles, journey: string): TemplateFiles =>
  new Map(
    [...files].filter(([path]) => path.startsWith(`${SHARED}/`) || path.startsWith(`${journey}/`)),
  );

const withUnsaved = (files: TemplateFiles, unsaved: Readonly<Record<string, string>>) =>
  new Map([...files, ...Object.entries(unsaved)]);

/** So long all mails of one preview may take: honest ones take a millisecond each. */
export const RENDER_ALL_MS = 400;

type Mailing = Pick<Shown, 'locale' | 'sample'>;

/** Those that are looked at first, then the others, until the time is over: a template may loop. */
function renderAll(
  settings: Settings,
  template: CompiledTemplate,
  { first, rest }: { first: readonly Mailing[]; rest: readonly Mailing[] },
): { shown: Shown[]; others: Shown[] } {
  const end = performance.now() + RENDER_ALL_MS;
  const late: Rendered = { failed: `${template.id}: mails before it took too long` };
  const one = ({ locale, sample }: Mailing): Shown => ({
    locale,
    sample,
    rendered:
      performance.now() < end
        ? renderSample(template, sample, sampleFormat(settings, locale))
        : late,
  });
  return { shown: first.map(one), others: rest.map(one) };
}

export const bytesOf = (rendered: Rendered): number =>
  'html' in rendered ? Buffer.byteLength(rendered.html) : 0;

const largestOf = (all: readonly Shown[]): Size | undefined =>
  all
    .map(({ locale, sample, rendered }) => ({
      bytes: bytesOf(rendered),
      locale,
      sample: sample.title,
    }))
    .sort((a, b) => b.bytes - a.bytes)[0];

/** Whether the preview shows it. */
const isWanted = ({ locale, sample }: Mailing, look: Look): boolean =>
  (look.view === 'languages' || locale === look.locale) &&
  (look.view === 'customers' || sample.name === look.sample);

/** Sample customers and languages that a mail can be shown for. */
export function choicesOf(settings: Settings, files: TemplateFiles, mail: string) {
  const around = filesAround(files, mail.split('/')[0] ?? '');
  const locales = readLocales(files);
  return {
    locales: locales.ok ? locales.value : {},
    samples: samplesFor(around, mail, settings),
  };
}

/** Compiles and renders one mail; well below 100 ms, so that it can be done while somebody types. */
export async function inspect(
  settings: Settings,
  saved: TemplateFiles,
  asked: { mail: string; unsaved: Readonly<Record<string, string>> },
  lookFor: (choices: { locales: string[]; samples: string[] }) => Look,
): Promise<Inspected & { look: Look }> {
  const { mail, unsaved } = asked;
  const files = filesAround(withUnsaved(saved, unsaved), mail.split('/')[0] ?? '');
  const { template, problems } = await compileOne(settings, files, mail);
  const { locales, samples } = choicesOf(settings, files, mail);
  const look = lookFor({
    locales: Object.keys(locales),
    samples: samples.map(({ name }) => name),
  });
  const marks = marksOf(files, problems);
  if (!template) return { marks, locales, samples, look };
  const all = Object.keys(locales).flatMap((locale) =>
    samples.map((sample) => ({ locale, sample })),
  );
  const { shown, others } = renderAll(settings, template, {
    first: all.filter((each) => isWanted(each, look)),
    rest: all.filter((each) => !isWanted(each, look)),
  });
  const largest = largestOf([...shown, ...others]);
  return { marks, locales, samples, look, shown, ...(largest && { largest }) };
}
