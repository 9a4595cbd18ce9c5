/** Calls a function: starts threads with its bundle when needed, one call at a time in each. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Activity } from '../activity.ts';
import type { ClockMemory } from '../clock.ts';
import type { FunctionPlan } from '../template/plan.ts';
import type { Invocation, Outcome, WorkerStart } from './worker.ts';

const WORKER_FILE = join(fileURLToPath(new URL('.', import.meta.url)), 'worker.ts');
/** Threads a function: two show what goes wrong between copies, and more would only fight for two cores. */
const INSTANCES_MAX = 2;
/** A second thread costs 200 ms of CPU to start: only where so much work waits. */
const WAITING_FOR_SECOND = 4;

export type CallResult = { value: unknown } | { error: { name: string; message: string } };
type Waiting = { event: unknown; done(result: CallResult): void };
type Instance = {
  worker: Worker;
  current: Waiting | undefined;
  timer?: NodeJS.Timeout;
  /** Ends after the call that it is at. */
  outdated?: true;
};

export type HostDeps = {
  activity: Activity;
  memory: ClockMemory;
  /** What Lambda and the local run add to the template's variables. */
  environment: { [name: string]: string };
  /** Lines that the function writes. */
  log(line: string): void;
};

export class FunctionHost {
  readonly plan: FunctionPlan;
  private readonly deps: HostDeps;
  private readonly instances: Instance[] = [];
  private readonly waiting: Waiting[] = [];
  private calls = 0;
  private stopped = false;

  constructor(plan: FunctionPlan, deps: HostDeps) {
    this.plan = plan;
    this.deps = deps;
  }

  /** Resolves to what the handler answered, or how it failed; never rejects. */
  invoke(event: unknown): Promise<CallResult> {
    this.deps.activity.begin();
    return new Promise<CallResult>((resolve) => {
      this.waiting.push({ event, done: resolve });
      this.next();
    }).finally(() => this.deps.activity.end());
  }

  /** Loads the bundle before the first call. */
  warm(): void {
    if (this.instances.length === 0) this.start();
  }

  /** Each thread takes no further call, as after a deployment: what it kept is not used again. */
  renew(): void {
    for (const instance of this.instances.splice(0)) {
      if (instance.current) instance.outdated = true;
      else void instance.worker.terminate();
    }
  }

  private next(): void {
    if (this.waiting.length === 0 || this.stopped) return;
    const idle = this.instances.find(({ current }) => current === undefined);
    if (idle) {
      this.run(idle, this.waiting.shift() as Waiting);
      return;
    }
    const wanted = this.instances.length === 0 || this.waiting.length >= WAITING_FOR_SECOND;
    if (wanted && this.instances.length < INSTANCES_MAX) {
      this.run(this.start(), this.waiting.shift() as Waiting);
    }
  }

  private run(instance: Instance, waiting: Waiting): void {
    instance.current = waiting;
    this.calls += 1;
    const { timeoutMs } = this.plan;
    instance.timer = setTimeout(() => {
      void instance.worker.terminate();
      this.lose(instance, `Task timed out after ${timeoutMs / 1000} seconds`);
    }, timeoutMs);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    instance.worker.postMessage({ id: this.calls, event: waiting.event } satisfies Invocation);
  }

  private start(): Instance {
    const [file = '', exported = ''] = this.plan.handler.split('.');
    const worker = new Worker(WORKER_FILE, {
      workerData: {
        memory: this.deps.memory,
        file: join(this.plan.codeDir, `${file}.mjs`),
        exported,
        name: this.plan.name,
        arn: this.plan.arn,
        memoryMb: this.plan.memoryMb,
        timeoutMs: this.plan.timeoutMs,
      } satisfies WorkerStart,
      env: { ...this.plan.environment, ...this.deps.environment },
      stdout: true,
      stderr: true,
    });
    const instance: Instance = { worker, current: undefined };
    this.instances.push(instance);
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.deps.log(text));
    }
    worker.on('message', (outcome: Outcome) => this.finish(instance, outcome));
    worker.on('error', (error: Error) => this.lose(instance, `${error.name}: ${error.message}`));
    worker.on('exit', () => this.lose(instance, 'the thread ended'));
    return instance;
  }

  private finish(instance: Instance, outcome: Outcome): void {
    clearTimeout(instance.timer);
    const { current } = instance;
    instance.current = undefined;
    if ('error' in outcome) {
      this.deps.log(`${this.plan.label} failed: ${outcome.error.name}: ${outcome.error.message}\n`);
    }
    current?.done('error' in outcome ? { error: outcome.error } : { value: outcome.value });
    if (instance.outdated) void instance.worker.terminate();
    this.next();
  }

  /** A thread that died or took too long: its call failed, the next call gets a new one. */
  private lose(instance: Instance, message: string): void {
    clearTimeout(instance.timer);
    const index = this.instances.indexOf(instance);
    if (index >= 0) this.instances.splice(index, 1);
    const { current } = instance;
    instance.current = undefined;
    current?.done({ error: { name: 'FunctionLost', message } });
    this.next();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.instances.map(({ worker }) => worker.terminate()));
  }
}
