import { execFile } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const synth = (...args: string[]) => run(process.execPath, ['infra/app.ts', ...args]);

const shop = mkdtempSync(join(tmpdir(), 'perennial-synth-'));
afterAll(() => rmSync(shop, { recursive: true, force: true }));

describe('npm run synth', () => {
  it('stops with every reason at once, and no trace, where prod still has the example’s values', async () => {
    const refused = await synth('--stage', 'prod').catch((error) => error);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('infra/config.ts, stage prod:\n  - settings.sender.from: got');
    expect(refused.stderr).not.toContain('    at ');
  });

  it('names the stages that exist', async () => {
    const refused = await synth('--stage', 'staging').catch((error) => error);
    expect(refused.stderr).toContain('got this stage, wanted dev, prod');
    const mistyped = await synth('--stge', 'dev').catch((error) => error);
    expect(mistyped.stderr).toMatch(/^Unknown option '--stge'/);
    expect(mistyped.stderr).not.toContain('    at ');
  });

  it('names file and line of a journey that cannot work, without a trace', async () => {
    for (const part of ['functions', 'infra', 'templates', 'package.json', 'cdk.json'])
      cpSync(part, join(shop, part), { recursive: true });
    symlinkSync(resolve('node_modules'), join(shop, 'node_modules'));
    appendFileSync(
      join(shop, 'templates/win-back/journey.yaml'),
      '\n  - id: late\n    wiat: P1D\n',
    );
    const app = [join(shop, 'infra/app.ts'), '--stage', 'dev'];
    const refused = await run(process.execPath, app, { cwd: shop }).catch((error) => error);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/win-back\/journey\.yaml:\d+: got a map with id, wiat; wanted/);
    expect(refused.stderr).not.toContain('    at ');
  }, 60_000);
});
