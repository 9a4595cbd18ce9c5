/**
 * Every mail as it is seen, for a person to look at: each language, narrow and wide, light and dark, and with
 * images off, on one sheet a mail:
 *
 *   node cli/mail-shots.ts --out DIR [--locale en,ar] [--mail win-back/hello] [--sample NAME] [--dir DIR]
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Written } from '../functions/app/render.ts';
import type { Variables } from '../functions/contract/conditions.ts';
import type { Release } from '../functions/contract/release.ts';
import { escapeHtml } from '../functions/app/liquid.ts';
import { buildRelease, TEMPLATES_DIR } from '../infra/build-release.ts';
import { readTemplates, type TemplateFiles } from '../infra/templates/files.ts';
import { renderSample, sampleFormat, samplesFor } from '../infra/templates/preview.ts';
import { stages } from '../infra/config.ts';
import { checkStage } from '../infra/stage-config.ts';
import { argumentsOf, CommandRefused, type Io, runCommand } from './command.ts';

/** The sample customer with an everyday name. */
const PLAIN = 'plain';

const USAGE = `node cli/mail-shots.ts --out DIR
  [--locale LIST]       languages, such as en,ar; all of the shop's
  [--mail LIST]         mails, such as win-back/hello; all
  [--sample NAME]       a person of _shared/samples.yaml, such as long or markup
  [--dir DIR]           another folder of templates
  [--chromium FILE]     the browser; /usr/bin/chromium`;

const OPTIONS = {
  out: { type: 'string' },
  locale: { type: 'string' },
  mail: { type: 'string' },
  sample: { type: 'string', default: PLAIN },
  dir: { type: 'string', default: TEMPLATES_DIR },
  chromium: { type: 'string', default: '/usr/bin/chromium' },
  help: { type: 'boolean', default: false },
} as const;

/** One way of looking at a mail. */
type Look = { width: number; scheme: 'light' | 'dark'; images: boolean };

/** A narrow phone, and the width from which a mail grows no more. */
const LOOKS: readonly Look[] = [
  { width: 320, scheme: 'light', images: true },
  { width: 320, scheme: 'dark', images: true },
  { width: 640, scheme: 'light', images: true },
  { width: 640, scheme: 'dark', images: true },
  { width: 640, scheme: 'light', images: false },
];

/** Readers as mails have them: a country each, so that digits, dates and money are theirs. */
const READERS: Readonly<Record<string, { locale: string; name: string }>> = {
  en: { locale: 'en-GB', name: 'Emma' },
  lt: { locale: 'lt-LT', name: 'Rūta' },
  ar: { locale: 'ar-EG', name: 'مريم' },
  hu: { locale: 'hu-HU', name: 'Zsófia' },
  hy: { locale: 'hy-AM', name: 'Անահիտ' },
};

type Shot = { id: string; locale: string; look: Look; png: Buffer; mail: Written };

const settings = checkStage('dev', stages.dev).settings;

/** A mail as one sample customer gets it; the plain one has a name of the reader's own language. */
function written(
  release: Release,
  files: TemplateFiles,
  { id, locale, sample }: { id: string; locale: string; sample: string },
): Written {
  const template = release.templates[id];
  if (!template) throw new CommandRefused(`--mail: there is no mail ${id}`);
  const samples = samplesFor(files, id, settings);
  const found = samples.find(({ name }) => name === sample);
  if (!found) {
    const names = samples.map(({ name }) => name).join(', ');
    throw new CommandRefused(`--sample: got ${sample}, wanted one of ${names}`);
  }
  const reader = READERS[locale] ?? { locale, name: 'Emma' };
  const customer = { ...(found.variables['customer'] as Variables), first_name: reader.name };
  const variables = sample === PLAIN ? { ...found.variables, customer } : found.variables;
  const mail = renderSample(
    template,
    { ...found, variables },
    sampleFormat(settings, reader.locale),
  );
  if ('html' in mail) return mail;
  throw new CommandRefused(`${id} in ${locale}: ${JSON.stringify(mail)}`);
}

/** Samples name pictures that are nowhere: a soft one stands for each, in its own colour. */
const picture = (url: string): string => {
  const hue = [...url].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 360, 7);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" preserveAspectRatio="xMidYMid slice"><rect width="200" height="100" fill="hsl(${hue} 35% 78%)"/><circle cx="100" cy="50" r="30" fill="hsl(${hue} 45% 45%)"/></svg>`;
};

