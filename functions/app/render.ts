/** A compiled template and variables become a mail; or a reason why there is none. */
import type { Template } from 'liquidjs';
import type { Variables } from '../contract/conditions.ts';
import { type CompiledTemplate, type Direction, MAIL_HTML_BYTES_MAX } from '../contract/release.ts';
import type { Format } from './formats.ts';
import { Aborted, htmlEngine, renderWith, textEngine, type Wording } from './liquid.ts';
import { chooseWords, turnedLines } from './words.ts';

export type { Format } from './formats.ts';

export type Written = {
  subject: string;
  preheader: string;
  html: string;
  text: string;
  /** The locale whose words it is written in. */
  words: string;
};

export type Rendered =
  | Written
  /** The template itself said no, with `abort_message`. */
  | { aborted: string }
  /** The template does not work for these variables. Names variables and places, never their values. */
  | { failed: string };

/** A line of RFC 5322 may be longer, but no inbox shows more. */
export const SUBJECT_CHARS_MAX = 200;
/** Reasons are kept with the message. */
const REASON_CHARS_MAX = 300;

type Parsed = {
  subject: Template[];
  preheader: Template[];
  html: { [direction in Direction]?: Template[] };
  text: Template[];
};

/** Parsed once per template of a release, as long as the release itself is kept. */
const cache = new WeakMap<CompiledTemplate, Parsed>();

function parse(template: CompiledTemplate): Parsed {
  const known = cache.get(template);
  if (known) return known;
  const parsed = {
    subject: textEngine.parse(template.subject),
    preheader: textEngine.parse(template.preheader),
    html: {},
    text: textEngine.parse(template.text),
  };
  cache.set(template, parsed);
  return parsed;
}

/** Most shops write in one direction only: the other one is parsed when somebody reads it. */
function parsedHtml(template: CompiledTemplate, dir: Direction): Template[] {
  const { html } = parse(template);
  html[dir] ??= htmlEngine.parse(template.html[dir]);
  return html[dir];
}

/** Isolates that were cut off, or that somebody's data opened. */
const loneIsolates = (text: string): string =>
  text.replace(/(\u2068[^\u2068\u2069]*\u2069)|[\u202a-\u202e\u2066-\u2069]/g, '$1');

/**
 * One line without control characters and lone switches of direction: fit for a header, whatever a name
 * holds.
 */
export const headerSafe = (text: string): string => {
  const line = text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim();
  return loneIsolates([...line].slice(0, SUBJECT_CHARS_MAX).join(''));
};

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
    const chosen = chooseWords(template.words, format.locale, format.shopLocale);
    return write(template, variables, { ...format, ...chosen });
  } catch (error) {
    const cause = causeOf(error);
    if (cause instanceof Aborted) return { aborted: cause.reason };
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown error';
    return { failed: `${template.id}: ${message}`.slice(0, REASON_CHARS_MAX) };
  }
}

function write(template: CompiledTemplate, variables: Variables, wording: Wording): Rendered {
  const parsed = parse(template);
  const { words, dir } = wording;
  const part = (name: 'subject' | 'preheader' | 'text') =>
    renderWith(textEngine, parsed[name], variables, wording);
  const subject = headerSafe(part('subject'));
  const preheader = headerSafe(part('preheader'));
  // Title and preview say the same as the inbox.
  const mail = { subject, preheader, lang: words };
  const html = renderWith(htmlEngine, parsedHtml(template, dir), { ...variables, mail }, wording);
  const bytes = Buffer.byteLength(html);
  if (subject === '') return { failed: `${template.id}: the subject is empty` };
  if (bytes > MAIL_HTML_BYTES_MAX) {
    return { failed: `${template.id}: HTML of ${bytes} bytes, at most ${MAIL_HTML_BYTES_MAX}` };
  }
  const text = tidy(part('text'));
  return { subject, preheader, html, text: dir === 'rtl' ? turnedLines(text) : text, words };
}
