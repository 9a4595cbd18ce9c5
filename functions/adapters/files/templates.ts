/** The mails of the release that was deployed: `templates.json` beside the bundle. */
import { TEMPLATES_FILE } from '../../contract/env.ts';
import type { Templates } from '../../contract/release.ts';
import { besideBundle } from './json.ts';

export const fileTemplates = (
  url = new URL(`./${TEMPLATES_FILE}`, import.meta.url),
): (() => Templates) => besideBundle(TEMPLATES_FILE, url);
