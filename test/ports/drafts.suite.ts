/** What every store of drafts must do, in memory or in DynamoDB. */
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DraftStore } from '../../functions/contract/publishing.ts';

const PATH = 'post-purchase/first-thanks.mjml';
const draft = (text: string | null, path = PATH) => ({ path, text, author: 'Ada', at: 1 });

export function draftsSuite(name: string, make: () => Promise<DraftStore>): void {
  let store: DraftStore;
  beforeEach(async () => {
    store = await make();
  });

  describe(`the drafts (${name})`, () => {
    it('are what was saved last, and say so', async () => {
      expect(await store.read(PATH)).toBeUndefined();
      expect(await store.save(draft('one'), 0)).toEqual({ saved: { ...draft('one'), version: 1 } });
      expect(await store.save(draft('two'), 1)).toEqual({ saved: { ...draft('two'), version: 2 } });
      expect(await store.read(PATH)).toEqual({ ...draft('two'), version: 2 });
    });

    it('hold any text to the letter, and that a file is to go', async () => {
      let version = 0;
      const any = fc.option(fc.string({ unit: 'binary' }));
      await fc.assert(
        fc.asyncProperty(any, async (text) => {
          await store.save(draft(text), version);
          version += 1;
          expect(await store.read(PATH)).toEqual({ ...draft(text), version });
        }),
        { numRuns: 20 },
      );
    });

    it('are listed by path', async () => {
      for (const path of ['b/x.mjml', 'a/y.txt', 'é.json']) await store.save(draft(path, path), 0);
      const listed = await store.list();
      expect(listed.map(({ path }) => path)).toEqual(['a/y.txt', 'b/x.mjml', 'é.json']);
    });

    it('let one of two editors save, and show the other what is there', async () => {
      await store.save(draft('first'), 0);
      const outcomes = await Promise.all([
        store.save(draft('mine'), 1),
        store.save(draft('yours'), 1),
      ]);
      const won = outcomes.flatMap((one) => ('saved' in one ? [one.saved] : []));
      const lost = outcomes.flatMap((one) => ('conflict' in one ? [one.conflict] : []));
      expect(won).toHaveLength(1);
      expect(lost).toEqual(won);
      expect(await store.read(PATH)).toEqual(won[0]);
    });

    it('say so when they are gone', async () => {
      expect(await store.save(draft('late'), 3)).toEqual({ conflict: undefined });
      await store.save(draft('one'), 0);
      expect(await store.remove(PATH, 1)).toBe('removed');
      expect(await store.read(PATH)).toBeUndefined();
      expect(await store.list()).toEqual([]);
      expect(await store.save(draft('late'), 1)).toEqual({ conflict: undefined });
      expect(await store.remove(PATH, 1)).toBe('removed');
    });

    it('stay when somebody saved since', async () => {
      await store.save(draft('one'), 0);
      await store.save(draft('two'), 1);
      expect(await store.remove(PATH, 1)).toBe('changed');
      expect(await store.read(PATH)).toMatchObject({ text: 'two' });
    });

    it('begun anew are never taken for the removed ones', async () => {
      await store.save(draft('old'), 0);
      await store.remove(PATH, 1);
      const anew = await store.save(draft('new'), 0);
      expect(anew).toEqual({ saved: { ...draft('new'), version: 2 } });
      expect(await store.save(draft('from before'), 1)).toEqual({
        conflict: { ...draft('new'), version: 2 },
      });
      expect(await store.remove(PATH, 1)).toBe('changed');
    });
  });
}
