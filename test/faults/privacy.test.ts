import { describe, expect, it, vi } from 'vitest';
import { everyFault } from './runs.ts';
import { TABLES } from './parts.ts';
import { morning } from './scenario.ts';

/** What only the log, the customer item and the mail may hold. */
const PERSONAL = /@example\.com|Annabel/;

describe('what is personal', () => {
  it('never goes on the bus or into a queue', async () => {
    const seen: string[] = [];
    await morning({
      onRequest: (service, command) => {
        const text = JSON.stringify((command as { input: unknown }).input);
        if (service === 'events' || service === 'sqs') seen.push(text);
      },
    });
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.filter((text) => PERSONAL.test(text))).toEqual([]);
  });

  it('is never in a reason, a ledger row, a gate or a counter', async () => {
    const { world } = await morning();
    const rows = world.dynamo.items(TABLES.stateTable).filter(({ sk }) => sk !== 'STATE');
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => PERSONAL.test(JSON.stringify(row)))).toEqual([]);
  });

  it('is never in a line of the logs, whatever goes wrong', async () => {
    // The logger is made at the first line, which is here: nothing fails in the runs above.
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
    const lines: string[] = [];
    const hear = (text: unknown) => {
      lines.push(String(text));
      return true;
    };
    const streams = [
      vi.spyOn(process.stdout, 'write').mockImplementation(hear),
      vi.spyOn(process.stderr, 'write').mockImplementation(hear),
    ];
    try {
      const { calls } = (await morning()).world.wire;
      const some = calls.filter(({ writes }, n) => writes && n % 5 === 0);
      await everyFault(morning, some);
    } finally {
      for (const stream of streams) stream.mockRestore();
      vi.unstubAllEnvs();
    }
    expect(lines.filter((line) => line.includes('failed')).length).toBeGreaterThan(20);
    expect(lines.filter((line) => PERSONAL.test(line))).toEqual([]);
  }, 300_000);
});
