import { CfnDynamicReference, CfnDynamicReferenceService } from 'aws-cdk-lib';
import type { ENV } from '../../functions/contract/env.ts';
import { type Maker, MAKERS } from '../../functions/contract/webhooks.ts';
import { webhookParameter } from '../stage-config.ts';
import type { StageScope } from '../stage-scope.ts';
import type { PerennialFunction } from './perennial-function.ts';

/** Variables of a maker's secret, and of the one before it while it is rotated. */
const VARIABLES: {
  readonly [maker in Maker]: readonly [keyof typeof ENV, keyof typeof ENV];
} = {
  shopify: ['shopifySecret', 'shopifyPreviousSecret'],
  woocommerce: ['woocommerceSecret', 'woocommercePreviousSecret'],
  stripe: ['stripeSecret', 'stripePreviousSecret'],
};

/**
 * The secrets with which makers sign their webhooks: like the stage's own, versions of SSM parameters that
 * CloudFormation reads when it deploys. A maker that the stage does not name gets none, and is answered so.
 */
export function grantWebhookSecrets(fn: PerennialFunction, { name, config }: StageScope): void {
  for (const maker of MAKERS) {
    const secret = config.webhooks[maker];
    if (!secret) continue;
    const [current, previous] = VARIABLES[maker];
    const reference = (version: number) =>
      new CfnDynamicReference(
        CfnDynamicReferenceService.SSM,
        `${webhookParameter(name, maker)}:${version}`,
      ).toString();
    fn.set(current, reference(secret.version));
    if (secret.previousVersion !== undefined) {
      fn.set(previous, reference(secret.previousVersion));
    }
  }
}
