/** Reads the resources of all templates into a plan. */
import { LocalError } from '../errors.ts';
import { readStatement, type Statement } from '../iam.ts';
import type { Assembly, Resource } from './assembly.ts';
import type { Plan } from './plan.ts';
import { readFunction, readMapping } from './read-function.ts';
import { readRule } from './read-rule.ts';
import { ACCOUNT, type LocalNames, localName, Resolver } from './resolve.ts';

const SECOND_MS = 1000;
/** SQS's own defaults. */
const VISIBILITY_DEFAULT_S = 30;
const RETENTION_DEFAULT_S = 345_600;

/** A resource with its values resolved, and the means to name it. */
export type Reading = {
  id: string;
  name: string;
  type: string;
  properties: { [name: string]: unknown };
  ref: string;
  attribute(name: string): string;
  assets: Assembly['assets'];
};

type Reader = (plan: Plan, reading: Reading) => void;

/** Nothing of these has to be done on one machine. */
const NOTHING_TO_DO = new Set([
  'AWS::Logs::LogGroup',
  'AWS::Logs::ResourcePolicy',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SNS::Subscription',
  'AWS::SQS::QueuePolicy',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::ApiGatewayV2::Stage',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Api',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SES::Tenant',
  'AWS::CDK::Metadata',
]);

const READERS: { [type: string]: Reader } = {
  'AWS::DynamoDB::Table': readTable,
  'AWS::SQS::Queue': readQueue,
  'AWS::Lambda::Function': readFunction,
  'AWS::Lambda::EventSourceMapping': readMapping,
  'AWS::Events::Rule': readRule,
  'AWS::Events::EventBus': (plan, { name, attribute }) => {
    plan.buses.set(name, { arn: attribute('Arn'), policy: [] });
  },
  'AWS::Events::EventBusPolicy': () => {},
  'AWS::IAM::Role': readRole,
  'AWS::IAM::Policy': readPolicy,
  'AWS::IAM::ManagedPolicy': (plan, { id, name, properties }) => {
    // Held by people, not by a function: a principal of its own has exactly this.
    addStatements(plan, roleArnOf(name), statementsOf(properties['PolicyDocument']));
    if (id.startsWith(PUBLISHERS)) plan.publishers = roleArnOf(name);
  },
  'AWS::ApiGatewayV2::Route': () => {},
  'AWS::SES::ConfigurationSet': (plan, { name }) => plan.configurationSets.add(name),
  'AWS::SES::EmailIdentity': (plan, { name }) => plan.identities.add(name),
};

/** The plan of an assembly. Throws LocalError for a type, property or function that is not known. */
export function readPlan(assembly: Assembly, names: LocalNames): Plan {
  const plan: Plan = {
    tables: [],
    queues: [],
    functions: [],
    rules: [],
    mappings: [],
    routes: [],
    buses: new Map(),
    roles: new Map(),
    configurationSets: new Set(),
    identities: new Set(),
  };
  const later: (() => void)[] = [];
  for (const template of assembly.templates) {
    const resolver = new Resolver(template, assembly.templates, names);
    for (const [id, resource] of Object.entries(template.resources)) {
      if (NOTHING_TO_DO.has(resource.Type)) continue;
      const reading = readingOf({ stack: template.stack, id, resource, resolver, assembly });
      readerOf(template.stack, reading)(plan, reading);
      if (resource.Type === 'AWS::ApiGatewayV2::Route') {
        later.push(() => readRoute(plan, reading, template.resources, resolver));
      }
      if (resource.Type === 'AWS::Events::EventBusPolicy') {
        later.push(() => readBusPolicy(plan, reading));
      }
    }
  }
  for (const read of later) read();
  return plan;
}

function readingOf({
  stack,
  id,
  resource,
  resolver,
  assembly,
}: {
  stack: string;
  id: string;
  resource: Resource;
  resolver: Resolver;
  assembly: Assembly;
}): Reading {
  return {
    id,
    name: localName(stack, id, resource),
    type: resource.Type,
    properties: (resolver.resolve(resource.Properties ?? {}) ?? {}) as Reading['properties'],
    get ref() {
      return String(resolver.resolve({ Ref: id }));
    },
    attribute: (name) => String(resolver.resolve({ 'Fn::GetAtt': [id, name] })),
    assets: assembly.assets,
  };
}

function readerOf(stack: string, { id, type }: Reading): Reader {
  const reader = READERS[type];
  if (reader) return reader;
  throw new LocalError(
    'unknown-resource',
    `${stack}: ${id} is a ${type}, which the local run does not know; teach it in infra/local/template.`,
  );
}

