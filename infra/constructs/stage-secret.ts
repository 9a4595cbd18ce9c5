import { CfnDynamicReference, CfnDynamicReferenceService } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { secretParameter } from '../stage-config.ts';
import type { StageScope } from '../stage-scope.ts';
import type { PerennialFunction } from './perennial-function.ts';

/**
 * The secret from which link keys and write keys are derived. CloudFormation reads one version of an SSM
 * parameter when it deploys; docs/decisions/ says why not Secrets Manager.
 */
export class StageSecret extends Construct {
  private readonly current: string;
  private readonly previous: string | undefined;

  constructor(scope: Construct, id: string, stage: StageScope) {
    super(scope, id);
    const reference = (version: number) =>
      new CfnDynamicReference(
        CfnDynamicReferenceService.SSM,
        `${secretParameter(stage.name)}:${version}`,
      ).toString();
    const { version, previousVersion } = stage.config.secret;
    this.current = reference(version);
    this.previous = previousVersion === undefined ? undefined : reference(previousVersion);
  }

  /** The function may make and check tokens and write keys. */
  grant(fn: PerennialFunction): void {
    fn.set('secret', this.current);
    if (this.previous !== undefined) fn.set('previousSecret', this.previous);
  }
}
