/** The words of all mails, held to how each language is set in type. */
import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../infra/build-release.ts';
import { journeyFolders, readTemplates } from '../../infra/templates/files.ts';
import { readWordbook } from '../../infra/templates/words.ts';

const files = readTemplates(TEMPLATES_DIR);
const book = readWordbook(files, journeyFolders(files));
const LANGUAGES = ['en', 'lt', 'ar', 'hu', 'hy'];

/** Each text as it stands, with a mark where mails fill something in. */
function textsOf(locale: string): { key: string; text: string }[] {
  const scopes = [book.shared, ...book.scopes.values()];
  return scopes.flatMap(({ locales }) =>
    [...(locales.get(locale) ?? [])].flatMap(([key, { text }]) =>
      (typeof text === 'string' ? [text] : Object.values(text)).map((each) => ({
        key,
        text: each.replace(/\{\{[^}]*\}\}/g, '•'),
      })),
    ),
  );
}

/** Keys of the texts in which such characters stand. */
const keysWith = (locale: string, wrong: RegExp): string[] =>
  textsOf(locale).flatMap(({ key, text }) => (wrong.test(text) ? [`${key}: ${text}`] : []));

/** The quotes of a language open and close; those of others do not stand there. */
const QUOTES: { [locale: string]: [string, string] } = {
  en: ['“', '”'],
  lt: ['„', '“'],
  ar: ['«', '»'],
  hu: ['„', '”'],
  hy: ['«', '»'],
};

describe.each(LANGUAGES)('words in %s', (locale) => {
  it('are there', () => expect(textsOf(locale).length).toBeGreaterThan(30));

  it('have the quotes of the language, in pairs, and no typewriter’s marks', () => {
    expect(keysWith(locale, /["'`]|\.\.\.| {2}|\s-\s| [.,;:?!،؛؟։]/)).toEqual([]);
    const [open, close] = QUOTES[locale] ?? ['', ''];
    const odd = textsOf(locale).filter(({ text }) => {
      const quotes = [...text].filter((each) => '“”„«»'.includes(each)).join('');
      return quotes.replaceAll(open + close, '') !== '';
    });
    expect(odd).toEqual([]);
  });

  it('hold no digits, which follow the country and not the language', () =>
    expect(keysWith(locale, /\p{Nd}/u)).toEqual([]));

  it('raise their voice in no line but a greeting', () => {
    const loud = keysWith(locale, /[!՜]/).filter((line) => !line.startsWith('greeting.'));
    expect(loud).toEqual([]);
  });
});

it('Arabic has its own commas and question marks, and no Latin letters', () =>
  expect(keysWith('ar', /[,;?]|\p{Script=Latin}/u)).toEqual([]));

it('Armenian ends sentences with its own full stop, asks within the word, and has no Latin letters', () =>
  expect(keysWith('hy', /[:;?!]|\.$|\p{Script=Latin}/u)).toEqual([]));

it('Lithuanian, Hungarian and English hold no letters of other scripts', () => {
  for (const locale of ['lt', 'hu', 'en']) {
    expect(keysWith(locale, /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u)).toEqual(
      [],
    );
  }
});

it('no text was left in English', () => {
  const english = new Map(textsOf('en').map(({ key, text }) => [key, text]));
  const left = LANGUAGES.slice(1).flatMap((locale) =>
    textsOf(locale).flatMap(({ key, text }) =>
      /\p{L}/u.test(text) && english.get(key) === text ? [`${locale} ${key}`] : [],
    ),
  );
  expect(left).toEqual([]);
});
