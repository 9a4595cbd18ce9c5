/** The words of one folder as a table: keys down, languages across. */
import { hashId } from '../../../functions/contract/ids.ts';
import type { Direction, Text } from '../../../functions/contract/release.ts';
import type { Problem } from '../../../functions/domain/journeys/source.ts';
import { journeyFolders, SHARED, type TemplateFiles } from '../../templates/files.ts';
import { DEFAULT_LOCALE, type Locales, readLocales } from '../../templates/locales.ts';
import {
  categoriesOf,
  fileOf,
  placeholders,
  readScope,
  type Scope,
  type Word,
} from '../../templates/words.ts';
import { keyUses, type KeyUses, type Use } from './uses.ts';
import { type Wrong, wrongWord } from './wrong.ts';

export type Language = {
  locale: string;
  /** As its speakers call it. */
  name: string;
  dir: Direction;
  /** `null` is shown as "not reviewed". */
  reviewedBy: string | null;
  /** Plural categories, in CLDR's order. */
  categories: string[];
  file: string;
};

/** One text of a cell; the forms of a plural have a category. */
export type Form = { category?: string; text: string };

export type Cell = {
  locale: string;
  /** Undefined: this language lacks the word. */
  text: Text | undefined;
  /** What is to be filled in: one text, or one for each category, and those that should not be there. */
  forms: Form[];
  /** Of the text as it was read; a save names it, so that nobody's words are overwritten unseen. */
  tag: string;
  wrong: Wrong[];
};

export type Row = {
  key: string;
  /** The first level: the name of a mail or a block, with `_` for `-`. */
  group: string;
  plural: boolean;
  places: string[];
  /** Undefined where the mails cannot be put together at the moment. */
  uses: Use[] | undefined;
  cells: Cell[];
};

export type WordsTable = {
  folder: string;
  languages: Language[];
  rows: Row[];
  /** What cannot be shown beside a word: a file that cannot be read. */
  problems: Problem[];
};

/**
 * Absent words have one as well: whoever adds a word did not see that somebody else had. The order of plural
 * forms says nothing.
 */
export const tagOfWord = (text: Text | undefined): string =>
  hashId(
    'word',
    JSON.stringify(typeof text === 'object' ? Object.entries(text).sort() : (text ?? null)),
  );

/** Folders that have words, the shared ones first. */
export const wordFolders = (files: TemplateFiles): string[] =>
  [SHARED, ...journeyFolders(files)].filter((folder) =>
    [...files.keys()].some((path) => path.startsWith(`${folder}/locales/`)),
  );

export function languagesOf(files: TemplateFiles, folder: string): Language[] {
  const read = readLocales(files);
  return Object.entries(read.ok ? read.value : {}).map(([locale, { name, dir, reviewedBy }]) => ({
    locale,
    name,
    dir,
    reviewedBy,
    categories: categoriesOf(locale),
    file: fileOf(folder, locale),
  }));
}

/**
 * One text, or a form for each category of the language, as the English word is. A form that the language has
 * not stays visible, so that it can go; a text that should have forms stands in the last of them.
 */
export function formsOf(text: Text | undefined, plural: boolean, categories: string[]): Form[] {
  if (!plural) return [{ text: typeof text === 'object' ? (text['other'] ?? '') : (text ?? '') }];
  const forms = typeof text === 'object' ? text : { other: text ?? '' };
  const more = Object.keys(forms).filter((category) => !categories.includes(category));
  return [...categories, ...more].map((category) => ({ category, text: forms[category] ?? '' }));
}

type Making = {
  scope: Scope;
  locales: Locales;
  languages: Language[];
  uses: KeyUses | undefined;
};

function cellOf({ scope, uses, locales }: Making, key: string, language: Language): Cell {
  const { locale, categories } = language;
  const base = scope.locales.get(DEFAULT_LOCALE)?.get(key);
  const own = scope.locales.get(locale)?.get(key);
  const plural = typeof (base ?? own)?.text === 'object';
  return {
    locale,
    text: own?.text,
    forms: formsOf(own?.text, plural, categories),
    tag: tagOfWord(own?.text),
    wrong: own
      ? wrongWord({ key, locale, text: own.text, base, uses: uses?.get(key), locales })
      : [],
  };
}

