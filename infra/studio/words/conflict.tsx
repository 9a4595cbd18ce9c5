/** Two people said one word at once: both texts, and the choice. Works without JavaScript. */
import type { Text } from '../../../functions/contract/release.ts';
import { Token } from '../layout.tsx';
import type { StudioContext } from '../security.ts';
import { cellId, wordsAddress } from './address.ts';
import type { WordEdit } from './save.ts';
import type { Filter } from './table.ts';

const Said = ({ text, locale }: { text: Text | undefined; locale: string }) => {
  if (text === undefined) return <p class="note">The word was taken out.</p>;
  if (typeof text === 'string') {
    return (
      <p lang={locale} dir="auto" class="said-text">
        {text}
      </p>
    );
  }
  return (
    <dl class="facts">
      {Object.entries(text).map(([category, form]) => (
        <>
          <dt>{category}</dt>
          <dd lang={locale} dir="auto">
            {form}
          </dd>
        </>
      ))}
    </dl>
  );
};

const Hidden = ({ text }: { text: Text | undefined }) => {
  const forms: [string, string][] =
    typeof text === 'object'
      ? Object.entries(text).map(([category, form]) => [`form.${category}`, form])
      : [['text', text ?? '']];
  return (
    <>
      {forms.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
};

type Conflict = {
  c: StudioContext;
  edit: WordEdit;
  theirs: { text: Text | undefined; tag: string; by?: string };
  filter: Filter;
};

export const ConflictPage = ({ c, edit, theirs, filter }: Conflict) => {
  const { folder, locale, key, text } = edit;
  const address = `${wordsAddress(folder, filter)}#${cellId(locale, key)}`;
  return (
    <>
      <h1>Somebody else changed this word</h1>
      <p class="lead">
        <code>{key}</code> in <code>{locale}</code> is no longer what you saw when you began.
        Nothing was saved, and nothing is lost: choose one.
      </p>
      <div class="both">
        <section class="card">
          <h2>{theirs.by ? `What ${theirs.by} wrote` : 'What stands there now'}</h2>
          <Said text={theirs.text} locale={locale} />
          <a class="button" href={address}>
            Leave it
          </a>
        </section>
        <section class="card">
          <h2>What you wrote</h2>
          <Said text={text} locale={locale} />
          <form method="post" action={address}>
            <Token c={c} />
            <input type="hidden" name="locale" value={locale} />
            <input type="hidden" name="key" value={key} />
            <input type="hidden" name="was" value={theirs.tag} />
            <Hidden text={text} />
            <button class="first">Save mine</button>
          </form>
        </section>
      </div>
    </>
  );
};
