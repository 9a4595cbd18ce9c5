import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mixEvents } from '../../../cli/bench/mix.ts';

const root = new URL('../../../', import.meta.url);
const dir = mkdtempSync(join(tmpdir(), 'perennial-replay-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Run = { stdout: string; stderr: string; code: number };

const replay = async (...args: string[]): Promise<Run> => {
  const argv = ['cli/replay.ts', ...args];
  try {
    const done = await promisify(execFile)(process.execPath, argv, { cwd: root });
    return { ...done, code: 0 };
  } catch (error) {
    return error as Run;
  }
};
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};
const digest = ({ stdout }: Run): string | undefined =>
  /^digest ([0-9a-f]{64})$/m.exec(stdout)?.[1];

const lines = [...mixEvents(400)].map((event) => JSON.stringify(event));
const shuffled = lines.map((_, n) => lines[(n * 37) % lines.length] as string);

describe('the replay command', () => {
  let plain: Run;
  beforeAll(async () => {
    plain = await replay(
      '--events',
      file('plain.jsonl', lines.join('\n')),
      '--out',
      join(dir, 'out'),
    );
  });

  it('writes one JSON line a decision, a table, and a digest', () => {
    const decisions = readFileSync(join(dir, 'out'), 'utf8').trim().split('\n');
    expect(decisions.length).toBeGreaterThan(20);
    for (const text of decisions) {
      expect(Object.keys(JSON.parse(text) as object)).toEqual([
        'at',
        'customer',
        'journey',
        'step',
        'occasion',
        'outcome',
        'reason',
      ]);
    }
    expect(plain.stdout).toMatch(/^journey +step +outcome +reason +count$/m);
    expect(plain.stdout).toMatch(/sent +accepted +\d+$/m);
    expect(digest(plain)).toBeDefined();
  });

  it('has the same digest for lines in another order, repeated, packed, with bad ones among them', async () => {
    const bad = [
      '',
      'no json',
      '{"type":"track"}',
      '[1]',
      '{"type":"track","event":"Order Completed"}',
    ];
    const messy = [...bad, ...shuffled, ...shuffled.slice(0, 100)].join('\r\n');
    const path = file('messy.jsonl.gz', gzipSync(`\ufeff${messy}`));
    const run = await replay('--events', path, '--out', join(dir, 'messy.gz'));
    expect(digest(run)).toBe(digest(plain));
    expect(run.stderr).toContain('100 repeats');
    expect(run.stderr).toContain('4 bad lines');
    expect(run.stderr).toMatch(/line 2: not JSON/);
    const packed = gunzipSync(readFileSync(join(dir, 'messy.gz'))).toString();
    expect(packed).toBe(readFileSync(join(dir, 'out'), 'utf8'));
  });

  it('decides less until an earlier moment, and says what changed against another run', async () => {
    const events = join(dir, 'plain.jsonl');
    const compare = ['--compare', join(dir, 'out')];
    const run = await replay(
      '--events',
      events,
      '--until',
      '2026-02-15',
      '--out',
      join(dir, 'o'),
      ...compare,
    );
    expect(digest(run)).not.toBe(digest(plain));
    expect(run.stdout).toMatch(/\d+ × [\w-]+\/[\w-]+: sent \(accepted\) -> nothing/);
  });

  it('refuses what it does not understand in one sentence', async () => {
    const events = join(dir, 'plain.jsonl');
    const cases: [string[], string][] = [
      [['--events', join(dir, 'none')], 'no file'],
      [['--events', events, '--until', 'tomorrow'], 'wanted 2026-01-31'],
      [['--events', events, '--as', 'planned'], 'wanted received or occurred'],
      [['--events', events, '--journeys', dir], 'no */journey.yaml'],
      [['--events', file('empty.jsonl', '')], 'nothing to replay'],
      [[], 'npm run replay'],
    ];
    for (const [args, said] of cases) {
      const run = await replay(...args);
      expect(run.code).toBe(1);
      expect(run.stderr).toContain(said);
      expect(run.stderr).not.toContain('    at ');
    }
  });
});
