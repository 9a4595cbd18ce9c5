/** The words of mails: `locales/*.json` of each journey and of _shared, read and checked. */
import type { LocaleWords, Text } from '../../functions/contract/release.ts';
import { newReport, type Report } from '../../functions/domain/journeys/problems.ts';
import { type Path, type Problem, readSource } from '../../functions/domain/journeys/source.ts';
import { namesIn, SHARED, type TemplateFiles } from './files.ts';
import { DEFAULT_LOCALE, type Locales, readLocales } from './locales.ts';
import { type RuledProblem, ruled } from './problem.ts';

const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];
/** Above this a mail is a letter. */
export const TEXT_CHARS_MAX = 1_000;
const DEPTH_MAX = 4;

/** One text with the place that it came from. */
export type Word = { text: Text; file: string; line: number };
/** The words of one folder: by locale, by key. */
export type Scope = { folder: string; locales: Map<string, Map<string, Word>> };

export const fileOf = (folder: string, locale: string): string =>
  `${folder}/locales/${locale}${locale === DEFAULT_LOCALE ? '.default' : ''}.json`;

const isMap = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isPlural = (value: { readonly [key: string]: unknown }): boolean =>
  Object.keys(value).length > 0 && Object.keys(value).every((key) => CATEGORIES.includes(key));

const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g;
const SWITCHES = /[\u202a-\u202e\u2066-\u2069]/;

