/** The words table: read, check while typing, save, add a word in all languages, take one out. */
import type { Hono } from 'hono';
import type { Text } from '../../../functions/contract/release.ts';
import type { StudioDeps } from '../deps.ts';
import { page } from '../layout.tsx';
import type { StudioContext, StudioEnv } from '../security.ts';
import type { TemplateFiles } from '../../templates/files.ts';
import { cellId, filterOf, wordsAddress } from './address.ts';
import type { CellState } from './cell.tsx';
import { ConflictPage } from './conflict.tsx';
import { NewWordPage, RemovePage } from './new-word.tsx';
import { WordsPage } from './page.tsx';
import { addKey, judged, oneLine, saveWord, type WordEdit, type WordOutcome } from './save.ts';
import { filtered, type Form, keysIn, languagesOf, wordFolders, wordsTable } from './table.ts';
import type { CheckAnswer, SaveAnswer } from './wire.ts';

type Fields = { [name: string]: string };

async function fieldsOf(c: StudioContext): Promise<Fields> {
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    ),
  );
}

/** `text`, or `form.one`, `form.other`, …; behind a prefix where a page has several words. */
function textOf(fields: Fields, prefix = ''): Text | undefined {
  const plain = fields[`${prefix}text`];
  if (plain !== undefined) return oneLine(plain);
  const start = `${prefix}form.`;
  const forms = Object.entries(fields)
    .filter(([name]) => name.startsWith(start))
    .map(([name, text]) => [name.slice(start.length), oneLine(text)] as const);
  return forms.length > 0 ? Object.fromEntries(forms) : undefined;
}

/** A form that the language has not goes when it is emptied; one that it has must be filled in. */
function formsKept(text: Text | undefined, categories: readonly string[]): Text | undefined {
  if (typeof text !== 'object') return text;
  const kept = Object.entries(text).filter(
    ([category, form]) => form !== '' || categories.includes(category),
  );
  return Object.fromEntries(kept);
}

/** Only words that the table shows: a key that names a group would take all its words away. */
function editOf(c: StudioContext, files: TemplateFiles, fields: Fields): WordEdit | undefined {
  const folder = c.req.param('folder') ?? '';
  const { locale = '', key = '', was = '' } = fields;
  if (!wordFolders(files).includes(folder)) return undefined;
  const language = languagesOf(files, folder).find((each) => each.locale === locale);
  if (!language || !keysIn(files, folder).includes(key)) return undefined;
  return { folder, locale, key, was, text: formsKept(textOf(fields), language.categories) };
}

const typed = (text: Text | undefined): Form[] =>
  typeof text === 'object'
    ? Object.entries(text).map(([category, form]) => ({ category, text: form }))
    : [{ text: text ?? '' }];

async function show(
  c: StudioContext,
  deps: StudioDeps,
  states: { [id: string]: CellState } = {},
): Promise<Response> {
  const folder = c.req.param('folder') ?? '';
  const files = await deps.workspace.files();
  const folders = wordFolders(files);
  if (!folders.includes(folder)) return c.notFound();
  const whole = wordsTable(files, folder);
  const filter = filterOf(c.req.url);
  const table = filtered(whole, filter);
  return page(
    c,
    deps,
    { title: 'Words', current: 'words', wide: true },
    <WordsPage {...{ c, whole, table, filter, states, folders }} />,
  );
}

/** For the script: the tag for the next save, and what is wrong in this row in any language. */
async function answerOf(
  deps: StudioDeps,
  edit: WordEdit,
  outcome: WordOutcome,
): Promise<SaveAnswer> {
  if (!('saved' in outcome)) return outcome;
  const { rows } = wordsTable(await deps.workspace.files(), edit.folder);
  const cells = rows.find(({ key }) => key === edit.key)?.cells ?? [];
  return {
    saved: { tag: outcome.saved.tag },
    wrong: Object.fromEntries(cells.map(({ locale, wrong }) => [locale, wrong])),
  };
}

const wantsJson = (c: StudioContext): boolean =>
  (c.req.header('accept') ?? '').includes('application/json');
const STATUS = { saved: 200, refused: 422, conflict: 409 } as const;

