/** The release that was deployed with a function: `release.json` beside its bundle. */
import { readFileSync } from 'node:fs';
import { RELEASE_FILE } from '../../contract/env.ts';
import { PerennialError } from '../../contract/errors.ts';
import type { Policy } from '../../contract/journeys.ts';
import type { Release } from '../../contract/release.ts';

/** Read at the first use and kept: a bundle and its release are deployed together. */
export function fileRelease(url = new URL(`./${RELEASE_FILE}`, import.meta.url)): {
  current(): Promise<Policy>;
  release(): Release;
} {
  let kept: Release | undefined;
  const release = () => (kept ??= readRelease(url));
  return { release, current: async () => release().policy };
}

function readRelease(url: URL): Release {
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as Release;
  } catch (cause) {
    throw new PerennialError(
      'no-release',
      `${RELEASE_FILE} beside the bundle: got none that can be read, wanted the compiled journeys; build again.`,
      { cause },
    );
  }
}
