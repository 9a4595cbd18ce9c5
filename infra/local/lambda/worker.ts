/** Runs one deployed bundle in a thread of its own: its environment, its access key, the virtual clock. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { type ClockMemory, patchDate } from '../clock.ts';

export type WorkerStart = {
  memory: ClockMemory;
  /** The bundle's file. */
  file: string;
  exported: string;
  name: string;
  arn: string;
  memoryMb: number;
  timeoutMs: number;
};
export type Invocation = { id: number; event: unknown };
export type Outcome =
  | { id: number; value: unknown }
  | { id: number; error: { name: string; message: string } };

type Handler = (event: unknown, context: unknown) => unknown;

const start = workerData as WorkerStart;
patchDate(start.memory);
const loaded = import(pathToFileURL(start.file).href).then(
  (bundle: { [name: string]: Handler }) => {
    const handler = bundle[start.exported];
    if (!handler) throw new Error(`the bundle exports no ${start.exported}`);
    return handler;
  },
);
// Told with the first call instead of as an unhandled rejection.
loaded.catch(() => {});

const contextOf = (id: number) => ({
  awsRequestId: `local-${start.name}-${id}`,
  functionName: start.name,
  functionVersion: '$LATEST',
  invokedFunctionArn: start.arn,
  memoryLimitInMB: String(start.memoryMb),
  logGroupName: start.name,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => start.timeoutMs,
});

parentPort?.on('message', async ({ id, event }: Invocation) => {
  let outcome: Outcome;
  try {
    const handler = await loaded;
    outcome = { id, value: await handler(event, contextOf(id)) };
  } catch (error) {
    const { name, message } = error as Error;
    outcome = { id, error: { name, message } };
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(outcome);
});
