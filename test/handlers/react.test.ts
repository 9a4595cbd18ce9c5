import type { Context, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { memoryLedger } from '../../functions/adapters/memory/ledger.ts';
import { memoryCustomers } from '../../functions/adapters/memory/customers.ts';
import type { Customers, ReactDeps } from '../../functions/app/react.ts';
import { publishedDetail } from '../../functions/contract/event-schemas.ts';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import { hashId } from '../../functions/contract/ids.ts';
import { createHandler, parseOrder } from '../../functions/handlers/react.ts';
import { CUSTOMER, identify, orderCompleted, T0 } from '../builders/events.ts';
import { POLICY } from '../faults/policy.ts';

// Failures below are meant.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

const OTHER = hashId('other');
const context = { awsRequestId: 'r1' } as Context;
const onBus = (event: CustomerEvent) => ({
  id: 'b1',
  source: 'perennial',
  'detail-type': event.name,
  detail: publishedDetail(event),
});
const batch = (...bodies: unknown[]) => ({
  Records: bodies.map(
    (body, n) => ({ messageId: `m${n}`, body: JSON.stringify(body) }) as SQSRecord,
  ),
});

function world(commit?: Customers['commit']) {
  const customers = memoryCustomers();
  const deps: ReactDeps = {
    customers: { ...customers, ...(commit && { commit }) },
    log: { read: async () => identify(), readCustomer: async () => [] },
    ...memoryLedger(),
    policies: { current: async () => POLICY },
    pause: async () => undefined,
    jitter: () => 0,
    count: () => undefined,
  };
  return { customers, handler: createHandler(deps) };
}

describe('the lanes of react', () => {
  it('fold events as the bus brings them, and wake who is due', async () => {
    const { customers, handler } = world();
    const order = orderCompleted();
    expect(await handler(batch(onBus(order), onBus(identify())), context)).toEqual({
      batchItemFailures: [],
    });
    const { nextWakeAt } = await customers.load(CUSTOMER);
    expect(nextWakeAt).toBeGreaterThan(T0);
    await handler(batch({ customerId: CUSTOMER, dueAt: nextWakeAt }), context);
    expect((await customers.load(CUSTOMER)).runtime.wokeAt).toBe(nextWakeAt);
  });

  it('bring back every message of a customer who could not be stored, and no other', async () => {
    const stored: string[] = [];
    const { handler } = world(async ({ customer }) => {
      if (customer.id === OTHER) throw new Error('down');
      stored.push(customer.id);
      return 'stored';
    });
    const other = (id: string) => onBus(orderCompleted({ id, orderId: id, aliasId: OTHER }));
    const answer = await handler(
      batch(other('a'), onBus(orderCompleted()), other('b'), { no: 'order' }),
      context,
    );
    const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    expect(failed.toSorted()).toEqual(['m0', 'm2', 'm3']);
    expect(stored).toEqual([CUSTOMER]);
  });

  it('read times as the kernel counts them, and say which fields a foreign message has', () => {
    const parsed = parseOrder(JSON.stringify(onBus(orderCompleted())));
    expect('arrival' in parsed && parsed.arrival.event.occurredAt).toBe(T0);
    expect(() => parseOrder('{"email":"ruta@example.com"}')).toThrow(/the fields email/);
    expect(() => parseOrder('{"email":"ruta@example.com"}')).not.toThrow(/ruta/);
  });
});
