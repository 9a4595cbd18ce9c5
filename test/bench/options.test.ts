import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** What the command says to options that it does not have. */
function bench(...options: string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['cli/bench.ts', ...options], {
    encoding: 'utf8',
  });
  return { status, lines: stderr.trim().split('\n') };
}

describe('the benchmark', () => {
  it('answers an option that it does not have with one sentence', () => {
    for (const options of [['--wrong'], ['--only', 'nothing']]) {
      const { status, lines } = bench(...options);
      expect(status).toBe(1);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('wanted --quick, --only counts|bundles|mails');
    }
  }, 30_000);
});
