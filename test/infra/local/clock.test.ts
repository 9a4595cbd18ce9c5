import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClock, VirtualClock } from '../../../infra/local/clock.ts';
import { IndexMirror } from '../../../infra/local/drive/index-mirror.ts';

describe('the virtual clock', () => {
  it('stands still until it is told to go, and goes on from there', async () => {
    const clock = new VirtualClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.freeze(5_000);
    expect(readClock(clock.memory)).toBe(5_000);
    clock.flow();
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    expect(clock.now()).toBeGreaterThan(5_010);
    clock.freeze();
    const stood = clock.now();
    expect(clock.now()).toBe(stood);
  });

  it('never goes back', () => {
    const clock = new VirtualClock(5_000);
    expect(() => clock.freeze(4_999)).toThrow(/wanted at least/);
  });
});

describe('the mirror of an index', () => {
  const plan = { name: 'wake', partition: 'wakeShard', sort: 'nextWakeAt' };
  const keys = (id: number) => ({ pk: { S: `CUSTOMER#${id}` }, sk: { S: 'STATE' } });

  it('always tells the earliest time that a full look at the rows would tell', () => {
    const change = fc.record({
      id: fc.integer({ min: 0, max: 8 }),
      at: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const mirror = new IndexMirror(plan);
        const rows = new Map<number, number>();
        for (const { id, at } of changes) {
          if (at === undefined) {
            rows.delete(id);
            mirror.put(keys(id), keys(id));
          } else {
            rows.set(id, at);
            const nextWakeAt = { S: new Date(at).toISOString() };
            mirror.put(keys(id), { ...keys(id), wakeShard: { S: `0${id}` }, nextWakeAt });
          }
          const least = rows.size > 0 ? Math.min(...rows.values()) : undefined;
          expect(mirror.next()).toBe(least);
        }
        const due = [...rows].filter(([, at]) => at <= 25).map(([id]) => `0${id}`);
        expect(mirror.shardsDue(25)).toEqual([...new Set(due)].sort());
      }),
    );
  });
});
