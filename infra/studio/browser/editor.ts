/** The editor itself: one view, a document for each tab. */
import { indentWithTab, isolateHistory } from '@codemirror/commands';
import { type Action, type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, Prec, type Text } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { nearest } from '../mail/nearest.ts';
import type { Boot, Lists, Mark } from '../mail/wire.ts';
import type { Doc, Documents } from './documents.ts';
import { announce, metaOf } from './dom.ts';
import { languageOf } from './language.ts';

/** So long Tab moves on after Esc; whoever needs longer presses it again. */
const TAB_MOVES_MS = 10_000;

export type Editor = {
  /** The file in the editor. */
  current(): Doc;
  show(doc: Doc, place?: { line: number; column: number }): void;
  /** Puts another text into it; Ctrl-Z takes it back. */
  replace(doc: Doc, text: string): void;
  /** Underlines what is wrong in the files, as their marks say. */
  underline(): void;
};

export type EditorParts = {
  root: HTMLElement;
  boot: Boot;
  documents: Documents;
  changed(doc: Doc): void;
  save(): void;
};

export const LOOK = EditorView.theme({
  '&': { height: '100%', fontSize: '13.5px', backgroundColor: 'var(--card)', color: 'var(--ink)' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
    lineHeight: '1.6',
  },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--card)', color: 'var(--soft)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--line-now)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    {
      backgroundColor: 'var(--picked) !important',
    },
  '.cm-tooltip': {
    backgroundColor: 'var(--card)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: '8px',
    maxWidth: '440px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--accent-ink)',
  },
  '.cm-completionDetail': { color: 'inherit', opacity: '.8', fontStyle: 'normal' },
  '.cm-matchingBracket': { backgroundColor: 'var(--tint) !important' },
  '.cm-panels': { backgroundColor: 'var(--tint)', color: 'var(--ink)' },
});

/** Where a mark stands in the text as it is now; it may have grown shorter since. */
function rangeOf(
  state: EditorState,
  { line, from, to }: Pick<Mark, 'line' | 'from' | 'to'>,
): { from: number; to: number } {
  const { from: start, length } = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  return { from: start + Math.min(from, length), to: start + Math.min(Math.max(to, from), length) };
}

/** Every name that may stand in a mail. */
const namesOf = ({ variables, keys, filters, partials, items }: Lists): string[] =>
  [variables, keys, filters, partials, ...Object.values(items)].flat().map(({ label }) => label);

/** A name that was mistyped is mended with one click, or Enter. */
function mending(written: string, { instead }: Mark, lists: Lists): Action[] {
  const meant = instead ?? nearest(written, namesOf(lists));
  if (meant === undefined) return [];
  const apply: Action['apply'] = (view, from, to) =>
    view.dispatch({ changes: { from, to, insert: meant } });
  return [{ name: `Write ${meant}`, apply }];
}

const diagnostics = (state: EditorState, marks: readonly Mark[], lists: Lists): Diagnostic[] =>
  marks.map((mark) => {
    const range = rangeOf(state, mark);
    return {
      ...range,
      severity: mark.severity,
      message: `${mark.reason}\nWanted: ${mark.remedy}`,
      actions: mending(state.sliceDoc(range.from, range.to), mark, lists),
    };
  });

/** Esc closes what is open first; then it gives Tab back to the page. */
const LEAVING = keymap.of([
  indentWithTab,
  {
    key: 'Escape',
    run(view) {
      view.setTabFocusMode(TAB_MOVES_MS);
      announce('Tab leaves the editor now.');
      return true;
    },
  },
]);

const saving = (save: () => void) =>
  keymap.of([
    {
      key: 'Mod-s',
      preventDefault: true,
      run() {
        save();
        return true;
      },
    },
  ]);

function stateOf(doc: Doc, { boot, documents, changed, save }: EditorParts): EditorState {
  return EditorState.create({
    doc: doc.text,
    extensions: [
      EditorView.cspNonce.of(metaOf('studio-nonce')),
      Prec.high(saving(save)),
      Prec.low(LEAVING),
      basicSetup,
      lintGutter(),
      EditorView.lineWrapping,
      languageOf(doc.source.path, boot.lists),
      EditorView.contentAttributes.of({
        'aria-label': `Text of ${doc.source.path}`,
        'aria-describedby': 'editor-keys',
        spellcheck: 'false',
        // An editable element can be reached by Tab without it, but not every checker knows.
        tabindex: '0',
      }),
      LOOK,
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        documents.write(doc, update.state.doc);
        changed(doc);
      }),
    ],
  });
}

export function newEditor(parts: EditorParts): Editor {
  const { root, documents } = parts;
  const [first] = documents.all;
  if (!first) throw new Error('A mail has at least one file.');
  let current: Doc = first;
  const open = (doc: Doc): EditorState => (doc.state ??= stateOf(doc, parts));
  const view = new EditorView({ state: open(first), parent: root });
  let shown: { marks: string; text: Text } | undefined;
  const underline = () => {
    const { doc: text } = view.state;
    const marks = JSON.stringify(current.marks);
    // Underlining anew would close the reason that somebody is reading.
    if (shown?.marks === marks && shown.text === text) return;
    shown = { marks, text };
    const found = diagnostics(view.state, current.marks, parts.boot.lists);
    view.dispatch(setDiagnostics(view.state, found));
  };
  const show: Editor['show'] = (doc, place) => {
    if (doc !== current) {
      current.state = view.state;
      current = doc;
      view.setState(open(doc));
      underline();
    }
    if (!place) return;
    const { line, column } = place;
    const { from } = rangeOf(view.state, { line, from: column, to: column });
    view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    view.focus();
  };
  return {
    current: () => current,
    show,
    replace(doc, text) {
      const changes = { from: 0, to: doc.text.length, insert: text };
      // A step of its own: taking it back must not take back what was typed before.
      const change = { changes, annotations: isolateHistory.of('full') };
      if (doc === current) view.dispatch(change);
      else {
        const { state } = open(doc).update(change);
        doc.state = state;
        documents.write(doc, state.doc);
        parts.changed(doc);
      }
    },
    underline,
  };
}
