import { describe, expect, it } from 'vitest';
import { type Finding, describeFault, onSendPath, told, waysAt } from './runs.ts';
import { violations } from './invariants.ts';
import { oneMail } from './scenario.ts';
import type { Call } from './wire.ts';
import type { Options } from './world.ts';

/** Sweep reads the same empty shards tick after tick: the first two times stand for all. */
const SAME_READS_MAX = 2;

/** What follows on the send path: every write, and every read that differs from those before it. */
function seconds(calls: readonly Call[], after: number): Call[] {
  const seen = new Map<string, number>();
  return calls.filter((call) => {
    if (call.index <= after || !onSendPath(call)) return false;
    const kind = `${call.by} ${call.command} ${call.about}`;
    const times = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, times);
    return call.writes || times <= SAME_READS_MAX;
  });
}

/** Every way at every request of the send path, and after each, every way at every request that follows. */
async function everyPair(options: Options): Promise<{ runs: number; findings: Finding[] }> {
  const { world } = await oneMail(options);
  const findings: Finding[] = [];
  let runs = 0;
  for (const first of world.wire.calls.filter(onSendPath)) {
    for (const way of waysAt(first)) {
      const once = await oneMail({ ...options, plan: [[first.index, way]] });
      for (const second of seconds(once.world.wire.calls, first.index)) {
        for (const again of waysAt(second)) {
          runs += 1;
          const plan: Options['plan'] = [
            [first.index, way],
            [second.index, again],
          ];
          const run = await oneMail({ ...options, plan });
          const found = await violations(run.world, run.witness);
          const fault = `${describeFault(first, way)}, ${describeFault(second, again)}`;
          if (found.length > 0) findings.push({ fault, found });
        }
      }
    }
  }
  return { runs, findings };
}

describe('two faults on the send path', () => {
  it('never send twice, mail after an unsubscribe or leave a row without an owner', async () => {
    const { runs, findings } = await everyPair({});
    console.info(`faults in pairs: ${runs} runs`);
    expect(told(findings)).toEqual([]);
  }, 600_000);
});
