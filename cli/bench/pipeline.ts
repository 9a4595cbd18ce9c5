/**
 * The way of an event with the real use cases and DynamoDB adapters, one event at a time on a virtual
 * clock; bus, queues, streams and SES are function calls. So everything that DynamoDB bills is counted,
 * and nothing else disturbs.
 */
import { randomUUID } from 'node:crypto';
import { dynamoControl } from '../../functions/adapters/dynamodb/control.ts';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { dynamoGates } from '../../functions/adapters/dynamodb/gates.ts';
import { dynamoLogReader } from '../../functions/adapters/dynamodb/log.ts';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { logItem, loggedOf } from '../../functions/adapters/dynamodb/log-rows.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/messages.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { sendingOf } from '../../functions/app/control.ts';
import { deliver, type DeliverDeps } from '../../functions/app/deliver.ts';
import { engage } from '../../functions/app/engage.ts';
import { ingest, type IngestDeps } from '../../functions/app/ingest.ts';
import { UNLIMITED } from '../../functions/app/rate-limits.ts';
import { publish } from '../../functions/app/publish.ts';
import type { BusEntry, LogWriter } from '../../functions/app/ports.ts';
import { type ReactDeps, reactToEvents, reactToWake } from '../../functions/app/react.ts';
import { Heap } from '../../functions/app/replay/heap.ts';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import { CEILING_MAX } from '../../functions/domain/brake.ts';
import type { Policy } from '../../functions/contract/journeys.ts';
import type { PlannedMessage } from '../../functions/contract/messages.ts';
import { TAG } from '../../functions/contract/messages.ts';
import { emitEvent, type LoggedEvent } from '../../functions/contract/own-events.ts';
import { ROUTES } from '../../functions/contract/routes.ts';
import { type Instant, iso } from '../../functions/contract/time.ts';
import { writeKey } from '../../functions/contract/write-keys.ts';
import { parseOrder } from '../../functions/handlers/react.ts';
import type { SegmentEvent } from '../../infra/local/demo/segment.ts';
import { Gathering } from './gathering.ts';
import type { Meter } from './meter.ts';

export type PipelineOptions = {
  meter: Meter;
  tables: { log: string; state: string };
  policy: Policy;
  /** Bytes of a mail stand for the render; its log read is done as live. */
  mailer?: DeliverDeps['mailer'];
};

type Due =
  | { at: Instant; kind: 'wake'; id: string }
  | { at: Instant; kind: 'claim'; id: string; customerId: string };

const SECRET = 'a secret that only the benchmark knows';
const KEY = writeKey('server', 1, SECRET);
const ids = { opId: randomUUID };

/** What happened, beside what the meter counts. */
export type PipelineFigures = {
  events: { [kind: string]: number };
  wakes: number;
  /** Wakes that planned at least one mail: their commit belongs to the mails. */
  planningWakes: number;
  emits: number;
  mails: number;
  claims: number;
  busBytes: { [kind: string]: number };
};

export class Pipeline {
  readonly figures: PipelineFigures = {
    events: {},
    wakes: 0,
    planningWakes: 0,
    emits: 0,
    mails: 0,
    claims: 0,
    busBytes: {},
  };
  private readonly meter: Meter;
  private now: Instant = 0;
  private readonly logged: LoggedEvent[] = [];
  private readonly entries: BusEntry[] = [];
  private planned: PlannedMessage[] = [];
  /** What the wake index holds; the heap keeps wakes that moved since. */
  private readonly armed = new Map<string, Instant>();
  private readonly dues = new Heap<Due>((a, b) =>
    a.at !== b.at ? a.at < b.at : a.kind !== b.kind ? a.kind === 'wake' : a.id < b.id,
  );
  private readonly gathering: Gathering;
  private readonly ingestDeps: IngestDeps;
  private readonly reactDeps: ReactDeps;
  private readonly deliverDeps: DeliverDeps;
  private readonly logWriter: LogWriter;

