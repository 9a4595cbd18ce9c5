/** What mails weigh, how fast they are written, and how that compares with other ways of writing them. */
import { isDeepStrictEqual } from 'node:util';
import { render } from '../../functions/app/render.ts';
import type { Release } from '../../functions/contract/release.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import { buildRelease, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { readTemplates, type TemplateFiles } from '../../infra/templates/files.ts';
import { sampleFormat, samplesFor } from '../../infra/templates/preview.ts';
import { perennialWay } from './mails/perennial.ts';
import { type SameMail, sameMail, type Way } from './mails/same-mail.ts';
import {
  deliverBundle,
  mailSizes,
  mailsExceeded,
  type MailBudgets,
  readMailBudgets,
} from './mails/sizes.ts';
import { shownOf } from './mails/shown.ts';
import { speedOf } from './mails/speed.ts';
import { markdown } from './tables.ts';

/** Languages in which all ways must show the same: two scripts, plurals of two kinds. */
export const COMPARED = ['en', 'lt', 'hy'] as const;

/** The others are loaded only here: react alone takes a quarter of a second. */
export async function waysOf(mail: SameMail): Promise<Way[]> {
  // React looks once, when it is loaded: while developing it is many times slower.
  process.env['NODE_ENV'] ??= 'production';
  const { handlebarsWay } = await import('./mails/handlebars-way.ts');
  const { reactEmailWay } = await import('./mails/react-email-way.ts');
  const { mjmlWay } = await import('./mails/mjml-way.ts');
  return [perennialWay, handlebarsWay, reactEmailWay, mjmlWay].map((way) => way(mail));
}

/** Throws where a way shows another mail than ours: then their speeds say nothing. */
export async function holdTogether(mail: SameMail, ways: readonly Way[]): Promise<void> {
  const [ours, ...others] = ways;
  if (!ours) return;
  const wanted = shownOf(await ours.html(mail.variables));
  for (const other of others) {
    const got = shownOf(await other.html(mail.variables));
    if (isDeepStrictEqual(got, wanted)) continue;
    throw new Error(
      `${other.name} shows another mail: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`,
    );
  }
}

const figure = (value: number, digits = 0): string =>
  value.toLocaleString('en', { maximumFractionDigits: digits });

async function compared(ms: number): Promise<string> {
  for (const locale of COMPARED) {
    const mail = await sameMail(locale);
    await holdTogether(mail, await waysOf(mail));
  }
  const mail = await sameMail(COMPARED[0]);
  const rows: [string, number, string, number][] = [];
  for (const way of await waysOf(mail)) {
    const html = await way.html(mail.variables);
    const { perSecond, each } = await speedOf(() => way.html(mail.variables), ms);
    rows.push([way.name, Math.round(perSecond), figure(each, 3), Buffer.byteLength(html)]);
  }
  return markdown(['the HTML of one mail', 'a second of one core', 'ms each', 'bytes'], rows);
}

type Entry = { id: string; write(): unknown };

/** Every mail in every language: what `deliver` does for each, subject and text included. */
function entriesOf(release: Release, files: TemplateFiles, settings: Settings): Entry[] {
  const locales = Object.keys(release.locales ?? { en: true });
  return Object.values(release.templates).flatMap((template) => {
    const variables = samplesFor(files, template.id, settings)[0]?.variables ?? {};
    return locales.map((locale) => {
      const format = sampleFormat(settings, locale);
      return { id: `${template.id} ${locale}`, write: () => render(template, variables, format) };
    });
  });
}

async function written(entries: readonly Entry[], ms: number): Promise<string> {
  const started = process.cpuUsage();
  for (const { write } of entries) write();
  const { user, system } = process.cpuUsage(started);
  let at = 0;
  const next = () => entries[(at += 1) % entries.length]?.write();
  const { perSecond, each } = await speedOf(next, ms);
  return (
    `${entries.length} mails (each in each language): ${figure(perSecond)} a second of one core, ` +
    `${figure(each, 3)} ms each with subject, preheader, HTML and text; the first of each, parsed and all, ` +
    `${figure((user + system) / 1000 / entries.length, 1)} ms`
  );
}

async function compiled(settings: Settings, files: TemplateFiles): Promise<string> {
  const seconds: number[] = [];
  let release: Release | undefined;
  for (let round = 0; round < 3; round += 1) {
    const started = performance.now();
    release = await buildRelease(settings, { files });
    seconds.push((performance.now() - started) / 1000);
  }
  const [first = 0, ...later] = seconds;
  const count = Object.keys(release?.templates ?? {}).length;
  return (
    `all ${count} mails, both directions: ${figure(first, 2)} s in a fresh process, ` +
    `${figure(Math.min(...later), 2)} s after that`
  );
}

export type MailsBench = { lines: string[]; over: string[]; sizes: MailBudgets };

/** `ms`: how long each speed is measured, of the processor's time. */
export async function mailsBench(
  settings: Settings,
  outDir: string,
  ms: number,
): Promise<MailsBench> {
  const files = readTemplates(TEMPLATES_DIR);
  const compiling = await compiled(settings, files);
  const release = await buildRelease(settings, { files });
  const bundle = await deliverBundle(settings, outDir);
  const sizes = { deliverBundle: bundle.bytes, mails: mailSizes(release, files, settings) };
  const heavy = bundle.owners.slice(0, 5);
  const over = mailsExceeded(sizes, readMailBudgets());
  if (bundle.mjml.length > 0)
    over.push(`bundle of deliver: ${bundle.mjml.join(', ')}; wanted none`);
  const lines = [
    `Compiled: ${compiling}.`,
    `Written: ${await written(entriesOf(release, files, settings), ms)}.`,
    `deliver: ${figure(bundle.bytes)} bytes of code, ${bundle.mjml.length === 0 ? 'nothing' : 'something'} ` +
      `of MJML in it (${heavy.map(([owner, bytes]) => `${owner} ${figure(bytes)}`).join(', ')}).`,
    '',
    markdown(
      ['mail, its longest language', 'HTML, bytes', 'text, bytes'],
      Object.entries(sizes.mails).map(([id, { html, text }]) => [id, html, text]),
    ),
    '',
    'The same mail, written in four ways that show the same texts, links and lines:',
    '',
    await compared(ms),
  ];
  return { lines, over, sizes };
}
