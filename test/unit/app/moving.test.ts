import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/app/deliver.ts';
import { messageId } from '../../../functions/contract/ids.ts';
import { openGate } from '../../../functions/domain/gate.ts';
import { mergedGate, mergeGates } from '../../../functions/domain/merging.ts';
import { plannedMessage } from '../../builders/ledger.ts';
import { type LedgerWorld, ledgerWorld } from '../../builders/ledger-world.ts';

const OLD = 'former-id';
const { journey, step, occasion } = plannedMessage();
const idOf = (customerId: string) => messageId(customerId, journey, step, occasion);
const planFor = (world: LedgerWorld, customerId: string) =>
  world.plan({ customerId, id: idOf(customerId) });

/** `OLD` turns out to be `into`, as a merge stores it. */
async function becomes(world: LedgerWorld, into: string): Promise<void> {
  const [mine, theirs] = [await world.gateOf(into), await world.gateOf(OLD)];
  world.memory.gateRows.set(into, mergeGates(mine, theirs, [OLD]));
  world.memory.gateRows.set(OLD, mergedGate(theirs, into));
}

describe('a mail that was planned for somebody who is another customer now', () => {
  it('goes on with that customer, once, and its first row says why it ended', async () => {
    const world = ledgerWorld();
    const order = planFor(world, OLD);
    await becomes(world, 'new-id');
    expect(await deliver(world.deps, order)).toEqual({
      outcome: 'suppressed',
      reason: { code: 'merged' },
    });
    expect(world.mails).toEqual([]);
    expect(world.rowOf(order)).toMatchObject({ state: 'SUPPRESSED', reason: { code: 'merged' } });
    const moved = { customerId: 'new-id', messageId: idOf('new-id') };
    expect(world.rowOf(moved)).toMatchObject({ state: 'PLANNED', attempt: 0 });
    expect(await deliver(world.deps, moved)).toMatchObject({ outcome: 'sent' });
    expect(world.mails).toHaveLength(1);
  });

  it('only ends where that customer has it already, in whatever state', async () => {
    const world = ledgerWorld();
    const order = planFor(world, OLD);
    const mine = planFor(world, 'new-id');
    expect(await deliver(world.deps, mine)).toMatchObject({ outcome: 'sent' });
    await becomes(world, 'new-id');
    expect(await deliver(world.deps, order)).toMatchObject({ outcome: 'suppressed' });
    expect(world.mails).toHaveLength(1);
    expect(world.rowOf(mine).state).toBe('SENT');
  });

  it('does not go out of the customer’s own row once it went under the former id', async () => {
    const world = ledgerWorld();
    const order = planFor(world, OLD);
    const mine = planFor(world, 'new-id');
    expect(await deliver(world.deps, order)).toMatchObject({ outcome: 'sent' });
    await becomes(world, 'new-id');
    expect(await deliver(world.deps, mine)).toMatchObject({ outcome: 'suppressed' });
    expect(world.mails).toHaveLength(1);
  });

  it('does not go when they become one between its judging and its claim', async () => {
    const world = ledgerWorld();
    const order = planFor(world, OLD);
    const { compose } = world.deps.composer;
    world.deps.composer = {
      compose: async (...args) => {
        if (!(await world.gateOf(OLD)).mergedInto) await becomes(world, 'new-id');
        return compose(...args);
      },
    };
    expect(await deliver(world.deps, order)).toMatchObject({ outcome: 'suppressed' });
    expect(world.mails).toEqual([]);
  });

  it('gives its claim back to the gate of the customer that it is now', async () => {
    const world = ledgerWorld();
    const order = planFor(world, OLD);
    world.answers.push(async () => {
      await becomes(world, 'new-id');
      return { kind: 'throttled', code: 'Slow' };
    });
    expect(await deliver(world.deps, order)).toMatchObject({ outcome: 'put-back' });
    expect((await world.gateOf('new-id')).claims).toEqual([]);
    expect(world.memory.gateRows.get('new-id')?.former).toEqual([OLD]);
    expect(openGate('new-id').former).toBeUndefined();
  });
});
