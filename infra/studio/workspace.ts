/** Where the files that are edited lie: a folder, drafts over a published release, or memory. */
import { createHash } from 'node:crypto';
import { SHARED, TEMPLATE_FILE, type TemplateFiles } from '../templates/files.ts';
import type { SavedFile, Workspace } from './deps.ts';

/** Something other than a template was to be read or written. */
export class NoTemplateFile extends Error {
  readonly code = 'no-template-file';
  constructor(path: string) {
    super(`got ${path}, wanted a file such as ${SHARED}/layout.mjml`);
    this.name = 'NoTemplateFile';
  }
}

/** Throws NoTemplateFile: no path leads out of the folder. */
export function templatePath(path: string): string {
  if (!TEMPLATE_FILE.test(path)) throw new NoTemplateFile(path);
  return path;
}

export const tagOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 16);

/** For tests, and to try something out. */
export function memoryWorkspace(files: TemplateFiles, name = 'files in memory'): Workspace {
  const kept = new Map(files);
  const read = (path: string): SavedFile | undefined => {
    const text = kept.get(templatePath(path));
    return text === undefined ? undefined : { text, tag: tagOf(text) };
  };
  return {
    name,
    files: async () => new Map(kept),
    read: async (path) => read(path),
    async save(path, text, was) {
      const there = read(path);
      if (there?.tag !== was) return { conflict: there ?? { text: '', tag: '' } };
      kept.set(path, text);
      return { saved: tagOf(text) };
    },
  };
}
