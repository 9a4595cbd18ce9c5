import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const synth = (...args: string[]) => run(process.execPath, ['infra/app.ts', ...args]);

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
  });
});
