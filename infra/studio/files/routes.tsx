/** One file as text, in a plain form: for files without an editor of their own, and without JavaScript. */
import type { Hono } from 'hono';
import { SHARED } from '../../templates/files.ts';
import { publishedFiles } from '../changes.ts';
import type { StudioDeps } from '../deps.ts';
import { Lines } from '../diff-view.tsx';
import { page, Token } from '../layout.tsx';
import { editorOf, fileAddress, fileName } from '../names.ts';
import type { StudioContext, StudioEnv } from '../security.ts';

const ROWS_MIN = 12;
const ROWS_MAX = 40;

async function filePage(c: StudioContext, deps: StudioDeps): Promise<Response> {
  const path = c.req.query('path') ?? '';
  const line = /^\d{1,5}$/.exec(c.req.query('line') ?? '')?.[0];
  const file = await deps.workspace.read(path);
  if (!file) return c.notFound();
  const published = (await publishedFiles(deps))?.files.get(path);
  const rows = Math.min(ROWS_MAX, Math.max(ROWS_MIN, file.text.split('\n').length + 1));
  const editor = editorOf(path);
  const saved = c.req.query('saved') !== undefined;
  return page(
    c,
    deps,
    { title: fileName(path), current: 'mails' },
    <>
      {saved && (
        <p class="notice good" role="status">
          Saved. Customers get it when you publish.
        </p>
      )}
      <a class="back" href="/studio">
        ← Mails
      </a>
      <h1>{fileName(path)}</h1>
      <p class="lead">
        <code>{path}</code>
        {line && ` Something is wrong in line ${line}.`}{' '}
        {editor && editor !== fileAddress(path) && <a href={editor}>Its own page</a>}
      </p>
      <form method="post" action="/studio/save">
        <Token c={c} />
        <input type="hidden" name="path" value={path} />
        <input type="hidden" name="was" value={file.tag} />
        <input type="hidden" name="back" value={`${fileAddress(path)}&saved=yes`} />
        <label for="text">Text of the file</label>
        <textarea id="text" name="text" rows={rows} spellcheck={false}>
          {file.text}
        </textarea>
        <p class="buttons save">
          <button class="first">Save</button>
        </p>
      </form>
      {published !== undefined && published !== file.text && (
        <>
          <h2>What differs from what is published</h2>
          <Lines before={published} after={file.text} />
        </>
      )}
    </>,
  );
}

/** Partials, layout, brand, languages, samples: what all mails are made of. */
export const SharedFiles = ({ paths }: { paths: readonly string[] }) => (
  <section aria-labelledby="shared">
    <h2 id="shared">What all mails are made of</h2>
    <ul class="shared">
      {paths
        .filter((path) => path.startsWith(`${SHARED}/`) && !path.endsWith('.json'))
        .map((path) => (
          <li>
            <a href={fileAddress(path)}>{path.slice(SHARED.length + 1)}</a>
          </li>
        ))}
    </ul>
  </section>
);

export function routes(app: Hono<StudioEnv>, deps: StudioDeps): void {
  app.get('/studio/file', (c) => filePage(c, deps));
}
