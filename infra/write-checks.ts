/** Writes docs/checks.md: every rule that templates are held against. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checksReference } from './templates/checks/reference.ts';

/** The published reference. A test holds it to the rules that it is made from. */
export const CHECKS_FILE = fileURLToPath(new URL('../docs/checks.md', import.meta.url));

if (import.meta.main) {
  writeFileSync(CHECKS_FILE, checksReference());
  console.log(`Wrote ${CHECKS_FILE}.`);
}
