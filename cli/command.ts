/** What the commands for order files share: arguments, refusals in one sentence, files written whole. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Ends the command with one clear sentence. */
export class CommandRefused extends Error {
  readonly code = 'command-refused';
}

/** The arguments, or the usage where they are not understood. */
export function argumentsOf<T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: T,
  usage: string,
) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new CommandRefused(`${(error as Error).message}\n\n${usage}`, { cause: error });
  }
}

/** A whole number from `min` to `max`. */
export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new CommandRefused(
    `--${name}: got ${JSON.stringify(text)}, wanted a whole number from ${min} to ${max}`,
  );
}

/** Longer horizons are no use to a shop, and no model here was judged on them. */
export const HORIZON_DAYS_MAX = 1_100;

export const horizonArgument = (text: string): number =>
  wholeNumber('horizon-days', text, 1, HORIZON_DAYS_MAX);

/** Writing over the shop's orders is never meant. */
export function refuseSameFile(orders: string, out: string): void {
  if (resolve(orders) !== resolve(out)) return;
  throw new CommandRefused(`--out: got the file of --orders, ${out}; wanted another`);
}

const CHUNK_CHARS = 1 << 16;

const quoted = (cell: string | number): string => {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A CSV file that is there whole or not at all. */
export class CsvWriter {
  private readonly file: string;
  private readonly part: string;
  private readonly fd: number;
  private waiting = '';
  rows = 0;

  constructor(file: string, header: readonly string[]) {
    this.file = file;
    this.part = `${file}.part`;
    const folder = dirname(file);
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    try {
      this.fd = openSync(this.part, 'w');
    } catch (cause) {
      const why = (cause as Error).message;
      throw new CommandRefused(`--out: ${file} cannot be written (${why})`, { cause });
    }
    this.waiting = `${header.join(',')}\n`;
  }

  write(cells: readonly (string | number)[]): void {
    this.rows += 1;
    this.waiting += `${cells.map(quoted).join(',')}\n`;
    if (this.waiting.length >= CHUNK_CHARS) this.flush();
  }

  close(): void {
    this.flush();
    closeSync(this.fd);
    renameSync(this.part, this.file);
  }

  /** Leaves nothing behind. */
  abandon(): void {
    closeSync(this.fd);
    rmSync(this.part, { force: true });
  }

  private flush(): void {
    writeSync(this.fd, this.waiting);
    this.waiting = '';
  }
}

/** The file whole, or nothing of it when `write` throws. */
export function writeCsv(
  file: string,
  header: readonly string[],
  write: (out: CsvWriter) => void,
): void {
  const out = new CsvWriter(file, header);
  try {
    write(out);
    out.close();
  } catch (error) {
    out.abandon();
    throw error;
  }
}

/** Where a command speaks: results, what a person should know, and how far it is. */
export type Io = {
  out(text: string): void;
  err(text: string): void;
  progress?: NodeJS.WriteStream | undefined;
};

const SCREEN: Io = {
  out: (text) => console.log(text),
  err: (text) => console.error(text),
  progress: process.stderr,
};

export type Command = (argv: string[], io: Io) => Promise<void>;

/** Its exit code. What a person can mend is told in one sentence, anything else with its stack. */
export async function runCommand(
  command: Command,
  argv: string[] = process.argv.slice(2),
  io: Io = SCREEN,
): Promise<number> {
  try {
    await command(argv, io);
    return 0;
  } catch (error) {
    const { code, message, stack } = error as { code?: string; message: string; stack?: string };
    const known = error instanceof Error && code?.includes('-');
    io.err(known ? message : (stack ?? String(error)));
    return 1;
  }
}

/** Seconds and memory of the command so far, for its last line. */
export function effort(): string {
  const seconds = (performance.now() / 1000).toFixed(1);
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  return `${seconds} s, ${megabytes} MB`;
}
