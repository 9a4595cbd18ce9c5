/** What is wrong with all files, found once for each state of them, beside the pages. */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Settings } from '../../functions/contract/settings.ts';
import type { Checked } from '../templates/checks/index.ts';
import type { TemplateFiles } from '../templates/files.ts';
import type { StudioDeps } from './deps.ts';

export type CheckAnswer = { id: number } & ({ checked: Checked } | { problem: string });
/** All files, or one mail and what it is made of. */
export type CheckFiles = (files: TemplateFiles, mail?: string) => Promise<Checked>;
/** To the thread. */
export type CheckQuestion = { id: number; files: TemplateFiles; mail?: string };

/** The same name for the same files: what somebody saw on a page is what they publish. */
export function stateOf(files: TemplateFiles): string {
  const hash = createHash('sha256');
  for (const [path, text] of [...files].sort()) hash.update(JSON.stringify([path, text]));
  return hash.digest('hex').slice(0, 24);
}

/** Starts its thread with the first call, and lets the process end in spite of it. */
export function checkInThread(settings: Settings): CheckFiles {
  type Waiting = { resolve(checked: Checked): void; reject(error: Error): void };
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let next = 0;
  const start = (): Worker => {
    const made = new Worker(new URL('./check-worker.ts', import.meta.url), {
      workerData: { settings },
    });
    made.on('message', (answer: CheckAnswer) => {
      const one = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('checked' in answer) one?.resolve(answer.checked);
      else one?.reject(new Error(answer.problem));
    });
    made.on('error', (error: Error) => {
      worker = undefined;
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
    });
    made.unref();
    return made;
  };
  return (files, mail) =>
    new Promise((resolve, reject) => {
      next += 1;
      waiting.set(next, { resolve, reject });
      worker ??= start();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage({ id: next, files, ...(mail !== undefined && { mail }) });
    });
}

/** Two people who work on drafts of a stage need two; more are no use. */
const KEPT_MAX = 4;
/** So long a page waits for the checks before it shows itself without them. */
const PATIENCE_MS = 600;

export type CheckState = { state: string; checked: Checked | undefined; problem?: string };

/** Remembers what was found for the last states of the files. */
export class Checks {
  private readonly check: CheckFiles;
  private readonly known = new Map<string, Promise<Checked>>();

  constructor(check: CheckFiles) {
    this.check = check;
  }

  /** Resolves when everything has been looked at. */
  all(files: TemplateFiles): Promise<Checked> {
    const state = stateOf(files);
    const known = this.known.get(state);
    if (known) return known;
    const checking = this.check(files);
    this.known.set(state, checking);
    // What failed for a reason of its own may work the next time.
    checking.catch(() => this.known.delete(state));
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT_MAX && oldest !== undefined) this.known.delete(oldest);
    return checking;
  }

  /** What is known after a moment; it goes on looking. */
  async soFar(files: TemplateFiles, patienceMs = PATIENCE_MS): Promise<CheckState> {
    const state = stateOf(files);
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), patienceMs);
    });
    try {
      return { state, checked: await Promise.race([this.all(files), enough]) };
    } catch (error) {
      return { state, checked: undefined, problem: (error as Error).message };
    } finally {
      clearTimeout(timer);
    }
  }
}

const made = new WeakMap<StudioDeps, Checks>();

/** The checks of this studio: one thread for all its pages. */
export function checksOf(deps: StudioDeps): Checks {
  const known = made.get(deps) ?? new Checks(deps.check ?? checkInThread(deps.settings));
  made.set(deps, known);
  return known;
}
