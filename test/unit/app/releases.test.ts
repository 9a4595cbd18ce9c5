import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryReleases } from '../../../functions/adapters/memory/releases.ts';
import { adopterOf, DEPLOYMENT } from '../../../functions/app/adopt.ts';
import {
  RELEASE_LOOK_AGAIN_MS,
  RELEASE_LOOK_MS,
  releasesOf,
  shopOf,
  TEMPLATES_KEPT,
  templatesOf,
} from '../../../functions/app/releases.ts';
import type { Policy } from '../../../functions/contract/journeys.ts';
import type { NewPublication, Publication } from '../../../functions/contract/publishing.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { planOf } from '../../../functions/domain/wake/plan.ts';
import { mail, THANKS, thanks, thanksJourney } from '../../builders/releases.ts';
import { settings as shopSettings } from '../../builders/policy.ts';

const settings = shopSettings();
const deployed: Policy = { release: 'deployed', journeys: [thanksJourney(['first'])], settings };
const AT = Date.UTC(2026, 5, 1, 9);

/** A shop and its functions: `calls` counts what is asked of the store. */
function world() {
  const store = memoryReleases();
  const calls: string[] = [];
  let fails = false;
  const asked = <A extends unknown[], R>(name: string, ask: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      calls.push(name);
      if (fails) throw new Error('the table does not answer');
      return ask(...args);
    };
  };
  const time = { now: AT };
  const counted: string[] = [];
  const deps = {
    store: {
      look: asked('look', store.look),
      head: asked('head', store.head),
      seenSince: asked('seenSince', store.seenSince),
      version: asked('version', store.version),
      template: asked('template', store.template),
    },
    bundled: { policy: () => deployed },
    now: () => time.now,
    count: (name: string) => counted.push(name),
  };
  const publish = async (next: NewPublication): Promise<Publication> => {
    const outcome = await store.publish(await store.current(), next);
    if (!('published' in outcome)) throw new Error('overtaken');
    time.now += RELEASE_LOOK_MS;
    return outcome.published;
  };
  return { store, calls, time, counted, deps, publish, break: (on: boolean) => (fails = on) };
}

let shop: ReturnType<typeof world>;
beforeEach(() => {
  shop = world();
});

const older = (policy: Policy) => policy.older?.map(({ release }) => release);

describe('the release that decides', () => {
  it('is the deployed one until something is published', async () => {
    const releases = releasesOf(shop.deps);
    expect(await releases.current()).toBe(deployed);
    expect(await releases.versionOf('deployed')).toBe(0);
    await shop.publish(thanks('one', AT));
    const policy = await releases.current();
    expect(policy.release).toBe('one');
    expect(policy.journeys).toEqual([thanksJourney()]);
    expect(policy.settings.shop).toMatchObject({
      name: 'Amber & Oak',
      locale: settings.shop.locale,
    });
    expect(older(policy)).toEqual(['deployed']);
    expect(await releases.versionOf('one')).toBe(1);
  });

  it('is asked for once in half a minute, however many ask, and stays the same object', async () => {
    const releases = releasesOf(shop.deps);
    await shop.publish(thanks('one', AT));
    const policies = await Promise.all(Array.from({ length: 20 }, () => releases.current()));
    expect(new Set(policies).size).toBe(1);
    expect(shop.calls).toEqual(['look', 'seenSince', 'head']);
    shop.time.now += RELEASE_LOOK_MS - 1;
    await releases.current();
    expect(shop.calls).toHaveLength(3);
    shop.time.now += 1;
    expect(await releases.current()).toBe(policies[0]);
    expect(shop.calls).toEqual(['look', 'seenSince', 'head', 'look']);
  });

  it('stays in use when the table does not answer, and is looked for again soon', async () => {
    const releases = releasesOf(shop.deps);
    await shop.publish(thanks('one', AT));
    const before = await releases.current();
    await shop.publish(thanks('two', AT, { text: 'Two.' }));
    shop.break(true);
    expect(await releases.current()).toBe(before);
    expect(shop.counted).toEqual(['ReleaseNotRead']);
    shop.break(false);
    expect(await releases.current()).toBe(before);
    shop.time.now += RELEASE_LOOK_AGAIN_MS;
    expect((await releases.current()).release).toBe('two');
  });

  it('is none while nothing could be read: the deployed one may be long out of date', async () => {
    const releases = releasesOf(shop.deps);
    await shop.publish(thanks('one', AT));
    shop.break(true);
    await expect(releases.current()).rejects.toThrow('does not answer');
    shop.break(false);
    expect((await releases.current()).release).toBe('one');
  });

  it('never goes back because a read was a second old', async () => {
    const releases = releasesOf(shop.deps);
    const first = await shop.publish(thanks('one', AT));
    await shop.publish(thanks('two', AT));
    await releases.current();
    shop.deps.store.look = async () => first;
    shop.time.now += RELEASE_LOOK_MS;
    expect((await releases.current()).release).toBe('two');
  });
});

