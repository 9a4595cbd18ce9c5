/**
 * The first publication: what was deployed, while nothing is published. Afterwards a deployment brings code
 * and settings, never content: what marketers published stays until they publish again.
 */
import type { ReleaseStore, SourceFiles } from '../contract/publishing.ts';
import type { DeployedRelease, Templates } from '../contract/release.ts';
import type { Instant } from '../contract/time.ts';
import { stepsOf } from '../domain/journeys/step-ids.ts';

export type AdoptDeps = {
  store: Pick<ReleaseStore, 'look' | 'publish'>;
  deployed: {
    release(): DeployedRelease;
    templates(): Templates;
    files(): SourceFiles;
  };
  now(): Instant;
};

/** In the place of a name: nobody published it. */
export const DEPLOYMENT = 'deployment';

/**
 * Publishes the deployed release where there is none. Of two who try at once one wins, and with the same
 * content. Once there is one, nothing is asked any more.
 */
export function adopterOf({ store, deployed, now }: AdoptDeps): () => Promise<void> {
  let done = false;
  return async () => {
    if (done) return;
    if (!(await store.look())) {
      const { policy, locales = {} } = deployed.release();
      const { release, journeys, settings } = policy;
      const { name, address } = settings.shop;
      await store.publish(undefined, {
        release,
        at: now(),
        author: DEPLOYMENT,
        message: 'What was deployed, before anything was published',
        how: 'deployed',
        content: {
          head: { release, journeys, locales, shop: { name, address } },
          templates: deployed.templates(),
          files: deployed.files(),
        },
        steps: stepsOf(journeys),
      });
    }
    done = true;
  };
}
