/** Made-up order files, and the commands run on them as a person would. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Command, runCommand } from '../../cli/command.ts';
import { share } from '../../functions/contract/ids.ts';

export type Ran = { stdout: string; stderr: string; code: number };

/** Runs a command within this process. */
export async function ran(command: Command, ...args: string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommand(command, args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { stdout: out.join('\n'), stderr: err.join('\n'), code };
}

/** Runs `cli/<name>.ts` as npm does. */
export async function command(name: string, ...args: string[]): Promise<Ran> {
  const argv = [`cli/${name}.ts`, ...args];
  const cwd = new URL('../../', import.meta.url);
  try {
    return { ...(await promisify(execFile)(process.execPath, argv, { cwd })), code: 0 };
  } catch (error) {
    return error as Ran;
  }
}

/** A folder of its own, and a way to put files into it. */
export function folder() {
  const dir = mkdtempSync(join(tmpdir(), 'perennial-files-'));
  return {
    dir,
    path: (name: string) => join(dir, name),
    put: (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(dir, name), content);
      return join(dir, name);
    },
  };
}

/** Rows of a CSV file by its header; cells without separators only. */
export function rowsOf(file: string): { [column: string]: string }[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
}

const START = Date.UTC(2025, 0, 1);
const DAY_MS = 86_400_000;

/**
 * Orders of customers who buy at an own rate until they leave: `customer_id,date,amount`. The same ones for
 * the same numbers.
 */
export function orderLines(customers: number, days: number): string[] {
  const lines: string[] = [];
  for (let id = 1; id <= customers; id += 1) {
    const chance = (what: string) => share(what, String(id));
    const gap = 8 + 90 * chance('gap') ** 2;
    const spend = 20 + 80 * chance('spend');
    let day = Math.floor(chance('first') * days * 0.7);
    for (let order = 0; day < days; order += 1) {
      const date = new Date(START + day * DAY_MS).toISOString().slice(0, 10);
      lines.push(`c${id},${date},${(spend * (0.6 + chance(`amount ${order}`))).toFixed(2)}`);
      if (chance(`leaves ${order}`) < 0.3) break;
      day += Math.max(1, Math.round(-gap * Math.log(1 - chance(`wait ${order}`))));
    }
  }
  return lines;
}

export const ordersCsv = (lines: readonly string[]): string =>
  `${['customer_id,date,amount', ...lines].join('\n')}\n`;