describe('a run', () => {
  const journeyIn = (policy: Policy, release: string) =>
    planOf(policy).journeyOf({ journey: 'thanks', release });
  const stepsIn = (policy: Policy, release: string) =>
    journeyIn(policy, release)?.steps.map(({ id }) => id);

  it('goes on in the release that it began with, for a season', async () => {
    const releases = releasesOf(shop.deps);
    await shop.publish(thanks('one', AT, { steps: ['a'] }));
    await shop.publish(thanks('two', AT + DAY_MS, { steps: ['b'] }));
    await shop.publish(thanks('three', AT + 2 * DAY_MS, { steps: ['c'] }));
    const policy = await releases.current();
    expect(['deployed', 'one', 'two', 'three'].map((id) => stepsIn(policy, id))).toEqual([
      ['first'],
      ['a'],
      ['b'],
      ['c'],
    ]);
    expect(planOf(policy).releaseOf({ journey: 'thanks', release: 'one' })).toBe('one');
    // Of a release that nobody can have a run of any more, nothing is read.
    shop.time.now = AT + 92.5 * DAY_MS;
    const later = await releasesOf(shop.deps).current();
    expect(older(later)).toEqual(['two', 'deployed']);
    expect(stepsIn(later, 'one')).toEqual(['c']);
  });

  it('of a release that was withdrawn goes on in what is current', async () => {
    const releases = releasesOf(shop.deps);
    const good = await shop.publish(thanks('good', AT, { steps: ['a', 'b'] }));
    await shop.publish(thanks('bad', AT + 1, { steps: ['a', 'oops'] }));
    await shop.publish({
      ...thanks('good', AT + 2),
      how: 'rolled-back',
      of: 1,
      withdrawn: ['bad'],
      content: { contents: good.contents },
    });
    const policy = await releases.current();
    expect(older(policy)).toEqual(['deployed']);
    expect(stepsIn(policy, 'bad')).toEqual(['a', 'b']);
    expect(planOf(policy).releaseOf({ journey: 'thanks', release: 'bad' })).toBe('good');
    expect(await releases.versionOf('bad')).toBe(3);
  });

  it('of a release that was withdrawn and published again goes on in it', async () => {
    const releases = releasesOf(shop.deps);
    await shop.publish(thanks('good', AT, { steps: ['a'] }));
    await shop.publish(thanks('odd', AT + 1, { steps: ['b'] }));
    await shop.publish({ ...thanks('good', AT + 2, { steps: ['a'] }), withdrawn: ['odd'] });
    await shop.publish(thanks('odd', AT + 3, { steps: ['b'] }));
    await shop.publish(thanks('next', AT + 4, { steps: ['c'] }));
    const policy = await releases.current();
    expect(older(policy)).toEqual(['odd', 'good', 'deployed']);
    expect(stepsIn(policy, 'odd')).toEqual(['b']);
  });

  it('stops when its journey is switched off in the release that is current', async () => {
    const releases = releasesOf(shop.deps);
    await shop.publish(thanks('on', AT));
    const { content, ...off } = thanks('off', AT + 1);
    const journeys = content.head.journeys.map((one) => ({ ...one, mode: 'off' as const }));
    await shop.publish({ ...off, content: { ...content, head: { ...content.head, journeys } } });
    expect(journeyIn(await releases.current(), 'on')?.mode).toBe('off');
  });

  it('shares its journeys with all releases in which they are the same', async () => {
    const releases = releasesOf(shop.deps);
    for (let n = 0; n < 5; n += 1) await shop.publish(thanks(`r${n}`, AT + n, { text: `${n}` }));
    const policy = await releases.current();
    const published = policy.older?.filter(({ release }) => release !== 'deployed') ?? [];
    expect(published).toHaveLength(4);
    for (const { journeys } of published) expect(journeys).toBe(policy.journeys);
    // And its pieces are read once.
    expect(shop.calls.filter((name) => name === 'head')).toHaveLength(1);
  });
});

