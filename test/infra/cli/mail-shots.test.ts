/** Photographs of mails, for people to look at. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailShots } from '../../../cli/mail-shots.ts';

const CHROMIUM = '/usr/bin/chromium';
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
let out: string;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'perennial-shots-'));
});
afterAll(() => rmSync(out, { recursive: true }));

async function run(...args: string[]) {
  const told: string[] = [];
  const problems: string[] = [];
  await mailShots(args, { out: (text) => told.push(text), err: (text) => problems.push(text) });
  return { told: told.join('\n'), problems };
}

describe('photographs of mails', () => {
  it('say how they are made, and what they need', async () => {
    expect((await run('--help')).told).toContain('--locale LIST');
    await expect(run()).rejects.toThrow(/--out: wanted a folder/);
    await expect(run('--out', out, '--chromium', '/nowhere')).rejects.toThrow(/not there/);
  });

  it.skipIf(!existsSync(CHROMIUM))(
    'are a sheet for each mail and width, with the text beside it, and nothing is too wide',
    async () => {
      const chosen = ['--mail', 'feedback/survey', '--locale', 'en,ar'];
      const { told, problems } = await run('--out', out, ...chosen, '--sample', 'long');
      expect(told).toBe(`2 mails, 2 sheets in ${out}.`);
      expect(problems).toEqual([]);
      expect(readdirSync(out).sort()).toEqual([
        'feedback.survey.320.png',
        'feedback.survey.640.png',
        'feedback.survey.ar.txt',
        'feedback.survey.en.txt',
      ]);
      const sheet = readFileSync(join(out, 'feedback.survey.320.png'));
      expect(sheet.subarray(0, 4)).toEqual(PNG);
    },
    60_000,
  );

  it.skipIf(!existsSync(CHROMIUM))('of what is not there are refused', async () => {
    await expect(run('--out', out, '--mail', 'feedback/none')).rejects.toThrow(/no mail/);
    await expect(run('--out', out, '--sample', 'nobody')).rejects.toThrow(/wanted one of plain/);
  });
});
