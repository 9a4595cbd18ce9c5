/** From the log to the mail, with customers who turn out to be one, over any tables. */
import { dynamoCells } from '../../functions/adapters/dynamodb/cells.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { dynamoGates } from '../../functions/adapters/dynamodb/gates.ts';
import { dynamoLogReader } from '../../functions/adapters/dynamodb/log.ts';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/messages.ts';
import { dynamoWakes } from '../../functions/adapters/dynamodb/wakes.ts';
import { memoryCells } from '../../functions/adapters/memory/cells.ts';
import { memoryControl } from '../../functions/adapters/memory/control.ts';
import { memoryCustomers } from '../../functions/adapters/memory/customers.ts';
import { memoryLedger } from '../../functions/adapters/memory/ledger.ts';
import { memoryLog } from '../../functions/adapters/memory/log.ts';
import type { Cells } from '../../functions/app/cells.ts';
import { sendingOf } from '../../functions/app/control.ts';
import { deliver, type DeliverDeps } from '../../functions/app/deliver.ts';
import type { SendOutcome } from '../../functions/app/mail.ts';
import { store } from '../../functions/app/narrow.ts';
import type { LogWriter } from '../../functions/app/ports.ts';
import { type ReactDeps, reactToEvents, reactToWake } from '../../functions/app/react.ts';
import type { WakeDeps } from '../../functions/app/wake.ts';
import type { CustomerEvent, DeliverOrder } from '../../functions/contract/events.ts';
import { parseEvent } from '../../functions/contract/event-schemas.ts';
import { ALL_SHARDS } from '../../functions/contract/keys.ts';
import type { Message } from '../../functions/contract/messages.ts';
import { TAG } from '../../functions/contract/messages.ts';
import type { LoggedEvent } from '../../functions/contract/own-events.ts';
import type { DecisionReason } from '../../functions/contract/reasons.ts';
import { type Instant, iso } from '../../functions/contract/time.ts';
import type { Customer } from '../../functions/domain/customer.ts';
import { POLICY } from '../faults/policy.ts';

type Ports = Pick<ReactDeps, 'customers' | 'log' | 'gates' | 'ledger'> & {
  ledger: DeliverDeps['ledger'];
  writer: LogWriter;
  wakes: WakeDeps['wakes'];
  cells: Pick<Cells, 'pages'>;
};

export type PeopleWorld = ReturnType<typeof peopleWorld>;

export function onTables(client: DocumentClient, tables: { log: string; state: string }): Ports {
  const config = { client, logTable: tables.log, stateTable: tables.state };
  return {
    customers: dynamoCustomers(config),
    log: dynamoLogReader(config),
    gates: dynamoGates(client, tables.state),
    ledger: dynamoLedger(client, tables.state),
    writer: dynamoLogWriter({ ...config, pause: async () => undefined }),
    wakes: dynamoWakes(client, tables.state),
    cells: dynamoCells(client, tables.state),
  };
}

export function inMemory(): Ports {
  const { plan, ...ledger } = memoryLedger();
  const cells = memoryCells();
  let ops = 0;
  const customers = memoryCustomers({
    planned: (message) => {
      const before = ledger.rows.size;
      plan(message, `planned-${(ops += 1)}`);
      return ledger.rows.size > before;
    },
    counted: cells.counted,
    gateRows: ledger.gateRows,
  });
  const merged = new Map<string, string>();
  const log = memoryLog(ledger.gateRows, (id) => merged.get(id));
  return { ...ledger, customers, log: log.reader, writer: log.writer, wakes: customers, cells };
}

/** One of Segment's calls as it comes from a server of the shop. */
export function called(raw: object, receivedAt: Instant, kind: 'server' | 'browser' = 'server') {
  const parsed = parseEvent(
    { timestamp: iso(receivedAt), ...raw },
    { receivedAt, currency: 'EUR', kind },
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.reason));
  return { event: parsed.event, body: parsed.body };
}

export function peopleWorld(ports: Ports) {
  const clock = { at: 0, now: () => clock.at };
  const counts = new Map<string, number>();
  const count = (name: string, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value);
  const sent: { row: Message; at: Instant }[] = [];
  const told: DecisionReason[] = [];
  const answers: SendOutcome[] = [];
  /** Asked before each mail goes. */
  const hooks: { onMail?: (row: Message) => Promise<void> } = {};
  const react: ReactDeps = {
    ...ports,
    policies: { current: async () => POLICY },
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    jitter: () => 0.5,
    count,
  };
  const control = memoryControl();
  let ops = 0;
  const delivering: DeliverDeps = {
    ...ports,
    clock,
    ids: { opId: () => `op-${(ops += 1)}` },
    policies: react.policies,
    composer: {
      compose: async () => ({
        mail: {
          to: 'somebody@example.com',
          from: { name: 'Shop', address: 'hello@shop.example.com' },
          replyTo: 'care@shop.example.com',
          subject: 'Hello',
          html: '<p>Hello</p>',
          text: 'Hello',
        },
      }),
    },
    mailer: {
      send: async ({ tags }) => {
        const order = { customerId: tags[TAG.customer], messageId: tags[TAG.message] };
        const row = await ports.ledger.load(order as DeliverOrder);
        if (!row) throw new Error('a mail without a row');
        const answer = answers.shift() ?? { kind: 'accepted', sesMessageId: `ses-${ops}` };
        if (answer.kind !== 'accepted') return answer;
        await hooks.onMail?.(row);
        sent.push({ row, at: clock.at });
        return answer;
      },
    },
    control,
    sending: sendingOf({
      control,
      clock,
      monotonic: () => clock.at,
      ceilingStart: 10_000,
      allowList: '*',
    }),
    pacer: { take: async () => undefined },
    count,
  };
  const whole = (event: CustomerEvent) => ({ event, complete: true });
  const fold = async (events: readonly CustomerEvent[]): Promise<void> => {
    let rest = [...events];
    for (let tries = 0; rest.length > 0; tries += 1) {
      const failed = await reactToEvents(react, rest.map(whole));
      if (tries > 20) throw failed[0]?.error;
      rest = failed.flatMap(({ arrivals }) => arrivals.map(({ event }) => event));
    }
  };
  return {
    ...ports,
    react,
    clock,
    counts,
    sent,
    told,
    answers,
    hooks,
    keep: (logged: LoggedEvent) => store(ports.writer, logged),
    fold,
    /** All that is due by now, of every shard. */
    wakeAll: async () => {
      for (const shard of ALL_SHARDS) {
        const due = await ports.wakes.due(shard, clock.at, 100);
        for (const order of due) await reactToWake(react, order);
      }
    },
    deliver: (order: DeliverOrder) => deliver(delivering, order),
    rootOf: async (aliasId: string): Promise<Customer> => ports.customers.load(aliasId),
  };
}
