import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { Schedule } from '../../../infra/local/drive/schedules.ts';
import type { FunctionHost } from '../../../infra/local/lambda/host.ts';
import type { Every } from '../../../infra/local/template/plan.ts';

const NOON = Date.UTC(2026, 5, 1, 12);

function schedule(every: Every, start = NOON) {
  const calls: string[] = [];
  const host = {
    plan: { label: 'learn' },
    invoke: async ({ time }: { time: string }) => {
      calls.push(time);
      return { value: null };
    },
  } as unknown as FunctionHost;
  const deps = { host, every, ruleArn: 'rule', mirrors: new Map(), deadLetters: () => false };
  return { calls, of: new Schedule(deps, start) };
}

describe('a schedule by the time of day', () => {
  const night: Every = { dayAtMs: 2 * HOUR_MS + 17 * MINUTE_MS };

  it('ticks once a day at its minute, UTC', async () => {
    const { of, calls } = schedule(night);
    for (let tick = 0; tick < 3; tick += 1) await of.run(of.next() ?? 0);
    expect(calls).toEqual(['2026-06-02T02:17:00Z', '2026-06-03T02:17:00Z', '2026-06-04T02:17:00Z']);
  });

  it('ticks a late tick once, and the next one in time', async () => {
    const { of } = schedule(night);
    await of.run(Date.UTC(2026, 5, 2, 5, 55));
    expect(of.next()).toBe(Date.UTC(2026, 5, 3, 2, 17));
  });

  it('is always due within a day, and never at once again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.integer({ min: 0, max: DAY_MS - 1 }),
        (start, dayAtMs) => {
          const next = schedule({ dayAtMs }, start).of.next() ?? 0;
          expect(next).toBeGreaterThan(start);
          expect(next - start).toBeLessThanOrEqual(DAY_MS);
          expect(next % DAY_MS).toBe(dayAtMs);
        },
      ),
    );
  });
});

describe('a schedule by a rate', () => {
  it('of a function without an index ticks at least hourly', () => {
    expect(schedule({ ms: 5 * MINUTE_MS }).of.next()).toBe(NOON + HOUR_MS);
  });
});
