/**
 * All functions, with their queues, streams, bus, clock and SES, in one process and on one virtual clock.
 * Whatever happens is in a fixed order, so that the nth request is the same request in every run.
 */
import type { Context, DynamoDBRecord } from 'aws-lambda';
import type { Message } from '../../functions/contract/messages.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { HOUR_MS, type Instant, iso, MINUTE_MS } from '../../functions/contract/time.ts';
import * as deliver from '../../functions/handlers/deliver.ts';
import * as inbound from '../../functions/handlers/inbound.ts';
import * as ingest from '../../functions/handlers/ingest.ts';
import * as pages from '../../functions/handlers/pages.ts';
import * as publish from '../../functions/handlers/publish.ts';
import * as react from '../../functions/handlers/react.ts';
import * as sweep from '../../functions/handlers/sweep.ts';
import * as wake from '../../functions/handlers/wake.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';
import { type Parts, partsOf, TABLES } from './parts.ts';
import { type Accepted, busAnswer, Queue, sesAccept, sqsAnswer } from './queues.ts';
import { type Attempts, type Service, type Way, Wire } from './wire.ts';

export type FunctionName = keyof Parts;
type Handler = (event: unknown, context: Context) => Promise<unknown>;
export type Answer = { ok: boolean; result?: unknown };

export type Options = {
  plan?: [number, Way][];
  attempts?: Attempts;
  /** Replaces parts of a function: the broken variants. */
  broken?: (parts: Parts, world: World) => Parts;
  /** Replaces the way to a service: a client that is set up wrongly. */
  brokenDynamo?: (client: DocumentClient) => DocumentClient;
  /** Sees every request as it leaves. */
  onRequest?: (service: Service, command: object) => void;
  /** SES's events are lost, as they may be. */
  silentSes?: boolean;
  /** SES's events come so much later. */
  sesDelayMs?: number;
  /** Sweep ticks every hour though nothing is open, for its audit of the log; left out they only cost time. */
  audits?: true;
  /** Functions read the release from the store. */
  published?: true;
  /** The nth record of both streams together, or the nth message of a queue, vanishes. */
  vanishes?: { record: number } | { queue: string; message: number };
};

const CONTEXT = { awsRequestId: 'r', getRemainingTimeInMillis: () => 60_000 } as unknown as Context;
const QUEUES = ['facts', 'browse', 'wakes', 'deliver', 'inbound'] as const;
const CONSUMERS = {
  facts: 'react',
  browse: 'react',
  wakes: 'react',
  deliver: 'deliver',
  inbound: 'inbound',
} as const;
const BATCH = 10;
const STREAM_RETRIES_MAX = 5;
/** A frozen function wakes up again after so long: two sweeps, and its lease is over. */
const STALL_MS = 10 * MINUTE_MS;
/** Far more rounds than any run needs: a loop in our code must end the test, not the machine. */
const ROUNDS_MAX = 20_000;

export class World {
  readonly wire: Wire;
  readonly dynamo = new TinyDynamo();
  readonly queues: ReadonlyMap<string, Queue>;
  readonly accepted: Accepted[] = [];
  now: Instant;
  /** Places in the one order of everything that happened. */
  order = 0;
  readonly options: Options;
  private readonly instances = new Map<FunctionName, Handler>();
  private readonly tasks: { at: Instant; run: () => Promise<void> | void }[] = [];
  private readonly stream = { next: 0, tries: 0, retryAt: 0 };
  private readonly ticked: { wake: Instant; sweep: Instant };
  private ids = 0;

  constructor(start: Instant, options: Options = {}) {
    this.now = start;
    this.ticked = { wake: start, sweep: start };
    this.options = options;
    this.wire = new Wire(options.plan, options.attempts);
    this.wire.meanwhile = () => this.run(this.now + STALL_MS);
    const all = QUEUES.flatMap((name) => {
      const dead = new Queue(`${name}-dead`);
      return [dead, new Queue(name, dead)];
    });
    this.queues = new Map(all.map((queue) => [queue.name, queue]));
    const { vanishes } = options;
    if (vanishes && 'queue' in vanishes) this.queue(vanishes.queue).vanishes = vanishes.message;
  }

  queue(name: string): Queue {
    return this.queues.get(name) as Queue;
  }

  nextId = (): string => {
    this.ids += 1;
    return `id-${this.ids}`;
  };

  at(at: Instant, run: () => Promise<void> | void): void {
    this.tasks.push({ at, run });
  }

