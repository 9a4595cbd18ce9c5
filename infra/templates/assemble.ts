/**
 * Puts a mail together before MJML sees it: layout, partials and brand, line by line.
 * MJML has no includes that it would not ignore silently, so they are done here, as text.
 */
import * as z from 'zod';
import { escapeHtml } from '../../functions/app/liquid.ts';
import type { Direction } from '../../functions/contract/release.ts';
import { newReport, parsed, type Report } from '../../functions/domain/journeys/problems.ts';
import { type Problem, readSource } from '../../functions/domain/journeys/source.ts';
import {
  type Line,
  linesOf,
  type MailFile,
  type Outcome,
  SHARED,
  type TemplateFiles,
} from './files.ts';
import { tierLiquid, tiersSchema } from './tiers.ts';
import { ruled } from './problem.ts';
import { CLIENTS } from './checks/client-list.ts';
import { colourOf, contrastOf } from './colour.ts';
import { proofsSchema } from './proof.ts';

const colour = z
  .string({ error: "a colour in quotes such as '#2f4a3f'" })
  .regex(/^#[0-9a-f]{6}$/i, "a colour in quotes such as '#2f4a3f'");
const colours = z.strictObject({
  ground: colour,
  surface: colour,
  text: colour,
  quiet: colour,
  line: colour,
  accent: colour,
  on_accent: colour,
});
/** A value that ends up in style attributes may not end them. */
const style = z.string().regex(/^[^"<>{}]+$/, 'a value without " < > { }');

const https = z.url({ protocol: /^https$/, error: 'an https address' });
const pixels = z.number().int().min(16).max(560);

export const brandSchema = z.strictObject({
  /** Where they are given, they count before the settings of the stage. */
  name: z.string().min(1).max(80).optional(),
  address: z.string().min(5).max(200).optional(),
  /** Without a logo the shop's name stands above each mail. Pixels as shown. */
  logo: z
    .strictObject({ url: https, dark_url: https.optional(), width: pixels, height: pixels })
    .optional(),
  social: z
    .array(z.strictObject({ name: z.string().min(1).max(40), url: https }))
    .max(6)
    .default([]),
  tiers: tiersSchema.optional(),
  font: style,
  heading_font: style,
  radius: z.string().regex(/^\d{1,2}px$/, 'a length such as 6px'),
  light: colours,
  dark: colours,
  /** Mail programs in which everything must work, as caniemail.com calls them: `outlook.*`. */
  clients: z.array(z.string().min(1)).min(1).default(CLIENTS),
  /** Whether consumers in the EU get these mails; without it, whether the shop is there. */
  eu_consumers: z.boolean().optional(),
  /** Environmental claims that any mail may make, each with its proof. */
  claims: proofsSchema.default([]),
});
export type Brand = z.infer<typeof brandSchema>;

/** A partial in a partial in a partial is plenty; it also ends circles. */
const INCLUDE_DEPTH_MAX = 4;
const INCLUDE = /^\s*\{%-?\s*include\s+'([a-z0-9-]+)'\s*-?%\}\s*$/;
const CONTENT = /^\s*\{%-?\s*content\s*-?%\}\s*$/;
const MISPLACED = /\{%-?\s*(include|content)\b/;
const COMPILE_TIME = /\{\{\s*(brand|dir)\.([a-z_.]+)\s*\}\}/g;

export type Parts = { files: TemplateFiles; brand: Brand };

/** `{{ dir.start }}` where a left-to-right mail would say left. */
const DIRECTIONS: { readonly [direction in Direction]: { readonly [name: string]: string } } = {
  ltr: { name: 'ltr', start: 'left', end: 'right' },
  rtl: { name: 'rtl', start: 'right', end: 'left' },
};

/** WCAG 2.2, level AA, for text of this size. */
const CONTRAST_MIN = 4.5;
/** Every text colour and the grounds that it stands on. */
const PAIRS = [
  ['text', 'surface'],
  ['text', 'ground'],
  ['quiet', 'surface'],
  ['quiet', 'ground'],
  ['accent', 'surface'],
  ['accent', 'ground'],
  ['on_accent', 'accent'],
] as const;

function checkContrast(brand: Brand, report: Report): void {
  for (const scheme of ['light', 'dark'] as const) {
    for (const [text, ground] of PAIRS) {
      const [front, back] = [brand[scheme][text], brand[scheme][ground]].map(colourOf);
      if (!front || !back) continue;
      const contrast = contrastOf(front, back);
      if (contrast >= CONTRAST_MIN) continue;
      const got = `a contrast of ${contrast} between ${text} and ${ground}`;
      report.add([scheme, text], got, `at least ${CONTRAST_MIN}, so that everyone can read it`);
    }
  }
}

/** The brand, or what is wrong with its file; contrast is counted as a rule of its own. */
export function readBrand(files: TemplateFiles): Outcome<Brand> {
  const file = `${SHARED}/brand.yaml`;
  const text = files.get(file);
  const missing = { file, line: 1, got: 'no file', wanted: 'the brand: colours and fonts' };
  if (text === undefined) return { ok: false, problems: [missing] };
  const read = readSource(file, text);
  if (!read.ok) return read;
  const report = newReport(read.source);
  const contrast = newReport(read.source);
  const brand = parsed(brandSchema, read.source.value, [], report);
  if (brand) checkContrast(brand, contrast);
  const problems = [...report.problems, ...ruled('contrast', contrast.problems)];
  if (!brand || problems.length > 0) return { ok: false, problems };
  return { ok: true, value: brand };
}

type Logo = NonNullable<Brand['logo']>;

const picture = ({ width, height }: Logo, url: string, name: string, display: string): string =>
  `<img class="${name}" src="${escapeHtml(url)}" alt="{{ shop.name }}" width="${width}" height="${height}" style="display:${display};width:${width}px;max-width:100%;height:auto;border:0;" />`;

/** In clients that know no dark scheme the other picture stays hidden, as in Outlook for Windows. */
const darkPicture = (logo: Logo): string =>
  logo.dark_url === undefined ? '' : picture(logo, logo.dark_url, 'logo-dark', 'none;mso-hide:all');

/** The logo with the name for those who see no pictures; else the name. */
const headOf = ({ logo }: Brand): string => {
  if (!logo) return '{{ shop.name }}';
  const light = picture(logo, logo.url, logo.dark_url ? 'logo-light' : 'logo', 'inline-block');
  return `<a href="{{ links.shop }}">${light}${darkPicture(logo)}</a>`;
};

/** Below the line that says why one gets the mail; nothing where the shop is nowhere else. */
const socialOf = ({ social }: Brand): string =>
  social
    .map(({ name, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(name)}</a>`)
    .join(' &middot; ')
    .replace(/^(?=.)/, '<br />');

const MADE: Readonly<Record<string, (brand: Brand) => string>> = {
  head: headOf,
  social_links: socialOf,
  tiers: ({ tiers }) => tierLiquid(tiers),
};

function brandValue(brand: Brand, path: string): string | undefined {
  const made = Object.hasOwn(MADE, path) ? MADE[path] : undefined;
  if (made) return made(brand);
  const value = path
    .split('.')
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
          ? (inner as { [key: string]: unknown })[key]
          : undefined,
      brand,
    );
  return typeof value === 'string' ? value : undefined;
}

type Work = {
  parts: Parts;
  kind: 'mjml' | 'txt';
  direction: Direction;
  problems: Problem[];
};

const wrong = (work: Work, { file, line }: Line, got: string, wanted: string): void => {
  work.problems.push({ file, line, got, wanted });
};

function fill(work: Work, line: Line): Line {
  const text = line.text.replace(COMPILE_TIME, (whole, group: string, path: string) => {
    const value =
      group === 'brand'
        ? brandValue(work.parts.brand, path)
        : DIRECTIONS[work.direction][path as string];
    if (value === undefined) {
      const wanted = group === 'brand' ? 'a name of brand.yaml' : 'dir.name, dir.start or dir.end';
      wrong(work, line, whole, wanted);
    }
    return value ?? '';
  });
  return { ...line, text };
}

function expand(work: Work, lines: readonly Line[], content: Line[], depth: number): Line[] {
  return lines.flatMap((line): Line[] => {
    if (CONTENT.test(line.text)) return expand(work, content, [], depth);
    const include = INCLUDE.exec(line.text);
    if (!include) {
      if (MISPLACED.test(line.text)) {
        wrong(work, line, line.text.trim(), "{% include 'name' %} alone on its line");
      }
      return [fill(work, line)];
    }
    const file = `${SHARED}/${include[1]}.${work.kind}`;
    const text = work.parts.files.get(file);
    if (text === undefined) wrong(work, line, `the partial ${include[1]}`, `the file ${file}`);
    if (depth >= INCLUDE_DEPTH_MAX) {
      wrong(work, line, `includes ${depth + 1} deep`, `at most ${INCLUDE_DEPTH_MAX}`);
    }
    if (text === undefined || depth >= INCLUDE_DEPTH_MAX) return [];
    return expand(work, linesOf(file, text), [], depth + 1);
  });
}

/** The layout with the mail in it, each line with the place it came from. */
export function assemble(
  parts: Parts,
  mail: MailFile,
  kind: 'mjml' | 'txt',
  direction: Direction = 'ltr',
): Outcome<Line[]> {
  const work: Work = { parts, kind, direction, problems: [] };
  const file = `${SHARED}/layout.${kind}`;
  const layout = parts.files.get(file);
  if (layout === undefined) {
    const missing = { file, line: 1, got: 'no file', wanted: 'the frame of all mails' };
    return { ok: false, problems: [missing] };
  }
  const body = kind === 'mjml' ? mail.body : mail.text;
  const lines = expand(work, linesOf(file, layout), body, 0);
  return work.problems.length > 0
    ? { ok: false, problems: work.problems }
    : { ok: true, value: lines };
}
