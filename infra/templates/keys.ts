/** Where mails ask for words: `{{ 'key' | t: name: value }}`, each held against the words. */
import type { Problem } from '../../functions/domain/journeys/source.ts';
import { type Line, linesOf, namesIn, SHARED, type TemplateFiles } from './files.ts';
import { DEFAULT_LOCALE } from './locales.ts';
import { type RuledProblem, ruled } from './problem.ts';
import { fileOf, placeholders, type Scope, type Word } from './words.ts';

/** One use of `t`; `key` is missing where it is no quoted text. */
type Use = { key: string | undefined; given: string[]; line: Line };

const LIQUID = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
/** The filter, what stands before it, and its arguments. Quoted texts hold neither. */
const USE = /(?:'([^']*)'|"([^"]*)")?\s*\|\s*t\b\s*(?::([^|}%]*))?/g;
const ARGUMENT = /([a-z_][a-z0-9_]*)\s*:/gi;

const withoutQuoted = (text: string): string => text.replace(/'[^']*'|"[^"]*"/g, "''");

export const usesOf = (lines: readonly Line[]): Use[] =>
  lines.flatMap((line) =>
    [...line.text.matchAll(LIQUID)].flatMap(([liquid]) =>
      [...liquid.matchAll(USE)].map(([, single, double, list = '']) => ({
        key: single ?? double,
        given: [...withoutQuoted(list).matchAll(ARGUMENT)].map(([, name = '']) => name),
        line,
      })),
    ),
  );

const problem = ({ file, line }: Line, got: string, wanted: string): Problem => ({
  file,
  line,
  got,
  wanted,
});

function checkUse({ key, given, line }: Use, find: (key: string) => Word | undefined): Problem[] {
  if (key === undefined)
    return [problem(line, 't without a key', "a key in quotes: {{ 'a.b' | t }}")];
  const word = find(key);
  if (!word) return [problem(line, `the key ${key}`, `a key of the words, or ${key} in them`)];
  const wanted = placeholders(word.text);
  if (typeof word.text !== 'string') wanted.add('count');
  const missing = [...wanted].filter((name) => !given.includes(name));
  const more = given.filter((name) => !wanted.has(name));
  return [
    ...missing.map((name) =>
      problem(line, `${key} without ${name}`, `t: ${name}: …, for ${word.file}:${word.line}`),
    ),
    ...more.map((name) =>
      problem(
        line,
        `${key} with ${name}`,
        `no such argument: ${word.file}:${word.line} has no place for it`,
      ),
    ),
  ];
}

/** What these make has elements that isolate, and they have no place within an attribute. */
const ISOLATING = /\|\s*(?:t\s*:|list\b)/;
const ASSIGNED = /\{%-?\s*assign\s+(\w+)\s*=([^%]*)%\}/g;
const ATTRIBUTE = /=\s*(?:"([^"<>]*)"|'([^'<>]*)')/g;

/** What is put out within quoted attributes. Quotes within Liquid would end them before their time. */
function outputsInAttributes({ text }: Line): string[] {
  const unquoted = text.replace(LIQUID, (liquid) => liquid.replace(/'[^']*'|"[^"]*"/g, '_'));
  return [...unquoted.matchAll(ATTRIBUTE)].flatMap(([, double, single]) =>
    [...(double ?? single ?? '').matchAll(/\{\{([^}]*)\}\}/g)].map(([, output = '']) => output),
  );
}

function isolatedInAttributes(html: readonly Line[]): Problem[] {
  const assigned = html
    .flatMap(({ text }) => [...text.matchAll(ASSIGNED)])
    .flatMap(([, name = '', value = '']) => (ISOLATING.test(value) ? [name] : []));
  const isolates = (output: string) =>
    ISOLATING.test(output) || assigned.includes(output.split('|')[0]?.trim() ?? '');
  const got = 't with arguments in an attribute';
  return html.flatMap((line) =>
    outputsInAttributes(line)
      .filter(isolates)
      .map(() => problem(line, got, 't without, or the text beside it')),
  );
}

/** Problems of the words that a mail asks for, and their keys. */
export function checkKeys(
  html: readonly Line[],
  other: readonly Line[],
  scopes: readonly Scope[],
): { keys: Set<string>; problems: RuledProblem[] } {
  const find = (key: string) =>
    scopes.map((scope) => scope.locales.get(DEFAULT_LOCALE)?.get(key)).find(Boolean);
  const uses = usesOf([...html, ...other]);
  const problems = ruled('key', [
    ...uses.flatMap((use) => checkUse(use, find)),
    ...isolatedInAttributes(html),
  ]);
  return { keys: new Set(uses.flatMap(({ key }) => (key === undefined ? [] : [key]))), problems };
}

/** Keys of the partials, whether or not a mail has them: a shop takes those that it wants. */
export const keysOfPartials = (files: TemplateFiles): string[] =>
  namesIn(files, SHARED)
    .filter((name) => /\.(?:mjml|txt)$/.test(name))
    .flatMap((name) => usesOf(linesOf(name, files.get(`${SHARED}/${name}`) ?? '')))
    .flatMap(({ key }) => (key === undefined ? [] : [key]));

/** Words that no mail asks for go stale in every language. */
export function unused({ folder, locales }: Scope, used: ReadonlySet<string>): Problem[] {
  const file = fileOf(folder, DEFAULT_LOCALE);
  return [...(locales.get(DEFAULT_LOCALE) ?? [])].flatMap(([key, { line }]) =>
    used.has(key)
      ? []
      : [{ file, line, got: `the key ${key}`, wanted: 'a mail that says it, or no key' }],
  );
}
