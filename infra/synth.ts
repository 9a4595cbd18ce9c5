/** From a stage's values to templates: check, bundle, build the stacks, judge them. */
import { App, type CfnResource, Tags, Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROUTES } from '../functions/contract/routes.ts';
import type { Release } from '../functions/contract/release.ts';
import { acknowledgeAll } from './acknowledgements.ts';
import { buildBundles } from './bundle.ts';
import { stages } from './config.ts';
import {
  checkStage,
  ConfigRefused,
  type Stage,
  type StageConfig,
  stackName,
} from './stage-config.ts';
import { type StageScope, stageScope } from './stage-scope.ts';
import { DataStack } from './stacks/data.ts';
import { WebStack } from './stacks/web.ts';
import { WorkflowStack } from './stacks/workflow.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
// The library reads its own deprecated properties while it validates; the warning is not about our code.
process.env.JSII_DEPRECATED ??= 'quiet';

export type Stacks = { app: App; data: DataStack; web: WebStack; workflow: WorkflowStack };

/** The three stacks of one stage; nothing is written yet. */
export function makeStacks(stage: StageScope, outdir?: string): Stacks {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  const app = new App({ context, outdir, analyticsReporting: false });
  const region = stage.config.region ?? process.env.CDK_DEFAULT_REGION;
  const props = (what: 'data' | 'web' | 'workflow') => ({
    stackName: stackName(stage.name, what),
    description: `Perennial ${stage.name}: ${what}`,
    env: { region, account: process.env.CDK_DEFAULT_ACCOUNT },
  });
  const prefix = `Perennial-${stage.name}`;
  const data = new DataStack(app, `${prefix}-data`, props('data'));
  const web = new WebStack(app, `${prefix}-web`, { ...props('web'), stage, data });
  const workflow = new WorkflowStack(app, `${prefix}-workflow`, {
    ...props('workflow'),
    stage,
    data,
    web,
  });
  Tags.of(app).add('perennial:stage', stage.name);
  acknowledgeAll([data, web, workflow]);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { app, data, web, workflow };
}

/** Checks, bundles and writes the templates of one stage to `outdir` (default `cdk.out`). */
export async function synthesize(options: {
  stage: Stage;
  config?: StageConfig;
  outdir?: string;
  bundlesDir?: string;
}): Promise<CloudAssembly> {
  const config = options.config ?? checkStage(options.stage, stages[options.stage]);
  const bundles = await buildBundles({ settings: config.settings, outDir: options.bundlesDir });
  const stacks = makeStacks(
    stageScope(options.stage, config, bundles.dir),
    options.outdir ?? join(ROOT, 'cdk.out'),
  );
  if (options.stage === 'prod') refuseWithoutUnsubscribe(bundles.release, stacks.web);
  return stacks.app.synth();
}

/** RFC 8058: whoever gets marketing must be able to leave with one POST. */
export function refuseWithoutUnsubscribe(release: Release, web: WebStack): void {
  const marketing = release.policy.journeys.find(({ purpose }) => purpose === 'marketing');
  const wanted = `POST ${ROUTES.unsubscribe}`;
  if (!marketing || routeKeys(web).includes(wanted)) return;
  throw new ConfigRefused('prod', [
    `journey ${marketing.id} sends marketing, but the web stack has no route ${wanted} ` +
      'for List-Unsubscribe-Post (RFC 8058)',
  ]);
}

const routeKeys = (web: WebStack): string[] =>
  web.node
    .findAll()
    .map((node) => node as CfnResource & { routeKey?: string })
    .filter((node) => node.cfnResourceType === 'AWS::ApiGatewayV2::Route')
    .map((node) => node.routeKey ?? '');
