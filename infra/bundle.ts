/** Bundles every deployed function with esbuild, and puts the release beside those that read it. */
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import {
  FUNCTIONS,
  type FunctionName,
  RELEASE_FILE,
  SOURCES_FILE,
  TEMPLATES_FILE,
} from '../functions/contract/env.ts';
import type { SourceFiles } from '../functions/contract/publishing.ts';
import type { Release } from '../functions/contract/release.ts';
import type { Settings } from '../functions/contract/settings.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const BUNDLES_DIR = join(ROOT, 'dist', 'functions');

const CREDENTIALS = join(ROOT, 'functions', 'runtime', 'lambda-credentials.ts');

/** Some CommonJS dependencies call `require` of Node's own modules, which ESM does not have. */
const BANNER =
  "import { createRequire as perennialRequire } from 'node:module';" +
  'const require = perennialRequire(import.meta.url);';

/**
 * Bytes of minified ESM. Each 100 KB costs 10 to 20 ms of a cold start, so a budget is what a function
 * weighed on 2026-11-21 plus about a tenth: a new dependency must be argued for here.
 */
export const BUNDLE_BUDGETS: Readonly<Record<FunctionName, number>> = {
  ingest: 410_000,
  hooks: 430_000,
  inbound: 420_000,
  publish: 450_000,
  react: 480_000,
  wake: 330_000,
  deliver: 700_000,
  // Beside the ledger, what folds an event: the audit asks `decide` whether it has been.
  sweep: 520_000,
  pages: 450_000,
  gather: 385_000,
  learn: 370_000,
};

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
    absWorkingDir: ROOT,
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
    alias: { '@aws-sdk/credential-provider-node': CREDENTIALS },
    plugins: [onlyWhatIsUsed],
    logLevel: 'warning',
  });
  const { release, files } = await releaseOf(options.settings);
  const { templates, ...head } = release;
  const contents = { [RELEASE_FILE]: head, [TEMPLATES_FILE]: templates, [SOURCES_FILE]: files };
  for (const [file, content] of Object.entries(contents)) {
    const json = JSON.stringify(content);
    for (const name of FUNCTIONS.filter((one) => reads(metafile, one, file))) {
      writeFileSync(join(dir, name, file), json);
    }
  }
  const bytes = Object.fromEntries(
    FUNCTIONS.map((name) => [name, statSync(join(dir, name, 'index.mjs')).size]),
  );
  return { dir, release, bytes, metafile };
}

/**
 * No module of ours does anything when it is merely imported, so a bundle keeps only what its handler
 * uses of them. Without this, the one composition root would bring liquidjs and zod to every function.
 */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) =>
      kind !== 'entry-point' && resolveDir.startsWith(join(ROOT, 'functions'))
        ? { path: join(resolveDir, path), sideEffects: false }
        : undefined,
    ),
};

/** The adapter that reads a file: where it is in the bundle, the file must lie beside it. */
const READERS: { [file: string]: string } = {
  [RELEASE_FILE]: 'functions/adapters/files/release.ts',
  [TEMPLATES_FILE]: 'functions/adapters/files/templates.ts',
  [SOURCES_FILE]: 'functions/adapters/files/sources.ts',
};
export const DEPLOYED_FILES: readonly string[] = Object.keys(READERS);
export const reads = (metafile: Metafile, name: FunctionName, file: string): boolean =>
  (inputsOf(metafile, name)[READERS[file] ?? '']?.bytesInOutput ?? 0) > 0;

const inputsOf = (metafile: Metafile, name: FunctionName) =>
  Object.entries(metafile.outputs).find(([path]) => path.endsWith(`${name}/index.mjs`))?.[1]
    .inputs ?? {};

function entryOf(name: FunctionName): string {
  const path = join(ROOT, 'functions', 'handlers', `${name}.lambda.ts`);
  if (existsSync(path)) return path;
  const standIn = join(ROOT, 'dist', 'stand-ins', `${name}.mjs`);
  mkdirSync(dirname(standIn), { recursive: true });
  writeFileSync(standIn, `export const handler = () => { throw new Error('no ${name} yet'); };`);
  return standIn;
}

/** Imported when it is asked for: MJML takes most of a second. */
async function releaseOf(settings: Settings): Promise<{ release: Release; files: SourceFiles }> {
  const [{ buildRelease, TEMPLATES_DIR }, { readTemplates }] = await Promise.all([
    import('./build-release.ts'),
    import('./templates/files.ts'),
  ]);
  const files = readTemplates(TEMPLATES_DIR);
  return { release: await buildRelease(settings, { files }), files: Object.fromEntries(files) };
}

/** Bytes by npm package of one bundle, the largest first: what to look at when a budget is exceeded. */
export function heaviest(metafile: Metafile, name: FunctionName): [string, number][] {
  const sums = new Map<string, number>();
  for (const [path, input] of Object.entries(inputsOf(metafile, name))) {
    const owner = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'perennial';
    sums.set(owner, (sums.get(owner) ?? 0) + input.bytesInOutput);
  }
  return [...sums].sort((a, b) => b[1] - a[1]);
}
