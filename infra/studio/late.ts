/** Whether publishing these files would take back what somebody else published. */
import type { Publication } from '../../functions/contract/publishing.ts';
import { filesOf } from './changes.ts';
import type { StudioDeps } from './deps.ts';
import { fileName } from './names.ts';

type Deps = Pick<StudioDeps, 'base' | 'releases' | 'workspace'>;

/** Drafts that are older than so many publications are held against the oldest of them. */
const LOOK_BACK = 30;
/** More names are read by nobody. */
const NAMED_MAX = 5;

/** A sentence with what to do, where these files do not hold what is current. */
export const whyLate = async (deps: Deps, current: Publication): Promise<string | undefined> =>
  deps.base ? lateFolder(deps, current) : lateDrafts(deps, current);

const PULL = 'npm run pull, or its page in the history, brings it into the files.';

async function lateFolder(
  { base, releases }: Deps,
  current: Publication,
): Promise<string | undefined> {
  const told = `version ${current.version} (${current.author}: ${current.message})`;
  const known = base?.read();
  const there = known && (await releases?.version(known.version));
  if (!known || there?.release !== known.release) {
    // Nobody published yet: what is there came from a deployment of such files.
    return current.how === 'deployed'
      ? undefined
      : `It is not known whether these files hold ${told}. ${PULL}`;
  }
  if (known.version === current.version) return undefined;
  return `These files are of version ${known.version}; ${told} was published since. ${PULL}`;
}

/** A draft lies over the file as it was then; somebody may have published another text of it since. */
async function lateDrafts(deps: Deps, current: Publication): Promise<string | undefined> {
  const { releases, workspace } = deps;
  const drafts = ((await workspace.drafts?.()) ?? []).filter(({ at }) => at < current.at);
  if (!releases || drafts.length === 0) return undefined;
  const history = await releases.history(LOOK_BACK);
  const now = await filesOf(deps, current);
  const late: string[] = [];
  for (const { path, text, at } of drafts) {
    const then = history.find((one) => one.at <= at) ?? history.at(-1);
    const before = then && (await filesOf(deps, then));
    const published = now?.get(path);
    if (!before || before.get(path) === published || published === (text ?? undefined)) continue;
    late.push(fileName(path));
  }
  if (late.length === 0) return undefined;
  const more = late.length > NAMED_MAX ? ` and ${late.length - NAMED_MAX} more` : '';
  return `Somebody published another text after this draft was written: ${late.slice(0, NAMED_MAX).join('; ')}${more}.`;
}
