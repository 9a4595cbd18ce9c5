/** Files that are deployed beside a bundle. */
import { readFileSync } from 'node:fs';
import { PerennialError } from '../../contract/errors.ts';

/** Read at the first use and kept: a bundle and what lies beside it are deployed together. */
export function besideBundle<T>(file: string, url: URL): () => T {
  let kept: T | undefined;
  return () => (kept ??= read(file, url) as T);
}

function read(file: string, url: URL): unknown {
  try {
    return JSON.parse(readFileSync(url, 'utf8'));
  } catch (cause) {
    throw new PerennialError(
      'no-release',
      `${file} beside the bundle: got none that can be read, wanted what the build puts there; build again.`,
      { cause },
    );
  }
}
