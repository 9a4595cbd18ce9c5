/** Bytes of each mail that ships and of what sends them, held against test/bench/mail-budgets.json. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from '../../../functions/app/render.ts';
import { RELEASE_FILE } from '../../../functions/contract/env.ts';
import type { Release } from '../../../functions/contract/release.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import { buildBundles, heaviest } from '../../../infra/bundle.ts';
import type { TemplateFiles } from '../../../infra/templates/files.ts';
import { sampleFormat, samplesFor } from '../../../infra/templates/preview.ts';

/** Of the longest language, for the first sample customer. */
export type MailBytes = { html: number; text: number };
export type MailBudgets = { deliverBundle: number; mails: { [id: string]: MailBytes } };

const FILE = new URL('../../../test/bench/mail-budgets.json', import.meta.url);
export const readMailBudgets = (): MailBudgets =>
  JSON.parse(readFileSync(FILE, 'utf8')) as MailBudgets;

/** A budget is what something weighs, and room for a sentence. */
const ROOM = 1.05;
const STEP = 256;
const withRoom = (bytes: number): number => Math.ceil((bytes * ROOM) / STEP) * STEP;

export function writeMailBudgets({ deliverBundle, mails }: MailBudgets): void {
  const budgets: MailBudgets = {
    deliverBundle: withRoom(deliverBundle),
    mails: Object.fromEntries(
      Object.entries(mails).map(([id, { html, text }]) => [
        id,
        { html: withRoom(html), text: withRoom(text) },
      ]),
    ),
  };
  writeFileSync(FILE, `${JSON.stringify(budgets, null, 2)}\n`);
}

/** Every mail in every language of the shop. A mail that does not render is left to the checks. */
export function mailSizes(
  release: Release,
  files: TemplateFiles,
  settings: Settings,
): MailBudgets['mails'] {
  const locales = Object.keys(release.locales ?? { en: true });
  const sizes = Object.values(release.templates).map((template): [string, MailBytes] => {
    const [sample] = samplesFor(files, template.id, settings);
    const written = locales.flatMap((locale) => {
      const mail = render(template, sample?.variables ?? {}, sampleFormat(settings, locale));
      return 'html' in mail ? [mail] : [];
    });
    const most = (part: 'html' | 'text') =>
      Math.max(0, ...written.map((mail) => Buffer.byteLength(mail[part])));
    return [template.id, { html: most('html'), text: most('text') }];
  });
  return Object.fromEntries(sizes);
}

export type DeliverBundle = {
  bytes: number;
  /** Bytes by package, the heaviest first. */
  owners: [string, number][];
  /** Whatever is of MJML in the code, or not compiled in the release beside it: none. */
  mjml: string[];
};

export async function deliverBundle(settings: Settings, outDir: string): Promise<DeliverBundle> {
  const { bytes, metafile } = await buildBundles({ settings, outDir });
  const owners = heaviest(metafile, 'deliver');
  const release = readFileSync(join(outDir, 'deliver', RELEASE_FILE), 'utf8');
  const code = readFileSync(join(outDir, 'deliver', 'index.mjs'), 'utf8');
  const mjml = [
    ...owners.map(([owner]) => owner).filter((owner) => owner.includes('mjml')),
    ...(code.includes('mjml2html') ? ['mjml2html in its code'] : []),
    ...(/<mj-|<mjml/.test(release) ? [`MJML in ${RELEASE_FILE}`] : []),
  ];
  return { bytes: bytes.deliver ?? 0, owners, mjml };
}

/** One sentence for each figure above its budget. */
export function mailsExceeded(got: MailBudgets, budgets: MailBudgets): string[] {
  const over: string[] = [];
  const check = (what: string, bytes: number, most: number | undefined) => {
    if (most === undefined) over.push(`${what}: has no budget in test/bench/mail-budgets.json`);
    else if (bytes > most) over.push(`${what}: got ${bytes} bytes, wanted at most ${most}`);
  };
  check('bundle of deliver', got.deliverBundle, budgets.deliverBundle);
  for (const [id, { html, text }] of Object.entries(got.mails)) {
    check(`${id}, HTML`, html, budgets.mails[id]?.html);
    check(`${id}, text`, text, budgets.mails[id]?.text);
  }
  return over;
}
