/** One mail: assembled, checked, compiled for both directions. */
import type { Journey } from '../../functions/contract/journeys.ts';
import type { CompiledTemplate } from '../../functions/contract/release.ts';
import { assemble, type Brand } from './assemble.ts';
import { checkMail, checkPlaces } from './check.ts';
import type { Line, MailFile } from './files.ts';
import { frontLines } from './front.ts';
import { checkKeys } from './keys.ts';
import { DEFAULT_LOCALE, type Locales } from './locales.ts';
import { compileMjml } from './mjml.ts';
import { kindOf, type OpenTemplates } from './open.ts';
import { type RuledProblem, ruled } from './problem.ts';
import { type Scope, wordsFor } from './words.ts';

/** A mail put together, before MJML sees it. */
export type Assembled = { ltr: Line[]; rtl: Line[]; text: Line[] };

export type CompiledMail = {
  template?: CompiledTemplate;
  /** Absent where a part of it is missing. */
  lines?: Assembled;
  /** Keys of the words that it says. */
  keys: ReadonlySet<string>;
  problems: RuledProblem[];
};

/** A journey without words of its own is English, and so is the greeting above it. */
const localesOf = (scope: Scope | undefined, locales: Locales): Locales =>
  Object.fromEntries(
    Object.entries(locales).filter(
      ([locale]) => locale === DEFAULT_LOCALE || scope?.locales.has(locale),
    ),
  );

/** The words that a mail of a journey may say: its own, then those of all. */
export const scopesOf = ({ words }: OpenTemplates, journey: Journey): Scope[] => {
  const own = words.scopes.get(journey.id);
  return own ? [own, words.shared] : [words.shared];
};

function assembled(open: OpenTemplates, brand: Brand, mail: MailFile) {
  const parts = { files: open.files, brand };
  const ltr = assemble(parts, mail, 'mjml', 'ltr');
  const rtl = assemble(parts, mail, 'mjml', 'rtl');
  const text = assemble(parts, mail, 'txt');
  const problems = ruled(
    'partial',
    [ltr, text].flatMap((part) => (part.ok ? [] : part.problems)),
  );
  if (!ltr.ok || !rtl.ok || !text.ok) return { problems };
  return { lines: { ltr: ltr.value, rtl: rtl.value, text: text.value }, problems };
}

async function compiledHtml({ ltr, rtl }: Assembled) {
  const html = await compileMjml(ltr);
  if (!html.ok) return { problems: ruled('mjml', html.problems) };
  const mirrored = await compileMjml(rtl);
  if (!mirrored.ok) return { problems: ruled('mjml', mirrored.problems) };
  const problems = ruled('place', checkPlaces(html.value, ltr));
  return { html: { ltr: html.value, rtl: mirrored.value }, problems };
}

/** Everything that is wrong with it, or the template. */
export async function compileMail(
  open: OpenTemplates,
  brand: Brand,
  mail: MailFile,
  journey: Journey,
): Promise<CompiledMail> {
  const scopes = scopesOf(open, journey);
  const { lines, problems: missing } = assembled(open, brand, mail);
  if (!lines) return { keys: new Set(), problems: missing };
  const beside = [...frontLines(mail), ...lines.text];
  const { keys, problems: wrong } = checkKeys(lines.ltr, beside, scopes);
  const problems = [...checkMail(lines.ltr, beside, kindOf(journey, mail.id)), ...wrong];
  if (problems.length > 0) return { lines, keys, problems };
  const { html, problems: broken } = await compiledHtml(lines);
  if (!html || broken.length > 0) return { lines, keys, problems: broken };
  const { subject, preheader, from, reply_to: replyTo } = mail.front;
  const locales = localesOf(open.words.scopes.get(journey.id), open.words.locales);
  const template = {
    id: mail.id,
    subject,
    preheader,
    html,
    text: lines.text.map((line) => line.text).join('\n'),
    words: wordsFor(keys, scopes, locales),
    ...(from && { from }),
    ...(replyTo && { replyTo }),
  };
  return { template, lines, keys, problems: [] };
}
