import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { studioCommand } from '../../../cli/studio.ts';
import { folderDeps, runningTarget } from '../../../cli/studio-places.ts';
import { runCommand } from '../../../cli/command.ts';
import { TEMPLATES_DIR } from '../../../infra/build-release.ts';

const dir = mkdtempSync(join(tmpdir(), 'perennial-studio-cli-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function told(...argv: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const say = (line: string) => {
    text += `${line}\n`;
  };
  return { code: await runCommand(studioCommand, argv, { out: say, err: say }), text };
}

describe('npm run studio', () => {
  it('says what it takes', async () => {
    const { code, text } = await told('--help');
    expect(code).toBe(0);
    expect(text).toContain('--stage dev|prod');
  });

  it('refuses in one sentence what it does not know', async () => {
    expect(await told('--stage', 'moon', '--port', '0')).toMatchObject({
      code: 1,
      text: expect.stringContaining('wanted dev, prod'),
    });
    expect(await told('--port', 'x')).toMatchObject({
      code: 1,
      text: expect.stringContaining('--port: got "x", wanted a whole number'),
    });
  });

  it('edits files where nothing runs, and publishes nowhere', async () => {
    expect(await runningTarget(dir)).toBeUndefined();
    const deps = folderDeps({ dir: TEMPLATES_DIR, author: 'Ann' });
    expect(deps.releases).toBeUndefined();
    expect(deps.workspace.name).toBe('the files in templates/');
    expect((await deps.workspace.files()).has('_shared/brand.yaml')).toBe(true);
  });
});
