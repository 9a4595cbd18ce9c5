/** A whole morning with faults, then both customers are erased: whatever broke, nothing of them is left. */
import { describe, expect, it } from 'vitest';
import { dynamoPersonal } from '../../functions/adapters/dynamodb/personal.ts';
import { erase } from '../../functions/app/erase.ts';
import { TABLES } from './parts.ts';
import { ANN, BOB, morning, type Run } from './scenario.ts';
import { waysAt } from './runs.ts';

const PERSONAL = /@example\.com|Annabel/;

/** What is found of them after their erasure. */
async function leftOf({ world }: Run): Promise<string[]> {
  const rows = dynamoPersonal({ client: world.dynamo.client, ...TABLES });
  for (const asked of [ANN, BOB]) {
    await erase({ rows, now: () => world.now, pause: async () => undefined }, asked);
  }
  const items = [TABLES.logTable, TABLES.stateTable].flatMap((table) => world.dynamo.items(table));
  const facts = await Promise.all([ANN, BOB].map((id) => rows.customer(id)));
  const theirs = items.filter(({ pk }) => [ANN, BOB].some((id) => String(pk).endsWith(id)));
  const kinds = theirs.map(({ sk }) => String(sk)).filter((sk) => sk !== 'STATE' && sk !== 'GATE');
  const texts = [...items, ...facts].map((each) => JSON.stringify(each));
  return [...kinds, ...texts.filter((text) => PERSONAL.test(text))];
}

describe('an erasure', () => {
  it('leaves nothing of a morning of events, mails, a leave and a bounce', async () => {
    const run = await morning();
    const held = run.world.dynamo.items(TABLES.logTable).map((row) => JSON.stringify(row));
    expect(held.filter((text) => PERSONAL.test(text)).length).toBeGreaterThan(0);
    expect(await leftOf(run)).toEqual([]);
  });

  it('leaves nothing whatever broke before, and none of it was ever on the bus or in a queue', async () => {
    const seen: string[] = [];
    const onRequest = (service: string, command: unknown) => {
      const text = JSON.stringify((command as { input: unknown }).input);
      if (service === 'events' || service === 'sqs') seen.push(text);
    };
    const { calls } = (await morning()).world.wire;
    const some = calls.filter(({ writes }, n) => writes && n % 17 === 0);
    const left: string[] = [];
    for (const call of some) {
      for (const way of waysAt(call)) {
        const run = await morning({ onRequest, plan: [[call.index, way]] });
        left.push(...(await leftOf(run)));
      }
    }
    expect(some.length).toBeGreaterThan(3);
    expect(seen.length).toBeGreaterThan(100);
    expect(left).toEqual([]);
    expect(seen.filter((text) => PERSONAL.test(text))).toEqual([]);
  }, 120_000);
});
