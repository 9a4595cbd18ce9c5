/** The page of one mail: its source becomes an editor, and its preview follows what is typed. */
import type { Boot, ChecksAnswer, Mark, PreviewAnswer } from '../mail/wire.ts';
import { NotAnswered, post, wasAborted } from './api.ts';
import { type Doc, type Documents, openDocuments } from './documents.ts';
import { announce, element, wanted } from './dom.ts';
import { type Editor, newEditor } from './editor.ts';
import { listFindings, sameMark } from './findings.ts';
import { lookNow, onLook, showPreview, watchFrame } from './preview.ts';
import { newSaver } from './saving.ts';
import { newTabs, type Tabs } from './tabs.ts';

/** Pauses of typing: within a word nobody needs a preview; all checks wait for a longer one. */
const PREVIEW_AFTER_MS = 120;
const CHECKS_AFTER_MS = 600;

type Parts = { boot: Boot; documents: Documents; editor: Editor; tabs: Tabs };

/** Calls that follow each other so closely are one; a call that came too late is aborted by the next. */
function paced(ms: number, work: (signal: AbortSignal) => Promise<void>): () => void {
  let timer = 0;
  let running: AbortController | undefined;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      running?.abort();
      running = new AbortController();
      work(running.signal).catch((error: unknown) => {
        if (wasAborted(error)) return;
        if (error instanceof NotAnswered) announce(error.message);
        else throw error;
      });
    }, ms);
  };
}

/** What is wrong: at once what the text itself tells, later what all rendered mails tell. */
function newLint({ documents, editor, tabs, boot }: Parts) {
  let { ofText } = boot;
  let ofMails: Mark[] = boot.marks;
  const go = ({ file, line, from }: Mark) => {
    const doc = documents.find(file);
    if (!doc) return;
    tabs.show(doc);
    editor.show(doc, { line, column: from });
  };
  const show = () => {
    const marks = [
      ...ofText,
      ...ofMails.filter((mark) => !ofText.some((own) => sameMark(own, mark))),
    ];
    for (const doc of documents.all) {
      doc.marks = marks.filter(({ file }) => file === doc.source.path);
    }
    editor.underline();
    tabs.refresh();
    listFindings(wanted('#findings'), marks, { documents, go });
  };
  return {
    show,
    text(marks: Mark[]) {
      // What the text itself told before is told anew, or mended.
      ofMails = ofMails.filter((mark) => !ofText.some((own) => sameMark(own, mark)));
      ofText = marks;
      show();
    },
    mails(marks: Mark[]) {
      ofMails = marks;
      show();
    },
  };
}

function follow(parts: Parts): () => void {
  const { boot, documents } = parts;
  const lint = newLint(parts);
  const preview = paced(PREVIEW_AFTER_MS, async (signal) => {
    const asked = { files: documents.unsaved(), look: lookNow() };
    const { body } = await post<PreviewAnswer>(boot.urls.preview, asked, signal);
    showPreview(body);
    lint.text(body.marks);
  });
  const checks = paced(CHECKS_AFTER_MS, async (signal) => {
    const { body } = await post<ChecksAnswer>(
      boot.urls.checks,
      { files: documents.unsaved() },
      signal,
    );
    lint.mails(body.marks);
  });
  onLook(preview);
  lint.show();
  checks();
  return () => {
    preview();
    checks();
  };
}

/** Save and its state; how the keyboard gets in and out of the editor. */
function toolbar(documents: Documents, save: () => void, discard: () => void) {
  const button = element('button', { type: 'button', class: 'first' }, 'Save');
  const back = element('button', { type: 'button' }, 'Discard changes');
  button.addEventListener('click', save);
  back.addEventListener('click', discard);
  const told = element('p', { id: 'told', role: 'status' });
  const hint = element(
    'p',
    { id: 'editor-keys', class: 'note' },
    'Ctrl+S saves. Ctrl+Space offers what may stand here. Esc, then Tab leaves the editor.',
  );
  const refresh = () => {
    const count = documents.changed().length;
    button.disabled = count === 0;
    back.disabled = count === 0;
    button.textContent = count > 1 ? `Save ${count} files` : 'Save';
  };
  return { root: element('div', { class: 'tools' }, button, back, told), hint, refresh };
}

/** Files that were changed before the page was loaded anew. */
function tellRestored({ restored }: Documents): void {
  if (restored.length > 0)
    announce(`What you had not saved is here again: ${restored.join(', ')}.`);
}

const askBeforeLeaving = (documents: Documents): void =>
  window.addEventListener('beforeunload', (event) => {
    if (documents.changed().length > 0) event.preventDefault();
  });

export function start(): void {
  const boot = JSON.parse(wanted('#boot').textContent ?? '') as Boot;
  const documents = openDocuments(boot.workspace, boot.sources);
  const panel = element('div', { id: 'editor-panel', role: 'tabpanel', 'aria-label': 'Editor' });
  const tabs = newTabs(documents.all, choose);
  const tools = toolbar(documents, () => void save(), discard);
  wanted('#editor').replaceChildren(tabs.root, panel, tools.root, tools.hint);
  const editor = newEditor({
    root: panel,
    boot,
    documents,
    changed: () => changed(),
    save: () => void save(),
  });
  const ask = follow({ boot, documents, editor, tabs });
  const changed = () => {
    tabs.refresh();
    tools.refresh();
    ask();
  };
  const save = newSaver({ url: boot.urls.save, documents, editor }, changed);
  /** `?line=12`: other pages lead to a line of the mail. */
  function goToAsked(doc: Doc): void {
    const line = Number(new URLSearchParams(location.search).get('line'));
    if (line > 0) editor.show(doc, { line, column: 0 });
  }
  function choose(doc: Doc): void {
    tabs.show(doc);
    editor.show(doc);
  }
  function discard(): void {
    for (const doc of documents.changed()) editor.replace(doc, doc.saved);
    announce('All files are as they were saved. Ctrl+Z in the editor takes that back.');
  }
  const [first] = documents.all;
  if (first) {
    choose(first);
    goToAsked(first);
  }
  for (const frame of document.querySelectorAll<HTMLIFrameElement>('#cards iframe'))
    watchFrame(frame);
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 's') return;
    // Within the editor its own keys have saved already.
    if (event.defaultPrevented) return;
    event.preventDefault();
    void save();
  });
  askBeforeLeaving(documents);
  tellRestored(documents);
  if (documents.changed().length > 0) changed();
  else tools.refresh();
}
