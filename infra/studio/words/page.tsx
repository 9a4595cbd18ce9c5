/** The words of one folder: keys down, languages across, each word where it can be changed. */
import { SHARED } from '../../templates/files.ts';
import { title } from '../../local/web/words.ts';
import type { StudioContext } from '../security.ts';
import { cellId, mailAddress, queryOf, wordsAddress } from './address.ts';
import { type CellState, WordCell } from './cell.tsx';
import { type Filter, type Language, type Row, standing, type WordsTable } from './table.ts';
import { mailsOf } from './uses.ts';

export const folderName = (folder: string): string =>
  folder === SHARED ? 'Shared by all mails' : title(folder);

/** `post-purchase/first-thanks` -> `First thanks`. */
const mailName = (mail: string): string => title(mail.split('/')[1] ?? mail);

export const Folders = ({ folders, current }: { folders: string[]; current: string }) => (
  <nav class="folders" aria-label="Folders of words">
    {folders.map((folder) => (
      <a href={wordsAddress(folder)} aria-current={folder === current ? 'page' : undefined}>
        {folderName(folder)}
      </a>
    ))}
  </nav>
);

type Shown = {
  c: StudioContext;
  whole: WordsTable;
  /** What the filter leaves of it. */
  table: WordsTable;
  filter: Filter;
  /** By `cellId`: what could not be saved, or was. */
  states: { [id: string]: CellState };
};

const FilterForm = ({ whole, filter }: { whole: WordsTable; filter: Filter }) => {
  const mails = mailsOf(whole.rows.flatMap(({ uses }) => uses ?? [])).sort();
  const { folder, languages } = whole;
  return (
    <form class="filter" method="get" action={wordsAddress(folder)} role="search">
      <p>
        <label for="f-text">Key or text</label>
        <input type="text" id="f-text" name="text" value={filter.text} />
      </p>
      <p>
        <label for="f-mail">Mail</label>
        <select id="f-mail" name="mail">
          <option value="">All mails</option>
          {mails.map((mail) => (
            <option value={mail} selected={mail === filter.mail}>
              {folder === SHARED ? `${title(mail.split('/')[0] ?? '')}: ` : ''}
              {mailName(mail)}
            </option>
          ))}
        </select>
      </p>
      <fieldset>
        <legend>Languages</legend>
        {languages.map(({ locale, name, dir }) => (
          <label class="tick">
            <input
              type="checkbox"
              name="language"
              value={locale}
              checked={filter.languages.includes(locale)}
            />
            <bdi lang={locale} dir={dir}>
              {name}
            </bdi>
          </label>
        ))}
      </fieldset>
      <p class="ends">
        <label class="tick">
          <input type="checkbox" name="missing" value="1" checked={filter.missing} /> Only what
          needs work
        </label>
        <button>Show</button>
        {queryOf(filter) !== '' && (
          <a class="button" href={wordsAddress(folder)}>
            All
          </a>
        )}
      </p>
    </form>
  );
};

const Heading = ({ language, whole }: { language: Language; whole: WordsTable }) => {
  const { locale, name, dir, reviewedBy } = language;
  const { missing, wrong } = standing(whole, locale);
  return (
    <th scope="col">
      <bdi class="language" lang={locale} dir={dir}>
        {name}
      </bdi>{' '}
      <code>{locale}</code>
      <span class="marks">
        {reviewedBy === null ? (
          <span class="pill wait">not reviewed</span>
        ) : (
          <span class="pill good">read by {reviewedBy}</span>
        )}{' '}
        {missing > 0 && <span class="pill stop">{missing} missing</span>}{' '}
        {wrong > 0 && <span class="pill stop">{wrong} to mend</span>}
      </span>
    </th>
  );
};

const Key = ({ folder, row }: { folder: string; row: Row }) => {
  const { key, group, places, uses, plural } = row;
  const mails = uses && mailsOf(uses);
  return (
    <th scope="row" class="key">
      <code>
        <span class="sr">{`${group}.`}</span>
        {key.slice(group.length + 1) || key}
      </code>
      {(plural || places.length > 0) && (
        <span class="places">
          {plural && <span class="pill">plural</span>}{' '}
          {places.map((place) => (
            <>
              <code>{`{{ ${place} }}`}</code>{' '}
            </>
          ))}
        </span>
      )}
      {mails?.length === 0 && (
        <span class="note">
          No mail says it. <a href={`/studio/words/${folder}/remove?key=${key}`}>Remove it</a>
        </span>
      )}
      {mails && mails.length > 0 && (
        <details class="uses">
          <summary>{mails.length === 1 ? '1 mail' : `${mails.length} mails`}</summary>
          <ul>
            {mails.map((mail) => (
              <li>
                <a href={mailAddress(mail)}>{mail}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </th>
  );
};

/** A group is the words of one mail, or of one block. */
const Group = ({ shown, group, rows }: { shown: Shown; group: string; rows: Row[] }) => {
  const { c, table, filter, states } = shown;
  const mail = `${table.folder}/${group.replaceAll('_', '-')}`;
  const isMail = rows.some(({ uses }) => (uses ?? []).some((use) => use.mail === mail));
  return (
    <tbody>
      <tr class="group">
        <th scope="rowgroup" colspan={table.languages.length + 1}>
          {title(group)} {isMail && <a href={mailAddress(mail)}>Open the mail</a>}
        </th>
      </tr>
      {rows.map((row) => (
        <tr>
          <Key folder={table.folder} row={row} />
          {row.cells.map((cell, at) => {
            const language = table.languages[at];
            if (!language) return null;
            const state = states[cellId(cell.locale, row.key)];
            return (
              <WordCell {...{ c, folder: table.folder, row, cell, language, filter, state }} />
            );
          })}
        </tr>
      ))}
    </tbody>
  );
};

export const Problems = ({ table }: { table: WordsTable }) =>
  table.problems.length > 0 && (
    <section class="card problems" aria-label="What cannot be read">
      <h2>Cannot be read</h2>
      <ul>
        {table.problems.map(({ file, line, got, wanted }) => (
          <li>
            <code>
              {file}:{line}
            </code>{' '}
            Got {got}. Wanted: {wanted}.
          </li>
        ))}
      </ul>
    </section>
  );

export const WordsPage = (shown: Shown & { folders: string[] }) => {
  const { whole, table, filter, folders } = shown;
  const { folder } = whole;
  const groups = [...new Set(table.rows.map(({ group }) => group))];
  return (
    <>
      <div class="words-head">
        <h1>Words</h1>
        <a class="button" href={`/studio/words/${folder}/new`}>
          Add a word
        </a>
      </div>
      <Folders folders={folders} current={folder} />
      <FilterForm whole={whole} filter={filter} />
      <Problems table={whole} />
      <p class="note" role="status">
        {table.rows.length === whole.rows.length
          ? `${whole.rows.length} words in ${whole.languages.length} languages.`
          : `${table.rows.length} of ${whole.rows.length} words.`}{' '}
        Enter saves a word, Escape takes back what you typed.
      </p>
      {table.rows.length > 0 ? (
        <div class="words card" tabindex={0} role="region" aria-label="Words by language">
          <table>
            <thead>
              <tr>
                <th scope="col">Key</th>
                {table.languages.map((language) => (
                  <Heading language={language} whole={whole} />
                ))}
              </tr>
            </thead>
            {groups.map((group) => (
              <Group
                shown={shown}
                group={group}
                rows={table.rows.filter((row) => row.group === group)}
              />
            ))}
          </table>
        </div>
      ) : (
        <p class="card none">Nothing is like that. {filter.missing && 'No word needs work.'}</p>
      )}
    </>
  );
};
