/** A compiled template and variables become a mail; or a reason why there is none. */
import {
  AssertionError,
  type Liquid,
  LiquidError,
  type Template,
  UndefinedVariableError,
} from 'liquidjs';
import type { Variables } from '../contract/conditions.ts';
import {
  type CompiledTemplate,
  type Direction,
  MAIL_HTML_BYTES_MAX,
  MAIL_TEXT_BYTES_MAX,
} from '../contract/release.ts';
import { type Format, NotFormattable } from './formats.ts';
import { Aborted, htmlEngine, parseWith, renderWith, textEngine, type Wording } from './liquid.ts';
import {
  Budget,
  Collector,
  DEPTH_MAX,
  HEADER_CHARS_MAX,
  LimitReached,
  LINKS_MAX,
  type OverLimit,
  type Part,
} from './render-limits.ts';
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
  | { failed: string; overLimit?: OverLimit };

/** A line of RFC 5322 may be longer, but no inbox shows more. */
export const SUBJECT_CHARS_MAX = 200;
/** Reasons are kept with the message. */
const REASON_CHARS_MAX = 300;

type Parsed = { [part in Exclude<Part, 'html'>]?: Template[] } & {
  html: { [direction in Direction]?: Template[] };
};

/** Parsed once per template of a release, as long as the release itself is kept. */
const cache = new WeakMap<CompiledTemplate, Parsed>();

/** Most shops write in one direction only: the other one is parsed when somebody reads it. */
function parsedPart(template: CompiledTemplate, part: Part, dir: Direction): Template[] {
  const parsed = cache.get(template) ?? { html: {} };
  cache.set(template, parsed);
  if (part === 'html') return (parsed.html[dir] ??= parseWith(htmlEngine, template.html[dir]));
  return (parsed[part] ??= parseWith(textEngine, template[part]));
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
const tidy = (text: string): string => {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
};

function causeOf(error: unknown): unknown {
  const original = (error as { originalError?: unknown } | null)?.originalError;
  return original === undefined ? error : causeOf(original);
}

/** The access as it stands in the template: liquidjs' own words hold the value of `a` in `b[a]`. */
function undefinedIn(error: unknown): string | undefined {
  if (error instanceof UndefinedVariableError) return error.token.getText();
  const original = (error as { originalError?: unknown } | null)?.originalError;
  return original === undefined ? undefined : undefinedIn(original);
}

/** Of errors whose words are ours or the template's own; others may quote what they were given. */
function wordsOf(error: unknown, cause: unknown): string {
  const unknown = undefinedIn(error);
  if (unknown !== undefined) return `undefined variable: ${unknown}`;
  const known =
    cause instanceof NotFormattable ||
    cause instanceof LimitReached ||
    cause instanceof AssertionError ||
    (error instanceof LiquidError && error.name !== 'RenderError');
  if (known && cause instanceof Error) return cause.message.replace(/, line:\d+, col:\d+$/, '');
  return cause instanceof Error ? cause.name : 'unknown error';
}

function failure(template: CompiledTemplate, part: Part, error: unknown): Rendered {
  const cause = limitOf(causeOf(error));
  if (cause instanceof Aborted) return { aborted: cause.reason };
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  const place = /, line:\d+, col:\d+$/.exec(message)?.[0] ?? '';
  const why = `${template.id}: ${part}: ${wordsOf(error, cause).split('\n')[0]}${place}`;
  return {
    failed: why.slice(0, REASON_CHARS_MAX),
    ...(cause instanceof LimitReached && { overLimit: { ...cause.over, part } }),
  };
}

/** What the engine itself could not hold. */
function limitOf(cause: unknown): unknown {
  const tooDeep = cause instanceof RangeError && cause.message.includes('call stack');
  return tooDeep ? new LimitReached('depth', DEPTH_MAX) : cause;
}

/** Subject, preheader, HTML and text of one mail. Never throws for what a template or a customer holds. */
export function render(template: CompiledTemplate, variables: Variables, format: Format): Rendered {
  const chosen = chooseWords(template.words, format.locale, format.shopLocale);
  const at: { part: Part } = { part: 'subject' };
  try {
    return write(template, variables, { ...format, ...chosen }, at);
  } catch (error) {
    return failure(template, at.part, error);
  }
}

/** Parses what is not parsed yet, which is not the mail's fault and not within its time. */
function partsOf(template: CompiledTemplate, dir: Direction, at: { part: Part }) {
  const parsed = (part: Part): Template[] => {
    at.part = part;
    return parsedPart(template, part, dir);
  };
  return {
    subject: parsed('subject'),
    preheader: parsed('preheader'),
    html: parsed('html'),
    text: parsed('text'),
  };
}

/** `at`: the part that is being written, for the reason why it was not. */
function write(
  template: CompiledTemplate,
  variables: Variables,
  wording: Wording,
  at: { part: Part },
): Rendered {
  const { words, dir } = wording;
  const parts = partsOf(template, dir, at);
  const budget = new Budget();
  const part = (name: Part, engine: Liquid, given: Variables, out: Collector): string => {
    at.part = name;
    return renderWith(engine, parts[name], given, { wording, budget, out });
  };
  const header = () => new Collector(budget, 'header-chars', HEADER_CHARS_MAX);
  const subject = headerSafe(part('subject', textEngine, variables, header()));
  if (subject === '') return { failed: `${template.id}: the subject is empty` };
  const preheader = headerSafe(part('preheader', textEngine, variables, header()));
  // Title and preview say the same as the inbox.
  const mail = { subject, preheader, lang: words };
  const page = new Collector(budget, 'html-bytes', MAIL_HTML_BYTES_MAX);
  const html = withinBytes(
    part('html', htmlEngine, { ...variables, mail }, page),
    'html-bytes',
    MAIL_HTML_BYTES_MAX,
  );
  checkLinks(html);
  const plain = new Collector(budget, 'text-bytes', MAIL_TEXT_BYTES_MAX);
  const lines = tidy(part('text', textEngine, { ...variables, mail }, plain));
  const turned = dir === 'rtl' ? turnedLines(lines) : lines;
  const text = withinBytes(turned, 'text-bytes', MAIL_TEXT_BYTES_MAX);
  return { subject, preheader, html, text, words };
}

function withinBytes(text: string, limit: 'html-bytes' | 'text-bytes', most: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > most) throw new LimitReached(limit, most, bytes);
  return text;
}

/** Addresses of links and pictures; escaped data cannot look like one. */
function checkLinks(html: string): void {
  const links = html.match(/\s(?:href|src)="/g)?.length ?? 0;
  if (links > LINKS_MAX) throw new LimitReached('links', LINKS_MAX, links);
}
