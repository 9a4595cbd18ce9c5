/** Somebody else saved the same file: both texts side by side, and nothing is lost. */
import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import type { SaveAnswer } from '../mail/wire.ts';
import type { Doc } from './documents.ts';
import { element, metaOf } from './dom.ts';
import { LOOK } from './editor.ts';

export type Theirs = Extract<SaveAnswer, { conflict: unknown }>['conflict'];
/** `later`: nothing is saved, and the own text stays in the editor. */
export type Settled = { save: string } | 'take theirs' | 'later';

const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

const whoSaved = ({ by, at, tag }: Theirs): string => {
  const what = tag === '' ? 'deleted' : 'saved';
  const when = at === undefined ? '' : ` on ${time.format(new Date(at))}`;
  return `${by ?? 'Somebody else'} ${what} this file${when}, after you began.`;
};

const side = (label: string, readOnly: boolean) => [
  EditorView.cspNonce.of(metaOf('studio-nonce')),
  basicSetup,
  EditorView.lineWrapping,
  LOOK,
  EditorState.readOnly.of(readOnly),
  EditorView.contentAttributes.of({ 'aria-label': label }),
];

const button = (text: string, kind = ''): HTMLButtonElement =>
  element('button', { type: 'button', class: kind }, text);

/** What differs may stand far below. */
function showFirst({ chunks, b }: MergeView): void {
  const [first] = chunks;
  if (!first) return;
  const at = Math.min(first.fromB, b.state.doc.length);
  b.dispatch({ effects: EditorView.scrollIntoView(at, { y: 'center' }) });
}

/** Shows both texts, the own one to be changed, until somebody decides. */
export function settle(doc: Doc, theirs: Theirs): Promise<Settled> {
  const title = element('h2', { id: 'conflict-title' }, `Two texts of ${doc.source.path}`);
  const place = element('div', { class: 'merge' });
  const save = button('Save the right side', 'first');
  const take = button('Take theirs');
  const later = button('Not now');
  const dialog = element(
    'dialog',
    { class: 'conflict', 'aria-labelledby': 'conflict-title' },
    title,
    element(
      'p',
      {},
      `${whoSaved(theirs)} Change the right side until it holds what you both want.`,
    ),
    element(
      'div',
      { class: 'sides', 'aria-hidden': 'true' },
      element('b', {}, 'Theirs'),
      element('b', {}, 'Yours'),
    ),
    place,
    element('p', { class: 'buttons' }, save, take, later),
  );
  document.body.append(dialog);
  const view = new MergeView({
    a: { doc: theirs.text, extensions: side('Their text, saved', true) },
    b: { doc: doc.text, extensions: side('Your text, not saved', false) },
    parent: place,
    revertControls: 'a-to-b',
  });
  dialog.showModal();
  showFirst(view);
  save.focus();
  return new Promise((resolve) => {
    const end = (settled: Settled) => {
      view.destroy();
      dialog.remove();
      resolve(settled);
    };
    save.addEventListener('click', () => end({ save: view.b.state.doc.toString() }));
    take.addEventListener('click', () => end('take theirs'));
    later.addEventListener('click', () => end('later'));
    dialog.addEventListener('cancel', () => end('later'));
  });
}
