/** One word in one language: a form of its own, so that it can be saved without JavaScript. */
import type { Direction } from '../../../functions/contract/release.ts';
import type { StudioContext } from '../security.ts';
import { Token } from '../layout.tsx';
import { cellId, wordsAddress } from './address.ts';
import { examplesOf } from './categories.ts';
import type { Cell, Filter, Form, Language, Row } from './table.ts';
import type { Wrong } from './wrong.ts';

/** Signs that fit on a line of the narrowest column; a browser that can measure does not need it. */
const LINE_CHARS = 26;
const ROWS_MAX = 12;
const rowsFor = (text: string): number =>
  Math.min(ROWS_MAX, Math.max(1, Math.ceil(text.length / LINE_CHARS)));

/** What somebody typed that could not be saved, or that it was. */
export type CellState = { forms?: Form[]; wrong?: Wrong[]; saved?: boolean };

export const WrongList = ({ wrong }: { wrong: readonly Wrong[] }) => (
  <ul class="wrong" lang="en" dir="ltr">
    {wrong.map(({ category, got, wanted }) => (
      <li>
        {category && `${category}: `}
        <span>Got {got}.</span> <span>Wanted: {wanted}.</span>
      </li>
    ))}
  </ul>
);

type FieldProps = {
  form: Form;
  label: string;
  id: string;
  locale: string;
  dir: Direction;
  focus: boolean;
  describedBy: string;
};

const Field = ({ form, label, id, locale, dir, focus, describedBy }: FieldProps) => {
  const { category, text } = form;
  const examples = category === undefined ? '' : examplesOf(locale, category);
  return (
    <>
      {category !== undefined && (
        <label class="category" for={id} lang="en" dir="ltr">
          <b>{category}</b> {examples || 'not a form of this language'}
        </label>
      )}
      <textarea
        id={id}
        name={category === undefined ? 'text' : `form.${category}`}
        rows={rowsFor(text)}
        lang={locale}
        dir={dir}
        spellcheck={true}
        aria-label={category === undefined ? label : `${label}, ${category}`}
        aria-describedby={describedBy}
        autofocus={focus}
      >
        {text}
      </textarea>
    </>
  );
};

type CellProps = {
  c: StudioContext;
  folder: string;
  row: Row;
  cell: Cell;
  language: Language;
  filter: Filter;
  state: CellState | undefined;
};

export const WordCell = ({ c, folder, row, cell, language, filter, state }: CellProps) => {
  const { key } = row;
  const { locale, name, dir } = language;
  const id = cellId(locale, key);
  const wrong = state?.wrong ?? cell.wrong;
  const missing = cell.text === undefined;
  const forms = state?.forms ?? cell.forms;
  const look = [missing && 'missing', wrong.length > 0 && 'is-wrong'].filter(Boolean).join(' ');
  return (
    <td id={id} class={look || undefined} data-label={name}>
      <form
        class={state?.wrong ? 'word open' : 'word'}
        method="post"
        action={`${wordsAddress(folder, filter)}#${id}`}
        data-words={folder}
      >
        <Token c={c} />
        <input type="hidden" name="locale" value={locale} />
        <input type="hidden" name="key" value={key} />
        <input type="hidden" name="was" value={cell.tag} />
        {missing && <span class="pill stop mark">Missing</span>}
        {forms.map((form, at) => (
          <Field
            form={form}
            label={`${key} in ${name}`}
            id={form.category ? `${id}.${form.category}` : `${id}.text`}
            locale={locale}
            dir={dir}
            focus={at === 0 && state?.wrong !== undefined}
            describedBy={`${id}-said`}
          />
        ))}
        <div class="said" id={`${id}-said`} aria-live="polite">
          {wrong.length > 0 && <WrongList wrong={wrong} />}
          {state?.saved && <span class="ok">Saved</span>}
        </div>
        <button class="save">
          Save<span class="sr">{` ${key} in ${name}`}</span>
        </button>
      </form>
    </td>
  );
};
