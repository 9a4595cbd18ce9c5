import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryReleases } from '../../../functions/adapters/memory/releases.ts';
import {
  history,
  JOURNEY_SETS_MAX,
  publish,
  type PublishingDeps,
  pull,
  rollback,
} from '../../../functions/app/publishing.ts';
import type { Journey, Step } from '../../../functions/contract/journeys.ts';
import type { SourceFiles } from '../../../functions/contract/publishing.ts';
import type { Release } from '../../../functions/contract/release.ts';
import { hashId } from '../../../functions/contract/ids.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { journey, send, settings, wait } from '../../builders/policy.ts';

const START = Date.UTC(2026, 0, 5, 9);
const mail = (id: string, template: string) => send(id, { template: `thanks/${template}` });

/** Files that say what the release is; a builder of releases would make them one of the other. */
function filesOf(journeys: readonly Journey[], subject: string): SourceFiles {
  const steps = (list: readonly Step[]) => list.map(({ id }) => `  - id: ${id}`).join('\n');
  return {
    'thanks/hello.mjml': subject,
    ...Object.fromEntries(
      journeys.map(({ id, steps: list }) => [`${id}/journey.yaml`, `steps:\n${steps(list)}\n`]),
    ),
  };
}

type Made = { release: Release; files: SourceFiles };

function made(steps: Step[], subject = 'Hello'): Made {
  const journeys = [journey({ steps })];
  const html = { ltr: subject, rtl: subject };
  const id = 'thanks/hello';
  const template = { id, subject, preheader: '', html, text: subject, words: {} };
  const release = hashId('release', JSON.stringify(journeys), subject);
  return {
    release: {
      policy: { release, journeys, settings: settings() },
      templates: { [id]: template },
      locales: { en: { name: 'English', dir: 'ltr', reviewedBy: 'Ann' } },
    },
    files: filesOf(journeys, subject),
  };
}

const told = { author: 'Rūta', message: 'Kinder words' };

function world() {
  const clock = { at: START };
  const releases = memoryReleases();
  const deps: PublishingDeps = { releases, now: () => clock.at };
  return {
    deps,
    clock,
    releases,
    put: async (what: Made, was?: number) => {
      clock.at += DAY_MS;
      return publish(deps, { ...told, ...what, ...(was !== undefined && { was }) });
    },
    back: async (to: number | string, more: { keepRunning?: boolean; was?: number } = {}) => {
      clock.at += DAY_MS;
      return rollback(deps, { ...told, ...more, to });
    },
  };
}

const hello = made([mail('hello', 'hello')]);
const warmer = made([mail('hello', 'hello')], 'Dear friend');
const longer = made([mail('hello', 'hello'), wait('pause', 1), mail('more', 'more')]);

describe('publishing', () => {
  it('makes versions 1, 2, 3 with author, message and time, and keeps each whole', async () => {
    const { deps, put, releases } = world();
    await put(hello);
    expect(await put(warmer)).toMatchObject({
      published: { version: 2, release: warmer.release.policy.release, how: 'published' },
    });
    const rows = await history(deps);
    expect(rows.map(({ version, at, author, message }) => [version, at, author, message])).toEqual([
      [2, START + 2 * DAY_MS, 'Rūta', 'Kinder words'],
      [1, START + DAY_MS, 'Rūta', 'Kinder words'],
    ]);
    const [, first] = rows;
    if (!first) throw new Error('no first version');
    expect(await releases.head(first)).toEqual({
      release: hello.release.policy.release,
      journeys: hello.release.policy.journeys,
      locales: hello.release.locales,
      shop: { name: 'Amber & Oak', address: '1 High Street, Vilnius' },
    });
    expect(await releases.template(first, 'thanks/hello')).toMatchObject({ subject: 'Hello' });
    expect(await history(deps, 1)).toHaveLength(1);
  });

  it('does nothing where nothing changed, but takes a comment in a file for a change', async () => {
    const { put, deps } = world();
    await put(hello);
    expect(await put(hello)).toMatchObject({ unchanged: { version: 1 } });
    const commented = { ...hello, files: { ...hello.files, 'thanks/hello.txt': 'now there' } };
    expect(await put(commented)).toMatchObject({ published: { version: 2 } });
    expect(await pull(deps)).toMatchObject({ files: commented.files });
    expect(await pull(deps, 1)).toMatchObject({ files: hello.files });
  });

  it('tells who is late, and changes nothing for them', async () => {
    const { put, deps, releases } = world();
    await put(hello);
    await put(warmer, 1);
    expect(await put(longer, 1)).toMatchObject({ overtaken: { version: 2, author: 'Rūta' } });
    // Both looked at the same moment: the store decides.
    const current = releases.current;
    let once = true;
    const late = {
      ...deps,
      releases: {
        ...releases,
        current: async () => {
          const seen = await current();
          if (once) {
            once = false;
            await publish(deps, { ...told, author: 'Jonas', ...longer });
          }
          return seen;
        },
      },
    };
    const outcome = await publish(late, { ...told, ...hello });
    expect(outcome).toMatchObject({ overtaken: { version: 3, author: 'Jonas' } });
    expect(await history(deps)).toHaveLength(3);
  });

  it('refuses a step id that is used for something else, with file and line', async () => {
    const { put, deps } = world();
    await put(longer);
    await put(hello);
    const outcome = await put(made([mail('hello', 'hello'), mail('more', 'other')]));
    expect(outcome).toEqual({
      refused: [
        {
          file: 'thanks/journey.yaml',
          line: 3,
          got: 'the id more again, for the marketing mail thanks/other',
          wanted:
            'another id: more was the marketing mail thanks/more, and mails are known by their step, ' +
            'so an id is never used again for something else',
        },
      ],
    });
    expect(await put(made([mail('pause', 'hello')]))).toMatchObject({
      refused: [{ line: 2, got: 'the id pause for a step of kind send' }],
    });
    expect(await history(deps)).toHaveLength(2);
  });

  it('wants a name that is no address, and a message of one line', async () => {
    const { deps } = world();
    const refusedFor = async (words: { author: string; message: string }) => {
      const outcome = await publish(deps, { ...hello, ...words });
      return 'refused' in outcome ? outcome.refused.map(({ file }) => file) : [];
    };
    expect(await refusedFor({ author: ' ', message: '' })).toEqual(['author', 'message']);
    expect(await refusedFor({ author: 'ruta@shop.example', message: 'x' })).toEqual(['author']);
    expect(await refusedFor({ author: 'R'.repeat(81), message: 'two\nlines' })).toEqual([
      'author',
      'message',
    ]);
    expect(await refusedFor({ author: 'Rūta @ shop', message: 'x'.repeat(200) })).toEqual([]);
  });

  it('refuses more sets of journeys in 90 days than those who decide can hold', async () => {
    const { deps, clock } = world();
    const put = (n: number, subject = 'Hello') =>
      publish(deps, { ...told, ...made([wait('pause', n), mail('hello', 'hello')], subject) });
    for (let n = 1; n <= JOURNEY_SETS_MAX; n += 1) await put(n);
    const refused = await put(JOURNEY_SETS_MAX + 1);
    expect(refused).toMatchObject({ refused: [{ got: expect.stringContaining('101 sets') }] });
    expect(await put(1, 'Dear friend')).toMatchObject({ published: {} });
    clock.at += 91 * DAY_MS;
    expect(await put(JOURNEY_SETS_MAX + 1)).toMatchObject({ published: {} });
  });
});

