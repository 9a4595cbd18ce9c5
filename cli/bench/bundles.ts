/** What each deployed bundle weighs, and how long a fresh process takes to load it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ENV, FUNCTIONS, type FunctionName } from '../../functions/contract/env.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import { buildBundles } from '../../infra/bundle.ts';

export type BundleFigures = { name: FunctionName; bytes: number; loadMs: number };

/** Loads vary by some milliseconds; the median of so many is steady enough to compare. */
const LOADS = 5;

/** Every variable has some value: what a bundle reads when it is loaded must not stop it. */
const VARIABLES = {
  ...Object.fromEntries(Object.values(ENV).map((name) => [name, 'https://example.com/1'])),
  [ENV.sendRate]: '1',
  [ENV.dailyCeilingStart]: '1',
  [ENV.deadLetterQueues]: 'https%3A%2F%2Fexample.com%2F1=https%3A%2F%2Fexample.com%2F2',
  [ENV.allowList]: '*',
  [ENV.secret]: 'a secret that only the benchmark knows',
  [ENV.currency]: 'EUR',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
};

const TIMER = `
  const started = performance.now();
  await import(process.argv[1]);
  console.log(performance.now() - started);
  process.exit();
`;

/** The error itself; before it Node quotes the line, which is the whole bundle. */
const lastLines = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.length < 300)
    .slice(0, 12)
    .join('\n');

function loadMs(file: string): number {
  const times = Array.from({ length: LOADS }, () => {
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', TIMER, pathToFileURL(file).href],
      { env: { PATH: process.env['PATH'], ...VARIABLES }, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`${file} does not load: ${lastLines(stderr)}`);
    return Number(stdout.trim().split('\n').at(-1));
  });
  return times.sort((a, b) => a - b)[Math.floor(LOADS / 2)] ?? 0;
}

export async function measureBundles(settings: Settings, outDir: string): Promise<BundleFigures[]> {
  const { bytes } = await buildBundles({ settings, outDir });
  return FUNCTIONS.map((name) => ({
    name,
    bytes: bytes[name] ?? 0,
    loadMs: loadMs(join(outDir, name, 'index.mjs')),
  }));
}
