/** Writes templates/journey.schema.json, by which editors complete and underline journey files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { journeyJsonSchema } from '../functions/domain/journeys/shape.ts';
import { TEMPLATES_DIR } from './build-release.ts';

/** The published schema. A test holds it to the zod schema that it is made from. */
export const JOURNEY_SCHEMA_FILE = join(TEMPLATES_DIR, 'journey.schema.json');

if (import.meta.main) {
  writeFileSync(JOURNEY_SCHEMA_FILE, `${JSON.stringify(journeyJsonSchema(), undefined, 2)}\n`);
  console.log(`Wrote ${JOURNEY_SCHEMA_FILE}; now run npm run format.`);
}
