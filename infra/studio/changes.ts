/** What the files that are edited have that the published release has not. */
import type { Publication } from '../../functions/contract/publishing.ts';
import type { TemplateFiles } from '../templates/files.ts';
import type { StudioDeps } from './deps.ts';

export type Change = {
  path: string;
  /** Undefined where the file is new. */
  before: string | undefined;
  /** Undefined where the file is gone. */
  after: string | undefined;
};

export function changesBetween(before: TemplateFiles, after: TemplateFiles): Change[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .map((path) => ({ path, before: before.get(path), after: after.get(path) }))
    .filter((change) => change.before !== change.after);
}

export type Published = { publication: Publication; files: TemplateFiles };

/** Files of a publication never change: each is read once. A few are enough for the pages that compare. */
const KEPT_MAX = 8;
const kept = new WeakMap<object, Map<string, TemplateFiles>>();

/** The sources of a publication; undefined where a deployment brought it without them. */
export async function filesOf(
  deps: Pick<StudioDeps, 'releases'>,
  publication: Publication,
): Promise<TemplateFiles | undefined> {
  const { releases } = deps;
  if (!releases || publication.contents.files.length === 0) return undefined;
  const cache = kept.get(releases) ?? new Map<string, TemplateFiles>();
  kept.set(releases, cache);
  const key = publication.contents.files.join(' ');
  const known = cache.get(key);
  if (known) return known;
  const read = await releases.files(publication);
  if (!read) return undefined;
  const files = new Map(Object.entries(read));
  cache.set(key, files);
  const [oldest] = cache.keys();
  if (cache.size > KEPT_MAX && oldest !== undefined) cache.delete(oldest);
  return files;
}

/** What customers get now; undefined before the first publication. */
export async function publishedFiles(
  deps: Pick<StudioDeps, 'releases'>,
): Promise<Published | undefined> {
  const publication = await deps.releases?.current();
  if (!publication) return undefined;
  const files = await filesOf(deps, publication);
  return files && { publication, files };
}

/** Undefined where there is nothing to compare with. */
export async function changedFiles(
  deps: Pick<StudioDeps, 'releases' | 'workspace'>,
): Promise<Change[] | undefined> {
  const published = await publishedFiles(deps);
  return published && changesBetween(published.files, await deps.workspace.files());
}
