/**
 * The published release, as those see it who decide and deliver. They look at the pointer at most every half
 * minute, and hold the journeys of a season: a run goes on in the release that it began with.
 */
import { PerennialError } from '../contract/errors.ts';
import { EXPIRES_MAX_DAYS, type Journey, type Policy } from '../contract/journeys.ts';
import type { Publication, ReleaseHead, ReleaseStore, Seen } from '../contract/publishing.ts';
import type { CompiledTemplate } from '../contract/release.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../contract/time.ts';

/** What a function was deployed with: the settings, and a release until the first publication. */
export type Bundled = { policy(): Policy };

type LookDeps = {
  store: Pick<ReleaseStore, 'look' | 'head'>;
  bundled: Bundled;
  now(): Instant;
  /** Default: RELEASE_LOOK_MS. */
  lookEveryMs?: number;
  count(name: string): void;
};
export type ReleasesDeps = LookDeps & { store: Pick<ReleaseStore, 'seenSince'> };

export type Releases = {
  /** The same object as long as nothing was published. Throws when nothing could be read yet. */
  current(): Promise<Policy>;
  /**
   * The version that a release was last published as; 0: the deployed one. A release that was withdrawn, or
   * that nobody knows any more, is what is current now.
   */
  versionOf(release: string): Promise<number>;
};

/** Everybody has a new release within a minute: half of it, and as much for a slow call. */
export const RELEASE_LOOK_MS = MINUTE_MS / 2;
/** After a failed look, the next: soon, but not in every call of a busy function. */
export const RELEASE_LOOK_AGAIN_MS = 5_000;
/** Longer than the longest run by the minutes that clocks and looks are apart. */
const SEASON_MS = (EXPIRES_MAX_DAYS + 1) * DAY_MS;
/**
 * Heads of a season that are read when a function starts, the newest first, four at once: a second at most.
 * `publish` refuses long before; runs of what lies beyond go on in the current journeys.
 */
export const HEADS_MAX = 400;
const HEADS_AT_ONCE = 4;

type Known = {
  version: number;
  policy: Policy;
  versions: ReadonlyMap<string, number>;
  /** By the names of their pieces. */
  heads: ReadonlyMap<string, ReleaseHead>;
};

export function releasesOf(deps: ReleasesDeps): Releases {
  let known: Known | undefined;
  const looking = lookingAt(deps, async (current) => {
    if (!current) known ??= bundledAlone(deps.bundled.policy());
    // An eventually consistent read may fall behind what was read before.
    else if (current.version > (known?.version ?? 0)) known = await readAll(deps, known);
  });
  const seen = async (): Promise<Known> => {
    await looking(known !== undefined);
    return known as Known;
  };
  return {
    current: async () => (await seen()).policy,
    versionOf: async (release) => {
      const { versions, version } = await seen();
      return versions.get(release) ?? version;
    },
  };
}

const bundledAlone = (policy: Policy): Known => ({
  version: 0,
  policy,
  versions: new Map([[policy.release, 0]]),
  heads: new Map(),
});

async function readAll(deps: ReleasesDeps, known: Known | undefined): Promise<Known> {
  const { store, bundled, now } = deps;
  const seen = await store.seenSince(now() - SEASON_MS);
  const [newest] = seen;
  if (!newest) throw gone('the history', 'rows');
  const wanted = stillWanted(seen);
  const heads = await readHeads(store, wanted, known?.heads);
  const deployed = bundled.policy();
  const versions = new Map(wanted.map(({ release, version }) => [release, version]));
  const older = wanted.flatMap((each) => {
    const head = heads.get(nameOf(each));
    return head && each !== newest ? [{ release: each.release, journeys: head.journeys }] : [];
  });
  const isPublished = versions.has(deployed.release);
  const isWithdrawn = seen.some(({ withdrawn }) => withdrawn?.includes(deployed.release));
  // Runs may have begun with it before anything was published.
  if (!isPublished && !isWithdrawn) {
    older.push({ release: deployed.release, journeys: deployed.journeys });
  }
  // Its mails lie beside the function: nothing has to be read.
  if (isPublished || !isWithdrawn) versions.set(deployed.release, 0);
  const head = { ...(heads.get(nameOf(newest)) as ReleaseHead), release: newest.release };
  return { version: newest.version, policy: policyOf(deployed, head, older), versions, heads };
}

const gone = (what: string, wanted: string) =>
  new PerennialError(
    'release-gone',
    `${what} of what was published: got none, wanted ${wanted}; the queue brings the work again.`,
  );

/** The newest publication of each release that was not withdrawn after it. */
function stillWanted(newestFirst: readonly Seen[]): Seen[] {
  const gone = new Set<string>();
  const wanted: Seen[] = [];
  for (const each of newestFirst) {
    if (!gone.has(each.release)) wanted.push(each);
    gone.add(each.release);
    for (const release of each.withdrawn ?? []) gone.add(release);
  }
  return wanted;
}

const nameOf = ({ contents: { head } }: Seen): string => head.join();

