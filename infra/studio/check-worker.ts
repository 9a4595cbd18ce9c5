/** Checks all files in a thread of its own: seconds of work that no page should wait behind. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Settings } from '../../functions/contract/settings.ts';
import { newChecker } from '../templates/checks/index.ts';
import type { CheckAnswer, CheckQuestion } from './checks.ts';

const checker = newChecker();
const { settings } = workerData as { settings: Settings };

async function answer({ id, files, mail }: CheckQuestion): Promise<CheckAnswer> {
  try {
    return {
      id,
      checked: await checker.check(settings, files, mail === undefined ? {} : { mail }),
    };
  } catch (error) {
    return { id, problem: (error as Error).message };
  }
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other: axe works on one page at a time, and refuses a second. */
async function inTurn(question: CheckQuestion): Promise<void> {
  const told = last.then(() => answer(question));
  last = told;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(await told);
}

parentPort?.on('message', (question: CheckQuestion) => void inTurn(question));