async function save(c: StudioContext, deps: StudioDeps): Promise<Response> {
  const edit = editOf(c, await deps.workspace.files(), await fieldsOf(c));
  if (!edit) return c.notFound();
  const outcome = await saveWord(deps, edit);
  const status =
    STATUS['saved' in outcome ? 'saved' : 'refused' in outcome ? 'refused' : 'conflict'];
  if (wantsJson(c)) return c.json(await answerOf(deps, edit, outcome), status);
  const id = cellId(edit.locale, edit.key);
  const filter = filterOf(c.req.url);
  if ('saved' in outcome) {
    const back = new URL(wordsAddress(edit.folder, filter), 'http://localhost');
    back.searchParams.set('saved', id);
    return c.redirect(`${back.pathname}${back.search}#${id}`, 303);
  }
  c.status(status);
  if ('refused' in outcome) {
    return show(c, deps, { [id]: { forms: typed(edit.text), wrong: outcome.refused } });
  }
  const body = <ConflictPage {...{ c, edit, theirs: outcome.conflict, filter }} />;
  return page(c, deps, { title: 'Somebody else saved', current: 'words' }, body);
}

async function create(c: StudioContext, deps: StudioDeps): Promise<Response> {
  const folder = c.req.param('folder') ?? '';
  const files = await deps.workspace.files();
  if (!wordFolders(files).includes(folder)) return c.notFound();
  const fields = c.req.method === 'POST' ? await fieldsOf(c) : {};
  const languages = languagesOf(files, folder);
  const plural = (fields['plural'] ?? c.req.query('plural')) === '1';
  const key = (fields['key'] ?? c.req.query('key') ?? '').trim();
  const texts = Object.fromEntries(
    languages.map(({ locale }) => [locale, textOf(fields, `${locale}.`)]),
  );
  const whole = wordsTable(files, folder);
  const form = { c, whole, plural, key, texts };
  const shown = (refused: Parameters<typeof NewWordPage>[0]['refused']) =>
    page(
      c,
      deps,
      { title: 'Add a word', current: 'words' },
      <NewWordPage {...form} refused={refused} />,
    );
  // Without JavaScript, the tick changes the form when it is sent back with the other button.
  if (c.req.method !== 'POST' || fields['then'] === 'again') return shown([]);
  const filled = Object.fromEntries(
    Object.entries(texts).filter(([, text]) => typed(text).some(({ text: form }) => form !== '')),
  );
  const outcome = await addKey(deps, { folder, key, texts: filled });
  if ('added' in outcome) {
    return c.redirect(`${wordsAddress(folder)}#${cellId('en', key)}`, 303);
  }
  c.status('refused' in outcome ? 422 : 409);
  if ('refused' in outcome) return shown(outcome.refused);
  return shown(
    outcome.conflict.map((locale) => ({
      locale,
      got: 'a word that somebody else added meanwhile',
      wanted: 'a look at the table: the other languages are saved',
      stops: true,
    })),
  );
}

async function remove(c: StudioContext, deps: StudioDeps): Promise<Response> {
  const folder = c.req.param('folder') ?? '';
  const fields = c.req.method === 'POST' ? await fieldsOf(c) : {};
  const key = fields['key'] ?? c.req.query('key') ?? '';
  const files = await deps.workspace.files();
  const row = wordFolders(files).includes(folder)
    ? wordsTable(files, folder).rows.find((each) => each.key === key)
    : undefined;
  if (!row) return c.notFound();
  let changed = false;
  if (c.req.method === 'POST') {
    for (const { locale } of row.cells) {
      const was = fields[`was.${locale}`] ?? '';
      const outcome = await saveWord(deps, { folder, locale, key, text: undefined, was });
      changed ||= !('saved' in outcome);
    }
    if (!changed) return c.redirect(wordsAddress(folder), 303);
    return c.redirect(`/studio/words/${folder}/remove?key=${key}&changed=1`, 303);
  }
  const body = (
    <RemovePage c={c} folder={folder} row={row} changed={c.req.query('changed') === '1'} />
  );
  return page(c, deps, { title: 'Remove a word', current: 'words' }, body);
}

export function routes(app: Hono<StudioEnv>, deps: StudioDeps): void {
  app.get('/studio/words/:folder', (c) => {
    const saved = c.req.query('saved');
    return show(c, deps, saved ? { [saved]: { saved: true } } : {});
  });
  app.post('/studio/words/:folder', (c) => save(c, deps));
  app.post('/studio/words/:folder/check', async (c) => {
    const files = await deps.workspace.files();
    const edit = editOf(c, files, await fieldsOf(c));
    if (!edit) return c.notFound();
    return c.json({ wrong: judged(files, edit) } satisfies CheckAnswer);
  });
  app.on(['GET', 'POST'], '/studio/words/:folder/new', (c) => create(c, deps));
  app.on(['GET', 'POST'], '/studio/words/:folder/remove', (c) => remove(c, deps));
}
