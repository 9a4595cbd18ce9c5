import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FUNCTIONS,
  RELEASE_FILE,
  SOURCES_FILE,
  TEMPLATES_FILE,
} from '../../functions/contract/env.ts';
import {
  BUNDLE_BUDGETS,
  type Bundles,
  buildBundles,
  DEPLOYED_FILES,
  heaviest,
  reads,
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

  it.each(FUNCTIONS)('%s has exactly those files beside it that it reads', (name) => {
    for (const file of DEPLOYED_FILES) {
      expect(existsSync(join(dir, name, file))).toBe(reads(bundles.metafile, name, file));
    }
  });

  it('has mails beside it only where they are sent or published, and sources only in sweep', () => {
    const having = (file: string) => FUNCTIONS.filter((name) => existsSync(join(dir, name, file)));
    expect(having(TEMPLATES_FILE)).toEqual(['deliver', 'sweep']);
    expect(having(SOURCES_FILE)).toEqual(['sweep']);
    for (const name of having(RELEASE_FILE)) {
      const release = JSON.parse(readFileSync(join(dir, name, RELEASE_FILE), 'utf8'));
      expect(Object.keys(release)).toEqual(['policy', 'locales']);
    }
  });

  it('decides, renders and shows by the same release', () => {
    const ids = FUNCTIONS.filter((name) => reads(bundles.metafile, name, RELEASE_FILE)).map(
      (name) => JSON.parse(readFileSync(join(dir, name, RELEASE_FILE), 'utf8')).policy.release,
    );
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(1);
  });
});
