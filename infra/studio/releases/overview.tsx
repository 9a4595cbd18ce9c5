/** What publishing now would change, and what was published before. */
import type { Child } from 'hono/jsx';
import { MESSAGE_CHARS_MAX } from '../../../functions/app/publishing.ts';
import type { Publication } from '../../../functions/contract/publishing.ts';
import { stamp } from '../../local/web/words.ts';
import { type Change, changesBetween, publishedFiles } from '../changes.ts';
import { checksOf, type CheckState } from '../checks.ts';
import type { StudioDeps } from '../deps.ts';
import { ChangeList } from '../diff-view.tsx';
import { countedFindings, errorsIn, FindingList } from '../findings.tsx';
import { whyLate } from '../late.ts';
import { page, Token } from '../layout.tsx';
import type { StudioContext } from '../security.ts';

/** Older ones are in `npm run releases`. */
const HISTORY_MAX = 30;

export const HOW: Readonly<Record<Publication['how'], string>> = {
  published: 'published',
  'rolled-back': 'rolled back',
  deployed: 'came with the deployment',
};

export const When = ({ at }: { at: number }) => (
  <time datetime={new Date(at).toISOString()}>{`${stamp(at)} UTC`}</time>
);

/** What stands above the page after something was done, or was not. */
export type Said = { tone: 'good' | 'stop'; text: Child };

export const Notice = ({ said }: { said: Said }) => (
  <div class={`notice ${said.tone}`} role={said.tone === 'stop' ? 'alert' : 'status'}>
    {said.text}
  </div>
);

const TakeBack = ({ c, change }: { c: StudioContext; change: Change }) => (
  <form method="post" action="/studio/revert" class="inline">
    <Token c={c} />
    <input type="hidden" name="path" value={change.path} />
    <button>
      Take back<span class="sr"> the change of {change.path}</span>
    </button>
  </form>
);

function Found({ state }: { state: CheckState }) {
  const { checked, problem } = state;
  if (problem !== undefined) {
    return <Notice said={{ tone: 'stop', text: `The checks could not run: ${problem}` }} />;
  }
  if (!checked) {
    return (
      <p class="note" data-checks="running">
        Every mail is being checked in every language. <a href="/studio/releases">Look again</a>
      </p>
    );
  }
  if (checked.findings.length === 0) return <p class="note">The checks found nothing wrong.</p>;
  return (
    <>
      <h3>The checks found {countedFindings(checked.findings)}</h3>
      {errorsIn(checked.findings).length > 0 && (
        <p class="note">Nothing is published that has an error. Warnings are yours to judge.</p>
      )}
      <FindingList findings={checked.findings} />
    </>
  );
}

type FormProps = {
  c: StudioContext;
  was: number;
  state: CheckState;
  message: string;
  late: string | undefined;
};

/** Publishes what this page shows: a file that changes meanwhile is shown first. */
function PublishForm({ c, was, state, message, late }: FormProps) {
  const refused = state.checked !== undefined && errorsIn(state.checked.findings).length > 0;
  return (
    <form method="post" action="/studio/releases/publish" class="card publish">
      <Token c={c} />
      <input type="hidden" name="was" value={String(was)} />
      <input type="hidden" name="state" value={state.state} />
      <label for="message">What changes, in one line</label>
      <input
        type="text"
        id="message"
        name="message"
        value={message}
        maxlength={MESSAGE_CHARS_MAX}
        required
        autocomplete="off"
        aria-describedby="message-note"
      />
      <p class="note" id="message-note">
        It stands in the history, beside your name. Customers get the new mails within a minute;
        whoever is half-way through a journey goes on with the mails that it began with.
      </p>
      {late !== undefined && (
        <label class="check">
          <input type="checkbox" name="over" value={String(was)} required /> Publish all the same:
          what version {was} changed is taken back as shown above
        </label>
      )}
      <button class="first" disabled={refused}>
        Publish
      </button>
      {refused && <span class="note"> Not while there are errors.</span>}
    </form>
  );
}

type Now = {
  changes: Change[] | undefined;
  current: Publication | undefined;
  state: CheckState;
  late: string | undefined;
};

const Nowhere = () => (
  <p class="lead">
    Nothing runs here that could take a release. Start the shop with <code>npm start</code>, or work
    on a stage with <code>npm run studio -- --stage prod</code>.
  </p>
);

function Pending({ c, now, message }: { c: StudioContext; now: Now; message: string }) {
  const { changes, current, state, late } = now;
  if (!current || !changes) {
    return (
      <p class="lead">
        Nothing is published yet. The system publishes the release that it was deployed with within
        five minutes after its first start.
      </p>
    );
  }
  if (changes.length === 0) {
    return (
      <p class="lead">
        Nothing: customers get exactly these files, version {current.version}. Change a mail or a
        word, and it is shown here.
      </p>
    );
  }
  return (
    <>
      <p class="note">
        {changes.length === 1 ? '1 file differs' : `${changes.length} files differ`} from version{' '}
        {current.version}, which customers get now.
      </p>
      {late !== undefined && (
        <Notice
          said={{
            tone: 'stop',
            text: late,
          }}
        />
      )}
      <ChangeList changes={changes} action={(change) => <TakeBack c={c} change={change} />} />
      <Found state={state} />
      <PublishForm c={c} was={current.version} state={state} message={message} late={late} />
    </>
  );
}

const Row = ({ one, current }: { one: Publication; current: number }) => (
  <li>
    <div class="version">
      <b>{one.version}</b> {one.version === current && <span class="pill good">current</span>}
    </div>
    <div class="told">
      <a href={`/studio/releases/${one.version}`}>{one.message}</a>
      <small>
        {one.author}, <When at={one.at} />, {HOW[one.how]}
        {one.of !== undefined && ` to version ${one.of}`}
      </small>
    </div>
    {one.version !== current && (
      <a class="button" href={`/studio/releases/${one.version}/rollback`}>
        Roll back<span class="sr"> to version {one.version}</span>
      </a>
    )}
  </li>
);

const History = ({ rows }: { rows: readonly Publication[] }) => (
  <>
    <h2>History</h2>
    <ol class="history card">
      {rows.map((one) => (
        <Row one={one} current={rows[0]?.version ?? 0} />
      ))}
    </ol>
    {rows.length === HISTORY_MAX && (
      <p class="note">
        Older ones: <code>npm run releases</code>.
      </p>
    )}
  </>
);

/** The page; `said` is what became of a wish, `message` what was written for it. */
export async function releasesPage(
  c: StudioContext,
  deps: StudioDeps,
  { said, message = '' }: { said?: Said | undefined; message?: string } = {},
): Promise<Response> {
  const { releases, workspace } = deps;
  const frame = { title: 'Releases', current: 'releases' } as const;
  const head = (
    <>
      {said && <Notice said={said} />}
      <h1>Releases</h1>
    </>
  );
  if (!releases) {
    return page(
      c,
      deps,
      frame,
      <>
        {head}
        <Nowhere />
      </>,
    );
  }
  const files = await workspace.files();
  const [published, rows, state] = await Promise.all([
    publishedFiles(deps),
    releases.history(HISTORY_MAX),
    checksOf(deps).soFar(files),
  ]);
  const changes = published && changesBetween(published.files, files);
  const current = published?.publication ?? rows[0];
  const late = current && (await whyLate(deps, current));
  const now = { changes, current, state, late };
  return page(
    c,
    deps,
    frame,
    <>
      {head}
      <h2>What publishing would change</h2>
      <Pending c={c} now={now} message={message} />
      {rows.length > 0 && <History rows={rows} />}
    </>,
  );
}
