/** Saves what was written, file by file; a file that somebody else saved meanwhile is settled first. */
import type { SaveAnswer, SaveRequest } from '../mail/wire.ts';
import { NotAnswered, post } from './api.ts';
import { settle } from './conflict.ts';
import type { Doc, Documents } from './documents.ts';
import { announce } from './dom.ts';
import type { Editor } from './editor.ts';

type Saving = { url: string; documents: Documents; editor: Editor };

/** Whether the file is saved now. */
async function saveOne({ url, documents, editor }: Saving, doc: Doc): Promise<boolean> {
  for (;;) {
    const { text } = doc;
    const request: SaveRequest = { path: doc.source.path, text, ...(doc.tag && { was: doc.tag }) };
    const { body } = await post<SaveAnswer>(url, request);
    if ('saved' in body) {
      documents.settle(doc, text, body.saved);
      return true;
    }
    editor.show(doc);
    const settled = await settle(doc, body.conflict);
    if (settled === 'later') return false;
    if (settled === 'take theirs') {
      editor.replace(doc, body.conflict.text);
      documents.settle(doc, body.conflict.text, body.conflict.tag);
      return true;
    }
    editor.replace(doc, settled.save);
    doc.tag = body.conflict.tag;
  }
}

const named = (docs: readonly Doc[]): string => docs.map(({ source }) => source.path).join(', ');

/** One save at a time: the second would begin with tags that the first changes. */
export function newSaver(saving: Saving, done: () => void): () => Promise<void> {
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    const saved: Doc[] = [];
    try {
      const changed = saving.documents.changed();
      if (changed.length === 0) announce('Everything is saved already.');
      for (const doc of changed) if (await saveOne(saving, doc)) saved.push(doc);
      if (saved.length > 0) announce(`Saved ${named(saved)}.`);
    } catch (error) {
      if (!(error instanceof NotAnswered)) throw error;
      announce(error.message);
    } finally {
      busy = false;
      done();
    }
  };
}
