/** The use cases of the ledger over memory, with a clock that tests set and an SES that tests script. */
import { memoryControl } from '../../functions/adapters/memory/control.ts';
import { memoryLedger } from '../../functions/adapters/memory/ledger.ts';
import { sendingOf } from '../../functions/app/control.ts';
import type { DeliverDeps } from '../../functions/app/deliver.ts';
import type { Mail, SendOutcome } from '../../functions/app/mail.ts';
import type { DeliverOrder } from '../../functions/contract/events.ts';
import type { Policy } from '../../functions/contract/journeys.ts';
import type { Message, PlannedMessage } from '../../functions/contract/messages.ts';
import type { Customer } from '../../functions/domain/customer.ts';
import { ledgerPolicy, NOON, plannedMessage, reachableCustomer } from './ledger.ts';

export type LedgerWorld = ReturnType<typeof ledgerWorld>;

export function ledgerWorld() {
  const memory = memoryLedger();
  const control = memoryControl();
  const clock = {
    at: NOON,
    now: () => clock.at,
  };
  const mails: Mail[] = [];
  /** What SES answers next; the last answer stays. */
  const answers: (SendOutcome | (() => SendOutcome | Promise<SendOutcome>))[] = [];
  const customers = new Map<string, Customer>();
  let policy: Policy = ledgerPolicy();
  let ops = 0;
  let sent = 0;
  const counts: { [name: string]: number } = {};

  const answer = async (): Promise<SendOutcome> => {
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (typeof next === 'function') return next();
    sent += 1;
    return next ?? { kind: 'accepted', sesMessageId: `ses-${sent}` };
  };

  const sending = sendingOf({
    control,
    clock,
    monotonic: () => clock.at,
    ceilingStart: 200,
    allowList: '*',
  });
  const deps: DeliverDeps = {
    ...memory,
    control,
    clock,
    sending,
    ids: { opId: () => `op-${(ops += 1)}` },
    customers: { load: async (id) => customers.get(id) ?? reachableCustomer(id) },
    policies: { current: async () => policy },
    composer: {
      compose: async ({ customerId }) => ({
        mail: {
          to: `${customerId}@example.com`,
          from: { name: 'Shop', address: 'hello@shop.example.com' },
          replyTo: 'care@shop.example.com',
          subject: 'Hello',
          html: '<p>Hello</p>',
          text: 'Hello',
        },
      }),
    },
    mailer: {
      send: async (mail) => {
        mails.push(mail);
        return answer();
      },
    },
    pacer: { take: async () => undefined },
    count: (name, value = 1) => {
      counts[name] = (counts[name] ?? 0) + value;
    },
  };

  const plan = (change: Partial<PlannedMessage> = {}): DeliverOrder => {
    const message = plannedMessage(change);
    memory.plan(message, 'op-planned');
    return { customerId: message.customerId, messageId: message.id };
  };
  const rowOf = ({ customerId, messageId }: DeliverOrder): Message => {
    const row = memory.rows.get(`${customerId} ${messageId}`);
    if (!row) throw new Error(`no row ${messageId}`);
    return structuredClone(row);
  };
  return {
    deps,
    memory,
    control,
    clock,
    mails,
    answers,
    customers,
    counts,
    plan,
    rowOf,
    gateOf: (customerId: string) => memory.gates.load(customerId),
    setPolicy: (next: Policy) => {
      policy = next;
    },
  };
}
