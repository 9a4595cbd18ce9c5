import { describe, expect, it } from 'vitest';
import {
  BACKLOG_MAX,
  WAKES_PER_SHARD_MAX,
  WAKES_PER_TICK_MAX,
  wake,
} from '../../../functions/app/wake.ts';
import type { WakeOrder } from '../../../functions/contract/events.ts';
import { SHARDS } from '../../../functions/contract/keys.ts';

const NOW = Date.UTC(2026, 3, 1);

function world(perShard: (shard: string) => number, waiting = 0) {
  const asked: [string, number, number][] = [];
  const sent: WakeOrder[] = [];
  return {
    asked,
    sent,
    deps: {
      wakes: {
        due: async (shard: string, until: number, limit: number) => {
          asked.push([shard, until, limit]);
          return Array.from({ length: Math.min(limit, perShard(shard)) }, (_, n) => ({
            customerId: `${shard}-${n}`,
            dueAt: NOW - 1,
          }));
        },
      },
      queue: {
        waiting: async () => waiting,
        send: async (orders: readonly WakeOrder[]) => void sent.push(...orders),
      },
      now: () => NOW,
    },
  };
}

describe('the tick of the clock', () => {
  it('sends everybody who is due, of every shard, up to now', async () => {
    const { deps, sent, asked } = world(() => 2);
    expect(await wake(deps)).toBe(2 * SHARDS);
    expect(new Set(sent.map(({ customerId }) => customerId)).size).toBe(2 * SHARDS);
    expect(asked.every(([, until]) => until === NOW)).toBe(true);
    expect(new Set(asked.map(([shard]) => shard)).size).toBe(SHARDS);
  });

  it('sends nothing where nobody is due', async () => {
    const { deps, sent } = world(() => 0);
    expect(await wake(deps)).toBe(0);
    expect(sent).toEqual([]);
  });

  it('waits while the queue still holds the last tick’s work', async () => {
    const { deps, asked } = world(() => 2, BACKLOG_MAX + 1);
    expect(await wake(deps)).toBe('busy');
    expect(asked).toEqual([]);
  });

  it('goes on while only a few wakes are being repeated, so that they stop nobody else', async () => {
    const { deps } = world(() => 1, BACKLOG_MAX);
    expect(await wake(deps)).toBe(SHARDS);
  });

  it('takes at most a tick’s work, evenly from all shards', async () => {
    const { deps, sent } = world(() => 100_000);
    await wake(deps);
    expect(sent.length).toBeLessThan(WAKES_PER_TICK_MAX + SHARDS);
    expect(sent.length).toBe(WAKES_PER_SHARD_MAX * SHARDS);
  });
});
