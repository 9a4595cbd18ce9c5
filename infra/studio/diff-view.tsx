/** Changes of files as people read them: words by key, anything else by line. */
import type { Change } from './changes.ts';
import { type DiffLine, hunks, lineDiff, type WordChange, wordChanges, wordDiff } from './diff.ts';
import { editorOf, fileName } from './names.ts';

const direction = (path: string): 'auto' | undefined =>
  path.includes('/locales/') ? 'auto' : undefined;

/** Colour alone tells nobody anything: marks are elements that readers of screens name. */
const Piece = ({ line }: { line: DiffLine }) => {
  if (line.kind === 'out') return <del>{line.text}</del>;
  return line.kind === 'in' ? <ins>{line.text}</ins> : <>{line.text}</>;
};

const Sentence = ({ kind, pieces }: { kind: 'out' | 'in'; pieces: readonly DiffLine[] }) => (
  <>
    {pieces
      .filter((piece) => piece.kind === 'same' || piece.kind === kind)
      .map((piece) => (
        <Piece line={piece} />
      ))}
  </>
);

function WordRow({ change, path }: { change: WordChange; path: string }) {
  const { key, before, after } = change;
  const pieces = wordDiff(before ?? '', after ?? '');
  const dir = direction(path);
  return (
    <tr>
      <th scope="row">
        <code>{key}</code>
      </th>
      <td dir={dir} data-label="Before">
        {before === undefined ? <i>not there</i> : <Sentence kind="out" pieces={pieces} />}
      </td>
      <td dir={dir} data-label="After">
        {after === undefined ? <i>gone</i> : <Sentence kind="in" pieces={pieces} />}
      </td>
    </tr>
  );
}

const Words = ({ words, path }: { words: readonly WordChange[]; path: string }) => (
  <div class="scroll" tabindex={0} role="region" aria-label={`Words of ${fileName(path)}`}>
    <table class="diff-words">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {words.map((change) => (
          <WordRow change={change} path={path} />
        ))}
      </tbody>
    </table>
  </div>
);

const MARKS = { same: ' ', out: '−', in: '+' } as const;

const Line = ({ line }: { line: DiffLine }) => (
  <span class={`line ${line.kind}`}>
    <span aria-hidden="true">{MARKS[line.kind]} </span>
    <Piece line={line} />
    {'\n'}
  </span>
);

export const Lines = ({ before, after }: { before: string; after: string }) => (
  <pre class="diff" tabindex={0}>
    {hunks(lineDiff(before, after)).map(({ skipped, lines }) => (
      <>
        {skipped > 0 && <span class="skipped">{`… ${skipped} lines that stayed\n`}</span>}
        {lines.map((line) => (
          <Line line={line} />
        ))}
      </>
    ))}
  </pre>
);

const kindOf = ({ before, after }: Change): { words: string; tone: string } => {
  if (before === undefined) return { words: 'new', tone: 'good' };
  return after === undefined ? { words: 'goes', tone: 'stop' } : { words: 'changed', tone: 'wait' };
};

function Contents({ change }: { change: Change }) {
  const { path, before, after } = change;
  const words = path.endsWith('.json') ? wordChanges(before, after) : undefined;
  if (words && words.length > 0) return <Words words={words} path={path} />;
  return <Lines before={before ?? ''} after={after ?? ''} />;
}

/** One file; `action` stands beside its name, such as a way to take the change back. */
export function ChangeView({
  change,
  open,
  action,
}: {
  change: Change;
  open: boolean;
  action?: unknown;
}) {
  const { words, tone } = kindOf(change);
  return (
    <details class="change" open={open}>
      <summary>
        <span class="name">{fileName(change.path)}</span>{' '}
        <span class={`pill ${tone}`}>{words}</span>
      </summary>
      <div class="tools">
        <code>{change.path}</code>
        {change.after !== undefined && <a href={editorOf(change.path)}>Edit</a>}
        {action}
      </div>
      <Contents change={change} />
    </details>
  );
}

/** A page full of open changes is read by nobody. */
const OPEN_MAX = 4;

export const ChangeList = ({
  changes,
  action,
}: {
  changes: readonly Change[];
  action?: (change: Change) => unknown;
}) => (
  <>
    {changes.map((change, at) => (
      <ChangeView change={change} open={at < OPEN_MAX} action={action?.(change)} />
    ))}
  </>
);
