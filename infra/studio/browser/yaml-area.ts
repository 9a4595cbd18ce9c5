/** A text area with YAML becomes an editor; the area stays what the form sends. */
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorView, keymap } from '@codemirror/view';
import { basicSetup } from 'codemirror';
import { metaOf } from './dom.ts';
import { LOOK } from './editor.ts';
import { YAML } from './language.ts';

export type LineProblem = { line: number; got: string; wanted: string };
export type YamlArea = {
  underline(problems: readonly LineProblem[]): void;
  go(line: number): void;
};

/** Tab is left to the page: Enter goes in as far as the line above, which is what YAML needs. */
export function yamlArea(area: HTMLTextAreaElement): YamlArea {
  const label = area.labels[0]?.textContent.trim() ?? '';
  const save = () => {
    area.form?.requestSubmit();
    return true;
  };
  const view = new EditorView({
    doc: area.value,
    extensions: [
      EditorView.cspNonce.of(metaOf('studio-nonce')),
      keymap.of([{ key: 'Mod-s', preventDefault: true, run: save }]),
      basicSetup,
      lintGutter(),
      EditorView.lineWrapping,
      YAML,
      LOOK,
      EditorView.contentAttributes.of({
        'aria-label': label,
        'aria-describedby': area.getAttribute('aria-describedby') ?? '',
        spellcheck: 'false',
        tabindex: '0',
      }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        area.value = update.state.doc.toString();
        area.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    ],
  });
  area.hidden = true;
  area.before(view.dom);
  view.dom.classList.add('yaml');
  const lineAt = (line: number) =>
    view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  return {
    underline(problems) {
      const diagnostics = problems.map(({ line, got, wanted }) => {
        const { from, to, text } = lineAt(line);
        const indent = text.length - text.trimStart().length;
        const message = `Got ${got}.\nWanted: ${wanted}.`;
        return { from: Math.min(from + indent, to), to, severity: 'error' as const, message };
      });
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    go(line) {
      const { from } = lineAt(line);
      const effects = EditorView.scrollIntoView(from, { y: 'center' });
      view.dispatch({ selection: { anchor: from }, effects });
      view.focus();
    },
  };
}
