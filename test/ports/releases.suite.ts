/** What every release store must do, in memory or in DynamoDB. */
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type {
  NewPublication,
  Publication,
  ReleaseStore,
  StepRegistry,
} from '../../functions/contract/publishing.ts';
import { DAY_MS, HOUR_MS } from '../../functions/contract/time.ts';
import { THANKS, thanks } from '../builders/releases.ts';

const AT = Date.UTC(2026, 5, 1, 9);

export function releasesSuite(
  name: string,
  make: () => Promise<{ store: ReleaseStore; loseParts(): Promise<void> }>,
): void {
  let store: ReleaseStore;
  let loseParts: () => Promise<void>;
  beforeEach(async () => ({ store, loseParts } = await make()));

  /** Publishes on top of what is there. */
  async function publish(next: NewPublication): Promise<Publication> {
    const outcome = await store.publish(await store.current(), next);
    if (!('published' in outcome)) throw new Error('overtaken');
    return outcome.published;
  }

  describe(`the release store (${name})`, () => {
    it('has nothing before the first publication', async () => {
      expect(await store.current()).toBeUndefined();
      expect(await store.look()).toBeUndefined();
      expect(await store.version(1)).toBeUndefined();
      expect(await store.history()).toEqual([]);
      expect(await store.seenSince(0)).toEqual([]);
      expect(await store.steps()).toEqual({});
    });

    it('gives back head, mails, files and steps as they were published', async () => {
      const next = thanks('first', AT);
      const published = await publish(next);
      expect(published).toMatchObject({ version: 1, release: 'first', at: AT, how: 'published' });
      expect(await store.current()).toEqual(published);
      expect(await store.look()).toEqual(published);
      expect(await store.version(1)).toEqual(published);
      expect(await store.head(published)).toEqual(next.content.head);
      expect(await store.template(published, THANKS)).toEqual(next.content.templates[THANKS]);
      expect(await store.template(published, 'thanks/none')).toBeUndefined();
      expect(await store.files(published)).toEqual(next.content.files);
      expect(await store.steps()).toEqual(next.steps);
    });

    it('gives back any text to the letter', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
          const next = thanks('any', AT, { text });
          const published = await publish(next);
          expect(await store.template(published, THANKS)).toEqual(next.content.templates[THANKS]);
          expect(await store.files(published)).toEqual(next.content.files);
        }),
        { numRuns: 20 },
      );
    });

    it('knows no files of a release that came without them', async () => {
      const { content, ...next } = thanks('bare', AT);
      const published = await publish({ ...next, content: { ...content, files: {} } });
      expect(published.contents.files).toEqual([]);
      expect(await store.files(published)).toBeUndefined();
    });

    it('keeps every publication, and tells the newest first', async () => {
      for (let day = 0; day < 5; day += 1) await publish(thanks(`day-${day}`, AT + day * DAY_MS));
      const history = await store.history();
      expect(history.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
      expect((await store.history(2)).map(({ release }) => release)).toEqual(['day-4', 'day-3']);
      for (const one of history) expect((await store.head(one)).release).toBe(one.release);
    });

    it('tells which were current since a moment: the one of then, and all after it', async () => {
      for (let day = 0; day < 5; day += 1) await publish(thanks(`day-${day}`, AT + day * DAY_MS));
      const seen = await store.seenSince(AT + 2 * DAY_MS + HOUR_MS);
      expect(seen.map(({ release }) => release)).toEqual(['day-4', 'day-3', 'day-2']);
      expect(Object.keys(seen[0]!).sort()).toEqual(['at', 'contents', 'release', 'version']);
      expect((await store.head(seen[2]!)).release).toBe('day-2');
      expect(await store.seenSince(0)).toHaveLength(5);
    });

    it('names the same pieces for what did not change', async () => {
      const one = await publish(thanks('one', AT));
      const other = await publish(thanks('other', AT + 1, { text: 'Mended.' }));
      expect(other.contents.head).toEqual(one.contents.head);
      expect(other.contents.templates['thanks/more']).toEqual(
        one.contents.templates['thanks/more'],
      );
      expect(other.contents.templates[THANKS]).not.toEqual(one.contents.templates[THANKS]);
      expect((await store.head(other)).release).toBe('other');
    });

    it('publishes the pieces of an earlier version again, and keeps what it took back', async () => {
      const good = await publish(thanks('good', AT));
      await publish(thanks('bad', AT + 1, { text: 'Oops.' }));
      const back = await publish({
        ...told('good', AT + 2),
        how: 'rolled-back',
        of: 1,
        withdrawn: ['bad'],
        content: { contents: good.contents },
        steps: { thanks: {} },
      });
      expect(back).toMatchObject({ version: 3, of: 1, withdrawn: ['bad'] });
      expect(back.contents).toEqual(good.contents);
      expect(await store.template(back, THANKS)).toEqual(await store.template(good, THANKS));
      expect((await store.seenSince(0)).map(({ withdrawn }) => withdrawn)).toEqual([
        ['bad'],
        undefined,
        undefined,
      ]);
    });

    it('lets exactly one of many publishers win, and tells the others whose it is', async () => {
      const first = await publish(thanks('first', AT));
      const names = ['a', 'b', 'c', 'd'];
      const outcomes = await Promise.all(
        names.map((release) => store.publish(first, thanks(release, AT + 1))),
      );
      const won = outcomes.flatMap((one) => ('published' in one ? [one.published] : []));
      const lost = outcomes.flatMap((one) => ('overtaken' in one ? [one.overtaken] : []));
      expect(won).toHaveLength(1);
      expect(lost).toEqual([won[0], won[0], won[0]]);
      expect(await store.current()).toEqual(won[0]);
      expect(await store.history()).toEqual([won[0], first]);
    });

    it('lets exactly one of two win who both saw nothing', async () => {
      const outcomes = await Promise.all(
        ['a', 'b'].map((release) => store.publish(undefined, thanks(release, AT))),
      );
      expect(outcomes.filter((one) => 'published' in one)).toHaveLength(1);
      expect(await store.history()).toHaveLength(1);
    });

    it('moves steps with the pointer, and only with it', async () => {
      const first = await publish(thanks('first', AT));
      const mine: StepRegistry = { thanks: { mine: { kind: 'wait' } } };
      const theirs: StepRegistry = { thanks: { theirs: { kind: 'wait' } } };
      await store.publish(first, { ...thanks('mine', AT + 1), steps: mine });
      expect(
        await store.publish(first, { ...thanks('theirs', AT + 2), steps: theirs }),
      ).toHaveProperty('overtaken');
      expect(await store.steps()).toEqual(mine);
    });

    it('throws where a part is gone', async () => {
      const published = await publish(thanks('gone', AT));
      await loseParts();
      const missing = { code: 'release-part-missing' };
      await expect(store.head(published)).rejects.toMatchObject(missing);
      await expect(store.template(published, THANKS)).rejects.toMatchObject(missing);
      await expect(store.files(published)).rejects.toMatchObject(missing);
    });
  });
}

const told = (release: string, at: number) => ({ release, at, author: 'Ada', message: 'why' });
