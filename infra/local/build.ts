/** Starts the process that synthesises the CDK app for the local run. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { LocalError } from './errors.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';

export type BuildOptions = {
  outDir: string;
  bundlesDir: string;
  /** Only for an order log, which says nothing of consent. */
  assumeConsent: boolean;
};

/**
 * Bundles, templates, release; in a process of its own, so that the CDK's hundreds of megabytes are gone
 * before the clock starts. Throws LocalError with the first thing that cannot work.
 */
export async function buildSystem(options: BuildOptions): Promise<Assembly> {
  const child = fork(join(import.meta.dirname, 'build-process.ts'), [JSON.stringify(options)], {
    // The template validator costs 4 s; `npm test` runs it.
    env: { CDK_VALIDATION: 'false', ...process.env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const problem = await new Promise<string | undefined>((resolve) => {
    child.on('message', (message: BuildMessage) => resolve(message.problem));
    child.on('exit', () => resolve(`the build ended: ${errors.slice(-ERRORS_SHOWN)}`));
  });
  if (problem !== undefined) throw new LocalError('cannot-build', problem);
  return readAssembly(options.outDir);
}

/** Enough of a compiler's last words. */
const ERRORS_SHOWN = 2_000;
/** What the build process says once. */
export type BuildMessage = { problem?: string };
