import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIGURES } from '../../../functions/contract/figures.ts';
import { memoryLog } from '../../../functions/adapters/memory/log.ts';
import { audit, type AuditDeps, auditHourly, PARTS } from '../../../functions/app/audit.ts';
import type { BusEntry } from '../../../functions/app/ports.ts';
import { parseEvent } from '../../../functions/contract/event-schemas.ts';
import type { CustomerEvent, PublishedDetail } from '../../../functions/contract/events.ts';
import { HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { type Customer, emptyCustomer } from '../../../functions/domain/customer.ts';
import { decide, rebuildFacts } from '../../../functions/domain/decide.ts';
import { type Call, context, identify, track } from '../../builders/segment-calls.ts';
import { POLICY } from '../../faults/policy.ts';

const calls: Call[] = [
  identify({ email: 'ruta@example.com', marketing_consent: true }),
  track('Cart Updated', { cart_id: 'c', products: [{ product_id: 'P' }] }),
  track('Product Viewed', { product_id: 'P' }),
  track('Consent Given'),
  track('Feedback Submitted', { score: 9, occasion: 'o' }),
  // More orders than the item holds one by one.
  ...Array.from({ length: 20 }, (_, n) =>
    track('Order Completed', { order_id: `A-${n}`, total: n + 1 }, { timestamp: 1.7e9 + n * 1e6 }),
  ),
  track('Order Refunded', { order_id: 'A-1', total: 1 }),
];

async function stored() {
  const log = memoryLog();
  for (const [n, call] of calls.entries()) {
    const read = parseEvent({ ...call, messageId: `m-${n}` }, context());
    if (!read.ok) throw new Error(read.reason.code);
    await log.writer.append(read);
  }
  const events = [...log.rows.values()].map(({ event }) => event);
  return { log, events, aliasId: String(events[0]?.aliasId) };
}
const { log, events, aliasId } = await stored();

/** The customer who heard all events but these, in the order of the log. */
function customerWithout(lost: ReadonlySet<string>): Customer {
  const heard = events.filter(({ id }) => !lost.has(id));
  const links = [...new Set(heard.flatMap((event) => event.links ?? []))];
  const nobody = { ...emptyCustomer(aliasId), ...(links.length > 0 && { aliases: links }) };
  return heard.reduce((customer: Customer, event) => {
    const decision = decide(customer, { kind: 'event', event }, POLICY);
    return decision.rebuild ? rebuildFacts(customer, heard, POLICY) : decision.customer;
  }, nobody);
}

async function audited(customer: Customer, bus?: AuditDeps['bus']) {
  const sent: BusEntry[] = [];
  const counted = new Map<string, number>();
  async function* pages(): AsyncGenerator<{ events: CustomerEvent[]; scanned: number }> {
    yield { events: events.slice(0, 10), scanned: 10 };
    yield { events: events.slice(10), scanned: events.length - 10 };
  }
  const done = await audit({
    pages: pages(),
    customers: { load: async () => customer },
    log: log.reader,
    policies: { current: async () => POLICY },
    bus: bus ?? {
      put: async (entries) => {
        sent.push(...entries);
        return [];
      },
    },
    count: (name, value = 1) => void counted.set(name, value),
  });
  const ids = sent.map(({ detail }) => (detail as PublishedDetail).metadata.id);
  return { done, ids, counted };
}

describe('the audit', () => {
  it('sends nothing again when every event is folded', async () => {
    const { done, ids } = await audited(customerWithout(new Set()));
    expect(done).toEqual({ scanned: 26, events: 26, missing: 0, refused: 0 });
    expect(ids).toEqual([]);
  });

  it('finds each single event that was lost, and sends it again', async () => {
    for (const { id, name } of events) {
      const { ids } = await audited(customerWithout(new Set([id])));
      expect([name, ids]).toEqual([name, expect.arrayContaining([id])]);
    }
  });

  it('mends any loss: what it sends again makes the customer whole', async () => {
    const whole = customerWithout(new Set()).facts;
    await fc.assert(
      fc.asyncProperty(fc.subarray(events.map(({ id }) => id)), async (lost) => {
        const customer = customerWithout(new Set(lost));
        const { ids } = await audited(customer);
        const mended = events
          .filter(({ id }) => ids.includes(id))
          .reduce((sum, event) => {
            const decision = decide(sum, { kind: 'event', event }, POLICY);
            return decision.rebuild ? rebuildFacts(sum, events, POLICY) : decision.customer;
          }, customer);
        expect(mended.facts).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('counts what the bus refused, to be found again the next time', async () => {
    const lost = customerWithout(new Set(['m-2']));
    const { done } = await audited(lost, { put: async () => [0] });
    expect(done).toMatchObject({ missing: 1, refused: 1 });
  });

  it('rings the alarm when something was lost, and only then', async () => {
    const whole = await audited(customerWithout(new Set()));
    expect(whole.counted.has(FIGURES.ledgerOverdue)).toBe(false);
    const { counted } = await audited(customerWithout(new Set(['m-2'])));
    expect(counted.get(FIGURES.ledgerOverdue)).toBe(1);
  });
});

describe('the audit of an hour', () => {
  const asked: object[] = [];
  const deps = {
    customers: { load: async (id: string) => emptyCustomer(id) },
    log: log.reader,
    policies: { current: async () => POLICY },
    bus: { put: async () => [] },
    count: () => undefined,
    async *pages(stretch: object) {
      asked.push(stretch);
      yield { events: [], scanned: 0 };
    },
  };

  it('runs once an hour, over one part of the log, and over all of it in a week', async () => {
    const start = Date.UTC(2026, 5, 1);
    for (let minute = 0; minute < 7 * 24 * 60; minute += 5) {
      await auditHourly(deps, start + minute * MINUTE_MS + 1);
    }
    const parts = asked.map((stretch) => (stretch as { segment: { index: number } }).segment.index);
    const all = Array.from({ length: PARTS }, (_, index) => index);
    expect(parts.sort((a, b) => a - b)).toEqual(all);
  });

  it('leaves alone what may still be under way, and sees each event twice', async () => {
    const now = Date.UTC(2026, 5, 1, 7);
    asked.length = 0;
    await auditHourly(deps, now);
    const [stretch] = asked as { from: number; to: number }[];
    expect(stretch).toMatchObject({ to: now - HOUR_MS });
    expect(now - HOUR_MS - (stretch?.from ?? 0)).toBeGreaterThan(2 * PARTS * HOUR_MS);
  });
});
