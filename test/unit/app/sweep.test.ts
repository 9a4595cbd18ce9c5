import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/app/deliver.ts';
import { type SweepDeps, sweep } from '../../../functions/app/sweep.ts';
import type { DeliverOrder } from '../../../functions/contract/events.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { closes, closure } from '../../../functions/domain/ledger.ts';
import { NOON } from '../../builders/ledger.ts';
import { ledgerWorld } from '../../builders/ledger-world.ts';

function sweepWorld() {
  const world = ledgerWorld();
  const queued: DeliverOrder[] = [];
  let depth = 0;
  const redrives: [number, number][] = [];
  const deps: SweepDeps = {
    ...world.deps,
    open: world.memory.open,
    deliverQueue: {
      send: async (orders) => void queued.push(...orders),
      depth: async () => depth,
    },
    deadLetters: [
      {
        redrive: async (limit, times) => {
          redrives.push([limit, times]);
          return { moved: 2, exhausted: 1 };
        },
      },
    ],
  };
  return {
    ...world,
    sweepDeps: deps,
    queued,
    redrives,
    setDepth: (value: number) => {
      depth = value;
    },
  };
}

/** A row that some instance claimed and then died over. */
async function abandoned(world: ReturnType<typeof sweepWorld>) {
  const order = world.plan();
  const never = new Promise<never>(() => undefined);
  world.deps.mailer.send = () => never;
  void deliver(world.deps, order);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return order;
}