  rows(): Message[] {
    return this.dynamo
      .items(TABLES.stateTable)
      .filter(({ sk }) => String(sk).startsWith('MESSAGE#')) as unknown as Message[];
  }

  /** Calls a function; a crash ends its process, so that the next call meets a new one. */
  async invoke(name: FunctionName, event: unknown): Promise<Answer> {
    const { by, dead } = this.wire;
    this.wire.by = name;
    this.wire.dead = false;
    try {
      const result = await this.instance(name)(event, CONTEXT);
      return this.wire.dead ? { ok: false } : { ok: true, result };
    } catch {
      return { ok: false };
    } finally {
      if (this.wire.dead) this.instances.delete(name);
      this.wire.by = by;
      this.wire.dead = dead;
    }
  }

  private instance(name: FunctionName): Handler {
    const known = this.instances.get(name);
    if (known) return known;
    const dynamo = this.tables();
    const parts = partsOf({
      dynamo: this.options.brokenDynamo?.(dynamo) ?? dynamo,
      sqs: this.onWire('sqs', async (c) => sqsAnswer(this.queues, c, this.now)) as never,
      bus: this.onWire('events', async (command) => {
        const { facts, browse, inbound } = Object.fromEntries(this.queues) as Record<string, Queue>;
        const rules = { facts, browse, inbound } as Parameters<typeof busAnswer>[0];
        return busAnswer(rules, command, this.now, this.nextId);
      }),
      ses: this.onWire('ses', async (command) => this.acceptMail(command)) as never,
      now: () => this.now,
      nextId: this.nextId,
      ...(this.options.published && { published: true as const }),
    });
    const whole = this.options.broken?.(parts, this) ?? parts;
    const handler = handlerOf(name, whole);
    this.instances.set(name, handler);
    return handler;
  }

  private tables(): DocumentClient {
    return this.onWire('dynamodb', (c) => this.dynamo.send(c)) as unknown as DocumentClient;
  }

  /** Somebody at work who is no function, on the same wire; true where they came to an end. */
  async works(name: string, work: (dynamo: DocumentClient) => Promise<unknown>): Promise<boolean> {
    const { by, dead } = this.wire;
    this.wire.by = name;
    this.wire.dead = false;
    try {
      await work(this.tables());
      return !this.wire.dead;
    } catch {
      return false;
    } finally {
      this.wire.by = by;
      this.wire.dead = dead;
    }
  }

  private onWire(service: Service, effect: (c: object) => unknown) {
    return {
      send: (command: object) =>
        this.wire.send(service, command, async () => {
          this.order += 1;
          this.options.onRequest?.(service, command);
          return effect(command);
        }),
    };
  }

  private acceptMail(command: object) {
    const id = `ses-${this.accepted.length + 1}`;
    const { accepted, events } = sesAccept(command, this.now, id);
    this.accepted.push({ ...accepted, order: this.order });
    if (!this.options.silentSes) {
      for (const { after, body } of events) {
        const at = this.now + after + (this.options.sesDelayMs ?? 0);
        this.at(at, () => this.queue('inbound').put(body, at));
      }
    }
    return { MessageId: id };
  }