describe('whatever is published, taken back and published again', () => {
  const step = fc.record({
    release: fc.constantFrom('a', 'b', 'c', 'd'),
    takesBack: fc.subarray(['a', 'b', 'c', 'd']),
  });

  it('every release but the withdrawn keeps its journeys, and each reader knows the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        shop = world();
        const watching = releasesOf(shop.deps);
        const kept = new Set<string>(['deployed']);
        for (const { release, takesBack } of steps) {
          const withdrawn = takesBack.filter((each) => each !== release);
          await shop.publish({
            ...thanks(release, shop.time.now, { steps: [release] }),
            withdrawn,
          });
          kept.add(release);
          for (const each of withdrawn) kept.delete(each);
          const policy = await watching.current();
          expect(await releasesOf(shop.deps).current()).toEqual(policy);
          expect(policy.release).toBe(release);
          const known = [policy.release, ...(older(policy) ?? [])];
          expect(known.toSorted()).toEqual([...kept].toSorted());
          for (const each of policy.older ?? []) {
            const own = each.release === 'deployed' ? 'first' : each.release;
            expect(each.journeys[0]?.steps[0]?.id).toBe(own);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a mail', () => {
  const readers = (bundled = { [THANKS]: mail(THANKS, 'Deployed.') }) => {
    const releases = releasesOf(shop.deps);
    return templatesOf({ releases, store: shop.deps.store, bundled: () => bundled });
  };

  it('is the one of the release that it belongs to', async () => {
    const templates = readers();
    const textOf = async (release: string) => (await templates.find(THANKS, release))?.text;
    expect(await textOf('deployed')).toBe('Deployed.');
    await shop.publish(thanks('one', AT, { text: 'One.' }));
    await shop.publish(thanks('two', AT, { text: 'Two.' }));
    expect(await textOf('deployed')).toBe('Deployed.');
    expect(await textOf('one')).toBe('One.');
    expect(await textOf('two')).toBe('Two.');
    expect(await textOf('of nobody')).toBe('Two.');
    expect(await templates.find('thanks/none', 'two')).toBeUndefined();
  });

  it('is never that of a release that was withdrawn', async () => {
    const templates = readers();
    const good = await shop.publish(thanks('good', AT, { text: 'Good.' }));
    await shop.publish(thanks('bad', AT + 1, { text: 'Bad.' }));
    expect((await templates.find(THANKS, 'bad'))?.text).toBe('Bad.');
    await shop.publish({
      ...thanks('good', AT + 2),
      withdrawn: ['bad'],
      content: { contents: good.contents },
    });
    expect((await templates.find(THANKS, 'bad'))?.text).toBe('Good.');
  });

  it('is read once, and again only when it changed', async () => {
    const templates = readers();
    await shop.publish(thanks('one', AT, { text: 'One.' }));
    const [a, b] = await Promise.all([
      templates.find('thanks/more', 'one'),
      templates.find('thanks/more', 'one'),
    ]);
    expect(b).toBe(a);
    await shop.publish(thanks('two', AT, { text: 'Two.' }));
    // The same object, so that what was parsed of it is kept as well.
    expect(await templates.find('thanks/more', 'two')).toBe(a);
    expect(shop.calls.filter((name) => name === 'template')).toHaveLength(1);
    await templates.find(THANKS, 'two');
    expect(shop.calls.filter((name) => name === 'template')).toHaveLength(2);
  });

  it('whose pieces cannot be read is asked for again', async () => {
    const templates = readers();
    await shop.publish(thanks('one', AT, { text: 'One.' }));
    await templates.find('thanks/more', 'one');
    shop.break(true);
    await expect(templates.find(THANKS, 'one')).rejects.toThrow('does not answer');
    shop.break(false);
    expect((await templates.find(THANKS, 'one'))?.text).toBe('One.');
  });

  it('is forgotten when so many others were sent since', async () => {
    const templates = readers();
    const { content, ...next } = thanks('many', AT);
    const ids = Array.from({ length: TEMPLATES_KEPT + 1 }, (_, n) => `thanks/mail-${n}`);
    const mails = Object.fromEntries(ids.map((id) => [id, mail(id, id)]));
    await shop.publish({ ...next, content: { ...content, templates: mails } });
    for (const id of ids) await templates.find(id, 'many');
    const reads = () => shop.calls.filter((name) => name === 'template').length;
    expect(reads()).toBe(TEMPLATES_KEPT + 1);
    await templates.find(ids[1]!, 'many');
    expect(reads()).toBe(TEMPLATES_KEPT + 1);
    await templates.find(ids[0]!, 'many');
    expect(reads()).toBe(TEMPLATES_KEPT + 2);
  });

  it('of the deployed release costs no read, published or not', async () => {
    const templates = readers();
    await shop.publish(thanks('deployed', AT));
    expect((await templates.find(THANKS, 'deployed'))?.text).toBe('Deployed.');
    expect(shop.calls).toEqual(['look', 'seenSince', 'head']);
  });
});

describe('the shop on a page', () => {
  it('is as its brand was published, and as it was deployed where that cannot be read', async () => {
    const reader = shopOf(shop.deps);
    shop.break(true);
    expect(await reader.current()).toEqual(settings.shop);
    shop.break(false);
    await shop.publish(thanks('one', AT));
    expect(await reader.current()).toEqual({
      ...settings.shop,
      name: 'Amber & Oak',
      address: '1 Square, Vilnius',
    });
    shop.break(true);
    shop.time.now += RELEASE_LOOK_MS;
    expect((await reader.current()).name).toBe('Amber & Oak');
  });
});

describe('what was deployed', () => {
  const adopter = () =>
    adopterOf({
      store: shop.store,
      deployed: {
        release: () => ({ policy: deployed, locales: {} }),
        templates: () => ({ [THANKS]: mail(THANKS, 'Deployed.') }),
        files: () => ({ 'thanks/thank-you.txt': 'Deployed.' }),
      },
      now: () => AT,
    });

  it('becomes the first publication, once, though two try', async () => {
    const [a, b] = [adopter(), adopter()];
    await Promise.all([a(), b(), a()]);
    const [first, ...others] = await shop.store.history();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ version: 1, release: 'deployed', how: 'deployed' });
    expect(first?.author).toBe(DEPLOYMENT);
    expect(await shop.store.files(first!)).toEqual({ 'thanks/thank-you.txt': 'Deployed.' });
    expect(await shop.store.steps()).toMatchObject({ thanks: { first: { kind: 'send' } } });
  });

  it('never takes the place of what was published', async () => {
    await shop.publish(thanks('one', AT));
    await adopter()();
    expect((await shop.store.current())?.release).toBe('one');
  });
});
