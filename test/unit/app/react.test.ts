import { beforeEach, describe, expect, it } from 'vitest';
import { memoryCustomers } from '../../../functions/adapters/memory/customers.ts';
import { memoryLedger } from '../../../functions/adapters/memory/ledger.ts';
import {
  type Arrival,
  ATTEMPTS_MAX,
  CustomerBusy,
  type Customers,
  type ReactDeps,
  reactToEvents,
  reactToWake,
} from '../../../functions/app/react.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { hashId } from '../../../functions/contract/ids.ts';
import type { Key } from '../../../functions/contract/keys.ts';
import { SHARDS } from '../../../functions/contract/keys.ts';
import type { PlannedMessage } from '../../../functions/contract/messages.ts';
import type { DecisionReason } from '../../../functions/contract/reasons.ts';
import { HOUR_MS, type Instant, MINUTE_MS } from '../../../functions/contract/time.ts';
import { wake } from '../../../functions/app/wake.ts';
import {
  CUSTOMER,
  cartUpdated,
  identify,
  orderCompleted,
  product,
  productViewed,
  T0,
} from '../../builders/events.ts';
import { type Customer, emptyCustomer } from '../../../functions/domain/customer.ts';
import { decide, rebuildFacts } from '../../../functions/domain/decide.ts';
import { POLICY } from '../../faults/policy.ts';
import { Queue } from '../../faults/queues.ts';

const whole = (event: CustomerEvent): Arrival => ({ event, complete: true });

/** `react` on memory: what it stored, planned and told, and how often it read and wrote. */
function world(wrap: (customers: Customers) => Customers = (same) => same) {
  const rows = new Map<string, CustomerEvent>();
  const planned = new Map<string, PlannedMessage>();
  const told: DecisionReason[] = [];
  const counted = new Map<string, number>();
  const pauses: number[] = [];
  const calls = { loads: 0, commits: 0 };
  const memory = memoryCustomers({
    planned: (message) => {
      const absent = !planned.has(message.id);
      planned.set(message.id, message);
      return absent;
    },
    told: (reasons) => void told.push(...reasons),
  });
  const counting: Customers = {
    load: (id) => {
      calls.loads += 1;
      return memory.load(id);
    },
    commit: (...args) => {
      calls.commits += 1;
      return memory.commit(...args);
    },
  };
  const deps: ReactDeps = {
    customers: wrap(counting),
    log: {
      read: async ({ pk, sk }: Key) => rows.get(pk + sk),
      readCustomer: async (ids) =>
        [...rows.values()].filter(({ aliasId }) => ids.includes(aliasId)),
    },
    ...memoryLedger(),
    policies: { current: async () => POLICY },
    pause: async (ms) => void pauses.push(ms),
    jitter: () => 0.5,
    count: (name, value = 1) => void counted.set(name, (counted.get(name) ?? 0) + value),
  };
  const keep = (event: CustomerEvent) => void rows.set(event.key.pk + event.key.sk, event);
  return { deps, memory, planned, told, counted, pauses, calls, keep };
}

const order = (n: number, at: Instant = T0 + n * MINUTE_MS) =>
  orderCompleted({ id: `e${n}`, orderId: `O${n}`, at });

