import { describe, expect, it } from 'vitest';
import type { Template } from '../../../infra/local/template/assembly.ts';
import { readPlan } from '../../../infra/local/template/read-plan.ts';
import { Resolver } from '../../../infra/local/template/resolve.ts';

const names = {
  endpoint: 'http://127.0.0.1:1',
  origin: 'http://localhost:4000',
  secret: () => 'S',
};
const data: Template = {
  stack: 'data',
  resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: {} } },
  outputs: { Out: { Value: { Ref: 'Table' }, Export: { Name: 'data:table' } } },
};
const work: Template = {
  stack: 'work',
  resources: {
    Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'perennial-dev' } },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'perennial-dev' } },
  },
  outputs: {},
};
const resolve = (value: unknown) => new Resolver(work, [data, work], names).resolve(value);

describe('values of a template', () => {
  it('become local names', () => {
    expect(resolve({ Ref: 'Queue' })).toBe('http://127.0.0.1:1/000000000000/work-Queue');
    expect(resolve({ 'Fn::GetAtt': ['Queue', 'Arn'] })).toBe(
      'arn:aws:sqs:us-east-1:000000000000:work-Queue',
    );
    expect(resolve({ Ref: 'Bus' })).toBe('perennial-dev');
    expect(resolve({ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] })).toBe('http://localhost:4000');
    expect(resolve({ 'Fn::ImportValue': 'data:table' })).toBe('data-Table');
    expect(resolve({ 'Fn::Sub': 'x-${AWS::Region}-${Queue.QueueName}' })).toBe(
      'x-us-east-1-work-Queue',
    );
    expect(resolve({ 'Fn::Join': ['/', ['a', { Ref: 'AWS::Partition' }]] })).toBe('a/aws');
    expect(resolve({ 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b'] }] })).toBe('b');
    expect(resolve({ deep: [{ Ref: 'AWS::AccountId' }] })).toEqual({ deep: ['000000000000'] });
  });

  it('read a secret where CloudFormation would', () => {
    expect(resolve('{{resolve:ssm:/perennial/dev/secret:1}}')).toBe('S');
    expect(resolve('{{resolve:secretsmanager:x:SecretString}}')).toBe('S');
    expect(() => resolve('{{resolve:vault:x}}')).toThrow(/not known/);
  });

  it('stop with one sentence where something is not known', () => {
    expect(() => resolve({ 'Fn::If': ['a', 'b', 'c'] })).toThrow(/Fn::If/);
    expect(() => resolve({ Ref: 'Nobody' })).toThrow(/Nobody/);
    expect(() => resolve({ 'Fn::GetAtt': ['Queue', 'Colour'] })).toThrow(/Colour/);
    expect(() => resolve({ 'Fn::ImportValue': 'none' })).toThrow(/No stack exports none/);
  });
});

describe('a template', () => {
  const planOf = (resource: Template['resources'][string]) =>
    readPlan(
      {
        templates: [{ stack: 's', resources: { It: resource }, outputs: {} }],
        assets: new Map(),
      },
      names,
    );

  it('with a resource of an unknown type stops the start', () => {
    const strange = { Type: 'AWS::StepFunctions::StateMachine', Properties: {} };
    expect(() => planOf(strange)).toThrow(/It is a AWS::StepFunctions::StateMachine/);
  });

  it('with a pattern, schedule or mapping that is not understood stops the start', () => {
    const rule = (properties: object) => ({
      Type: 'AWS::Events::Rule',
      Properties: { Targets: [], ...properties },
    });
    expect(() => planOf(rule({ EventPattern: { a: [{ cidr: 'x' }] } }))).toThrow(/at a/);
    for (const odd of [
      'cron(0 3 ? * MON *)',
      'cron(*/5 * * * ? *)',
      'cron(0 24 * * ? *)',
      'at(x)',
    ]) {
      expect(() => planOf(rule({ ScheduleExpression: odd }))).toThrow(/wanted rate/);
    }
    const [night] = planOf(rule({ ScheduleExpression: 'cron(17 2 * * ? *)' })).rules;
    expect(night).toMatchObject({ every: { dayAtMs: (2 * 60 + 17) * 60_000 } });
    const mapping = {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: 'a', FunctionName: 'b', Queues: ['x'] },
    };
    expect(() => planOf(mapping)).toThrow(/Queues/);
    const filters = { FilterCriteria: { Filters: [{}] } };
    expect(() =>
      planOf({
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: { EventSourceArn: 'a', FunctionName: 'b', ...filters },
      }),
    ).toThrow(/filter without Pattern/);
  });
});
