/** Where the files that are edited lie: a folder, drafts over a published release, or memory. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DraftStore } from '../../functions/contract/publishing.ts';
import type { Instant } from '../../functions/contract/time.ts';
import { readTemplates, SHARED, TEMPLATE_FILE, type TemplateFiles } from '../templates/files.ts';
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

const savedFile = (text: string | undefined): SavedFile | undefined =>
  text === undefined ? undefined : { text, tag: tagOf(text) };

/** What somebody meets who began with a file that is no more. */
const GONE: SavedFile = { text: '', tag: '' };

/** For tests, and to try something out. */
export function memoryWorkspace(files: TemplateFiles, name = 'files in memory'): Workspace {
  const kept = new Map(files);
  const read = (path: string) => savedFile(kept.get(templatePath(path)));
  return {
    name,
    files: async () => new Map([...kept].sort()),
    read: async (path) => read(path),
    async save(path, text, was) {
      const there = read(path);
      if (there?.tag !== was) return { conflict: there ?? GONE };
      if (text === null) kept.delete(path);
      else kept.set(path, text);
      return { saved: text === null ? '' : tagOf(text) };
    },
  };
}

/** Absent files are no error here; anything else that the disk says is. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file is there as it was or as it is: never half. */
function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/**
 * The folder of a repository, where other editors and git write too. Comparing and writing happen without a
 * pause, so two pages of this studio never write over each other; another program has to hit the same
 * millisecond.
 */
export function folderWorkspace(dir: string, name: string): Workspace {
  const read = (path: string) => savedFile(readIfThere(join(dir, templatePath(path))));
  const changedAt = (path: string): Instant => Math.round(statSync(join(dir, path)).mtimeMs);
  return {
    name,
    files: async () => readTemplates(dir),
    read: async (path) => read(path),
    async save(path, text, was) {
      const there = read(path);
      if (there?.tag !== was) {
        return { conflict: there ? { ...there, at: changedAt(path) } : GONE };
      }
      const file = join(dir, path);
      if (text === null) rmSync(file, { force: true });
      else if (text !== there?.text) writeWhole(file, text);
      return { saved: text === null ? '' : tagOf(text) };
    },
  };
}

export type DraftParts = {
  name: string;
  drafts: DraftStore;
  /** The sources that customers get now. */
  published(): Promise<TemplateFiles>;
  now(): Instant;
};

/** The store said that another was quicker, and yet the text is the one that was known: published meanwhile. */
const ATTEMPTS_MAX = 3;

/** Everybody who works on a stage sees the same drafts; customers get none of them before they are published. */
export function draftWorkspace({ name, drafts, published, now }: DraftParts): Workspace {
  const there = async (path: string) => {
    const draft = await drafts.read(templatePath(path));
    const text = draft ? (draft.text ?? undefined) : (await published()).get(path);
    return { draft, file: savedFile(text) };
  };
  return {
    name,
    async files() {
      const files = new Map(await published());
      for (const { path, text } of await drafts.list()) {
        if (text === null) files.delete(path);
        else files.set(path, text);
      }
      return new Map([...files].sort());
    },
    read: async (path) => (await there(path)).file,
    async save(path, text, was, author) {
      for (let attempt = 1; ; attempt += 1) {
        const { draft, file } = await there(path);
        const next = { path, text, author, at: now() };
        const outcome =
          file?.tag === was ? await drafts.save(next, draft?.version ?? 0) : undefined;
        if (outcome && 'saved' in outcome) return { saved: text === null ? '' : tagOf(text) };
        if (outcome === undefined || attempt === ATTEMPTS_MAX) {
          const { author: by, at } = draft ?? {};
          return { conflict: { ...(file ?? GONE), ...(by && at && { by, at }) } };
        }
      }
    },
    drafts: () => drafts.list(),
    async published(files) {
      for (const { path, text, version } of await drafts.list()) {
        if ((text ?? undefined) === files.get(path)) await drafts.remove(path, version);
      }
    },
  };
}
