/** Addresses of the words pages; the filter is in them, so that a view can be passed on. */
import { type Filter, NO_FILTER } from './table.ts';

export function queryOf({ mail, text, missing, languages }: Filter): string {
  const query = new URLSearchParams();
  if (mail !== '') query.set('mail', mail);
  if (text !== '') query.set('text', text);
  if (missing) query.set('missing', '1');
  for (const locale of languages) query.append('language', locale);
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}

/** Longer than any text; what is longer is cut. */
const TEXT_CHARS_MAX = 200;

export function filterOf(address: string): Filter {
  const query = new URL(address, 'http://localhost').searchParams;
  return {
    ...NO_FILTER,
    mail: query.get('mail') ?? '',
    text: (query.get('text') ?? '').slice(0, TEXT_CHARS_MAX),
    missing: query.get('missing') === '1',
    languages: query.getAll('language'),
  };
}

export const wordsAddress = (folder: string, filter: Filter = NO_FILTER): string =>
  `/studio/words/${folder}${queryOf(filter)}`;

/** The place of one word in the table. */
export const cellId = (locale: string, key: string): string => `w-${locale}-${key}`;

export const mailAddress = (mail: string): string => `/studio/mails/${mail}`;
