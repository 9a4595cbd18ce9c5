/** A journey as a graph, its file, and both drawn anew while somebody types. */
import type { Hono } from 'hono';
import type { Child } from 'hono/jsx';
import { title } from '../../local/web/words.ts';
import type { StudioDeps } from '../deps.ts';
import { page } from '../layout.tsx';
import { asFile, saveFile } from '../save.tsx';
import type { StudioContext, StudioEnv } from '../security.ts';
import { Facts, journeyAddress, JourneyPage, PictureCard, Problems, Steps } from './page.tsx';
import { journeyPath, journeyView, type JourneyView } from './view.ts';
import type { PreviewAnswer } from './wire.ts';

type Asked = { text: string; was: string };

async function asked(c: StudioContext): Promise<Asked> {
  const { text, was } = await c.req.parseBody();
  return {
    text: asFile(typeof text === 'string' ? text : ''),
    was: typeof was === 'string' ? was : '',
  };
}

const show = (
  c: StudioContext,
  deps: StudioDeps,
  view: JourneyView,
  tag: string,
  unsaved: boolean,
) =>
  page(
    c,
    deps,
    { title: title(view.id), current: 'mails', wide: true },
    <JourneyPage {...{ c, view, tag, unsaved, saved: c.req.query('saved') === '1' }} />,
  );

const html = (child: Child): string => (<>{child}</>).toString();

/** What changes on the page with each letter. */
const answerOf = (view: JourneyView): PreviewAnswer => ({
  // A text that cannot be read for a moment keeps the last picture.
  parts: {
    problems: html(<Problems view={view} />),
    ...(view.graph && {
      picture: html(<PictureCard view={view} />),
      steps: html(
        <div class="journey-steps">
          <Steps view={view} />
        </div>,
      ),
    }),
    ...(view.facts.length > 0 && { facts: html(<Facts view={view} />) }),
  },
  problems: view.problems.map(({ line, got, wanted }) => ({ line, got, wanted })),
});

export function routes(app: Hono<StudioEnv>, deps: StudioDeps): void {
  app.get('/studio/journeys/:id', async (c) => {
    const id = c.req.param('id');
    const files = await deps.workspace.files();
    const path = journeyPath(id);
    if (!files.has(path)) return c.notFound();
    const file = await deps.workspace.read(path);
    if (!file) return c.notFound();
    return show(c, deps, await journeyView(files, id, file.text, deps), file.tag, false);
  });
  app.post('/studio/journeys/:id', async (c) => {
    const id = c.req.param('id');
    const path = journeyPath(id);
    if (!(await deps.workspace.files()).has(path)) return c.notFound();
    const { text, was } = await asked(c);
    return saveFile(c, deps, { path, text, was, back: `${journeyAddress(id)}?saved=1` });
  });
  app.post('/studio/journeys/:id/preview', async (c) => {
    const id = c.req.param('id');
    const files = await deps.workspace.files();
    if (!files.has(journeyPath(id))) return c.notFound();
    const { text, was } = await asked(c);
    const view = await journeyView(files, id, text, deps);
    if ((c.req.header('accept') ?? '').includes('application/json')) return c.json(answerOf(view));
    return show(c, deps, view, was, true);
  });
}
