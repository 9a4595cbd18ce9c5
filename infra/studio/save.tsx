/** One way to save a file from a form, for all pages: the page again, or both texts beside each other. */
import { stamp } from '../local/web/words.ts';
import { diffOf } from './diff.ts';
import type { SavedFile, SaveOutcome, StudioDeps } from './deps.ts';
import { Lines } from './diff-view.tsx';
import { page, Token } from './layout.tsx';
import { fileName } from './names.ts';
import type { StudioContext } from './security.ts';

/** As a form gives it: `was` empty for a new file, `back` where to go on. */
export type Edit = { path: string; text: string; was: string; back: string };

/** The largest file of the shipped templates has 7 KB; a draft must fit into one row with room to spare. */
export const FILE_BYTES_MAX = 200 * 1024;

/** Browsers end the lines of a form with CR and LF; files end them with LF, and the last one too. */
export const asFile = (text: string): string => {
  const lines = text.replaceAll(/\r\n?/g, '\n');
  return lines === '' || lines.endsWith('\n') ? lines : `${lines}\n`;
};

/** Only a page of ours: a form cannot send people elsewhere. */
export const ownPage = (back: string): string =>
  !back.includes('..') && /^\/studio(?:\/[\w./-]*)?(?:\?[\w=&%.-]*)?(?:#[\w.-]*)?$/.test(back)
    ? back
    : '/studio';

/** Saves, and goes back; or shows the conflict, which works without JavaScript. */
export async function saveFile(c: StudioContext, deps: StudioDeps, edit: Edit): Promise<Response> {
  const text = asFile(edit.text);
  if (Buffer.byteLength(text) > FILE_BYTES_MAX) {
    return c.text(`A file of more than ${FILE_BYTES_MAX} bytes is no template.`, 413);
  }
  const was = edit.was === '' ? undefined : edit.was;
  const outcome = await deps.workspace.save(edit.path, text, was, deps.author);
  if ('saved' in outcome) return c.redirect(ownPage(edit.back), 303);
  return conflictPage(c, deps, { ...edit, text }, outcome.conflict);
}

type Conflict = Extract<SaveOutcome, { conflict: unknown }>['conflict'];

const who = ({ by, at }: Conflict): string =>
  `${by ?? 'Another editor or program'}${at === undefined ? '' : `, ${stamp(at)} UTC`}`;

const Text = ({ title, text, other }: { title: string; text: string; other: string }) => (
  <section aria-label={title}>
    <h2>{title}</h2>
    {text === '' ? (
      <p class="note">The file is gone.</p>
    ) : (
      <pre class="side" tabindex={0}>
        {diffOf(other.split('\n'), text.split('\n'))
          .filter(({ kind }) => kind !== 'out')
          .map((line) => (line.kind === 'in' ? <mark>{`${line.text}\n`}</mark> : `${line.text}\n`))}
      </pre>
    )}
  </section>
);

function MineForm({ c, edit, theirs }: { c: StudioContext; edit: Edit; theirs: SavedFile }) {
  return (
    <form method="post" action="/studio/save" class="card publish">
      <Token c={c} />
      <input type="hidden" name="path" value={edit.path} />
      <input type="hidden" name="was" value={theirs.tag} />
      <input type="hidden" name="back" value={ownPage(edit.back)} />
      <label for="text">What the file shall say: your text, to be mended with theirs</label>
      <textarea id="text" name="text" rows={18} spellcheck={false} dir="auto">
        {edit.text}
      </textarea>
      <div class="buttons">
        <button class="first">Save this text over theirs</button>
        <a class="button" href={ownPage(edit.back)}>
          Keep theirs, drop mine
        </a>
      </div>
    </form>
  );
}

/** Nothing was saved; both texts are on the page, and so is the way to make one of them. */
export function conflictPage(
  c: StudioContext,
  deps: StudioDeps,
  edit: Edit,
  theirs: Conflict,
): Promise<Response> {
  c.status(409);
  return page(
    c,
    deps,
    { title: 'Somebody else saved', current: 'mails', wide: true },
    <>
      <h1>Somebody else saved this file while you wrote</h1>
      <p class="lead">
        {fileName(edit.path)} (<code>{edit.path}</code>). Nothing of yours is saved yet, and nothing
        is lost. What only one of you has is marked.
      </p>
      <div class="sides">
        <Text title={`Saved: ${who(theirs)}`} text={theirs.text} other={edit.text} />
        <Text title="Yours" text={edit.text} other={theirs.text} />
      </div>
      <MineForm c={c} edit={edit} theirs={theirs} />
      <h2>From theirs to yours</h2>
      <Lines before={theirs.text} after={edit.text} />
    </>,
  );
}
