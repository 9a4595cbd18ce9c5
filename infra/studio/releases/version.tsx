/** One version: what it changed, and the page that asks before going back to it. */
import type { Publication } from '../../../functions/contract/publishing.ts';
import { MESSAGE_CHARS_MAX } from '../../../functions/app/publishing.ts';
import { type Change, changesBetween, filesOf } from '../changes.ts';
import type { StudioDeps } from '../deps.ts';
import { ChangeList } from '../diff-view.tsx';
import { page, Token } from '../layout.tsx';
import type { StudioContext } from '../security.ts';
import { HOW, Notice, type Said, When } from './overview.tsx';

/** Undefined where one of them was published without its sources. */
async function changesFrom(
  deps: StudioDeps,
  before: Publication | undefined,
  after: Publication,
): Promise<Change[] | undefined> {
  const [a, b] = [before ? await filesOf(deps, before) : new Map(), await filesOf(deps, after)];
  return a && b && changesBetween(a, b);
}

const Unknown = () => (
  <p class="note">One of them was published without its files, so nobody can compare them here.</p>
);

const Changes = ({ changes }: { changes: readonly Change[] | undefined }) => {
  if (!changes) return <Unknown />;
  return changes.length === 0 ? (
    <p class="note">No file differs.</p>
  ) : (
    <ChangeList changes={changes} />
  );
};

const BACK = (
  <a class="back" href="/studio/releases">
    ← Releases
  </a>
);

/** What a version changed against the one before. */
export async function versionPage(c: StudioContext, deps: StudioDeps, one: Publication) {
  const before = one.version > 1 ? await deps.releases?.version(one.version - 1) : undefined;
  const changes = before && (await changesFrom(deps, before, one));
  const current = await deps.releases?.current();
  return page(
    c,
    deps,
    { title: `Version ${one.version}`, current: 'releases' },
    <>
      {BACK}
      <h1>Version {one.version}</h1>
      <p class="lead">{one.message}</p>
      <dl class="facts">
        <dt>By</dt>
        <dd>{one.author}</dd>
        <dt>At</dt>
        <dd>
          <When at={one.at} />
        </dd>
        <dt>How</dt>
        <dd>
          {HOW[one.how]}
          {one.of !== undefined && ` to version ${one.of}`}
        </dd>
        <dt>Release</dt>
        <dd>
          <code>{one.release}</code>
        </dd>
      </dl>
      <div class="buttons">
        {current?.version !== one.version && (
          <a class="button" href={`/studio/releases/${one.version}/rollback`}>
            Roll back to this version
          </a>
        )}
        <a class="button" href={`/studio/releases/${one.version}/take`}>
          Take its files up again
        </a>
      </div>
      <h2>What it changed</h2>
      {before ? <Changes changes={changes} /> : <p class="note">It was the first.</p>}
    </>,
  );
}

function Question({ c, to, current }: { c: StudioContext; to: Publication; current: Publication }) {
  return (
    <form method="post" action={`/studio/releases/${to.version}/rollback`} class="card publish">
      <Token c={c} />
      <input type="hidden" name="was" value={String(current.version)} />
      <label for="message">Why, in one line</label>
      <input
        type="text"
        id="message"
        name="message"
        value={`Back to version ${to.version}`}
        maxlength={MESSAGE_CHARS_MAX}
        required
        autocomplete="off"
      />
      <label class="check">
        <input type="checkbox" name="keepRunning" value="yes" aria-describedby="keep-note" /> Let
        customers who are half-way through a journey finish with the mails of the versions that are
        taken back
      </label>
      <p class="note" id="keep-note">
        Leave it empty when a mail is wrong: then they go on with the mails of version {to.version}.
      </p>
      <div class="buttons">
        <button class="first">Roll back to version {to.version}</button>
        <a class="button" href="/studio/releases">
          Change nothing
        </a>
      </div>
    </form>
  );
}

/** Nothing has happened yet when this is shown. */
export async function rollbackPage(
  c: StudioContext,
  deps: StudioDeps,
  to: Publication,
  said?: Said,
): Promise<Response> {
  const current = await deps.releases?.current();
  const frame = { title: `Roll back to version ${to.version}`, current: 'releases' } as const;
  const changes = current && (await changesFrom(deps, current, to));
  return page(
    c,
    deps,
    frame,
    <>
      {said && <Notice said={said} />}
      {BACK}
      <h1>Roll back to version {to.version}?</h1>
      <p class="lead">
        “{to.message}”, {to.author}, <When at={to.at} />. Its contents become version{' '}
        {(current?.version ?? 0) + 1}, and customers get them within a minute. What you changed and
        did not publish stays; the files of a version that is taken back can be taken up again from
        its page.
      </p>
      {current && <Question c={c} to={to} current={current} />}
      <h2>What changes for customers</h2>
      <Changes changes={changes} />
    </>,
  );
}

/** What the files of a version would change in those that are edited; nothing has happened yet. */
export async function takePage(
  c: StudioContext,
  deps: StudioDeps,
  one: Publication,
): Promise<Response> {
  const theirs = await filesOf(deps, one);
  const changes = theirs && changesBetween(await deps.workspace.files(), theirs);
  return page(
    c,
    deps,
    { title: `Take up version ${one.version}`, current: 'releases' },
    <>
      {BACK}
      <h1>Take up the files of version {one.version}?</h1>
      <p class="lead">
        “{one.message}”, {one.author}, <When at={one.at} />. Customers notice nothing of it before
        you publish. What differs in {deps.workspace.name} is replaced:
      </p>
      <Changes changes={changes} />
      {changes && changes.length > 0 && (
        <form method="post" action={`/studio/releases/${one.version}/take`} class="buttons save">
          <Token c={c} />
          <button class="first">Replace them</button>
          <a class="button" href="/studio/releases">
            Change nothing
          </a>
        </form>
      )}
    </>,
  );
}
