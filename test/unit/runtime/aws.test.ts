import { describe, expect, it } from 'vitest';
import { ENV, FUNCTIONS } from '../../../functions/contract/env.ts';
import { deliverDeps } from '../../../functions/runtime/aws/deliver.ts';
import { gatherDeps } from '../../../functions/runtime/aws/gather.ts';
import { hooksDeps } from '../../../functions/runtime/aws/hooks.ts';
import { inboundDeps } from '../../../functions/runtime/aws/inbound.ts';
import { ingestDeps } from '../../../functions/runtime/aws/ingest.ts';
import { learnDeps } from '../../../functions/runtime/aws/learn.ts';
import { pagesDeps } from '../../../functions/runtime/aws/pages.ts';
import { publishDeps } from '../../../functions/runtime/aws/publish.ts';
import { reactDeps } from '../../../functions/runtime/aws/react.ts';
import { sweepDeps } from '../../../functions/runtime/aws/sweep.ts';
import { wakeDeps } from '../../../functions/runtime/aws/wake.ts';

type Deps = (env: Record<string, string | undefined>) => object;
const ALL: Record<(typeof FUNCTIONS)[number], Deps> = {
  ingest: ingestDeps,
  hooks: hooksDeps,
  inbound: inboundDeps,
  publish: publishDeps,
  react: reactDeps,
  wake: wakeDeps,
  deliver: deliverDeps,
  sweep: sweepDeps,
  pages: pagesDeps,
  gather: gatherDeps,
  learn: learnDeps,
};

process.env.AWS_REGION ??= 'eu-west-1';
const NUMBERS = new Set(['sendRate', 'dailyCeilingStart', 'releaseLookSeconds']);
const whole = Object.fromEntries(
  Object.entries(ENV).map(([name, variable]) => {
    if (name.endsWith('Queue') || name === 'linkOrigin') return [variable, 'https://q.example/1/q'];
    if (name === 'deadLetterQueues') return [variable, 'https://q/dead=https://q/live'];
    if (NUMBERS.has(name)) return [variable, '14'];
    return [variable, 'x'.repeat(32)];
  }),
);

describe.each(Object.entries(ALL))('the parts of %s', (_name, deps) => {
  it('are made of the environment alone, before any request', () => {
    expect(Object.keys(deps(whole)).length).toBeGreaterThan(1);
  });

  it('are refused without it, by the name of a variable', () => {
    expect(() => deps({})).toThrow(/^PERENNIAL_[A-Z_]+: got nothing, wanted a value/);
  });
});
