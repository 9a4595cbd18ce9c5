/** Stages for infra tests: no bundling, so that a test takes a second. */
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { stages } from '../../infra/config.ts';
import { checkStage, type Stage, type StageInput } from '../../infra/stage-config.ts';
import type { StageScope } from '../../infra/stage-scope.ts';
import { makeStacks, type Stacks } from '../../infra/synth.ts';

const code = lambda.Code.fromInline('export const handler = () => {};');

/** The example's production stage with domains that are not the example's: what a shop would write. */
export const prodInput = (): StageInput => {
  const { prod } = stages;
  return {
    ...prod,
    settings: {
      ...prod.settings,
      sender: { from: 'hello@amber.lt', fromName: 'Amber', replyTo: 'hello@amber.lt' },
    },
    mail: { ...prod.mail, domain: 'amber.lt' },
    links: { ...prod.links, host: 'mail.amber.lt' },
  };
};

export const stageFor = (name: Stage, input: StageInput): StageScope => ({
  name,
  config: checkStage(name, input),
  code: () => code,
});

export type Templates = { stacks: Stacks; data: Template; web: Template; workflow: Template };

/** Synthesises all three stacks in memory. */
export function templatesOf(stage: StageScope): Templates {
  const stacks = makeStacks(stage);
  return {
    stacks,
    data: Template.fromStack(stacks.data),
    web: Template.fromStack(stacks.web),
    workflow: Template.fromStack(stacks.workflow),
  };
}

export const devTemplates = (): Templates => templatesOf(stageFor('dev', stages.dev));
export const prodTemplates = (): Templates => templatesOf(stageFor('prod', prodInput()));