describe('going back', () => {
  it('publishes earlier contents anew, and withdraws what is taken back', async () => {
    const { put, back, deps } = world();
    await put(hello);
    await put(warmer);
    await put(longer);
    const outcome = await back(1);
    expect(outcome).toMatchObject({
      published: {
        version: 4,
        of: 1,
        how: 'rolled-back',
        release: hello.release.policy.release,
        withdrawn: [longer, warmer].map(({ release }) => release.policy.release),
      },
    });
    const rows = await history(deps);
    expect(rows[0]?.contents).toEqual(rows[3]?.contents);
    expect(await pull(deps)).toMatchObject({ files: hello.files });
  });

  it('leaves the runs of what is taken back alone where that is wished', async () => {
    const { put, back } = world();
    await put(hello);
    await put(warmer);
    const outcome = await back(1, { keepRunning: true });
    expect('published' in outcome && outcome.published).not.toHaveProperty('withdrawn');
  });

  it('takes a version or a release, and knows no others', async () => {
    const { put, back } = world();
    await put(hello);
    await put(warmer);
    expect(await back(hello.release.policy.release)).toMatchObject({ published: { of: 1 } });
    expect(await back(3)).toMatchObject({ unchanged: { version: 3 } });
    expect(await back(1)).toMatchObject({ unchanged: { version: 3 } });
    for (const none of [0, 9, 'none', '../1', '']) {
      expect(await back(none)).toMatchObject({ refused: [{ file: 'version' }] });
    }
  });

  it('tells who is late', async () => {
    const { put, back } = world();
    await put(hello);
    await put(warmer);
    expect(await back(1, { was: 1 })).toMatchObject({ overtaken: { version: 2 } });
  });

  it('lets the mended release pass afterwards, with the ids that it had', async () => {
    const { put, back } = world();
    await put(hello);
    await put(longer);
    await back(1);
    expect(await put(longer)).toMatchObject({ published: { version: 4 } });
  });
});

describe('pulling', () => {
  it('says what is missing: a version, or the sources of one', async () => {
    const { put, deps } = world();
    expect(await pull(deps)).toEqual({ missing: true });
    await put({ ...hello, files: {} });
    expect(await pull(deps)).toMatchObject({ without: { version: 1 } });
    expect(await pull(deps, 7)).toEqual({ missing: true });
  });
});

it('never loses a version, whatever is published and taken back', async () => {
  const act = fc.oneof(
    fc.record({ subject: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ to: fc.integer({ min: 0, max: 6 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 8 }), async (acts) => {
      const { put, back, deps } = world();
      const subjects: string[] = [];
      for (const each of acts) {
        const steps = [mail('hello', 'hello')];
        const outcome = 'to' in each ? await back(each.to) : await put(made(steps, each.subject));
        if (!('published' in outcome)) continue;
        const of = outcome.published.of;
        subjects.push(of ? (subjects[of - 1] ?? '') : 'subject' in each ? each.subject : '');
      }
      const rows = await history(deps);
      expect(rows.map(({ version }) => version).toReversed()).toEqual(
        subjects.map((_, n) => n + 1),
      );
      for (const [n, subject] of subjects.entries()) {
        expect(await pull(deps, n + 1)).toMatchObject({ files: { 'thanks/hello.mjml': subject } });
      }
    }),
  );
});
