/** Published models in memory: for tests and tools. Held to the same suite as DynamoDB's. */
import {
  MODELS_KEPT,
  type Manifest,
  type ModelHistory,
  type ModelStore,
  type Pointer,
} from '../../app/models.ts';
import { PerennialError } from '../../contract/errors.ts';
import { hashId } from '../../contract/ids.ts';
import type { Model, Tables } from '../../contract/predictions.ts';

export type MemoryModels = ModelStore & ModelHistory & { parts: Map<string, string> };

/** `parts`: JSON by content hash; a test may lose one. */
export function memoryModels(): MemoryModels {
  const parts = new Map<string, string>();
  let pointer: Pointer = { version: 0, manifests: [] };
  const published: Manifest[] = [];
  const keep = (value: unknown): string => {
    const json = JSON.stringify(value);
    const name = hashId('part', json);
    parts.set(name, json);
    return name;
  };
  const read = ([name = '']: readonly string[]): unknown => {
    const json = parts.get(name);
    if (json === undefined) throw new PerennialError('model-part-missing', `part ${name}: none`);
    return JSON.parse(json);
  };
  const move = (was: Pointer, next: Omit<Pointer, 'version'>): boolean => {
    if (was.version !== pointer.version) return false;
    pointer = structuredClone({ ...next, version: was.version + 1 });
    return true;
  };
  return {
    parts,
    pointer: async () => structuredClone(pointer),
    model: async ({ model }) => read(model) as Model,
    tables: async ({ tables }) => (tables.length > 0 ? (read(tables) as Tables) : undefined),
    publish: async (was, { model, tables, at, state }) => {
      const manifest: Manifest = {
        ...state,
        id: model.id,
        from: model.from,
        publishedAt: at,
        model: [keep(model)],
        tables: tables ? [keep(tables)] : [],
      };
      const manifests = [manifest, ...was.manifests].slice(0, MODELS_KEPT);
      if (!move(was, { lookedAt: at, manifests })) return 'overtaken';
      published.push(structuredClone(manifest));
      return 'published';
    },
    looked: async (was, lookedAt) =>
      move(was, { manifests: was.manifests, lookedAt }) ? 'noted' : 'overtaken',
    history: async () => structuredClone(published),
  };
}
