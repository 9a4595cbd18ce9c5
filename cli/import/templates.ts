/** Templates of other systems -> files of Liquid in a folder, with what could not be translated. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { objectOf } from '../../functions/contract/event-fields.ts';
import { CommandRefused, type Io } from '../command.ts';
import { type Cells, openRecords } from './records.ts';
import { fromHandlebars, fromKlaviyo, type Translated } from './template-syntax.ts';

export type Mail = { name: string; subject?: string; html?: string; text?: string };

const said = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

const mail = (name: unknown, subject: unknown, html: unknown, text: unknown): Mail => ({
  name: said(name) ?? 'template',
  ...(said(subject) !== undefined && { subject: said(subject) as string }),
  ...(said(html) !== undefined && { html: said(html) as string }),
  ...(said(text) !== undefined && { text: said(text) as string }),
});

/** `/api/templates` of Klaviyo. */
export function klaviyoMail(cells: Cells): Mail {
  const { name, html, text } = objectOf(cells['attributes']);
  return mail(name, undefined, html, text);
}

/** What `aws pinpoint get-email-template` answers, alone or a line each. */
export function pinpointMail(cells: Cells): Mail {
  const inner = objectOf(cells['EmailTemplateResponse'] ?? cells);
  return mail(inner['TemplateName'], inner['Subject'], inner['HtmlPart'], inner['TextPart']);
}

/** Only what a file may be called: no way out of the folder. */
const fileName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60) || 'template';

const TEMPLATES_MAX = 2_000;

export async function importTemplates(
  maker: 'klaviyo' | 'pinpoint',
  file: string,
  out: string | undefined,
  io: Io,
): Promise<void> {
  if (out === undefined)
    throw new CommandRefused('--out: got nothing, wanted a folder for the mails');
  mkdirSync(out, { recursive: true });
  const [mailOf, translated] =
    maker === 'klaviyo'
      ? ([klaviyoMail, fromKlaviyo] as const)
      : ([pinpointMail, fromHandlebars] as const);
  const taken = new Set<string>();
  const problems: string[] = [];
  const { rows, close } = await openRecords(file);
  for await (const found of rows) {
    if (taken.size >= TEMPLATES_MAX)
      throw new CommandRefused(`more than ${TEMPLATES_MAX} templates`);
    if (!('cells' in found)) {
      problems.push(`row ${found.row}: ${found.reason}`);
      continue;
    }
    const { name, ...parts } = mailOf(found.cells);
    let base = fileName(name);
    for (let count = 2; taken.has(base); count += 1) base = `${fileName(name)}-${count}`;
    taken.add(base);
    if (parts.html === undefined && parts.text === undefined) {
      problems.push(`${base}: neither html nor text`);
    }
    for (const [part, source] of Object.entries(parts)) {
      const { text, problems: left }: Translated = translated(source);
      writeFileSync(join(out, `${base}.${part}.liquid`), text);
      problems.push(...left.map((problem) => `${base}.${part}: ${problem}`));
    }
  }
  close();
  io.out(
    [
      `${taken.size} mails in ${out}`,
      ...(problems.length > 0 ? [`${problems.length} parts could not be translated:`] : []),
      ...problems.map((problem) => `  ${problem}`),
    ].join('\n'),
  );
}
