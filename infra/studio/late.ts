/** Whether publishing these files would take back what somebody else published. */
import type { Publication } from '../../functions/contract/publishing.ts';
import type { StudioDeps } from './deps.ts';

/** A sentence, where the files do not hold what is current; drafts always lie over it. */
export async function whyLate(
  { base, releases }: Pick<StudioDeps, 'base' | 'releases'>,
  current: Publication,
): Promise<string | undefined> {
  if (!base) return undefined;
  const told = `version ${current.version} (${current.author}: ${current.message})`;
  const known = base.read();
  const there = known && (await releases?.version(known.version));
  if (!known || there?.release !== known.release) {
    // Nobody published yet: what is there came from a deployment of such files.
    return current.how === 'deployed'
      ? undefined
      : `It is not known whether these files hold ${told}.`;
  }
  if (known.version === current.version) return undefined;
  return `These files are of version ${known.version}; ${told} was published since.`;
}
