/** Publishing, looking back, going back. */
import type { Hono } from 'hono';
import {
  publish,
  type PublishingDeps,
  type PublishOutcome,
  rollback,
} from '../../../functions/app/publishing.ts';
import type { Publication } from '../../../functions/contract/publishing.ts';
import { changesBetween, filesOf, publishedFiles } from '../changes.ts';
import { checksOf, stateOf } from '../checks.ts';
import type { StudioDeps } from '../deps.ts';
import { errorsIn } from '../findings.tsx';
import { whyLate } from '../late.ts';
import type { StudioContext, StudioEnv } from '../security.ts';
import { releasesPage, type Said, When } from './overview.tsx';
import { rollbackPage, takePage, versionPage } from './version.tsx';

type Form = { [name: string]: string };

/** Text fields of a form; a file or a repeat is none. */
export async function formOf(c: StudioContext): Promise<Form> {
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

const stop = (text: Said['text']): Said => ({ tone: 'stop', text });

const overtakenBy = ({ version, author, message, at }: Publication): Said =>
  stop(
    <>
      {author} was quicker: version {version}, “{message}”, <When at={at} />. Nothing of yours was
      published and nothing is lost. Look below at what would change now, then publish again.
    </>,
  );

/** In words; undefined where it was published. */
function saidOf(outcome: PublishOutcome): Said | undefined {
  if ('published' in outcome) return undefined;
  if ('overtaken' in outcome) return overtakenBy(outcome.overtaken);
  if ('unchanged' in outcome) {
    return stop(`Nothing to do: version ${outcome.unchanged.version} says the same already.`);
  }
  return stop(
    <ul>
      {outcome.refused.map(({ file, line, got, wanted }) => (
        <li>
          {file}:{line}: got {got}; wanted {wanted}
        </li>
      ))}
    </ul>,
  );
}

const publishingOf = ({ releases, now }: StudioDeps): PublishingDeps | undefined =>
  releases && { releases, now };

/** Publishes the files that the page showed, or says on the same page why not. */
async function publishFiles(c: StudioContext, deps: StudioDeps): Promise<Response> {
  const { message = '', state = '', was = '', over = '' } = await formOf(c);
  const publishing = publishingOf(deps);
  const refuse = (said: Said) => {
    c.status(409);
    return releasesPage(c, deps, { said, message });
  };
  if (!publishing) return refuse(stop('Nothing runs here that could take a release.'));
  const files = await deps.workspace.files();
  if (stateOf(files) !== state) {
    return refuse(
      stop('Files changed since you opened this page. Look below at what would change now.'),
    );
  }
  const current = await deps.releases?.current();
  const late = current && over !== String(current.version) && (await whyLate(deps, current));
  if (late) return refuse(stop(`${late} Tick the box below to publish all the same.`));
  const { findings, release } = await checksOf(deps).all(files);
  if (!release || errorsIn(findings).length > 0) {
    return refuse(
      stop('The checks found errors, so nothing was published. They are listed below.'),
    );
  }
  const outcome = await publish(publishing, {
    release,
    files: Object.fromEntries(files),
    author: deps.author,
    message,
    was: Number(was),
  });
  const said = saidOf(outcome);
  if (said || !('published' in outcome)) return refuse(said ?? stop('Nothing was published.'));
  deps.base?.write(outcome.published);
  await deps.workspace.published?.(files);
  return c.redirect(`/studio/releases?now=${outcome.published.version}`, 303);
}

async function rollBack(c: StudioContext, deps: StudioDeps, to: Publication): Promise<Response> {
  const { message = '', was = '', keepRunning = '' } = await formOf(c);
  const publishing = publishingOf(deps);
  if (!publishing) return c.redirect('/studio/releases', 303);
  const outcome = await rollback(publishing, {
    to: to.version,
    author: deps.author,
    message,
    was: Number(was),
    keepRunning: keepRunning === 'yes',
  });
  const said = saidOf(outcome);
  if (!said && 'published' in outcome) {
    return c.redirect(`/studio/releases?now=${outcome.published.version}`, 303);
  }
  c.status(409);
  return rollbackPage(c, deps, to, said);
}

/** The published text again; what was written instead is shown once more by the browser's Back. */
async function revert(c: StudioContext, deps: StudioDeps): Promise<Response> {
  const { path = '' } = await formOf(c);
  const published = await publishedFiles(deps);
  const there = await deps.workspace.read(path);
  if (published) {
    const text = published.files.get(path) ?? null;
    await deps.workspace.save(path, text, there?.tag, deps.author);
  }
  return c.redirect('/studio/releases', 303);
}

/** The files of a version into those that are edited. A file that changes in this moment is left as it is. */
async function take(c: StudioContext, deps: StudioDeps, one: Publication): Promise<Response> {
  const theirs = await filesOf(deps, one);
  const { workspace, author } = deps;
  if (theirs) {
    for (const { path, after } of changesBetween(await workspace.files(), theirs)) {
      const there = await workspace.read(path);
      await workspace.save(path, after ?? null, there?.tag, author);
    }
    deps.base?.write(one);
  }
  return c.redirect('/studio/releases', 303);
}

/** `?now=8` after a redirect: only where it is true. */
async function saidAfter(c: StudioContext, deps: StudioDeps): Promise<Said | undefined> {
  const now = c.req.query('now');
  const current = now === undefined ? undefined : await deps.releases?.current();
  if (!current || String(current.version) !== now) return undefined;
  const back = current.of === undefined ? '' : `, with the contents of version ${current.of}`;
  return {
    tone: 'good',
    text: `Version ${current.version} is published${back}. Customers get it within a minute.`,
  };
}

export function routes(app: Hono<StudioEnv>, deps: StudioDeps): void {
  const versionOf = async (c: StudioContext): Promise<Publication | undefined> =>
    deps.releases?.version(Number(c.req.param('version')));
  const at = '/studio/releases/:version{[0-9]{1,8}}';
  const forVersion =
    (show: (c: StudioContext, one: Publication) => Promise<Response>) =>
    async (c: StudioContext) => {
      const one = await versionOf(c);
      return one ? show(c, one) : c.notFound();
    };
  app.get('/studio/releases', async (c) =>
    releasesPage(c, deps, { said: await saidAfter(c, deps) }),
  );
  app.get('/studio/checks', async (c) => {
    const { state, checked } = await checksOf(deps).soFar(await deps.workspace.files());
    return c.json({ state, done: checked !== undefined });
  });
  app.post('/studio/releases/publish', (c) => publishFiles(c, deps));
  app.post('/studio/revert', (c) => revert(c, deps));
  app.get(
    at,
    forVersion((c, one) => versionPage(c, deps, one)),
  );
  app.get(
    `${at}/rollback`,
    forVersion((c, one) => rollbackPage(c, deps, one)),
  );
  app.post(
    `${at}/rollback`,
    forVersion((c, one) => rollBack(c, deps, one)),
  );
  app.get(
    `${at}/take`,
    forVersion((c, one) => takePage(c, deps, one)),
  );
  app.post(
    `${at}/take`,
    forVersion((c, one) => take(c, deps, one)),
  );
}
