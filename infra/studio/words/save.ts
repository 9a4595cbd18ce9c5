/** Saves one word in its file: from what the person saw, and over nobody's words unseen. */
import type { Text } from '../../../functions/contract/release.ts';
import type { StudioDeps } from '../deps.ts';
import { SHARED, type TemplateFiles } from '../../templates/files.ts';
import { DEFAULT_LOCALE, readLocales } from '../../templates/locales.ts';
import { fileOf, readScope } from '../../templates/words.ts';
import { NoJsonObject } from './json-text.ts';
import { setWord, wordAt } from './set-word.ts';
import { tagOfWord } from './table.ts';
import { keyUses } from './uses.ts';
import { type Wrong, wrongWord } from './wrong.ts';

export type WordEdit = {
  folder: string;
  locale: string;
  key: string;
  /** Undefined takes the word out. */
  text: Text | undefined;
  /** The tag of the word that the editor began with. */
  was: string;
};

export type WordOutcome =
  | { saved: { text: Text | undefined; tag: string } }
  | { refused: Wrong[] }
  /** Somebody said it otherwise since. */
  | { conflict: { text: Text | undefined; tag: string; by?: string } };

/** Somebody who saves other words of the same file at the same moment is in the way only so often. */
const ATTEMPTS_MAX = 5;
const EMPTY_FILE = '{}\n';

/** Enter in a form is a space: words are of one line. */
export const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ').trim();

/** What the rules say of a word that is not saved yet. */
export function judged(files: TemplateFiles, edit: Omit<WordEdit, 'was'>): Wrong[] {
  const { folder, locale, key, text } = edit;
  if (text === undefined) return [];
  const read = readLocales(files);
  const locales = read.ok ? read.value : {};
  const { scope } = readScope(files, folder, locales);
  const base = scope.locales.get(DEFAULT_LOCALE)?.get(key);
  return wrongWord({ key, locale, text, base, uses: keyUses(files)?.get(key), locales });
}

const unreadable = (path: string): WordOutcome => ({
  refused: [{ got: `${path}, which is no JSON`, wanted: 'the file mended first', stops: true }],
});

/**
 * The file is read anew, and only this word changes in it: words of others in the same file are no conflict.
 * Only the word itself, said otherwise since, is.
 */
export async function saveWord(
  { workspace, author }: Pick<StudioDeps, 'workspace' | 'author'>,
  edit: WordEdit,
): Promise<WordOutcome> {
  const { folder, locale, key, text } = edit;
  const refused = judged(await workspace.files(), edit).filter(({ stops }) => stops);
  if (refused.length > 0) return { refused };
  const path = fileOf(folder, locale);
  const saved = { saved: { text, tag: tagOfWord(text) } };
  let by: string | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const file = await workspace.read(path);
    const json = file?.text ?? EMPTY_FILE;
    try {
      const there = wordAt(json, key.split('.'));
      const tag = tagOfWord(there);
      if (tag === tagOfWord(text)) return saved;
      if (tag !== edit.was) return { conflict: { text: there, tag, ...(by && { by }) } };
      const next = setWord(json, key.split('.'), text);
      const outcome = await workspace.save(path, next, file?.tag, author);
      if ('saved' in outcome) return saved;
      by = outcome.conflict.by;
    } catch (error) {
      if (error instanceof NoJsonObject) return unreadable(path);
      throw error;
    }
  }
  throw new Error(`${path} changed ${ATTEMPTS_MAX} times while one word was saved.`);
}

export type NewKey = { folder: string; key: string; texts: { [locale: string]: Text | undefined } };
export type NewKeyOutcome =
  | { added: string[] }
  | { refused: (Wrong & { locale?: string })[] }
  /** These languages took the word, in the others somebody was first. */
  | { conflict: string[] };

const KEY = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){1,3}$/;

function wrongKey(files: TemplateFiles, { folder, key }: NewKey): Wrong[] {
  const wrong = (got: string, wanted: string): Wrong[] => [{ got, wanted, stops: true }];
  if (!KEY.test(key)) return wrong(`the key ${key}`, 'a key such as first_thanks.two_words');
  const read = readLocales(files);
  const locales = read.ok ? read.value : {};
  for (const other of new Set([folder, SHARED])) {
    const known = [...readScope(files, other, locales).scope.locales.values()];
    const keys = known.flatMap((words) => [...words.keys()]);
    if (keys.includes(key)) return wrong(`the key ${key}`, `another name: ${other} has it`);
    const inside = keys.find((each) => each.startsWith(`${key}.`) || key.startsWith(`${each}.`));
    if (inside) return wrong(`the key ${key}`, `another name: ${inside} is in ${other}`);
  }
  return [];
}

/** A new key in every language that was filled in; English at least. */
export async function addKey(
  deps: Pick<StudioDeps, 'workspace' | 'author'>,
  added: NewKey,
): Promise<NewKeyOutcome> {
  const files = await deps.workspace.files();
  const { folder, key } = added;
  const texts = Object.entries(added.texts).filter(([, text]) => text !== undefined);
  const refused: (Wrong & { locale?: string })[] = wrongKey(files, added);
  if (!texts.some(([locale]) => locale === DEFAULT_LOCALE)) {
    refused.push({
      locale: DEFAULT_LOCALE,
      got: 'no English',
      wanted: 'English, which all other words are held against',
      stops: true,
    });
  }
  const base = { text: added.texts[DEFAULT_LOCALE] ?? '', file: 'English', line: 1 };
  for (const [locale, text] of texts) {
    const locales = readLocales(files);
    const known = locales.ok ? locales.value : {};
    const wrong = text === undefined ? [] : wrongWord({ key, locale, text, base, locales: known });
    refused.push(...wrong.map((each) => ({ ...each, locale })));
  }
  if (refused.length > 0) return { refused };
  const taken: string[] = [];
  for (const [locale, text] of texts) {
    const outcome = await saveWord(deps, { folder, locale, key, text, was: tagOfWord(undefined) });
    if (!('saved' in outcome)) taken.push(locale);
  }
  return taken.length > 0 ? { conflict: taken } : { added: texts.map(([locale]) => locale) };
}
