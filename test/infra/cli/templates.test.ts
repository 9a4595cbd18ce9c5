/** The command that checks the templates, as CI runs it. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../../infra/build-release.ts';
import { findingsReport, verdict } from '../../../infra/templates/checks/report.ts';
import type { Finding } from '../../../infra/templates/checks/index.ts';

const COMMAND = fileURLToPath(new URL('../../../cli/templates.ts', import.meta.url));
const MAIL = 'post-purchase/first-thanks';

type Ended = { code: number; out: string; err: string };
const run = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

describe('npm run templates', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'perennial-checks-'));
    cpSync(TEMPLATES_DIR, dir, { recursive: true });
    const file = join(dir, `${MAIL}.mjml`);
    const text = readFileSync(file, 'utf8').replace(
      '<mj-text>',
      '<mj-text><a href="http://x.lt">x</a>',
    );
    writeFileSync(file, text);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('tells each finding with file, line, reason, remedy and rule, and ends with 1', async () => {
    const { code, out } = await run('--dir', dir, '--mail', MAIL);
    expect(code).toBe(1);
    expect(out).toMatch(/templates\/post-purchase\/first-thanks\.mjml\n +\d+ {2}error {4}address/);
    expect(out).toContain('got href="http://x.lt"');
    expect(out).toMatch(/wanted https:\/\//);
    expect(out).toMatch(/1 error, 5 warnings; .* in [\d.]+ s/);
  });

  it('tells programs the same', async () => {
    const { code, out } = await run('--dir', dir, '--mail', MAIL, '--json');
    expect(code).toBe(1);
    const { findings, rendered } = JSON.parse(out) as { findings: Finding[]; rendered: number };
    const [error] = findings.filter(({ severity }) => severity === 'error');
    expect(error).toMatchObject({
      file: `${MAIL}.mjml`,
      rule: 'address',
      got: 'href="http://x.lt"',
    });
    expect(rendered).toBe(0);
  });

  it('ends with 0 where nothing is wrong but that nobody has read it', async () => {
    const { code, out, err } = await run('--mail', MAIL);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/0 errors, 5 warnings; \d\d mails rendered/);
  });

  it('refuses what it does not know in one sentence', async () => {
    const missing = await run('--mail', 'thanks/nothing');
    expect(missing).toMatchObject({ code: 1, out: '' });
    expect(missing.err).toContain('no file thanks/nothing.mjml');
    const unknown = await run('--fast');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('npm run templates');
  });
});

it('a report says in which language and for whom a shared line fails', () => {
  const place = { file: '_shared/scale.mjml', line: 3, got: 'x', wanted: 'y' };
  const where = { mail: MAIL, locale: 'ar', sample: 'none' };
  const finding: Finding = { ...place, ...where, severity: 'error', rule: 'contrast' };
  expect(findingsReport([finding])).toContain(`contrast  (${MAIL}, ar, none)`);
  const { locale: _, sample: __, ...own } = { ...finding, file: `${MAIL}.mjml` };
  expect(findingsReport([own])).toContain('contrast\n');
  expect(verdict({ findings: [finding], rendered: 1 })).toBe(
    '1 error, 0 warnings; 1 mail rendered',
  );
});
