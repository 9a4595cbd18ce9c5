/**
 * Erases one person from both tables, and prints a receipt without any name in it:
 *
 *   npm run erase -- ID|EMAIL [--out RECEIPT.json] [--stage dev|prod | --local]
 *
 * After a backup was restored, run it again: it erases what came back.
 */
import { writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { erase } from '../functions/app/erase.ts';
import { type Io, runCommand } from './command.ts';
import { nobody, personArguments, rowsOf, targetOfPerson } from './person.ts';

const USAGE = 'npm run erase -- ID|EMAIL [--out RECEIPT.json] [--stage dev|prod | --local]';

export async function eraseCommand(argv: string[], io: Io): Promise<void> {
  const args = personArguments(argv, USAGE);
  const target = await targetOfPerson(args);
  try {
    const { now } = target;
    const deps = { rows: rowsOf(target), now, pause: async (ms: number) => void (await wait(ms)) };
    const receipt = await erase(deps, args.asked);
    if (!receipt) throw nobody(target.name);
    const text = JSON.stringify(receipt, null, 1);
    if (args.out) writeFileSync(args.out, `${text}\n`);
    io.out(text);
  } finally {
    await target.close();
  }
}

if (import.meta.main) process.exitCode = await runCommand(eraseCommand);
