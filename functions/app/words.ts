/** Words of a mail: which language, which plural, and arguments that keep to their own place and direction. */
import type { Direction, LocaleWords, Text } from '../contract/release.ts';
import { type Format, NotFormattable, number, pluralCategory } from './formats.ts';

/** What mails without words in files are written in. */
export const ENGLISH = 'en';

export type Chosen = {
  /** The locale of the words. */
  words: string;
  /** The full tag that led to them: digits, dates and money follow it. */
  locale: string;
  dir: Direction;
  texts: LocaleWords['texts'];
};

/** First-strong isolate and its end (Unicode TR 9): what is between them cannot turn what is around it. */
const FSI = '\u2068';
const PDI = '\u2069';
/** Embeddings, overrides and isolates: no data may open one, or close ours. */
const SWITCHES = /[\u202a-\u202e\u2066-\u2069]/g;
const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g;
/** Scripts that run from right to left, and are written today. */
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
const LETTER = /\p{L}/u;
const DIGIT = /\p{N}/u;

/** A shop's customers have few tags between them; what one sends that nobody knows must not be kept for ever. */
const TAGS_MAX = 200;
const tags = new Map<string, string | undefined>();

/** `ar_EG` is how some systems write `ar-EG`; a tag that `Intl` does not know is none. */
export function localeTag(tag: string | undefined): string | undefined {
  if (tag === undefined) return undefined;
  if (tags.has(tag)) return tags.get(tag);
  if (tags.size >= TAGS_MAX) tags.clear();
  const known = canonical(tag);
  tags.set(tag, known);
  return known;
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/** RFC 4647, section 3.4: `zh-Hant-TW` -> `zh-Hant-TW`, `zh-Hant`, `zh`. */
function* shorter(tag: string): Generator<string> {
  for (let parts = tag.split('-'); parts.length > 0; ) {
    yield parts.join('-');
    parts = parts.slice(0, parts.at(-2)?.length === 1 && parts.length > 2 ? -2 : -1);
  }
}

/**
 * `ar-EG -> ar -> the shop's -> en`. A mail without words is English: as the customer writes English, else
 * plainly.
 */
export function chooseWords(
  words: { readonly [locale: string]: LocaleWords },
  wanted: string | undefined,
  shop: string | undefined,
): Chosen {
  for (const tag of [wanted, shop, ENGLISH]) {
    const locale = localeTag(tag);
    for (const each of locale ? shorter(locale) : []) {
      const own = Object.hasOwn(words, each) ? words[each] : undefined;
      if (own && locale) return { words: each, locale, ...own };
      if (locale && each === ENGLISH) return { words: ENGLISH, locale, dir: 'ltr', texts: {} };
    }
  }
  return { words: ENGLISH, locale: ENGLISH, dir: 'ltr', texts: {} };
}

/** A text of ours with isolated arguments in it. Filters that take it for a string lose the isolates. */
export class Worded {
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  /** With its isolates, always in pairs. */
  get isolated(): string {
    return this.text;
  }
  toString(): string {
    return this.text.replace(SWITCHES, '');
  }
}

const BREAKS = /[\p{Cc}\u2028\u2029]+/gu;
/** Either of the two; most values have neither. */
const UNTAMED = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

/** A value of somebody else's: one line, that ends no isolate, and opens none. */
export const tamed = (text: string): string =>
  UNTAMED.test(text) ? text.replace(SWITCHES, '').replace(BREAKS, ' ') : text;

/** The value in an isolate of its own. */
function isolated(value: unknown): string {
  if (value instanceof Worded) return FSI + value.isolated + PDI;
  return FSI + tamed(String(value)) + PDI;
}

function pluralForm(text: Text, key: string, count: unknown, locale: string): string {
  if (typeof text === 'string') return text;
  const category = pluralCategory('t', count, locale);
  const form = Object.hasOwn(text, category) ? text[category] : text['other'];
  if (form === undefined) throw new NotFormattable('t', `a plural form for the key ${key}`);
  return form;
}

/** Told of every character that is written: a word may take a value at many places, and a loop many words. */
type Charge = (chars: number) => void;
const free: Charge = () => undefined;

/** `{{ 'cart.items' | t: count: 3 }}` -> `3 pieces`, in the words and digits of the format. */
export function translate(
  key: unknown,
  given: ReadonlyMap<string, unknown>,
  format: Format & { texts: LocaleWords['texts']; words: string },
  charge: Charge = free,
): Worded {
  const text =
    typeof key === 'string' && Object.hasOwn(format.texts, key) ? format.texts[key] : undefined;
  // The key may be a customer's name by mistake: it is not told.
  if (text === undefined) throw new NotFormattable('t', 'a key of the words');
  const form = pluralForm(text, String(key), given.get('count'), format.words);
  const filled = form.replace(PLACEHOLDER, (_, name: string) => {
    const value = given.get(name);
    if (value === undefined || value === null || value === '') {
      throw new NotFormattable('t', `a value for ${name} in ${String(key)}`);
    }
    const written = typeof value === 'number' ? number(value, format) : isolated(value);
    charge(written.length);
    return written;
  });
  charge(form.length);
  return new Worded(filled);
}

/** `Ring, chain and earrings`, each isolated; of objects the named field. */
export function listed(
  values: unknown,
  field: unknown,
  join: (texts: string[]) => string,
  charge: Charge = free,
): Worded {
  if (!Array.isArray(values)) throw new NotFormattable('list', 'a list');
  const texts = values.map((value: unknown) => {
    const text =
      typeof field === 'string' && typeof value === 'object' && value !== null
        ? (value as { [name: string]: unknown })[field]
        : value;
    if (typeof text === 'string' || typeof text === 'number') {
      const written = isolated(text);
      charge(written.length);
      return written;
    }
    throw new NotFormattable('list', 'a list of texts, or the name of a field that is one');
  });
  return new Worded(join(texts));
}

const hasLettersAgainst = (text: string, dir: Direction): boolean =>
  dir === 'ltr'
    ? RIGHT_TO_LEFT.test(text)
    : [...text].some((sign) => LETTER.test(sign) && !RIGHT_TO_LEFT.test(sign));

/** An argument needs its isolate only where something in it runs against the mail. */
const runsAgainst = (text: string, dir: Direction): boolean =>
  hasLettersAgainst(text, dir) || (dir === 'rtl' && DIGIT.test(text));

/** For subjects and plain text: a mail program that shows isolates as boxes sees few of them. */
export function plainIsolates(text: string, dir: Direction): string {
  /** What stands before each isolate that is open. */
  const open: string[] = [];
  let written = '';
  for (const part of text.split(/([\u2068\u2069])/)) {
    const before = part === PDI ? open.pop() : undefined;
    if (part === FSI) {
      open.push(written);
      written = '';
    } else if (before === undefined) {
      written += part;
    } else {
      written = before + (runsAgainst(written, dir) ? FSI + written + PDI : written);
    }
  }
  return open.join('') + written;
}

/** For HTML: the same as elements. */
export const htmlIsolates = (escaped: string): string =>
  escaped.replaceAll(FSI, '<span dir="auto">').replaceAll(PDI, '</span>');

/**
 * A value in plain text: where it runs against the mail, in an isolate. An address stays as it
 * is: mail programs would make the isolate a part of the link.
 */
export function plainValue(text: string, dir: Direction): string {
  const line = tamed(text);
  const against = hasLettersAgainst(line, dir) && !/^https:\/\/\S+$/.test(line);
  return against ? FSI + line + PDI : line;
}

/** Signs at the start of a line that have no direction of their own. */
const FIRST_STRONG = /[\p{L}\p{N}]/u;
/** A code alone on its line: nothing stands beside it that it could turn, and it is copied with all that it holds. */
const CODE_ALONE = /^\s*\u2068?([A-Z0-9]+(?:-[A-Z0-9]+)+)\u2069?\s*$/;
/** An address as long as it goes; an isolate that was opened before it ends there. */
const ADDRESS = /https:\/\/(?:[^\s\u2068\u2069]|\u2068[^\s\u2068\u2069]*\u2069)+/g;
/** What is put into an address, such as a language, is a part of it: with an isolate it would lead elsewhere. */
const wholeAddresses = (text: string): string =>
  text.replace(ADDRESS, (address) => address.replace(/[\u2068\u2069]/g, ''));
/** A line of a right-to-left mail that begins with Latin letters would be set from the left: U+200F turns it. */
export const turnedLines = (text: string): string =>
  wholeAddresses(text)
    .split('\n')
    .map((line) => {
      const code = CODE_ALONE.exec(line)?.[1];
      if (code !== undefined) return code;
      const first = FIRST_STRONG.exec(line)?.[0];
      const alone = /^\s*https:\/\/\S+$/.test(line);
      return first && !alone && !RIGHT_TO_LEFT.test(first) ? `\u200f${line}` : line;
    })
    .join('\n');
