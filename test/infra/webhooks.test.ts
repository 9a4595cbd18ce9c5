import { describe, expect, it } from 'vitest';
import { stages } from '../../infra/config.ts';
import { checkStage, type StageInput } from '../../infra/stage-config.ts';
import { stageFor, templatesOf } from './stage.ts';

const SHOPIFY_BUS = 'aws.partner/shopify.com/1830279/perennial';
const withWebhooks = (webhooks: NonNullable<StageInput['webhooks']>) =>
  templatesOf(stageFor('dev', { ...stages.dev, webhooks }));

/** Variables of the function `hooks` that hold secrets. */
function secretsOf({ web }: ReturnType<typeof withWebhooks>) {
  const [hooks] = Object.entries(web.findResources('AWS::Lambda::Function'))
    .filter(([id]) => id.startsWith('Hooks'))
    .map(([, { Properties }]) => Properties.Environment.Variables as { [name: string]: string });
  return Object.fromEntries(
    Object.entries(hooks ?? {}).filter(([name]) => name.endsWith('SECRET')),
  );
}

describe('the secrets of webhooks', () => {
  it('are versions of SSM parameters, of the makers that the stage names', () => {
    const templates = withWebhooks({ shopify: {}, stripe: { version: 3, previousVersion: 2 } });
    expect(secretsOf(templates)).toEqual({
      PERENNIAL_SHOPIFY_SECRET: '{{resolve:ssm:/perennial/dev/webhooks/shopify:1}}',
      PERENNIAL_STRIPE_SECRET: '{{resolve:ssm:/perennial/dev/webhooks/stripe:3}}',
      PERENNIAL_STRIPE_PREVIOUS_SECRET: '{{resolve:ssm:/perennial/dev/webhooks/stripe:2}}',
    });
  });

  it('are none in a stage that names no maker: it deploys without a parameter', () => {
    const templates = templatesOf(stageFor('dev', stages.dev));
    expect(secretsOf(templates)).toEqual({});
    expect(JSON.stringify(templates.web.toJSON())).not.toContain('/webhooks/');
  });

  it('are refused where both versions are the same', () => {
    const webhooks = { woocommerce: { version: 2, previousVersion: 2 } };
    expect(() => checkStage('dev', { ...stages.dev, webhooks })).toThrow(
      /webhooks\.woocommerce\.previousVersion/,
    );
  });

  it('reach no other function', () => {
    const { web, workflow } = withWebhooks({ shopify: {}, woocommerce: {}, stripe: {} });
    const functions = [web, workflow].flatMap((template) =>
      Object.entries(template.findResources('AWS::Lambda::Function')),
    );
    const holding = functions.filter(([, one]) => JSON.stringify(one).includes('/webhooks/'));
    expect(holding.map(([id]) => /^[A-Z][a-z]+/.exec(id)?.[0])).toEqual(['Hooks']);
  });
});

describe('the bus of Shopify’s partner source', () => {
  it('leads to inbound by one rule, with the same dead letters', () => {
    const { workflow } = withWebhooks({ shopifyBus: SHOPIFY_BUS });
    const rules = Object.values(workflow.findResources('AWS::Events::Rule')).filter(
      ({ Properties }) => Properties.EventBusName === SHOPIFY_BUS,
    );
    expect(rules).toHaveLength(1);
    expect(rules[0]?.Properties.EventPattern).toEqual({
      source: [{ prefix: 'aws.partner/shopify.com' }],
    });
    const [target, ...others] = rules[0]?.Properties.Targets ?? [];
    expect(others).toEqual([]);
    expect(JSON.stringify(target.Arn)).toContain('InboundWorkQueue');
    expect(target.DeadLetterConfig).toBeDefined();
  });

  it('is none where the stage names none, and what is no such bus is refused', () => {
    const { workflow } = withWebhooks({ shopify: {} });
    expect(JSON.stringify(workflow.toJSON())).not.toContain('aws.partner');
    for (const shopifyBus of ['default', 'aws.partner/other.com/1/x', `${SHOPIFY_BUS} `]) {
      expect(() => checkStage('dev', { ...stages.dev, webhooks: { shopifyBus } })).toThrow(
        /webhooks\.shopifyBus/,
      );
    }
  });
});
