/** The files that are open: what is saved of each, and what is written beyond it. */
import type { EditorState, Text } from '@codemirror/state';
import type { Mark, Source } from '../mail/wire.ts';
import { keep, keptText } from './kept.ts';

export type Doc = {
  source: Source;
  /** As it was saved when it was read, or saved from here. */
  saved: string;
  tag: string | undefined;
  /** With its own undo history and cursor; made when it is first shown. */
  state?: EditorState;
  text: string;
  marks: Mark[];
};

export type Documents = {
  all: readonly Doc[];
  find(path: string): Doc | undefined;
  /** Written, but not saved. */
  changed(): Doc[];
  unsaved(): { [path: string]: string };
  write(doc: Doc, text: Text | string): void;
  /** What the workspace has now. */
  settle(doc: Doc, saved: string, tag: string): void;
  restored: readonly string[];
};

export const isChanged = (doc: Doc): boolean => doc.text !== doc.saved;

export function openDocuments(workspace: string, sources: readonly Source[]): Documents {
  const restored: string[] = [];
  const all = sources.map((source): Doc => {
    const kept = keptText(workspace, source.path);
    const doc: Doc = { source, saved: source.text, tag: source.tag, text: source.text, marks: [] };
    if (kept && kept.text !== source.text) {
      doc.text = kept.text;
      // It began with another text: saving asks, as if the page had never been left.
      doc.tag = kept.was;
      restored.push(source.path);
    }
    return doc;
  });
  const remember = (doc: Doc) => {
    const kept = { text: doc.text, ...(doc.tag !== undefined && { was: doc.tag }) };
    keep(workspace, doc.source.path, isChanged(doc) ? kept : undefined);
  };
  return {
    all,
    restored,
    find: (path) => all.find(({ source }) => source.path === path),
    changed: () => all.filter(isChanged),
    unsaved: () =>
      Object.fromEntries(all.filter(isChanged).map(({ source, text }) => [source.path, text])),
    write(doc, text) {
      doc.text = text.toString();
      remember(doc);
    },
    settle(doc, saved, tag) {
      doc.saved = saved;
      doc.tag = tag;
      remember(doc);
    },
  };
}