function rowOf(making: Making, key: string): Row {
  const { scope, languages, uses } = making;
  const words = [...scope.locales.values()].map((each) => each.get(key)).filter(Boolean) as Word[];
  const base = scope.locales.get(DEFAULT_LOCALE)?.get(key) ?? words[0];
  return {
    key,
    group: key.split('.')[0] ?? '',
    plural: typeof base?.text === 'object',
    places: [...placeholders(base?.text ?? '')],
    uses: uses && (uses.get(key) ?? []),
    cells: languages.map((language) => cellOf(making, key, language)),
  };
}

/** English keys in the order of their file; then those that only another language has. */
function keysOf(scope: Scope): string[] {
  const english = [...(scope.locales.get(DEFAULT_LOCALE)?.keys() ?? [])];
  const others = [...scope.locales.values()].flatMap((words) => [...words.keys()]);
  const keys = [...new Set([...english, ...others])];
  const groups = [...new Set(keys.map((key) => key.split('.')[0]))];
  return groups.flatMap((group) => keys.filter((key) => key.split('.')[0] === group));
}

/** All keys of a folder, in any language. */
export function keysIn(files: TemplateFiles, folder: string): string[] {
  const read = readLocales(files);
  return keysOf(readScope(files, folder, read.ok ? read.value : {}).scope);
}

export function wordsTable(files: TemplateFiles, folder: string): WordsTable {
  const read = readLocales(files);
  const locales = read.ok ? read.value : {};
  const { scope, problems } = readScope(files, folder, locales);
  const languages = languagesOf(files, folder);
  const making = { scope, locales, languages, uses: keyUses(files) };
  const rows = keysOf(scope).map((key) => rowOf(making, key));
  // What is said beside its word is not said a second time above the table.
  const unread = languages.filter(({ locale, file }) => {
    const words = scope.locales.get(locale);
    return files.has(file) && (words === undefined || words.size === 0);
  });
  const untold = problems.filter(
    ({ file, rule }) =>
      (rule !== 'word-missing' && unread.some((language) => language.file === file)) ||
      !languages.some((language) => language.file === file),
  );
  return { folder, languages, rows, problems: [...(read.ok ? [] : read.problems), ...untold] };
}

export type Filter = {
  /** Id of a mail, or empty. */
  mail: string;
  text: string;
  /** Only rows in which a language that is shown lacks the word, or has something wrong in it. */
  missing: boolean;
  /** Locales that are shown; all where none is named. */
  languages: string[];
};

export const NO_FILTER: Filter = { mail: '', text: '', missing: false, languages: [] };

const needsWork = ({ text, wrong }: Cell): boolean => text === undefined || wrong.length > 0;

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function says(row: Row, wanted: string): boolean {
  const texts = row.cells.flatMap(({ forms }) => forms.map(({ text }) => text));
  return [row.key, ...texts].some((text) => fold(text).includes(fold(wanted)));
}

/** The rows and languages that were asked for. */
export function filtered(table: WordsTable, filter: Filter): WordsTable {
  const { mail, text, missing } = filter;
  const known = table.languages.filter(({ locale }) => filter.languages.includes(locale));
  const languages = known.length > 0 ? known : table.languages;
  const shown = new Set(languages.map(({ locale }) => locale));
  const rows = table.rows
    .map((row) => ({ ...row, cells: row.cells.filter(({ locale }) => shown.has(locale)) }))
    .filter((row) => mail === '' || (row.uses ?? []).some((use) => use.mail === mail))
    .filter((row) => text.trim() === '' || says(row, text.trim()))
    .filter((row) => !missing || row.cells.some(needsWork));
  return { ...table, languages, rows };
}

/** How many words a language lacks, and in how many something is wrong. */
export function standing(table: WordsTable, locale: string): { missing: number; wrong: number } {
  const cells = table.rows.flatMap((row) => row.cells.filter((cell) => cell.locale === locale));
  return {
    missing: cells.filter(({ text }) => text === undefined).length,
    wrong: cells.filter(({ text, wrong }) => text !== undefined && wrong.length > 0).length,
  };
}