describe('events of one customer', () => {
  it('cost one load and one commit a batch, however many they are', async () => {
    const { deps, memory, calls } = world();
    const batch = [identify(), order(1), order(2)].map(whole);
    expect(await reactToEvents(deps, batch)).toEqual([]);
    expect(calls).toEqual({ loads: 1, commits: 1 });
    expect((await memory.load(CUSTOMER)).facts.orders).toHaveLength(2);
  });

  it('cost no write at all when they are repeats', async () => {
    const { deps, calls } = world();
    await reactToEvents(deps, [whole(order(1))]);
    await reactToEvents(deps, [whole(order(1)), whole(order(1))]);
    expect(calls).toEqual({ loads: 2, commits: 1 });
  });

  it('are read from the log where the bus could not carry them, and only then', async () => {
    const { deps, memory, keep, counted } = world();
    const event = identify({ traits: { email: 'ruta@example.com' } });
    const { profile: _personal, ...published } = event;
    keep(event);
    await reactToEvents(deps, [{ event: published, complete: false }]);
    expect((await memory.load(CUSTOMER)).facts.profile.email?.[0]).toBe('ruta@example.com');
    const gone = {
      event: { ...published, key: { pk: 'ALIAS#x', sk: 'EVENT#-#x' } },
      complete: false,
    };
    expect(await reactToEvents(deps, [gone])).toEqual([]);
    expect(counted.get('EventsGone')).toBe(1);
  });

  it('come again when their customer cannot be stored, and no others', async () => {
    const other = hashId('other');
    const { deps, memory } = world((customers) => ({
      ...customers,
      commit: async (decision, ...rest) => {
        if (decision.customer.id === other) throw new Error('down');
        return customers.commit(decision, ...rest);
      },
    }));
    const bad = whole({ ...order(2), aliasId: other });
    const failed = await reactToEvents(deps, [whole(order(1)), bad]);
    expect(failed.map(({ arrivals }) => arrivals)).toEqual([[bad]]);
    expect((await memory.load(CUSTOMER)).facts.orders).toHaveLength(1);
  });

  it('are decided again on what is stored when another writer was first', async () => {
    let rivals = 3;
    const { deps, memory, pauses } = world((customers) => ({
      ...customers,
      commit: async (decision, previous, cause) => {
        rivals -= 1;
        return rivals >= 0 ? 'stale' : customers.commit(decision, previous, cause);
      },
    }));
    expect(await reactToEvents(deps, [whole(order(1))])).toEqual([]);
    expect((await memory.load(CUSTOMER)).version).toBe(1);
    expect(pauses).toEqual([15, 30, 60]);
  });

  it('come again by the queue when others never stop writing', async () => {
    const { deps, pauses } = world((customers) => ({ ...customers, commit: async () => 'stale' }));
    const [failed] = await reactToEvents(deps, [whole(order(1))]);
    expect(failed?.error).toBeInstanceOf(CustomerBusy);
    expect(pauses).toHaveLength(ATTEMPTS_MAX);
  });
});

describe('a wake', () => {
  const due = T0 + 2 * MINUTE_MS;
  let here: ReturnType<typeof world>;
  beforeEach(async () => {
    here = world();
    await reactToEvents(here.deps, [
      whole(identify({ at: T0, traits: { email: 'ruta@example.com', marketingConsent: true } })),
      whole(order(1)),
    ]);
  });

  it('plans what is due, once, though it comes twice', async () => {
    const armed = (await here.memory.load(CUSTOMER)).nextWakeAt ?? 0;
    expect(armed).toBeLessThanOrEqual(due);
    const wakes = { customerId: CUSTOMER, dueAt: armed };
    const outcomes = [await reactToWake(here.deps, wakes), await reactToWake(here.deps, wakes)];
    expect(outcomes).toEqual(['stored', 'not-due']);
  });

  it('counts what was decided, and facts that came too late for a mail', async () => {
    const { deps, memory, counted, planned, told } = here;
    await reactToEvents(deps, [whole(cartUpdated({ at: T0 + 3 * HOUR_MS }))]);
    for (let n = 0; n < 10; n += 1) {
      const { nextWakeAt: dueAt } = await memory.load(CUSTOMER);
      if (dueAt !== undefined) await reactToWake(deps, { customerId: CUSTOMER, dueAt });
    }
    expect([...planned.values()].map(({ journey }) => journey)).toContain('cart');
    expect(told.filter(({ outcome }) => outcome === 'planned')).toEqual([]);
    expect(counted.get('Decided_planned')).toBe(planned.size);
    const late = { occurredAt: T0 + 4 * HOUR_MS, receivedAt: T0 + 9 * HOUR_MS };
    const event = whole(orderCompleted({ id: 'late', orderId: 'L', ...late }));
    await reactToEvents(deps, [event, event]);
    await reactToEvents(deps, [event]);
    expect(counted.get('Decided_arrived-too-late')).toBe(1);
  });

  it('does nothing when another wake time is stored by now', async () => {
    const before = here.calls.commits;
    expect(await reactToWake(here.deps, { customerId: CUSTOMER, dueAt: due - 1 })).toBe('not-due');
    expect(await reactToWake(here.deps, { customerId: hashId('nobody'), dueAt: due })).toBe(
      'not-due',
    );
    expect(here.calls.commits).toBe(before);
  });
});

/** The reference mix: of fifty events one is an order, eight are carts, the others views. */
function anyOfMany(n: number): CustomerEvent {
  const at = T0 + n * MINUTE_MS;
  if (n % 50 === 0) return order(n);
  if (n % 50 < 9) return cartUpdated({ id: `c${n}`, cartId: `C${n % 70}`, at });
  return productViewed({ id: `v${n}`, product: product(`RING-${n % 90}`), at });
}

/** The same events, one after the other, as they happened. */
const inOrder = (events: readonly CustomerEvent[]): Customer =>
  events.reduce((customer, event) => {
    const next = decide(customer, { kind: 'event', event }, POLICY);
    return next.rebuild ? rebuildFacts(next.customer, events, POLICY) : next.customer;
  }, emptyCustomer(CUSTOMER));

