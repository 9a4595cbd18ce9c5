/** What is wrong with one word: the rules of the release, for a text that is still being typed. */
import type { Text } from '../../../functions/contract/release.ts';
import { DEFAULT_LOCALE, type Locales } from '../../templates/locales.ts';
import {
  compareWord,
  placeholders,
  type Word,
  wrongForms,
  wrongText,
} from '../../templates/words.ts';
import type { Use } from './uses.ts';

export type Wrong = {
  /** The plural form that it is about. */
  category?: string;
  got: string;
  wanted: string;
  /** No language and no mail could take it: it is not saved. The rest may be half of a change. */
  stops: boolean;
};

export type Judged = {
  key: string;
  locale: string;
  text: Text;
  /** The English word. */
  base: Word | undefined;
  uses?: readonly Use[] | undefined;
  locales: Locales;
};

function wrongTexts({ text, locale }: Judged): Wrong[] {
  const forms = typeof text === 'string' ? [['', text] as const] : Object.entries(text);
  const wrong = forms.flatMap(([category, form]): Wrong[] => {
    const [got, wanted] = form === '' ? ['no text', 'words'] : (wrongText(form) ?? []);
    if (got === undefined || wanted === undefined) return [];
    return [{ ...(category && { category }), got, wanted, stops: true }];
  });
  const [got, wanted] = (typeof text === 'object' && wrongForms(text, locale)) || [];
  return got && wanted ? [...wrong, { got, wanted, stops: true }] : wrong;
}

/** A place that no mail fills would be a hole; a value without a place is refused as well. */
function wrongPlaces({ text, uses = [] }: Judged): Wrong[] {
  const wanted = placeholders(text);
  if (typeof text === 'object') wanted.add('count');
  for (const { given, file, line } of uses) {
    const at = `${file}:${line}`;
    const hole = [...wanted].find((name) => !given.includes(name));
    if (hole !== undefined) {
      const has = given.length > 0 ? `which gives ${given.join(', ')}` : 'which gives no value';
      return [{ got: `a place for ${hole}`, wanted: `one that ${at} fills, ${has}`, stops: false }];
    }
    const more = given.find((name) => !wanted.has(name));
    if (more !== undefined) {
      return [
        { got: `no place for ${more}`, wanted: `{{ ${more} }}, given by ${at}`, stops: false },
      ];
    }
  }
  return [];
}

/** Everything, in the words of the release's own checks. */
export function wrongWord(judged: Judged): Wrong[] {
  const { key, locale, text, base, locales } = judged;
  const wrong = wrongTexts(judged);
  if (wrong.length > 0) return wrong;
  if (locale === DEFAULT_LOCALE) return wrongPlaces(judged);
  if (!base) {
    return [{ got: 'a word that English has not', wanted: 'the English word', stops: false }];
  }
  const own = { text, file: '', line: 1 };
  return compareWord(key, own, base, locales[locale]).map(({ got, wanted }) => ({
    got,
    wanted,
    stops: false,
  }));
}
