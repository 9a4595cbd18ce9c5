/**
 * The models that `learn` publishes, as their readers see them. A reader looks every five minutes and a model
 * counts from ten minutes after its publication, so that every function has it when it begins to count.
 */
import type { Policy } from '../contract/journeys.ts';
import { WHAT_VERSION } from '../contract/prediction-what.ts';
import { WHEN_VERSION } from '../contract/prediction-when.ts';
import { WHO_VERSION } from '../contract/prediction-who.ts';
import type { Model, Tables } from '../contract/predictions.ts';
import { type Instant, MINUTE_MS } from '../contract/time.ts';
import { MODELS_SEEN } from '../domain/prediction/model-at.ts';

/** What `learn` must remember from night to night; it moves with the models, so no order counts twice. */
export type LearnState = {
  /** When the who-model was fitted, for which horizon, and the order days that the cells held then. */
  fittedAt?: Instant;
  fittedDays?: number;
  fittedOrders?: number;
  /** WHO_VERSION of then: another one is fitted anew the next night. */
  fittedVersion?: number;
  /** The last UTC date (`2026-11-20`) whose baskets are in the tables, and how many there are. */
  basketsThrough?: string;
  basketsLearned?: number;
};

/** One published state: a few hundred bytes; the parts hold the rest. */
export type Manifest = LearnState & {
  id: string;
  from: Instant;
  publishedAt: Instant;
  /** Content hashes of the parts, in their order. */
  model: string[];
  /** Empty while nothing is known of products. */
  tables: string[];
};

export type Pointer = {
  /** 0: never written. Grows with each write of the pointer. */
  version: number;
  /** When `learn` last looked at all cells and baskets, whether or not it found a reason to publish. */
  lookedAt?: Instant;
  /** Newest first, at most MODELS_KEPT. */
  manifests: Manifest[];
};

export type Publication = {
  model: Model;
  tables?: Tables;
  at: Instant;
  state: LearnState;
};

export type ModelStore = {
  pointer(): Promise<Pointer>;
  /** Throws when a part is missing or is not what it was. */
  model(manifest: Manifest): Promise<Model>;
  /** Undefined when nothing was known of products. */
  tables(manifest: Manifest): Promise<Tables | undefined>;
  /** The parts first, the pointer last and only from `was`: of two publishers at once one wins. */
  publish(was: Pointer, publication: Publication): Promise<'published' | 'overtaken'>;
  /** `learn` looked and found no reason to publish. */
  looked(was: Pointer, at: Instant): Promise<'noted' | 'overtaken'>;
};

export type ModelHistory = {
  /** Everything that was published and whose parts still live, oldest first: for replay. */
  history(): Promise<Manifest[]>;
};

/**
 * Models that the pointer names: those that are seen at a moment, one more to tell whether there were older
 * ones, and one that was published and has not begun.
 */
export const MODELS_KEPT = MODELS_SEEN + 2;
/** A new model counts so long after its publication. */
export const EFFECTIVE_AFTER_MS = 10 * MINUTE_MS;
/** Half of that, so that a reader that looked just before the publication looks again in time. */
export const LOOK_EVERY_MS = 5 * MINUTE_MS;
/** After a failed look, the next: soon, but not in every call of a busy function. */
export const LOOK_AGAIN_MS = MINUTE_MS / 2;

/**
 * A stored model as this release can read it: a part of another version is none, so that nothing is told from
 * numbers that mean something else. `learn` makes it anew.
 */
export function understood({ who, when, ...model }: Model): Model {
  return {
    ...model,
    ...(who?.version === WHO_VERSION && { who }),
    ...(when?.version === WHEN_VERSION && { when }),
  };
}

/** The same of tables. */
export const understoodTables = (tables: Tables | undefined): Tables | undefined =>
  tables?.what.version === WHAT_VERSION ? tables : undefined;

/** What readers need; `modelsOf` makes it. */
export type Models = { current(): Promise<{ models: readonly Model[] }> };

