/** Checks all files in a thread of its own: seconds of work that no page should wait behind. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Settings } from '../../functions/contract/settings.ts';
import { newChecker } from '../templates/checks/index.ts';
import type { CheckAnswer, CheckQuestion } from './checks.ts';

const checker = newChecker();
const { settings } = workerData as { settings: Settings };

parentPort?.on('message', ({ id, files, mail }: CheckQuestion) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  const tell = (answer: CheckAnswer) => parentPort?.postMessage(answer);
  checker.check(settings, files, mail === undefined ? {} : { mail }).then(
    (checked) => tell({ id, checked }),
    (error: unknown) => tell({ id, problem: (error as Error).message }),
  );
});
