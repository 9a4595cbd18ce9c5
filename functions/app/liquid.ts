/** The template language as mails may use it: Liquid, with a short list of tags and filters and with limits. */
import {
  Context,
  Liquid,
  type LiquidOptions,
  type TagToken,
  Tag,
  type Template,
  type TopLevelToken,
} from 'liquidjs';
import { conjunction, date, type Format, money, NotFormattable, number } from './formats.ts';
import { countedOperators, guard, prepare } from './liquid-guard.ts';
import {
  type Budget,
  type Collector,
  LimitReached,
  PARSE_CHARS_MAX,
  PARSE_TAGS_MAX,
} from './render-limits.ts';
import {
  type Chosen,
  htmlIsolates,
  listed,
  plainIsolates,
  plainValue,
  tamed,
  translate,
  Worded,
} from './words.ts';

/** Everything else of liquidjs is refused: `raw` and `include` above all. */
const TAGS = ['if', 'unless', 'case', 'for', 'break', 'continue', 'assign', 'capture', 'comment'];
const FILTERS = [
  'default',
  'append',
  'prepend',
  'replace',
  'strip',
  'upcase',
  'downcase',
  'capitalize',
  'truncate',
  'url_encode',
  'join',
  'first',
  'last',
  'size',
  'plus',
  'minus',
  'times',
  'divided_by',
  'modulo',
  'round',
  'floor',
  'ceil',
];

/** Key of the format in the render's globals; a symbol, so that no template can name it. */
const FORMAT = Symbol('format');

/** `{% abort_message 'reason' %}` stops this mail; the reason is the template's own text. */
export class Aborted extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(`aborted: ${reason}`);
    this.name = 'Aborted';
    this.reason = reason;
  }
}

class AbortMessage extends Tag {
  private readonly reason: string;
  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid) {
    super(token, remaining, liquid);
    const quoted = /^\s*(?:'([^']{1,200})'|"([^"]{1,200})")\s*$/.exec(token.args);
    const reason = quoted?.[1] ?? quoted?.[2];
    if (reason === undefined) throw new Error("abort_message: wanted one quoted text, 'reason'");
    this.reason = reason;
  }
  render(): never {
    throw new Aborted(this.reason);
  }
}

/** How and in which words one mail is written. */
export type Wording = Format & Chosen;

type Globals = { [FORMAT]: Wording };
const formatOf = (context: Context): Wording => (context.globals as unknown as Globals)[FORMAT];
const chargeOf = (context: Context) => (chars: number) => context.memoryLimit.use(chars);

/** `name: value` comes to a filter as a pair. */
const namedArguments = (given: unknown[]): Map<string, unknown> =>
  new Map(given.filter((each): each is [string, unknown] => Array.isArray(each)));

function newEngine(options: LiquidOptions): Liquid {
  const engine = new Liquid({
    strictFilters: true,
    strictVariables: true,
    // Only `if` and `default` may ask for what is not there.
    lenientIf: true,
    ownPropertyOnly: true,
    operators: countedOperators,
    // No files: partials are put in when the release is built.
    templates: {},
    ...options,
  });
  for (const name of Object.keys(engine.tags)) if (!TAGS.includes(name)) delete engine.tags[name];
  for (const name of Object.keys(engine.filters)) {
    if (!FILTERS.includes(name)) delete engine.filters[name];
  }
  engine.registerTag('abort_message', AbortMessage);
  engine.registerFilter('money', function money_(value: unknown, currency: unknown) {
    return money(value, currency, formatOf(this.context));
  });
  engine.registerFilter('date', function date_(value: unknown, style: unknown) {
    return date(value, style, formatOf(this.context));
  });
  engine.registerFilter('number', function number_(value: unknown) {
    return number(value, formatOf(this.context));
  });
  engine.registerFilter('t', function t(key: unknown, ...given: unknown[]) {
    const { context } = this;
    return translate(key, namedArguments(given), formatOf(context), chargeOf(context));
  });
  engine.registerFilter('list', function list(values: unknown, field: unknown) {
    const { context } = this;
    const join = (texts: string[]) => conjunction(texts, formatOf(context));
    return listed(values, field, join, chargeOf(context));
  });
  return guard(engine);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '`': '&#96;',
};

function toText(value: unknown): string {
  // A blank where something should stand is worse than no mail.
  if (value === null || value === undefined) throw new NotFormattable('output', 'a value');
  return Array.isArray(value) ? value.join('') : String(value);
}

/** Whatever a variable holds stays text in HTML, in an element and in a quoted attribute alike. */
export const escapeHtml = (value: string): string =>
  value.replace(/[&<>"'`]/g, (character) => ESCAPES[character] ?? character);

/** For HTML: every output is escaped; there is no filter that would not. */
export const htmlEngine = newEngine({
  outputEscape: (value: unknown) =>
    value instanceof Worded
      ? htmlIsolates(escapeHtml(value.isolated))
      : escapeHtml(tamed(toText(value))),
});

/** For subjects and the text part. */
export const textEngine = newEngine({
  outputEscape(this: { context: Context }, value: unknown) {
    const { dir } = formatOf(this.context);
    return value instanceof Worded
      ? plainIsolates(value.isolated, dir)
      : plainValue(toText(value), dir);
  },
});

/** Throws what liquidjs throws for a template that cannot be one, and `LimitReached` for one too long. */
export function parseWith(engine: Liquid, source: string): Template[] {
  if (source.length > PARSE_CHARS_MAX) {
    throw new LimitReached('template-chars', PARSE_CHARS_MAX, source.length);
  }
  const tags = source.match(/\{[{%]/g)?.length ?? 0;
  if (tags > PARSE_TAGS_MAX) throw new LimitReached('template-tags', PARSE_TAGS_MAX, tags);
  return prepare(engine.parse(source));
}

export type Run = { wording: Wording; budget: Budget; out: Collector };

/** One part of a mail, written as long as the mail's budget lasts. */
export function renderWith(
  engine: Liquid,
  parsed: Template[],
  variables: object,
  { wording, budget, out }: Run,
): string {
  const globals = { [FORMAT]: wording } as unknown as Context['globals'];
  const limits = { memoryLimit: budget as unknown as Context['memoryLimit'], liquid: engine };
  const context = new Context(variables, engine.options, { sync: true, globals }, limits);
  engine.renderer.renderTemplates(parsed, context, out);
  return out.buffer;
}
