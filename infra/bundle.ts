/** Bundles every deployed function with esbuild, and puts the release beside those that read it. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { FUNCTIONS, type FunctionName, RELEASE_FILE } from '../functions/contract/env.ts';
import type { Release } from '../functions/contract/release.ts';
import type { Settings } from '../functions/contract/settings.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const BUNDLES_DIR = join(ROOT, 'dist', 'functions');

/** They decide, render or show what marketers publish. */
export const READS_RELEASE: readonly FunctionName[] = ['react', 'deliver', 'pages'];

/** Some CommonJS dependencies call `require` of Node's own modules, which ESM does not have. */
const BANNER =
  "import { createRequire as perennialRequire } from 'node:module';" +
  'const require = perennialRequire(import.meta.url);';

export type Bundles = {
  dir: string;
  release: Release;
  /** Bytes of `index.mjs` by function. */
  bytes: { [name in FunctionName]?: number };
  metafile: Metafile;
};

/** A deployed function whose entry `functions/handlers/<name>.lambda.ts` is missing. */
export class EntryMissing extends Error {
  readonly code = 'entry-missing';
}

/** Builds `dist/functions/<name>/index.mjs` for all functions at once, from a clean folder. */
export async function buildBundles(options: {
  settings: Settings;
  outDir?: string;
}): Promise<Bundles> {
  const dir = options.outDir ?? BUNDLES_DIR;
  rmSync(dir, { recursive: true, force: true });
  const entryPoints = FUNCTIONS.map((name) => ({ in: entryOf(name), out: `${name}/index` }));
  const { metafile } = await build({
    entryPoints,
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    // Stack traces in logs stay readable without shipping a source map.
    keepNames: true,
    legalComments: 'none',
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    metafile: true,
    logLevel: 'warning',
  });
  const release = await releaseOf(options.settings);
  for (const name of READS_RELEASE) {
    writeFileSync(join(dir, name, RELEASE_FILE), JSON.stringify(release));
  }
  const bytes = Object.fromEntries(
    FUNCTIONS.map((name) => [name, statSync(join(dir, name, 'index.mjs')).size]),
  );
  return { dir, release, bytes, metafile };
}

function entryOf(name: FunctionName): string {
  const path = join(ROOT, 'functions', 'handlers', `${name}.lambda.ts`);
  if (existsSync(path)) return path;
  const standIn = join(ROOT, 'dist', 'stand-ins', `${name}.mjs`);
  mkdirSync(dirname(standIn), { recursive: true });
  writeFileSync(standIn, `export const handler = () => { throw new Error('no ${name} yet'); };`);
  return standIn;
}

async function releaseOf(settings: Settings): Promise<Release> {
  const builder = join(ROOT, 'infra', 'build-release.ts');
  if (!existsSync(builder)) {
    return { policy: { release: 'none', journeys: [], settings }, templates: {} };
  }
  const { buildRelease } = await import(builder);
  return buildRelease(settings);
}

/** Bytes by npm package of one bundle, the largest first: what to look at when a budget is exceeded. */
export function heaviest(metafile: Metafile, name: FunctionName): [string, number][] {
  const output = Object.entries(metafile.outputs).find(([path]) =>
    path.endsWith(`${name}/index.mjs`),
  );
  const sums = new Map<string, number>();
  for (const [path, input] of Object.entries(output?.[1].inputs ?? {})) {
    const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'perennial';
    sums.set(owner, (sums.get(owner) ?? 0) + input.bytesInOutput);
  }
  return [...sums].sort((a, b) => b[1] - a[1]);
}

/** The release that a build put beside a bundle. */
export const readRelease = (dir: string): Release =>
  JSON.parse(readFileSync(join(dir, 'react', RELEASE_FILE), 'utf8'));
