/** The source files of the release that was deployed: `sources.json` beside the bundle. */
import { SOURCES_FILE } from '../../contract/env.ts';
import type { SourceFiles } from '../../contract/publishing.ts';
import { besideBundle } from './json.ts';

export const fileSources = (
  url = new URL(`./${SOURCES_FILE}`, import.meta.url),
): (() => SourceFiles) => besideBundle(SOURCES_FILE, url);
