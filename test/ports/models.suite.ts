/** What every model store must do, in memory or in DynamoDB. */
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ModelHistory,
  MODELS_KEPT,
  type ModelStore,
  type Publication,
} from '../../functions/app/models.ts';
import type { Model, Tables } from '../../functions/contract/predictions.ts';
import { DAY_MS } from '../../functions/contract/time.ts';

const AT = Date.UTC(2026, 5, 1, 2, 17);

/** The suite never looks into a model: any JSON will do. */
const publication = (id: string, at = AT, content: unknown = id): Publication => ({
  model: { id, from: at + 600_000, who: content } as unknown as Model,
  tables: { id, from: at + 600_000, what: content } as unknown as Tables,
  at,
  state: { fittedAt: at, fittedOrders: 7, basketsThrough: '2026-05-30' },
});

export function modelsSuite(
  name: string,
  make: () => Promise<{ store: ModelStore & ModelHistory; loseParts(): Promise<void> }>,
): void {
  let store: ModelStore & ModelHistory;
  let loseParts: () => Promise<void>;
  beforeEach(async () => ({ store, loseParts } = await make()));

  /** Publishes on top of what is there; resolves to the manifests, newest first. */
  async function publish(next: Publication) {
    expect(await store.publish(await store.pointer(), next)).toBe('published');
    return (await store.pointer()).manifests;
  }

  describe(`the model store (${name})`, () => {
    it('names no model before the first night', async () => {
      expect(await store.pointer()).toEqual({ version: 0, manifests: [] });
    });

    it('gives back the model, the tables and the state that were published', async () => {
      const [manifest, ...others] = await publish(publication('first'));
      expect(others).toEqual([]);
      expect(manifest).toMatchObject({
        id: 'first',
        from: AT + 600_000,
        publishedAt: AT,
        fittedAt: AT,
        fittedOrders: 7,
        basketsThrough: '2026-05-30',
      });
      expect(await store.model(manifest!)).toEqual(publication('first').model);
      expect(await store.tables(manifest!)).toEqual(publication('first').tables);
    });

    it('gives back any JSON to the letter, however it is cut', async () => {
      const json = fc.jsonValue({ maxDepth: 4 });
      await fc.assert(
        fc.asyncProperty(json, async (content) => {
          const wanted = publication('any', AT, content);
          const [manifest] = await publish(wanted);
          expect(JSON.stringify(await store.model(manifest!))).toBe(JSON.stringify(wanted.model));
        }),
        { numRuns: 30 },
      );
    });

    it('has no tables while nothing is known of products', async () => {
      const { tables: _, ...bare } = publication('bare');
      const [manifest] = await publish(bare);
      expect(manifest?.tables).toEqual([]);
      expect(await store.tables(manifest!)).toBeUndefined();
    });

    it('keeps the newest few models, the newest first, and each can still be read', async () => {
      for (let night = 0; night <= MODELS_KEPT; night += 1) {
        await publish(publication(`night-${night}`, AT + night * DAY_MS));
      }
      const { manifests } = await store.pointer();
      const nights = Array.from(
        { length: MODELS_KEPT },
        (_, back) => `night-${MODELS_KEPT - back}`,
      );
      expect(manifests.map(({ id }) => id)).toEqual(nights);
      for (const manifest of manifests) {
        expect((await store.model(manifest)).id).toBe(manifest.id);
      }
    });

    it('lets one of two publishers win, and the other one know', async () => {
      const was = await store.pointer();
      const outcomes = await Promise.all([
        store.publish(was, publication('mine')),
        store.publish(was, publication('theirs')),
      ]);
      expect(outcomes.sort()).toEqual(['overtaken', 'published']);
      const { manifests } = await store.pointer();
      expect(manifests).toHaveLength(1);
      expect((await store.model(manifests[0]!)).id).toBe(manifests[0]?.id);
    });

    it('tells replay of everything that was published, and of nothing that was not', async () => {
      const was = await store.pointer();
      for (let night = 0; night <= MODELS_KEPT; night += 1) {
        await publish(publication(`night-${night}`, AT + night * DAY_MS));
      }
      expect(await store.publish(was, publication('late', AT + DAY_MS / 2))).toBe('overtaken');
      const history = await store.history();
      const nights = Array.from({ length: MODELS_KEPT + 1 }, (_, night) => `night-${night}`);
      expect(history.map(({ id }) => id)).toEqual(nights);
      expect((await store.model(history[0]!)).id).toBe('night-0');
    });

    it('notes a night that published nothing, and names the same models', async () => {
      const before = await publish(publication('first'));
      const was = await store.pointer();
      expect(await store.looked(was, AT + DAY_MS)).toBe('noted');
      expect(await store.looked(was, AT + 2 * DAY_MS)).toBe('overtaken');
      expect(await store.pointer()).toMatchObject({ lookedAt: AT + DAY_MS, manifests: before });
    });

    it('throws where a part is gone', async () => {
      const [manifest] = await publish(publication('gone'));
      await loseParts();
      await expect(store.model(manifest!)).rejects.toMatchObject({ code: 'model-part-missing' });
    });
  });
}
