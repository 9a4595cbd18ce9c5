/** What a publication costs, and those who read it: the mails and journeys that ship, once each. */
import { dynamoReleaseReader, dynamoReleases } from '../../functions/adapters/dynamodb/releases.ts';
import { headOf, publish } from '../../functions/app/publishing.ts';
import { RELEASE_LOOK_MS, releasesOf, templatesOf } from '../../functions/app/releases.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import { buildRelease, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { readTemplates } from '../../infra/templates/files.ts';
import type { Meter } from './meter.ts';

/** In the order in which it happens: published, seen by a function that starts, looked for, sent. */
export async function countPublishing(
  meter: Meter,
  stateTable: string,
  settings: Settings,
): Promise<void> {
  const { client } = meter;
  const files = readTemplates(TEMPLATES_DIR);
  const release = await buildRelease(settings, { files });
  const deps = { releases: dynamoReleases(client, stateTable), now: () => 0 };
  const told = { author: 'bench', message: 'What a publication costs' };
  const content = { release, files: Object.fromEntries(files) };
  await meter.during('publish a release', () => publish(deps, { ...told, ...content }));

  const store = dynamoReleaseReader(client, stateTable);
  const bundled = { ...release.policy, release: 'bundled' };
  let now = 0;
  const releases = releasesOf({
    store,
    bundled: { policy: () => bundled },
    now: () => now,
    count: () => undefined,
  });
  const { current } = releases;
  await meter.during('start with a release', current);
  now += RELEASE_LOOK_MS;
  await meter.during('look for a release', current);

  const templates = templatesOf({ releases, store, bundled: () => ({}) });
  const [mail = ''] = Object.keys(release.templates);
  await meter.during('first mail of a template', async () => {
    await templates.find(mail, headOf(release).release);
  });
}
