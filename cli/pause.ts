/**
 * Stops a journey's mails at the claim, without a deployment:
 *
 *   npm run pause -- JOURNEY|all [--resume] [--stage dev|prod | --local]
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { dynamoControl } from '../functions/adapters/dynamodb/control.ts';
import { ConfigRefused, stageOf } from '../infra/stage-config.ts';
import { NoSuchJourney, pauseCommand } from './pause-command.ts';
import { NoTarget, targetOf } from './targets.ts';

const USAGE = 'npm run pause -- JOURNEY|all [--resume] [--stage dev|prod | --local]';

/** Folders of templates/ that are journeys; `_shared` is none. */
const journeys = (): string[] =>
  readdirSync('templates', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map(({ name }) => name);

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      resume: { type: 'boolean', default: false },
      stage: { type: 'string' },
      local: { type: 'boolean', default: false },
    },
  });
  const [journey, ...more] = positionals;
  if (!journey || more.length > 0) throw new NoSuchJourney(USAGE);
  const target = await targetOf({ local: values.local, stage: stageOf(values.stage) });
  const port = dynamoControl(target.client, target.stateTable);
  const { resume } = values;
  const sentence = await pauseCommand(port, { journey, resume, known: journeys() });
  console.log(`${target.name}: ${sentence}`);
} catch (error) {
  const expected = [NoSuchJourney, NoTarget, ConfigRefused].some((kind) => error instanceof kind);
  console.error(`pause: ${expected ? (error as Error).message : String(error)}`);
  process.exitCode = 1;
}
