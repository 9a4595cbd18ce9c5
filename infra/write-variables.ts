/** Writes docs/variables.md: what marketers may say in mails and ask in conditions. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { variablesReference } from './templates/variables.ts';

/** The published reference. A test holds it to the list that it is made from. */
export const VARIABLES_FILE = fileURLToPath(new URL('../docs/variables.md', import.meta.url));

if (import.meta.main) {
  writeFileSync(VARIABLES_FILE, variablesReference());
  console.log(`Wrote ${VARIABLES_FILE}.`);
}
