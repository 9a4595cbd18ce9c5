/** Drafts in memory: for tests and tools. Held to the same suite as DynamoDB's. */
import type { Draft, DraftStore } from '../../contract/publishing.ts';

export function memoryDrafts(): DraftStore {
  const drafts = new Map<string, Draft>();
  /** By path, of drafts that are there and of those that were removed. */
  const versions = new Map<string, number>();
  const versionOf = (path: string): number => drafts.get(path)?.version ?? 0;
  return {
    list: async () => structuredClone([...drafts.values()].sort(byPath)),
    read: async (path) => structuredClone(drafts.get(path)),
    save: async ({ path, text, author, at }, was) => {
      if (versionOf(path) !== was) return { conflict: structuredClone(drafts.get(path)) };
      const saved: Draft = { path, text, author, at, version: (versions.get(path) ?? 0) + 1 };
      versions.set(path, saved.version);
      drafts.set(path, saved);
      return { saved: structuredClone(saved) };
    },
    remove: async (path, was) => {
      if (drafts.has(path) && versionOf(path) !== was) return 'changed';
      drafts.delete(path);
      return 'removed';
    },
  };
}

/** As DynamoDB sorts keys: by their UTF-8 bytes. */
const byPath = (a: Draft, b: Draft): number => Buffer.from(a.path).compare(Buffer.from(b.path));
