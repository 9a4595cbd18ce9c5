/**
 * Everything held of one person, as JSON and as a page to read:
 *
 *   npm run export -- ID|EMAIL [--out DIR] [--stage dev|prod | --local]
 *
 * Both files are written readable by you alone. Give them to nobody but that person.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportPage } from '../functions/app/export-page.ts';
import { exportPerson } from '../functions/app/export-person.ts';
import { stages } from '../infra/config.ts';
import { checkStage } from '../infra/stage-config.ts';
import { type Io, runCommand } from './command.ts';
import { nobody, personArguments, rowsOf, targetOfPerson } from './person.ts';
import { publishedModels } from './published-models.ts';

const USAGE = 'npm run export -- ID|EMAIL [--out DIR] [--stage dev|prod | --local]';

export async function exportCommand(argv: string[], io: Io): Promise<void> {
  const args = personArguments(argv, USAGE);
  const target = await targetOfPerson(args);
  try {
    const { settings } = checkStage(args.stage, stages[args.stage]);
    const shop = { settings, models: await publishedModels(target) };
    const person = await exportPerson(rowsOf(target), args.asked, shop, target.now());
    if (!person) throw nobody(target.name);
    const dir = args.out ?? `export-${person.customerId}`;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const write = (name: string, text: string) =>
      writeFileSync(join(dir, name), text, { mode: 0o600 });
    write('data.json', `${JSON.stringify(person, null, 1)}\n`);
    write('data.html', exportPage(person));
    io.out(
      `${target.name}: ${person.events.length} events and ${person.mails.length} mails in ${dir}: ` +
        'data.json, data.html',
    );
  } finally {
    await target.close();
  }
}

if (import.meta.main) process.exitCode = await runCommand(exportCommand);
