/** A compiled template and variables become a mail; or a reason why there is none. */
import type { Template } from 'liquidjs';
import type { Variables } from '../contract/conditions.ts';
import { type CompiledTemplate, MAIL_HTML_BYTES_MAX } from '../contract/release.ts';
import type { Format } from './formats.ts';
import { Aborted, htmlEngine, renderWith, textEngine } from './liquid.ts';

export type { Format } from './formats.ts';

export type Rendered =
  | { subject: string; preheader: string; html: string; text: string }
  /** The template itself said no, with `abort_message`. */
  | { aborted: string }
  /** The template does not work for these variables. Names variables and places, never their values. */
  | { failed: string };

/** A line of RFC 5322 may be longer, but no inbox shows more. */
export const SUBJECT_CHARS_MAX = 200;
/** Reasons are kept with the message. */
const REASON_CHARS_MAX = 300;

type Parsed = { subject: Template[]; preheader: Template[]; html: Template[]; text: Template[] };

/** Parsed once per template of a release, as long as the release itself is kept. */
const cache = new WeakMap<CompiledTemplate, Parsed>();

function parse(template: CompiledTemplate): Parsed {
  const known = cache.get(template);
  if (known) return known;
  const parsed = {
    subject: textEngine.parse(template.subject),
    preheader: textEngine.parse(template.preheader),
    html: htmlEngine.parse(template.html),
    text: textEngine.parse(template.text),
  };
  cache.set(template, parsed);
  return parsed;
}

/** One line without control characters or direction overrides: fit for a header, whatever a name holds. */
export const headerSafe = (text: string): string =>
  [
    ...text
      .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
      .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
      .trim(),
  ]
    .slice(0, SUBJECT_CHARS_MAX)
    .join('');

/** Blank lines that Liquid's tags leave behind say nothing. */
const tidy = (text: string): string =>
  `${text
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;

function causeOf(error: unknown): unknown {
  const original = (error as { originalError?: unknown } | null)?.originalError;
  return original === undefined ? error : causeOf(original);
}

/** Subject, preheader, HTML and text of one mail. Never throws for what a template or a customer holds. */
export function render(template: CompiledTemplate, variables: Variables, format: Format): Rendered {
  try {
    const parsed = parse(template);
    const part = (name: 'subject' | 'preheader' | 'text') =>
      renderWith(textEngine, parsed[name], variables, format);
    const subject = headerSafe(part('subject'));
    const html = renderWith(htmlEngine, parsed.html, variables, format);
    const bytes = Buffer.byteLength(html);
    if (subject === '') return { failed: `${template.id}: the subject is empty` };
    if (bytes > MAIL_HTML_BYTES_MAX) {
      return { failed: `${template.id}: HTML of ${bytes} bytes, at most ${MAIL_HTML_BYTES_MAX}` };
    }
    return { subject, preheader: headerSafe(part('preheader')), html, text: tidy(part('text')) };
  } catch (error) {
    const cause = causeOf(error);
    if (cause instanceof Aborted) return { aborted: cause.reason };
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown error';
    return { failed: `${template.id}: ${message}`.slice(0, REASON_CHARS_MAX) };
  }
}