  /** Everything that is to happen until then. */
  async run(until: Instant): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      if ((await this.drainStream()) || (await this.drainQueues())) continue;
      const next = this.nextMoment();
      if (next > until) {
        this.now = Math.max(this.now, until);
        return;
      }
      this.now = Math.max(this.now, next);
      await this.tick();
    }
    throw new Error(`the world did not come to rest before ${iso(until)}`);
  }

  private nextMoment(): Instant {
    const visible = [...this.queues.values()].filter(({ dead }) => dead);
    return Math.min(
      ...this.tasks.map(({ at }) => at),
      ...visible.map(({ nextVisibleAt }) => nextVisibleAt),
      this.stream.next < this.dynamo.stream.length ? this.stream.retryAt : Infinity,
      this.nextWakeTick(),
      this.nextSweepTick(),
    );
  }

  /** Ticks with nothing to do are left out: they would only read empty shards. */
  private nextWakeTick(): Instant {
    const due = this.earliest('nextWakeAt');
    return due === Infinity ? due : tickAfter(due, this.ticked.wake, MINUTE_MS);
  }

  private nextSweepTick(): Instant {
    const letters = QUEUES.some((name) => this.queue(`${name}-dead`).letters.length > 0);
    const due = letters ? this.now : this.earliest('openAt');
    const audit = this.options.audits ? nextHour(this.ticked.sweep) : Infinity;
    if (due === Infinity) return audit;
    return Math.min(audit, tickAfter(due, this.ticked.sweep, 5 * MINUTE_MS));
  }

  private earliest(attribute: 'nextWakeAt' | 'openAt'): Instant {
    const times = this.dynamo
      .items(TABLES.stateTable)
      .flatMap((item) => (item[attribute] ? [Date.parse(String(item[attribute]))] : []));
    return Math.min(...times);
  }

  private async tick(): Promise<void> {
    for (const task of this.tasks.filter(({ at }) => at <= this.now)) {
      this.tasks.splice(this.tasks.indexOf(task), 1);
      await task.run();
    }
    if (this.nextWakeTick() <= this.now) {
      this.ticked.wake = this.now;
      await this.invoke('wake', {});
    }
    if (this.nextSweepTick() <= this.now) {
      this.ticked.sweep = this.now;
      await this.invoke('sweep', {});
    }
  }

  /** Lambda's way with a stream: in order, the same batch again while it fails, and on after five times. */
  private async drainStream(): Promise<boolean> {
    const { stream, dynamo } = this;
    if (stream.next >= dynamo.stream.length || stream.retryAt > this.now) return false;
    const from = stream.next;
    const batch = dynamo.stream.slice(from, from + 100);
    const wanted = batch.filter((entry, n) => isWanted(entry) && !this.vanished(from + n));
    stream.next = from + batch.length;
    if (wanted.length === 0) return true;
    const answer = await this.invoke('publish', { Records: wanted.map(({ record }) => record) });
    const failures = answer.result as { batchItemFailures: { itemIdentifier: string }[] };
    const first = answer.ok ? failures.batchItemFailures[0]?.itemIdentifier : sequence(wanted[0]);
    if (first === undefined) {
      stream.tries = 0;
      return true;
    }
    const place = dynamo.stream.findIndex((entry) => sequence(entry) === first);
    stream.tries += 1;
    if (stream.tries > STREAM_RETRIES_MAX) {
      stream.tries = 0;
      stream.next = place + 1;
    } else {
      stream.next = place;
      stream.retryAt = this.now + 1_000 * 2 ** stream.tries;
    }
    return true;
  }

  private vanished(place: number): boolean {
    const { vanishes } = this.options;
    return vanishes !== undefined && 'record' in vanishes && vanishes.record === place;
  }

  private async drainQueues(): Promise<boolean> {
    let busy = false;
    for (const name of QUEUES) {
      const consumer = CONSUMERS[name];
      const letters = this.queue(name).receive(this.now, BATCH);
      if (letters.length === 0) continue;
      busy = true;
      const Records = letters.map(({ id, body, receives }) => ({
        messageId: id,
        body,
        attributes: { ApproximateReceiveCount: String(receives) },
      }));
      const answer = await this.invoke(consumer, { Records });
      if (!answer.ok) continue;
      const { batchItemFailures } = answer.result as {
        batchItemFailures: { itemIdentifier: string }[];
      };
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { id } of letters) if (!failed.has(id)) this.queue(name).remove(id);
    }
    return busy;
  }
}

const tickAfter = (due: Instant, last: Instant, every: number): Instant =>
  Math.max(Math.ceil(due / every) * every, last + every);

const nextHour = (after: Instant): Instant => (Math.floor(after / HOUR_MS) + 1) * HOUR_MS;

const sequence = (entry: { record: DynamoDBRecord } | undefined): string | undefined =>
  entry?.record.dynamodb?.SequenceNumber;

/** The filters of infra/stacks/workflow.ts. */
function isWanted({ table, record }: { table: string; record: DynamoDBRecord }): boolean {
  if (table === TABLES.logTable) return record.eventName === 'INSERT';
  const image = record.dynamodb?.NewImage;
  const isMessage = image?.sk?.S?.startsWith('MESSAGE#') ?? false;
  return isMessage && ['PLANNED', 'SENT'].includes(image?.state?.S ?? '');
}

function handlerOf(name: FunctionName, parts: Parts): Handler {
  const makers: { [N in FunctionName]: () => unknown } = {
    ingest: () => ingest.createHandler(parts.ingest),
    inbound: () => inbound.createHandler(parts.inbound),
    publish: () => publish.createHandler(parts.publish),
    react: () => react.createHandler(parts.react),
    wake: () => wake.createHandler(parts.wake),
    deliver: () => deliver.createHandler(parts.deliver),
    sweep: () => sweep.createHandler(parts.sweep),
    pages: () => pages.createHandler(parts.pages),
  };
  return makers[name]() as Handler;
}