  constructor({ meter, tables, policy, mailer }: PipelineOptions) {
    this.meter = meter;
    const { client } = meter;
    const count = () => undefined;
    const config = { client, logTable: tables.log, stateTable: tables.state };
    const reader = dynamoLogReader(config);
    const policies = { current: async () => policy };
    const customers = this.watched(dynamoCustomers(config));
    this.logWriter = this.recorded(dynamoLogWriter(config));
    this.gathering = new Gathering(meter, tables.state);
    this.ingestDeps = {
      log: this.logWriter,
      rejects: { add: async (rejects) => Promise.reject(new Error(JSON.stringify(rejects))) },
      limits: UNLIMITED,
      secrets: { current: SECRET },
      currency: policy.settings.shop.currency,
      now: () => this.now,
      count,
    };
    this.reactDeps = {
      customers,
      log: reader,
      gates: dynamoGates(client, tables.state),
      ledger: dynamoLedger(client, tables.state),
      policies,
      pause: async () => undefined,
      jitter: () => 0.5,
      count,
    };
    this.deliverDeps = this.deliverWith(client, tables.state, {
      reader,
      policies,
      customers,
      mailer,
    });
  }

  private deliverWith(
    client: DocumentClient,
    stateTable: string,
    own: Pick<ReactDeps, 'policies' | 'customers'> & {
      reader: ReactDeps['log'];
      mailer: DeliverDeps['mailer'] | undefined;
    },
  ): DeliverDeps {
    const clock = { now: () => this.now };
    const control = dynamoControl(client, stateTable);
    return {
      ledger: dynamoLedger(client, stateTable),
      gates: dynamoGates(client, stateTable),
      clock,
      ids,
      customers: own.customers,
      policies: own.policies,
      composer: {
        compose: async (message) => {
          if (message.subject.key) await own.reader.read(message.subject.key);
          return { mail: SAMPLE_MAIL };
        },
      },
      mailer: own.mailer ?? {
        send: async ({ tags }) => ({ kind: 'accepted', sesMessageId: tags[TAG.message] ?? '' }),
      },
      control,
      // Its clock stands still: at a million mails a month controls are read every ten seconds and mails
      // reserved by the hundred, which the leaps of the virtual clock would turn into once a mail.
      sending: sendingOf({
        control,
        clock: { now: () => 0 },
        monotonic: () => 0,
        ceilingStart: CEILING_MAX,
        allowList: '*',
      }),
      pacer: { take: async () => undefined },
      count: () => undefined,
    };
  }

  /** Notes what a commit arms and plans, as index and stream would tell. */
  private watched(customers: ReactDeps['customers']): ReactDeps['customers'] {
    return {
      load: customers.load,
      commit: async (decision, previous, cause) => {
        const outcome = await customers.commit(decision, previous, cause);
        if (outcome === 'stale') return outcome;
        const { id, nextWakeAt } = decision.customer;
        if (nextWakeAt === undefined) this.armed.delete(id);
        else this.armed.set(id, nextWakeAt);
        if (nextWakeAt !== undefined && nextWakeAt !== previous.nextWakeAt) {
          this.dues.push({ at: nextWakeAt, kind: 'wake', id });
        }
        this.planned.push(...decision.messages);
        for (const emit of decision.emits) this.logged.push(emitEvent(emit, id));
        this.figures.emits += decision.emits.length;
        return outcome;
      },
    };
  }

  private recorded(log: LogWriter): LogWriter {
    const note = async (logged: LoggedEvent, stored: ReturnType<LogWriter['append']>) => {
      if ((await stored) === 'stored') this.logged.push(logged);
      return stored;
    };
    return {
      append: (logged) => note(logged, log.append(logged)),
      appendAndNarrow: (logged, update) => note(logged, log.appendAndNarrow(logged, update)),
    };
  }

  /** Everything due before `limit`. */
  async before(limit: Instant): Promise<void> {
    for (let due = this.dues.peek(); due && due.at < limit; due = this.dues.peek()) {
      this.dues.pop();
      this.now = due.at;
      if (due.kind === 'wake') await this.wake(due);
      else await this.claim(due);
    }
  }

