/** Journeys of a folder and the settings of a stage -> the policy, for commands that render no mail. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashId } from '../functions/contract/ids.ts';
import type { Journey, Policy } from '../functions/contract/journeys.ts';
import type { Settings } from '../functions/contract/settings.ts';
import { compileJourney, type Problem } from '../functions/domain/journeys/compile.ts';

export class JourneysRefused extends Error {
  readonly code = 'journeys-refused';
}

const FILE = 'journey.yaml';

const said = ({ file, line, got, wanted }: Problem): string =>
  `${file}:${line}: got ${got}; wanted ${wanted}`;

/** Mails that the journey names. Nothing is rendered here, so they need not exist. */
const namedMails = (journey: string, text: string): string[] =>
  [...text.matchAll(/\bsend:\s*["']?([\w/-]+)/g)].flatMap(([, name = '']) => [
    name,
    `${journey}/${name}`,
  ]);

/** Every journey below `dir`. Throws `JourneysRefused` with file and line of all that is wrong. */
export function policyOf(dir: string, settings: Settings): Policy {
  if (!existsSync(dir)) throw new JourneysRefused(`no folder ${dir}. Wanted one with journeys.`);
  const journeys: Journey[] = [];
  const problems: Problem[] = [];
  const texts: string[] = [];
  const ids = readdirSync(dir).filter((name) => existsSync(join(dir, name, FILE)));
  for (const id of ids.sort()) {
    const path = join(dir, id, FILE);
    const text = readFileSync(path, 'utf8');
    const context = {
      templates: new Set(namedMails(id, text)),
      holdout: settings.holdout.journey,
    };
    const compiled = compileJourney({ path, text }, context);
    if (compiled.ok) journeys.push(compiled.journey);
    else problems.push(...compiled.problems);
    texts.push(text);
  }
  if (problems.length > 0) throw new JourneysRefused(problems.map(said).join('\n'));
  if (journeys.length === 0) throw new JourneysRefused(`no */${FILE} in ${dir}.`);
  return { release: hashId('policy', ...texts, JSON.stringify(settings)), journeys, settings };
}
