/** What every construct of one stage shares: its name, its settings, and where the bundles are. */
import { join } from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { FunctionName } from '../functions/contract/env.ts';
import type { Stage, StageConfig } from './stage-config.ts';

export type StageScope = {
  readonly name: Stage;
  readonly config: StageConfig;
  /** The bundle of a function, as an asset. */
  code(name: FunctionName): lambda.Code;
};

/** Settings with bundles from a folder that holds one folder a function. */
export const stageScope = (name: Stage, config: StageConfig, bundlesDir: string): StageScope => ({
  name,
  config,
  code: (fn) => lambda.Code.fromAsset(join(bundlesDir, fn)),
});
