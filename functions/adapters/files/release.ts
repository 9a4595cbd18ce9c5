/** The release that was deployed with a function: `release.json` beside its bundle, without mails. */
import { RELEASE_FILE } from '../../contract/env.ts';
import type { Policy } from '../../contract/journeys.ts';
import type { DeployedRelease } from '../../contract/release.ts';
import { besideBundle } from './json.ts';

export function fileRelease(url = new URL(`./${RELEASE_FILE}`, import.meta.url)): {
  release(): DeployedRelease;
  policy(): Policy;
  /** For those who ask only for settings, which come with the deployment. */
  current(): Promise<Policy>;
} {
  const release = besideBundle<DeployedRelease>(RELEASE_FILE, url);
  const policy = () => release().policy;
  return { release, policy, current: async () => policy() };
}