/** The filter only says who may be in the sum; its size depends on when it was made. */
const exact = ({ sealed, ...facts }: Customer['facts']) => ({
  ...facts,
  sealed: { ...sealed, filter: '' },
});

/** Batches of a queue to some lanes at once; what fails comes again; five receives, then dead letters. */
async function throughLanes<T>(
  bodies: readonly T[],
  batchSize: number,
  handle: (batch: T[]) => Promise<readonly T[]>,
  lanes = 8,
): Promise<{ dead: number }> {
  const dead = new Queue('dead');
  const queue = new Queue('live', dead);
  for (const place of bodies.keys()) queue.put(String(place), 0);
  let now = 0;
  const lane = async () => {
    for (;;) {
      const letters = queue.receive(now, batchSize);
      if (letters.length === 0) return;
      const batch = letters.map(({ body }) => bodies[Number(body)] as T);
      const failed = new Set(await handle(batch));
      for (const [n, { id }] of letters.entries()) if (!failed.has(batch[n] as T)) queue.remove(id);
    }
  };
  while (queue.letters.length > 0) {
    await Promise.all(Array.from({ length: lanes }, lane));
    now += 7 * MINUTE_MS;
  }
  return { dead: dead.letters.length };
}

describe('many at once', () => {
  it('10,000 events of one customer, 200 at a time, all fold', async () => {
    const { deps, memory, keep } = world();
    const events = Array.from({ length: 10_000 }, (_, n) => anyOfMany(n));
    for (const event of events) keep(event);
    const shuffled = events.map((_, n) => events[(n * 7919) % events.length] as CustomerEvent);
    const fold = async (batch: Arrival[]) =>
      (await reactToEvents(deps, batch)).flatMap(({ arrivals }) => arrivals);
    const { dead } = await throughLanes(shuffled.map(whole), 200, fold, 3);
    expect(dead).toBe(0);
    const { facts } = await memory.load(CUSTOMER);
    expect(facts.orders.length + (facts.sealed?.count ?? 0)).toBe(200);
    expect(exact(facts)).toEqual(exact(inOrder(events).facts));
  }, 300_000);

  it('200 lanes that write one customer at the same moment lose none of its events', async () => {
    const { deps, memory } = world();
    const views = Array.from({ length: 200 }, (_, n) => whole(order(n % 12)));
    let waiting = views;
    for (let round = 0; waiting.length > 0 && round < 5; round += 1) {
      const failed = await Promise.all(waiting.map((one) => reactToEvents(deps, [one])));
      waiting = failed.flat().flatMap(({ arrivals }) => arrivals);
    }
    expect(waiting).toEqual([]);
    expect((await memory.load(CUSTOMER)).facts.orders).toHaveLength(12);
  });

  it('10,000 customers who are due in the same minute all get their turn, without a dead letter', async () => {
    const { deps, memory, planned } = world();
    const ids = Array.from({ length: 10_000 }, (_, n) => hashId('crowd', String(n)));
    for (const id of ids) {
      const traits = { email: 'someone@example.com', marketingConsent: true };
      const batch = [identify({ at: T0, traits }), order(1, T0)];
      await reactToEvents(
        deps,
        batch.map((event) => whole({ ...event, aliasId: id })),
      );
    }
    let ticks = 0;
    let dead = 0;
    const due = () =>
      memory.all().filter((one) => (one.nextWakeAt ?? Infinity) <= T0 + 2 * MINUTE_MS);
    const index = byShard(memory);
    while (due().length > 0 && ticks < 20) {
      ticks += 1;
      const orders: { customerId: string; dueAt: Instant }[] = [];
      await wake({
        wakes: { due: async (shard, until, limit) => (await index(shard, until)).slice(0, limit) },
        queue: { waiting: async () => 0, send: async (more) => void orders.push(...more) },
        now: () => T0 + 2 * MINUTE_MS,
      });
      const result = await throughLanes(orders, 10, async (batch) => {
        for (const one of batch) await reactToWake(deps, one);
        return [];
      });
      dead += result.dead;
    }
    expect(dead).toBe(0);
    expect(ticks).toBeLessThanOrEqual(3);
    expect(new Set([...planned.values()].map(({ customerId }) => customerId)).size).toBe(10_000);
  }, 300_000);
});

/** The index of a tick, read once: `due` of the memory adapter looks at every customer for every shard. */
function byShard(memory: ReturnType<typeof memoryCustomers>) {
  return (shard: string, until: Instant) => memory.due(shard, until, 10_000 / SHARDS + 10_000);
}