/** Each once; equal journeys are one object, however many releases have them. */
async function readHeads(
  store: ReleasesDeps['store'],
  wanted: readonly Seen[],
  known: ReadonlyMap<string, ReleaseHead> = new Map(),
): Promise<Map<string, ReleaseHead>> {
  const byName = new Map(wanted.map((each) => [nameOf(each), each]));
  const heads = new Map<string, ReleaseHead>();
  const journeys = new Map<string, Journey[]>();
  const names = [...byName.keys()].slice(0, HEADS_MAX);
  for (let from = 0; from < names.length; from += HEADS_AT_ONCE) {
    const some = names.slice(from, from + HEADS_AT_ONCE);
    const read = await Promise.all(
      some.map((name) => known.get(name) ?? store.head(byName.get(name) as Seen)),
    );
    for (const [index, name] of some.entries()) {
      const head = read[index] as ReleaseHead;
      const text = JSON.stringify(head.journeys);
      const same = journeys.get(text) ?? head.journeys;
      journeys.set(text, same);
      heads.set(name, { ...head, journeys: same });
    }
  }
  return heads;
}

/** Settings come with the deployment; who the shop is comes with its brand file. */
function policyOf(
  { settings }: Policy,
  { release, journeys, shop }: ReleaseHead,
  older: Policy['older'] = [],
): Policy {
  const branded = { ...settings, shop: { ...settings.shop, ...shop } };
  return { release, journeys, settings: branded, ...(older.length > 0 && { older }) };
}

/** Name, address and language of the shop, for public pages. */
export type ShopReader = { current(): Promise<Policy['settings']['shop']> };

/** A page is answered in any case: what cannot be read yet is as it was deployed. */
export function shopOf(deps: LookDeps): ShopReader {
  let known: { version: number; shop: Policy['settings']['shop'] } | undefined;
  const looking = lookingAt(deps, async (current) => {
    if (!current || current.version <= (known?.version ?? 0)) return;
    const { shop } = await deps.store.head(current);
    known = { version: current.version, shop: { ...deps.bundled.policy().settings.shop, ...shop } };
  });
  return {
    current: async () => {
      await looking(true);
      return known?.shop ?? deps.bundled.policy().settings.shop;
    },
  };
}

/**
 * Asks for the pointer when it is time, once for all who ask at the same moment. A look that fails leaves
 * what is known (counter `ReleaseNotRead`); it throws only where nothing is.
 */
function lookingAt(
  { store, now, lookEveryMs = RELEASE_LOOK_MS, count }: LookDeps,
  use: (current: Publication | undefined) => Promise<void>,
) {
  let nextLook = Number.NEGATIVE_INFINITY;
  let under: Promise<void> | undefined;
  const look = async (isKnown: boolean) => {
    try {
      await use(await store.look());
      nextLook = now() + lookEveryMs;
    } catch (error) {
      count('ReleaseNotRead');
      if (!isKnown) throw error;
      nextLook = now() + Math.min(RELEASE_LOOK_AGAIN_MS, lookEveryMs);
    }
  };
  return async (isKnown: boolean): Promise<void> => {
    if (now() < nextLook) return;
    under ??= look(isKnown).finally(() => {
      under = undefined;
    });
    await under;
  };
}

export type TemplatesDeps = {
  releases: Pick<Releases, 'versionOf'>;
  store: Pick<ReleaseStore, 'version' | 'template'>;
  /** Those of the deployed release. */
  bundled(): { readonly [id: string]: CompiledTemplate };
};

export type Templates = {
  /** As the release has it that the mail belongs to; undefined where that has none of this name. */
  find(id: string, release: string): Promise<CompiledTemplate | undefined>;
};

/** Parsed, a mail takes about 1 MB of a function's 512: those that were sent last are kept. */
export const TEMPLATES_KEPT = 100;
/** Rows of the history, 2 KB each. */
const PUBLICATIONS_KEPT = 100;

/**
 * Mails by the release that they belong to, read when they are first sent. What did not change keeps its
 * pieces over releases, so that it is neither read nor parsed again.
 */
export function templatesOf({ releases, store, bundled }: TemplatesDeps): Templates {
  const publications = keeping<number, Publication>(PUBLICATIONS_KEPT);
  const templates = keeping<string, CompiledTemplate>(TEMPLATES_KEPT);
  const publicationOf = (version: number) =>
    publications(version, async () => {
      const found = await store.version(version);
      if (!found) throw gone(`version ${version}`, 'its row');
      return found;
    });
  return {
    find: async (id, release) => {
      const version = await releases.versionOf(release);
      if (version === 0) return bundled()[id];
      const publication = await publicationOf(version);
      const pieces = publication.contents.templates[id];
      if (!pieces) return undefined;
      return templates(pieces.join(), async () => {
        const found = await store.template(publication, id);
        if (!found) throw gone(id, 'its pieces');
        return found;
      });
    },
  };
}

/** What was made is kept, as much as is used most lately; what failed is made anew when it is asked for. */
function keeping<K, V>(most: number) {
  const kept = new Map<K, Promise<V>>();
  return (key: K, make: () => Promise<V>): Promise<V> => {
    const found = kept.get(key) ?? make();
    kept.delete(key);
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return found;
  };
}
