/** What files are called for people, and where they are edited. */
import { SHARED, JOURNEY_FILE } from '../templates/files.ts';
import { title } from '../local/web/words.ts';

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language' });

/** `lt` -> `Lithuanian`. */
export const languageName = (locale: string): string => LANGUAGES.of(locale) ?? locale;

const folderName = (folder: string): string => (folder === SHARED ? 'Shared' : title(folder));

/** `lt.json` and `en.default.json` -> their locale. */
const localeOf = (name: string): string => name.replace(/\.json$/, '').replace(/\.default$/, '');

/** `post-purchase/first-thanks.mjml` -> `Post purchase › First thanks`. */
export function fileName(path: string): string {
  const [folder = '', name = '', words] = path.split('/');
  if (words !== undefined) return `${folderName(folder)} › words, ${languageName(localeOf(words))}`;
  if (name === JOURNEY_FILE) return `${folderName(folder)} › journey`;
  const plain = name.endsWith('.txt') ? ' (plain text)' : '';
  return `${folderName(folder)} › ${title(name.replace(/\.[a-z]+$/, ''))}${plain}`;
}

/** Its plain page: every file has one. */
export const fileAddress = (path: string): string =>
  `/studio/file?path=${encodeURIComponent(path)}`;

/** The page on which a file is changed. */
export function editorOf(path: string, line?: number): string {
  const [folder = '', name = '', words] = path.split('/');
  const at = line === undefined ? '' : `line=${line}`;
  const page = (address: string) => (at === '' ? address : `${address}?${at}`);
  if (words !== undefined) return page(`/studio/words/${folder}`);
  if (folder === SHARED) return at === '' ? fileAddress(path) : `${fileAddress(path)}&${at}`;
  if (name === JOURNEY_FILE) return page(`/studio/journeys/${folder}`);
  return page(`/studio/mails/${folder}/${name.replace(/\.[a-z]+$/, '')}`);
}