async function pageOf(browser: Browser, { width, scheme, images }: Look): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width, height: 400 },
    colorScheme: scheme,
    javaScriptEnabled: false,
  });
  await page.route('**/*', (route) => {
    const request = route.request();
    if (request.resourceType() !== 'image' || !images) return route.abort();
    return route.fulfill({ contentType: 'image/svg+xml', body: picture(request.url()) });
  });
  return page;
}

/** The sheet of one mail at one width: a row with what the inbox shows, and each language as it looks. */
function sheetHtml(id: string, shots: readonly Shot[]): string {
  const cells = shots.map(({ locale, look, png, mail }) => {
    const how = `${locale} ${look.scheme}${look.images ? '' : ', images off'}`;
    return `<figure><figcaption><b>${how}</b><br /><span dir="auto">${escapeHtml(mail.subject)}</span> <i dir="auto">${escapeHtml(mail.preheader)}</i></figcaption><img width="${look.width}" src="data:image/png;base64,${png.toString('base64')}" /></figure>`;
  });
  return `<meta charset="utf-8" /><style>body{margin:8px;font:13px sans-serif;background:#8a8f98;color:#000;width:max-content}main{display:flex;gap:8px;align-items:flex-start}figure{margin:0}figcaption{background:#fff;padding:4px;margin-bottom:4px;height:52px;overflow:hidden;box-sizing:border-box}figcaption{width:0;min-width:100%}img{display:block}</style><h3>${escapeHtml(id)}</h3><main>${cells.join('')}</main>`;
}

async function photograph(
  browser: Browser,
  mails: readonly { id: string; locale: string; mail: Written }[],
  io: Io,
): Promise<Shot[]> {
  const shots: Shot[] = [];
  for (const look of LOOKS) {
    const page = await pageOf(browser, look);
    for (const { id, locale, mail } of mails) {
      await page.setContent(mail.html, { waitUntil: 'load' });
      const wide = await page.locator('html').evaluate((root) => root.scrollWidth);
      if (wide > look.width) io.err(`${id} ${locale}: ${wide} px wide at ${look.width} px`);
      shots.push({ id, locale, look, mail, png: await page.screenshot({ fullPage: true }) });
    }
    await page.close();
  }
  return shots;
}

/** Wide enough for every language at the greater width. */
const SHEET_PX_MAX = 12_000;

async function writeSheets(browser: Browser, shots: readonly Shot[], out: string) {
  const page = await browser.newPage({ viewport: { width: SHEET_PX_MAX, height: 600 } });
  const files: string[] = [];
  for (const id of new Set(shots.map((shot) => shot.id))) {
    for (const width of new Set(LOOKS.map((look) => look.width))) {
      const own = shots.filter((shot) => shot.id === id && shot.look.width === width);
      await page.setContent(sheetHtml(id, own));
      const file = join(out, `${id.replace('/', '.')}.${width}.png`);
      writeFileSync(file, await page.locator('body').screenshot());
      files.push(file);
    }
  }
  await page.close();
  return files;
}

const listOf = (text: string | undefined): string[] | undefined =>
  text?.split(',').map((each) => each.trim());

export async function mailShots(argv: string[], io: Io): Promise<void> {
  const given = argumentsOf(argv, OPTIONS, USAGE);
  if (given.help) return io.out(USAGE);
  const { out } = given;
  if (!out) throw new CommandRefused(`--out: wanted a folder for the pictures\n\n${USAGE}`);
  if (!existsSync(given.chromium)) {
    throw new CommandRefused(`--chromium: ${given.chromium} is not there; wanted the browser`);
  }
  const files = readTemplates(given.dir);
  const release = await buildRelease(settings, { files });
  const ids = listOf(given.mail) ?? Object.keys(release.templates);
  const locales = listOf(given.locale) ?? Object.keys(release.locales ?? { en: {} });
  const mails = ids.flatMap((id) =>
    locales.map((locale) => ({
      id,
      locale,
      mail: written(release, files, { id, locale, sample: given.sample }),
    })),
  );
  mkdirSync(out, { recursive: true });
  const browser = await chromium.launch({ executablePath: given.chromium });
  try {
    const sheets = await writeSheets(browser, await photograph(browser, mails, io), out);
    for (const { id, locale, mail } of mails) {
      writeFileSync(join(out, `${id.replace('/', '.')}.${locale}.txt`), mail.text);
    }
    io.out(`${mails.length} mails, ${sheets.length} sheets in ${out}.`);
  } finally {
    await browser.close();
  }
}

if (import.meta.main) process.exitCode = await runCommand(mailShots);
