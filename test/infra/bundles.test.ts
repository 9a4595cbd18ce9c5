import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTIONS, RELEASE_FILE } from '../../functions/contract/env.ts';
import {
  BUNDLE_BUDGETS,
  type Bundles,
  buildBundles,
  heaviest,
  readsRelease,
} from '../../infra/bundle.ts';
import { stages } from '../../infra/config.ts';
import { checkStage } from '../../infra/stage-config.ts';

const KB = 1024;
/** What never belongs into a function: it compiles, draws or tests. */
const UNWANTED = ['mjml', 'aws-cdk-lib', 'esbuild', 'fast-check', 'aws-sdk', 'yaml', 'typescript'];

let bundles: Bundles;
const dir = mkdtempSync(join(tmpdir(), 'perennial-bundles-'));
beforeAll(async () => {
  const { settings } = checkStage('dev', stages.dev);
  bundles = await buildBundles({ settings, outDir: dir });
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('each bundle', () => {
  it('stays within its budget of bytes', () => {
    const rows = FUNCTIONS.map((name) => {
      const bytes = bundles.bytes[name] ?? 0;
      const parts = heaviest(bundles.metafile, name).slice(0, 4);
      const text = parts.map(([owner, size]) => `${owner} ${Math.round(size / KB)}`).join(', ');
      return `${name.padEnd(8)}${Math.round(bytes / KB)} of ${Math.round(BUNDLE_BUDGETS[name] / KB)} KB (${text})`;
    });
    console.log(rows.join('\n'));
    const over = FUNCTIONS.filter((name) => (bundles.bytes[name] ?? 0) > BUNDLE_BUDGETS[name]);
    expect(over).toEqual([]);
  });

  it.each(FUNCTIONS)('%s holds nothing that only builds or tests need', (name) => {
    const owners = heaviest(bundles.metafile, name).map(([owner]) => owner);
    expect(owners.filter((owner) => UNWANTED.includes(owner))).toEqual([]);
  });

  it.each(FUNCTIONS)('%s has the release beside it exactly if it reads it', (name) => {
    expect(existsSync(join(dir, name, RELEASE_FILE))).toBe(readsRelease(bundles.metafile, name));
  });

  it('decides, renders and shows by the same release', () => {
    const ids = FUNCTIONS.filter((name) => readsRelease(bundles.metafile, name)).map(
      (name) => JSON.parse(readFileSync(join(dir, name, RELEASE_FILE), 'utf8')).policy.release,
    );
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(1);
  });
});
