/** A new word in all languages, and the way out for one that no mail says. */
import type { Text } from '../../../functions/contract/release.ts';
import { DEFAULT_LOCALE } from '../../templates/locales.ts';
import { Token } from '../layout.tsx';
import type { StudioContext } from '../security.ts';
import { wordsAddress } from './address.ts';
import { examplesOf } from './categories.ts';
import { WrongList } from './cell.tsx';
import { folderName } from './page.tsx';
import { formsOf, type Language, type Row, type WordsTable } from './table.ts';
import type { Wrong } from './wrong.ts';

type Refused = readonly (Wrong & { locale?: string })[];

type LanguageProps = {
  language: Language;
  plural: boolean;
  text: Text | undefined;
  wrong: Refused;
};

const LanguageFields = ({ language, plural, text, wrong }: LanguageProps) => {
  const { locale, name, dir, categories } = language;
  const forms = formsOf(text, plural, categories).filter(
    ({ category }) => category === undefined || categories.includes(category),
  );
  return (
    <fieldset class={wrong.length > 0 ? 'is-wrong' : undefined}>
      <legend>
        <bdi lang={locale} dir={dir}>
          {name}
        </bdi>{' '}
        {locale !== DEFAULT_LOCALE && <small>may follow later</small>}
      </legend>
      {forms.map(({ category, text: form }) => (
        <>
          {category !== undefined && (
            <label class="category" for={`${locale}.${category}`}>
              <b>{category}</b> {examplesOf(locale, category)}
            </label>
          )}
          <textarea
            id={`${locale}.${category ?? 'text'}`}
            name={category === undefined ? `${locale}.text` : `${locale}.form.${category}`}
            rows={2}
            lang={locale}
            dir={dir}
            aria-label={category === undefined ? `In ${name}` : `In ${name}, ${category}`}
          >
            {form}
          </textarea>
        </>
      ))}
      {wrong.length > 0 && <WrongList wrong={wrong} />}
    </fieldset>
  );
};

const KeyField = ({ value, groups }: { value: string; groups: string[] }) => (
  <p>
    <label for="key">Key</label>
    <input
      type="text"
      id="key"
      name="key"
      value={value}
      list="groups"
      required
      autocomplete="off"
      aria-describedby="key-said"
    />
    <datalist id="groups">
      {groups.map((group) => (
        <option value={`${group}.`} />
      ))}
    </datalist>
    <span id="key-said" class="note">
      The name of a mail or a block, a dot, and a word: <code>{groups[0] ?? 'mail'}.title</code>
    </span>
  </p>
);

type NewWord = {
  c: StudioContext;
  whole: WordsTable;
  plural: boolean;
  key: string;
  texts: { [locale: string]: Text | undefined };
  refused: Refused;
};

export const NewWordPage = ({ c, whole, plural, key, texts, refused }: NewWord) => {
  const { folder, languages, rows } = whole;
  const ofKey = refused.filter(({ locale }) => locale === undefined);
  const groups = [...new Set(rows.map(({ group }) => group))];
  return (
    <>
      <a class="back" href={wordsAddress(folder)}>
        Words: {folderName(folder)}
      </a>
      <h1>Add a word</h1>
      <p class="lead">
        A mail says it as <code>{`{{ '${key || 'group.word'}' | t }}`}</code>. Until one does, the
        release refuses the word: it would go stale in every language.
      </p>
      <form class="new-word" method="post" action={`/studio/words/${folder}/new`}>
        <Token c={c} />
        {refused.length > 0 && (
          <p class="pill stop" role="alert">
            Not saved yet: see below
          </p>
        )}
        <KeyField value={key} groups={groups} />
        {ofKey.length > 0 && <WrongList wrong={ofKey} />}
        <p class="ends">
          <label class="tick">
            <input type="checkbox" name="plural" value="1" checked={plural} /> It depends on a
            number
          </label>
          <button name="then" value="again" formnovalidate>
            {plural ? 'Show with or without forms' : 'Show the forms'}
          </button>
        </p>
        <div class="languages">
          {languages.map((language) => (
            <LanguageFields
              language={language}
              plural={plural}
              text={texts[language.locale]}
              wrong={refused.filter(({ locale }) => locale === language.locale)}
            />
          ))}
        </div>
        <button class="first">Add</button>
      </form>
    </>
  );
};

type Remove = { c: StudioContext; folder: string; row: Row; changed: boolean };

export const RemovePage = ({ c, folder, row, changed }: Remove) => (
  <>
    <a class="back" href={wordsAddress(folder)}>
      Words: {folderName(folder)}
    </a>
    <h1>
      Remove <code>{row.key}</code>
    </h1>
    {changed && (
      <p class="pill stop" role="alert">
        Somebody changed it in between: this is what still stands there
      </p>
    )}
    <p class="lead">It goes from all languages at once:</p>
    <dl class="facts">
      {row.cells
        .filter(({ text }) => text !== undefined)
        .map(({ locale, forms }) => (
          <>
            <dt>{locale}</dt>
            <dd lang={locale} dir="auto">
              {forms.map(({ text }) => text).join(' / ')}
            </dd>
          </>
        ))}
    </dl>
    <form method="post" action={`/studio/words/${folder}/remove`} class="buttons">
      <Token c={c} />
      <input type="hidden" name="key" value={row.key} />
      {row.cells.map(({ locale, tag }) => (
        <input type="hidden" name={`was.${locale}`} value={tag} />
      ))}
      <button class="first">Remove</button>
      <a class="button" href={wordsAddress(folder)}>
        Leave it
      </a>
    </form>
  </>
);
