/**
 * `npm start`: the whole system on this machine.
 *   --port N        4000 by default
 *   --fresh         forgets what is in .perennial (or PERENNIAL_DATA)
 *   --empty         no shop; send your own events
 *   --orders FILE   a real order log, .csv or .csv.gz; --customers N takes a slice of it
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LocalError } from '../infra/local/errors.ts';
import { type Run, run, type RunOptions } from '../infra/local/run.ts';

const PORT = 4000;

const OPTIONS = {
  port: { type: 'string' },
  fresh: { type: 'boolean', default: false },
  empty: { type: 'boolean', default: false },
  orders: { type: 'string' },
  customers: { type: 'string' },
} as const;

function argumentsOf() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    const known = '--port N, --fresh, --empty, --orders FILE, --customers N';
    throw new LocalError('bad-option', `${(error as Error).message}; wanted ${known}.`);
  }
}

function readOptions(): RunOptions {
  const values = argumentsOf();
  const number = (name: 'port' | 'customers', max: number) => {
    const value = values[name];
    if (value === undefined) return undefined;
    if (/^\d+$/.test(value) && Number(value) <= max) return Number(value);
    throw new LocalError('bad-option', `--${name}: got ${value}, wanted a number up to ${max}.`);
  };
  const customers = number('customers', 1_000_000);
  return {
    port: number('port', 65_535) ?? PORT,
    dataDir: resolve(process.env['PERENNIAL_DATA'] ?? '.perennial'),
    fresh: values.fresh,
    wish:
      values.orders === undefined
        ? { kind: values.empty ? 'empty' : 'demo' }
        : {
            kind: 'orders',
            file: resolve(values.orders),
            ...(customers !== undefined && { customers }),
          },
    say: (line) => console.log(line),
    // MJML and its company take half a second to load: when somebody opens the studio, not before.
    studio: async (shop) => (await import('./studio-places.ts')).localStudio(shop),
    progress: bar(),
  };
}

/** One line that fills up; without a terminal, a line for each tenth. */
function bar(): (share: number) => void {
  const WIDTH = 40;
  let shown = -1;
  return (share) => {
    const step = process.stdout.isTTY ? Math.floor(share * 200) : Math.floor(share * 10);
    if (step === shown) return;
    shown = step;
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    if (!process.stdout.isTTY) {
      console.log(`the year goes by:${percent}`);
      return;
    }
    const full = Math.round(share * WIDTH);
    const line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
    process.stdout.write(`\r  ${line}${percent} of the year${share === 1 ? '\n' : ''}`);
  };
}

/** Ctrl-C ends every child and thread; a second one does not wait. */
function endWith(started: Promise<Run>): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    console.log('\nEnding…');
    void started
      .then((it) => it.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

try {
  const options = readOptions();
  console.log('Perennial starts: bundles, templates, tables…');
  const started = run(options);
  endWith(started);
  const { origin, settled } = await started;
  console.log(`Perennial runs at ${origin} (inbox: ${origin}/inbox). Ctrl-C ends it.`);
  await settled;
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  console.error(error instanceof LocalError ? message : `Something is wrong (${code}): ${message}`);
  if (!(error instanceof LocalError)) console.error((error as Error).stack);
  process.exit(1);
}