  /** One HTTP call with one event, and all that follows at once. */
  async send(event: SegmentEvent): Promise<void> {
    const at = Date.parse(event.timestamp);
    await this.before(at);
    this.now = at;
    const kind = event.event ?? 'identify';
    this.figures.events[kind] = (this.figures.events[kind] ?? 0) + 1;
    const body = Buffer.from(JSON.stringify({ ...event, sentAt: iso(at) }));
    const authorization = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`;
    const path = event.type === 'identify' ? ROUTES.identify : ROUTES.track;
    const request = { method: 'POST', path, headers: { authorization }, body, address: 'bench' };
    const answer = await this.meter.during(`ingest ${kind}`, () =>
      ingest(this.ingestDeps, request),
    );
    if (answer.status !== 200) throw new Error(`ingest answered ${answer.status}: ${answer.body}`);
    await this.drain(kind);
  }

  /** What the streams bring: log rows by the bus to `react`, planned rows to `deliver`. */
  private async drain(kind: string): Promise<void> {
    while (this.logged.length > 0) {
      const changes = this.logged.splice(0).map((logged) => ({
        kind: 'event' as const,
        event: eventOf(logged),
      }));
      await publish(this.publishDeps, changes);
      await this.gathering.logged(changes, this.now);
      for (const { name, detail } of this.entries.splice(0)) {
        const message = JSON.stringify({ detail });
        this.figures.busBytes[name] = (this.figures.busBytes[name] ?? 0) + message.length;
        await this.meter.during(`react ${kind}`, () => this.fold(message));
      }
    }
  }

  private readonly publishDeps = {
    bus: {
      put: async (entries: readonly BusEntry[]) => {
        this.entries.push(...entries);
        return [];
      },
    },
    deliver: { send: async () => undefined },
    now: () => this.now,
    count: () => undefined,
  };

  private async fold(message: string): Promise<void> {
    const order = parseOrder(message);
    if (!('arrival' in order)) throw new Error('wanted a published event');
    const [failed] = await reactToEvents(this.reactDeps, [order.arrival]);
    if (failed) throw failed.error;
  }

  private async wake({ id, at }: Due): Promise<void> {
    if (this.armed.get(id) !== at) return;
    this.planned = [];
    const order = { customerId: id, dueAt: at };
    await this.meter.during('waking', () => reactToWake(this.reactDeps, order));
    const planned = this.planned.splice(0);
    this.figures.wakes += 1;
    if (planned.length > 0) this.figures.planningWakes += 1;
    this.meter.move('waking', planned.length > 0 ? 'plan' : 'wake');
    for (const message of planned) {
      this.dues.push({ at, kind: 'claim', id: message.id, customerId: message.customerId });
    }
    await this.drain('emit');
  }

  private async claim({ id, customerId }: Due & { kind: 'claim' }): Promise<void> {
    const order = { customerId, messageId: id };
    this.figures.claims += 1;
    const { outcome } = await this.meter.during('deliver', () => deliver(this.deliverDeps, order));
    const row = await this.meter.during('watching', () => this.deliverDeps.ledger.load(order));
    if (outcome === 'put-back' && row?.state === 'PLANNED') {
      this.dues.push({ at: row.notBefore, kind: 'claim', id, customerId });
    }
    if (outcome === 'sent') {
      this.figures.mails += 1;
      await this.meter.during('ses events', () => this.sesEvents(order));
    }
  }

  /** SES tells of a good mail that it was delivered; that it was sent is not asked for. */
  private async sesEvents({ customerId, messageId }: { customerId: string; messageId: string }) {
    const tags = { [TAG.customer]: [customerId], [TAG.message]: [messageId] };
    await engage(
      { ...this.deliverDeps, log: this.logWriter },
      {
        id: randomUUID(),
        source: 'aws.ses',
        'detail-type': 'Email Delivered',
        time: iso(this.now),
        detail: { mail: { messageId, timestamp: iso(this.now), tags } },
      },
    );
  }
}

/** As `publish` gets it: read back from the row. */
function eventOf(logged: LoggedEvent): CustomerEvent {
  const read = loggedOf(logItem(logged));
  if (!read) throw new Error(`${logged.event.name}: its row cannot be read`);
  return read.event;
}

const SAMPLE_MAIL = {
  to: 'customer@example.com',
  from: { name: 'Amber & Oak', address: 'hello@shop.example.com' },
  replyTo: 'hello@shop.example.com',
  subject: 'Thank you',
  // As much as the mails that ship.
  html: `<p>${'Thank you. '.repeat(1_500)}</p>`,
  text: 'Thank you.',
};
