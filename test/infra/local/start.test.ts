import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBinary } from '../../../infra/local/data/dynoxide.ts';
import { DataFolder } from '../../../infra/local/data/folder.ts';
import { makeStory } from '../../../infra/local/story.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-start-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('a start that cannot work says so in one sentence', () => {
  it('names platform, package and DYNAMODB_ENDPOINT where there is no DynamoDB', () => {
    expect(() => findBinary('sunos', 'sparc')).toThrow(
      /^No DynamoDB for sunos-sparc: run "npm install .*@dynoxide\/sunos-sparc.*DYNAMODB_ENDPOINT/,
    );
  });

  it('names the orders file that is missing or holds no orders', async () => {
    const file = join(dir, 'none.csv');
    await expect(makeStory({ kind: 'orders', file }, undefined)).rejects.toThrow(
      `There is no file ${file}.`,
    );
    writeFileSync(file, 'a,b\n1,2\n');
    await expect(makeStory({ kind: 'orders', file }, undefined)).rejects.toThrow(/no order found/);
  });

  it('names the options that there are, where another one is given', async () => {
    const run = promisify(execFile)(process.execPath, ['cli/start.ts', '--frsh']);
    const refused = await run.catch((error: { code: number; stderr: string }) => error);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/^Unknown option '--frsh'.*wanted --port N, --fresh, .*\n$/);
  });

  it('never empties a folder that holds other things', () => {
    writeFileSync(join(dir, 'thesis.txt'), 'years of work');
    expect(() => new DataFolder(dir, true)).toThrow(/files that are not of the local run/);
  });
});

describe('the data folder', () => {
  it('keeps the secret until it is emptied', () => {
    const folder = new DataFolder(join(dir, 'data'), false);
    const secret = folder.secret();
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(new DataFolder(join(dir, 'data'), false).secret()).toBe(secret);
    expect(new DataFolder(join(dir, 'data'), true).secret()).not.toBe(secret);
  });
});