type KeySchema = { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];

function readTable(plan: Plan, { name, properties, attribute }: Reading): void {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, StreamSpecification } =
    properties;
  const indexes = (GlobalSecondaryIndexes ?? []) as { IndexName: string; KeySchema: KeySchema }[];
  plan.tables.push({
    name,
    arn: attribute('Arn'),
    streamArn: attribute('StreamArn'),
    // Time to live is left out: dynoxide deletes by the machine's clock, and a virtual year is past there.
    create: {
      TableName: name,
      AttributeDefinitions,
      KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      ...(GlobalSecondaryIndexes !== undefined && { GlobalSecondaryIndexes }),
      ...(StreamSpecification !== undefined && {
        StreamSpecification: { StreamEnabled: true, ...(StreamSpecification as object) },
      }),
    },
    indexes: indexes.map((index) => ({
      name: index.IndexName,
      partition: index.KeySchema.find((key) => key.KeyType === 'HASH')?.AttributeName ?? '',
      sort: index.KeySchema.find((key) => key.KeyType === 'RANGE')?.AttributeName ?? '',
    })),
  });
}

function readQueue(plan: Plan, { name, properties, ref, attribute }: Reading): void {
  const redrive = properties['RedrivePolicy'] as
    | { deadLetterTargetArn: string; maxReceiveCount: number }
    | undefined;
  if (properties['FifoQueue']) {
    throw new LocalError('unknown-resource', `${name} is a FIFO queue, which is not known here.`);
  }
  const seconds = (property: string, missing: number) =>
    Number(properties[property] ?? missing) * SECOND_MS;
  plan.queues.push({
    name,
    url: ref,
    arn: attribute('Arn'),
    visibilityMs: seconds('VisibilityTimeout', VISIBILITY_DEFAULT_S),
    delayMs: seconds('DelaySeconds', 0),
    retentionMs: seconds('MessageRetentionPeriod', RETENTION_DEFAULT_S),
    ...(redrive && {
      redrive: { arn: redrive.deadLetterTargetArn, maxReceives: Number(redrive.maxReceiveCount) },
    }),
  });
}

const statementsOf = (document: unknown): Statement[] =>
  ((document as { Statement: { [key: string]: unknown }[] }).Statement ?? []).map(readStatement);

/** Logical id of the policy of those who publish (infra/constructs/publishers.ts). */
const PUBLISHERS = 'Publishers';
const roleArnOf = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;

function addStatements(plan: Plan, roleArn: string, statements: Statement[]): void {
  plan.roles.set(roleArn, [...(plan.roles.get(roleArn) ?? []), ...statements]);
}

function readRole(plan: Plan, { properties, attribute, id }: Reading): void {
  const managed = (properties['ManagedPolicyArns'] ?? []) as unknown[];
  if (managed.length > 0) {
    throw new LocalError('unknown-policy', `${id} has managed policies, which are not known here.`);
  }
  const inline = (properties['Policies'] ?? []) as { PolicyDocument: unknown }[];
  addStatements(
    plan,
    attribute('Arn'),
    inline.flatMap(({ PolicyDocument }) => statementsOf(PolicyDocument)),
  );
}

function readPolicy(plan: Plan, { properties }: Reading): void {
  for (const role of (properties['Roles'] ?? []) as string[]) {
    addStatements(plan, roleArnOf(role), statementsOf(properties['PolicyDocument']));
  }
}

function readBusPolicy(plan: Plan, { id, properties }: Reading): void {
  const bus = plan.buses.get(String(properties['EventBusName']));
  if (!bus) throw new LocalError('unknown-reference', `${id}: no such bus in the templates.`);
  bus.policy.push(readStatement(properties['Statement'] as { [key: string]: unknown }));
}

/** `POST /v1/batch` -> integration -> function. */
function readRoute(
  plan: Plan,
  { id, properties }: Reading,
  resources: { [id: string]: Resource },
  resolver: Resolver,
): void {
  const [method = '', path = ''] = String(properties['RouteKey']).split(' ');
  const target = resources[id]?.Properties['Target'] as { 'Fn::Join': [string, unknown[]] };
  const integration = (target['Fn::Join'][1][1] as { Ref: string }).Ref;
  const uri = resolver.resolve(resources[integration]?.Properties['IntegrationUri']);
  plan.routes.push({ method, path, functionArn: String(uri) });
}
