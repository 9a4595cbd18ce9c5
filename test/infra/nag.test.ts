import { describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
import { makeStacks } from '../../infra/synth.ts';
import { prodInput, stageFor } from './stage.ts';

describe('cdk-nag, with the AwsSolutions and Serverless packs and the template validator', () => {
  it.each([
    ['dev', stages.dev],
    ['prod', prodInput()],
  ] as const)('finds nothing in %s that is not argued', (name, input) => {
    process.env.CDK_VALIDATION = 'true';
    try {
      const assembly = makeStacks(stageFor(name, input)).app.synth();
      expect(assembly.stacks).toHaveLength(3);
    } finally {
      process.env.CDK_VALIDATION = 'false';
    }
  });

  it('would stop synth: a bucket without access logs is refused', async () => {
    const { Bucket } = await import('aws-cdk-lib/aws-s3');
    const { app, data } = makeStacks(stageFor('dev', stages.dev));
    new Bucket(data, 'Open', { publicReadAccess: false });
    expect(() => app.synth()).toThrow(/AwsSolutions-S1/);
  });
});
