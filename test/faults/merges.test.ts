import { beforeAll, describe, expect, it, vi } from 'vitest';
import { aliasId } from '../../functions/contract/ids.ts';
import { violations } from './invariants.ts';
import { everyFault, told } from './runs.ts';
import { identify, order, type Run, shopSends, START, type Witness } from './scenario.ts';
import { TABLES } from './parts.ts';
import { type Options, World } from './world.ts';
import { HOUR_MS, MINUTE_MS } from '../../functions/contract/time.ts';

vi.setConfig({ testTimeout: 600_000 });

const at = (minutes: number) => START + minutes * MINUTE_MS;

/**
 * A guest orders by her address, a user orders by her id, both have had mails, and a third order names both.
 * A mail of the guest waits while they become one.
 */
async function twoBecomeOne(options: Options = {}): Promise<Run> {
  const world = new World(START, options);
  const witness: Witness = { answered: [] };
  const guest = (call: ReturnType<typeof order>) => {
    const { userId: _, ...rest } = call;
    const properties = { ...call.properties, email: 'ann@example.com' };
    return { ...rest, properties };
  };
  const { userId: _, ...asGuest } = identify('m1', 'nobody', 'ann@example.com');
  shopSends(world, witness, 0, [asGuest]);
  shopSends(world, witness, 1, [guest(order('m2', 'nobody', 'O1'))]);
  shopSends(world, witness, 5, [identify('m3', 'ann', 'other@example.com')]);
  shopSends(world, witness, 6, [order('m4', 'ann', 'O2'), order('m5', 'ann', 'O1')]);
  const named = { ...guest(order('m6', 'ann', 'O3')), userId: 'ann' };
  shopSends(world, witness, 20, [named]);
  shopSends(world, witness, 300, [guest(order('m7', 'nobody', 'O4'))]);
  await world.run(at(12 * 60));
  return { world, witness };
}

const ANN = aliasId('user', 'ann');
const GUEST = aliasId('email', 'ann@example.com');

let calm: Run;
beforeAll(async () => {
  calm = await twoBecomeOne();
});

const pointers = ({ world }: Run) =>
  world.dynamo
    .items(TABLES.stateTable)
    .filter(({ sk, mergedInto }) => mergedInto && (sk === 'STATE' || sk === 'GATE'));

/** After they are one, never two mails of one step about one order. */
const namesSentTwice = ({ world }: Run): string[] => {
  const rows = new Map(world.rows().map((row) => [row.id, row]));
  const names = world.accepted
    .filter((mail) => mail.at > at(20) + HOUR_MS)
    .map(({ messageId }) => rows.get(messageId))
    .map((row) => `${row?.journey} ${row?.step} ${row?.occasion}`);
  return names.filter((name, n) => names.indexOf(name) !== n);
};

describe('two customers who become one', () => {
  it('are one in the end: items of the others only point there, past nobody else', async () => {
    expect(await violations(calm.world, calm.witness)).toEqual([]);
    const items = pointers(calm).filter(({ sk }) => sk === 'STATE');
    const into = new Set(items.map(({ mergedInto }) => mergedInto));
    expect(into.size).toBe(1);
    const ids = pointers(calm).map(({ pk }) => String(pk).replace('CUSTOMER#', ''));
    expect([...ids, ...into]).toEqual(expect.arrayContaining([ANN, GUEST]));
  });

  it('are so whatever fails at any write of react', async () => {
    const wanted = pointers(calm).length;
    const calls = calm.world.wire.calls.filter(({ by, writes }) => by === 'react' && writes);
    const { runs, findings } = await everyFault(twoBecomeOne, calls, (run) => [
      ...(pointers(run).length === wanted
        ? []
        : [{ invariant: 'every event folded' as const, what: `${pointers(run).length} pointers` }]),
      ...namesSentTwice(run).map((what) => ({ invariant: 'one mail an id' as const, what })),
    ]);
    console.info(`faults while two become one: ${calls.length} requests, ${runs} runs`);
    expect(told(findings)).toEqual([]);
  });
});