export type ReaderDeps = {
  store: Pick<ModelStore, 'pointer' | 'model' | 'tables'>;
  now(): Instant;
  count(name: string, value?: number): void;
};

/**
 * The published models, newest first; none before the first night. Looks at the store every five minutes;
 * when it cannot be read, what was known stays in use (counter `ModelsNotRead`).
 */
export function modelsOf(deps: ReaderDeps): Models {
  const manifestsOf = looking(deps);
  let known: { models: readonly Model[]; of: readonly Manifest[] } = { models: [], of: [] };
  const read = async (manifests: readonly Manifest[]) => {
    if (manifests === known.of) return;
    const models = await Promise.all(
      manifests.map(
        async (manifest) =>
          known.models.find(({ id }) => id === manifest.id) ??
          understood(await deps.store.model(manifest)),
      ),
    );
    known = { models, of: manifests };
  };
  return {
    current: async () => {
      await manifestsOf(read);
      return known;
    },
  };
}

/** The tables that count at a moment, for `deliver`; only these are kept, since they may be large. */
export type TablesReader = { at(moment: Instant): Promise<Tables | undefined> };

export function tablesOf(deps: ReaderDeps): TablesReader {
  const manifestsOf = looking(deps);
  let known: { id: string; tables: Tables | undefined } | undefined;
  let manifests: readonly Manifest[] = [];
  return {
    at: async (moment) => {
      await manifestsOf(async (found) => {
        manifests = found;
      });
      const wanted = effective(manifests, moment);
      if (!wanted) return undefined;
      if (known?.id === wanted.id) return known.tables;
      try {
        known = { id: wanted.id, tables: understoodTables(await deps.store.tables(wanted)) };
      } catch {
        deps.count('TablesNotRead');
      }
      return known?.tables;
    },
  };
}

/** The last whose `from` is at or before the moment. */
const effective = (manifests: readonly Manifest[], moment: Instant): Manifest | undefined =>
  manifests
    .filter(({ from }) => from <= moment)
    .reduce<Manifest | undefined>((a, b) => (a && a.from >= b.from ? a : b), undefined);

/**
 * Asks for the pointer when it is time, once for all who ask at the same moment. `use` gets the same list
 * while the pointer stands still; a look that fails leaves everything as it was.
 */
function looking({ store, now, count }: ReaderDeps) {
  let pointer: Pointer = { version: -1, manifests: [] };
  let nextLook = Number.NEGATIVE_INFINITY;
  let under: Promise<void> | undefined;
  const look = async (use: (manifests: readonly Manifest[]) => Promise<void>) => {
    try {
      const found = await store.pointer();
      const next = sameModels(pointer, found) ? pointer : found;
      await use(next.manifests);
      pointer = next;
      nextLook = now() + LOOK_EVERY_MS;
    } catch {
      count('ModelsNotRead');
      nextLook = now() + LOOK_AGAIN_MS;
    }
  };
  return async (use: (manifests: readonly Manifest[]) => Promise<void>): Promise<void> => {
    if (now() < nextLook) return;
    under ??= look(use).finally(() => {
      under = undefined;
    });
    await under;
  };
}

const sameModels = (a: Pointer, b: Pointer): boolean =>
  a.version >= 0 &&
  a.manifests.length === b.manifests.length &&
  a.manifests.every(({ id }, index) => id === b.manifests[index]?.id);

/** The release's policy with the models in it. The same object while both stay the same. */
export function withModels(
  policies: { current(): Promise<Policy> },
  models: Models,
): { current(): Promise<Policy> } {
  let kept: { policy: Policy; models: readonly Model[]; both: Policy } | undefined;
  return {
    current: async () => {
      const [policy, { models: found }] = await Promise.all([policies.current(), models.current()]);
      if (kept?.policy !== policy || kept.models !== found) {
        // An empty list, too: before the first night a shop that learns is another than one that never does.
        kept = { policy, models: found, both: { ...policy, models: found } };
      }
      return kept.both;
    },
  };
}