/** Why a text is no words; got and wanted. */
export function wrongText(text: unknown): [string, string] | undefined {
  if (typeof text !== 'string') return [String(text), 'a text in quotes'];
  if (text.trim() === '' || text !== text.trim()) {
    return [JSON.stringify(text), 'a text without spaces at its ends'];
  }
  if (text.length > TEXT_CHARS_MAX)
    return [`${text.length} characters`, `at most ${TEXT_CHARS_MAX}`];
  const bare = text.replace(PLACEHOLDER, '');
  if (/\{\{|\}\}|\{%|%\}/.test(bare)) return ['Liquid in words', 'only places such as {{ name }}'];
  if (/<[a-z!/]|&#?\w+;/i.test(bare))
    return ['HTML in words', 'HTML in the mail, words without it'];
  if (/[\p{Cc}]/u.test(text)) return ['a control character', 'words of one line'];
  if (SWITCHES.test(text))
    return ['a switch of direction', 'words without: t isolates what it fills in'];
  return undefined;
}

/** The plural categories of a language, in CLDR's order: `one, few, many, other` in Lithuanian. */
export function categoriesOf(locale: string): string[] {
  const wanted = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
  return CATEGORIES.filter((each) => wanted.some((category) => category === each));
}

/** Forms that a language has not, or lacks; got and wanted. */
export function wrongForms(
  forms: { readonly [category: string]: unknown },
  locale: string,
): [string, string] | undefined {
  const wanted = categoriesOf(locale);
  const got = CATEGORIES.filter((category) => Object.hasOwn(forms, category));
  if (wanted.join() === got.join()) return undefined;
  return [`the plural forms ${got.join(', ')}`, `those of ${locale}: ${wanted.join(', ')}`];
}

type Reading = {
  locale: string;
  report: Report;
  /** Plural forms alone. */
  plurals: Report;
  words: Map<string, Word>;
};

function readEntry(reading: Reading, key: string, value: unknown, path: Path): void {
  const { locale, report, plurals, words } = reading;
  const place = { file: report.source.file, line: report.source.lineOf(path) };
  const check = (text: unknown, at: Path) => {
    const wrong = wrongText(text);
    if (wrong) report.add(at, ...wrong);
  };
  if (!isMap(value)) {
    check(value, path);
    if (typeof value === 'string') words.set(key, { ...place, text: value });
    return;
  }
  if (!isPlural(value)) return readLevel(reading, value, path);
  const forms = wrongForms(value, locale);
  if (forms) plurals.add(path, ...forms);
  for (const [category, text] of Object.entries(value)) check(text, [...path, category]);
  words.set(key, { ...place, text: value as { [category: string]: string } });
}

function readLevel(reading: Reading, level: { [key: string]: unknown }, path: Path): void {
  if (path.length > DEPTH_MAX)
    return reading.report.add(path, 'keys within keys', `at most ${DEPTH_MAX} deep`);
  for (const [key, value] of Object.entries(level)) {
    const inner = [...path, key];
    if (!/^[a-z][a-z0-9_]*$/.test(key))
      reading.report.add(inner, `the key ${key}`, 'a key such as two_words');
    else readEntry(reading, inner.join('.'), value, inner);
  }
}

type Words = { words: Map<string, Word>; problems: readonly RuledProblem[] };

/** Above this somebody has written words for hours. */
const REMEMBERED_MAX = 500;
const remembered = new Map<string, { text: string; words: Words }>();

/**
 * One file of words, flat: `first_thanks.subject` -> text. What can be read is there, beside the problems. Read
 * once as long as it says the same: while a mail is typed, its words stay.
 */
export function readWords(file: string, locale: string, text: string): Words {
  const key = `${locale} ${file}`;
  const before = remembered.get(key);
  if (before?.text === text) return before.words;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  const words = wordsIn(file, locale, text);
  remembered.set(key, { text, words });
  return words;
}

function wordsIn(file: string, locale: string, text: string): Words {
  const read = readSource(file, text);
  if (!read.ok) return { words: new Map(), problems: ruled('word', read.problems) };
  const report = newReport(read.source);
  const plurals = newReport(read.source);
  const reading: Reading = { locale, report, plurals, words: new Map() };
  if (isMap(read.source.value)) readLevel(reading, read.source.value, []);
  else report.add([], 'no map', '{ "mail": { "subject": "…" } }');
  const problems = [...ruled('word', report.problems), ...ruled('plural', plurals.problems)];
  return { words: reading.words, problems };
}

type ReadScope = { scope: Scope; problems: RuledProblem[] };

/** All words of one folder. A folder without `locales/` has none: its mails are English. */
export function readScope(files: TemplateFiles, folder: string, locales: Locales): ReadScope {
  const scope: Scope = { folder, locales: new Map() };
  const names = namesIn(files, `${folder}/locales`);
  if (names.length === 0) return { scope, problems: [] };
  const problems: RuledProblem[] = [];
  const rule = 'word-missing' as const;
  const known = new Set(Object.keys(locales).map((locale) => fileOf(folder, locale)));
  for (const name of names) {
    const file = `${folder}/locales/${name}`;
    if (known.has(file)) continue;
    problems.push({ rule, file, line: 1, got: name, wanted: `one of ${[...known].join(', ')}` });
  }
  for (const locale of Object.keys(locales)) {
    const file = fileOf(folder, locale);
    const text = files.get(file);
    if (text === undefined) {
      const wanted = `the words of ${folder} in ${locale}`;
      problems.push({ rule, file, line: 1, got: 'no file', wanted });
      continue;
    }
    const { words, problems: wrong } = readWords(file, locale, text);
    scope.locales.set(locale, words);
    problems.push(...wrong);
  }
  return { scope, problems: [...problems, ...compareLanguages(scope, locales)] };
}

/** The words of all folders, with everything that is wrong in them. */
export type Wordbook = {
  locales: Locales;
  shared: Scope;
  scopes: ReadonlyMap<string, Scope>;
  problems: RuledProblem[];
};

/** Words of all folders in all languages, and whatever is wrong with them. */
export function readWordbook(files: TemplateFiles, folders: readonly string[]): Wordbook {
  const read = readLocales(files);
  if (!read.ok) {
    const shared = { folder: SHARED, locales: new Map() };
    return { locales: {}, shared, scopes: new Map(), problems: ruled('locales', read.problems) };
  }
  const locales = read.value;
  const problems: RuledProblem[] = [];
  const scopeOf = (folder: string): Scope => {
    const { scope, problems: wrong } = readScope(files, folder, locales);
    problems.push(...wrong);
    return scope;
  };
  const shared = scopeOf(SHARED);
  const scopes = new Map(folders.map((folder) => [folder, scopeOf(folder)]));
  for (const scope of scopes.values()) problems.push(...ruled('key', twiceThere(scope, shared)));
  return { locales, shared, scopes, problems };
}

/** The names that `t` must fill in. */
export function placeholders(text: Text): Set<string> {
  const texts = typeof text === 'string' ? [text] : Object.values(text);
  return new Set(
    texts.flatMap((each) => [...each.matchAll(PLACEHOLDER)].map(([, name = '']) => name)),
  );
}

/**
 * The places that every language has. `count` may be left out where a language says it with a word ("one",
 * dual), `name` where it would have to be declined.
 */
const needed = (text: Text, locale: Locales[string] | undefined): string =>
  [...placeholders(text)]
    .filter((name) => name !== 'count' || typeof text === 'string')
    .filter((name) => name !== 'name' || !locale?.inflectsNames)
    .sort()
    .join(', ');

/** A word held against the English one: plural forms where it has them, and the same places. */
export function compareWord(
  key: string,
  own: Word,
  base: Word,
  locale: Locales[string] | undefined,
): Problem[] {
  const at = { file: own.file, line: own.line };
  const place = `${base.file}:${base.line}`;
  if (typeof own.text !== typeof base.text) {
    const has = typeof own.text === 'string' ? 'without' : 'with';
    return [{ ...at, got: `${key} ${has} plural forms`, wanted: `the same as in ${place}` }];
  }
  const [got, wanted] = [needed(own.text, locale), needed(base.text, locale)];
  if (got === wanted) return [];
  const places = `the places of ${place}: ${wanted || 'none'}`;
  return [{ ...at, got: `${key} with ${got || 'no places'}`, wanted: places }];
}

/** Where a key that is missing would stand: after the last one of its group. */
const lineBeside = (key: string, words: ReadonlyMap<string, Word>): number => {
  const group = key.slice(0, key.lastIndexOf('.') + 1);
  const beside = [...words].filter(([other]) => other.startsWith(group));
  return Math.max(1, ...beside.map(([, { line }]) => line));
};

/** Every language says the same keys, with the same places in them. */
export function compareLanguages({ folder, locales }: Scope, known: Locales): RuledProblem[] {
  const base = locales.get(DEFAULT_LOCALE);
  if (!base) return [];
  return [...locales].flatMap(([locale, words]) => {
    const file = fileOf(folder, locale);
    const missing = [...base].flatMap(([key, word]): RuledProblem[] => {
      const own = words.get(key);
      if (own) return ruled('word', compareWord(key, own, word, known[locale]));
      const line = lineBeside(key, words);
      const wanted = `its words in ${locale}`;
      return [{ rule: 'word-missing', file, line, got: `no key ${key}`, wanted }];
    });
    const more = [...words].flatMap(([key, { line }]): RuledProblem[] => {
      const wanted = `a key of ${fileOf(folder, DEFAULT_LOCALE)}`;
      const got = `the key ${key}`;
      return base.has(key) ? [] : [{ rule: 'word-missing', file, line, got, wanted }];
    });
    return [...missing, ...more];
  });
}

/** A key stands in one place only: in the journey's words, or in the shared ones. */
export function twiceThere(scope: Scope, shared: Scope): Problem[] {
  const common = shared.locales.get(DEFAULT_LOCALE);
  return [...(scope.locales.get(DEFAULT_LOCALE) ?? [])].flatMap(([key, { file, line }]) => {
    const other = common?.get(key);
    return other
      ? [
          {
            file,
            line,
            got: `the key ${key}`,
            wanted: `another name: ${other.file}:${other.line} has it`,
          },
        ]
      : [];
  });
}

/** What a mail with these keys needs, by locale. */
export function wordsFor(
  keys: Iterable<string>,
  scopes: readonly Scope[],
  locales: Locales,
): { [locale: string]: LocaleWords } {
  const wanted = [...new Set(keys)].sort();
  if (wanted.length === 0) return {};
  return Object.fromEntries(
    Object.entries(locales).map(([locale, { dir }]) => {
      const texts: { [key: string]: Text } = {};
      for (const key of wanted) {
        const word = scopes.map((scope) => scope.locales.get(locale)?.get(key)).find(Boolean);
        if (word) texts[key] = word.text;
      }
      return [locale, { dir, texts }];
    }),
  );
}