describe('the sweep', () => {
  it('leaves a fresh row to its stream, and brings it again once it is lost', async () => {
    const world = sweepWorld();
    const order = world.plan();
    world.clock.at = NOON + 4 * MINUTE_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ open: 1, requeued: 0 });
    world.clock.at = NOON + 5 * MINUTE_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ open: 1, requeued: 1 });
    expect(world.queued).toEqual([order]);
  });

  it('brings a mail that was put back as soon as its time has come', async () => {
    const world = sweepWorld();
    world.answers.push({ kind: 'throttled', code: 'TooMany' });
    const order = world.plan();
    await deliver(world.deps, order);
    expect(await sweep(world.sweepDeps)).toMatchObject({ open: 1, requeued: 0 });
    world.clock.at = NOON + MINUTE_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ requeued: 1 });
  });

  it('adds nothing to a queue that is long already', async () => {
    const world = sweepWorld();
    world.plan();
    world.clock.at = NOON + HOUR_MS;
    world.setDepth(1001);
    expect(await sweep(world.sweepDeps)).toMatchObject({ open: 1, requeued: 0 });
  });

  it('looks after leases even when the queue does not say how long it is', async () => {
    const world = sweepWorld();
    await abandoned(world);
    world.clock.at = NOON + HOUR_MS;
    world.sweepDeps.deliverQueue.depth = async () => {
      throw new Error('no depth');
    };
    await expect(sweep(world.sweepDeps)).rejects.toThrow('no depth');
    expect(world.rowOf({ customerId: 'customer-1', messageId: 'message-1' }).state).toBe('UNKNOWN');
  });

  it('takes a claim whose lease is over for ambiguous, never for unsent', async () => {
    const world = sweepWorld();
    const order = await abandoned(world);
    world.clock.at = NOON + MINUTE_MS - 1;
    expect(await sweep(world.sweepDeps)).toMatchObject({ lost: 0 });
    world.clock.at = NOON + MINUTE_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ lost: 1, requeued: 0 });
    expect(world.rowOf(order)).toMatchObject({ state: 'UNKNOWN', reason: { code: 'lease-lost' } });
    expect((await world.gateOf('customer-1')).claims).toHaveLength(1);
  });

  it('does not touch a row that somebody moves while it looks', async () => {
    const world = sweepWorld();
    const order = await abandoned(world);
    world.clock.at = NOON + MINUTE_MS;
    const load = world.deps.ledger.load;
    world.sweepDeps.ledger = {
      ...world.deps.ledger,
      load: async (asked) => {
        const row = await load(asked);
        const moved = world.memory.rows.get('customer-1 message-1');
        if (moved) world.memory.rows.set('customer-1 message-1', { ...moved, opId: 'another' });
        return row;
      },
    };
    expect(await sweep(world.sweepDeps)).toMatchObject({ lost: 0 });
    expect(world.rowOf(order).state).toBe('SENDING');
  });

  it('calls a mail unresolved after an hour without evidence, and never sends it again', async () => {
    const world = sweepWorld();
    const order = await abandoned(world);
    world.clock.at = NOON + MINUTE_MS;
    await sweep(world.sweepDeps);
    world.clock.at += 59 * MINUTE_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ unresolved: 0 });
    world.clock.at += MINUTE_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ unresolved: 1 });
    expect(world.rowOf(order)).toMatchObject({
      state: 'UNRESOLVED',
      reason: { code: 'no-evidence' },
    });
    world.clock.at += DAY_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ open: 0, requeued: 0 });
    expect(world.queued).toEqual([]);
  });

  it('counts what is open two hours past its time, and held rows apart from it', async () => {
    const world = sweepWorld();
    world.plan();
    await world.control.pause('win-back');
    const held = world.plan({ customerId: 'c2', id: 'm2', journey: 'win-back' });
    world.setPolicy({
      ...(await world.deps.policies.current()),
      journeys: (await world.deps.policies.current()).journeys.flatMap((journey) => [
        journey,
        { ...journey, id: 'win-back' },
      ]),
    });
    await deliver(world.deps, held);
    expect(world.rowOf(held)).toMatchObject({ state: 'PLANNED', held: true });
    world.clock.at = NOON + 3 * HOUR_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ open: 2, overdue: 1, held: 1 });
  });

  it('lets a held mail expire all the same', async () => {
    const world = sweepWorld();
    await world.control.pause('*');
    const order = world.plan({ expiresAt: NOON + HOUR_MS });
    for (let tick = 0; tick < 20; tick += 1) {
      await deliver(world.deps, order);
      world.clock.at += 5 * MINUTE_MS;
      await sweep(world.sweepDeps);
    }
    expect(world.rowOf(order)).toMatchObject({ state: 'SUPPRESSED', reason: { code: 'expired' } });
  });

  it('says at every tick whether marketing stands still', async () => {
    const world = sweepWorld();
    await sweep(world.sweepDeps);
    expect(world.counts).toMatchObject({ SendingStopped: 0 });
    await world.deps.control.openBreaker({ code: 'Paused', since: NOON, probeAt: NOON });
    await sweep(world.sweepDeps);
    expect(world.counts).toMatchObject({ SendingStopped: 1 });
  });

  it('moves dead letters back a limited number of times, and counts those that had their chances', async () => {
    const world = sweepWorld();
    expect(await sweep(world.sweepDeps)).toMatchObject({ redriven: 2, exhausted: 1 });
    expect(world.redrives).toEqual([[100, 3]]);
    expect(world.counts).toMatchObject({ Ledger_redriven: 2, Ledger_exhausted: 1, Ledger_open: 0 });
  });

  it('goes on with the other rows when one cannot be moved, and tells the error in the end', async () => {
    const world = sweepWorld();
    const orders = Array.from({ length: 50 }, (_, n) =>
      world.plan({ customerId: `c${n}`, id: `m${n}` }),
    );
    world.clock.at = NOON + HOUR_MS;
    const load = world.deps.ledger.load;
    world.sweepDeps.ledger = {
      ...world.deps.ledger,
      load: async (order) => {
        if (order.messageId === 'm7') throw new Error('throttled');
        return load(order);
      },
    };
    await expect(sweep(world.sweepDeps)).rejects.toThrow('throttled');
    expect(world.queued).toHaveLength(orders.length - 1);
  });

  it('finds thousands of due rows, page by page', async () => {
    const world = sweepWorld();
    for (let n = 0; n < 3_000; n += 1) world.plan({ customerId: `c${n}`, id: `m${n}` });
    world.clock.at = NOON + HOUR_MS;
    expect(await sweep(world.sweepDeps)).toMatchObject({ open: 3_000, requeued: 3_000 });
  });

  it('together with deliver settles every mail, so that the closure adds up', async () => {
    const world = sweepWorld();
    const orders = Array.from({ length: 12 }, (_, n) =>
      world.plan({ id: `m${n}`, customerId: `c${n % 4}` }),
    );
    world.answers.push(
      { kind: 'throttled', code: 'TooMany' },
      { kind: 'ambiguous', code: 'Timeout' },
      { kind: 'blocked', code: 'Paused' },
      { kind: 'rejected', code: 'Rejected' },
      { kind: 'accepted', sesMessageId: 'ses' },
    );
    world.queued.push(...orders);
    for (let hour = 0; hour < 8 * 24; hour += 1) {
      for (const order of world.queued.splice(0)) await deliver(world.deps, order);
      world.clock.at += HOUR_MS;
      await sweep(world.sweepDeps);
    }
    const sum = closure(orders.map(world.rowOf));
    expect(closes(sum)).toBe(true);
    expect(sum).toMatchObject({ planned: 12, open: 0, failed: 1, unresolved: 1 });
  });
});
