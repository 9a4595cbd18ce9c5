/** CloudFormation's intrinsic functions, for the local names of things. Unknown ones are refused. */
import { LocalError } from '../errors.ts';
import type { Resource, Template } from './assembly.ts';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** What the local run itself decides: addresses and secrets. */
export type LocalNames = {
  /** Where the AWS endpoints listen, `http://127.0.0.1:PORT`. */
  endpoint: string;
  /** Where the HTTP API answers: the origin of all links. */
  origin: string;
  /** Value of a dynamic reference, by its name. */
  secret(name: string): string;
};

const PSEUDO: { [name: string]: string } = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};
const arn = (service: string, rest: string, region = REGION) =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;

type Named = { ref(name: string, names: LocalNames): string } & {
  attributes: { [attribute: string]: (name: string, names: LocalNames) => string };
};
const byName = (attributes: Named['attributes']): Named => ({ ref: (name) => name, attributes });

/** How each type is named here: what Ref gives, and its attributes. */
const TYPES: { [type: string]: Named } = {
  'AWS::DynamoDB::Table': byName({
    Arn: (name) => arn('dynamodb', `table/${name}`),
    StreamArn: (name) => arn('dynamodb', `table/${name}/stream/local`),
  }),
  'AWS::SQS::Queue': {
    ref: (name, { endpoint }) => `${endpoint}/${ACCOUNT}/${name}`,
    attributes: {
      Arn: (name) => arn('sqs', name),
      QueueName: (name) => name,
      QueueUrl: (name, { endpoint }) => `${endpoint}/${ACCOUNT}/${name}`,
    },
  },
  'AWS::Lambda::Function': byName({ Arn: (name) => arn('lambda', `function:${name}`) }),
  'AWS::IAM::Role': byName({
    Arn: (name) => `arn:aws:iam::${ACCOUNT}:role/${name}`,
    RoleId: (name) => name,
  }),
  'AWS::IAM::ManagedPolicy': byName({}),
  'AWS::Events::EventBus': byName({
    Arn: (name) => arn('events', `event-bus/${name}`),
    Name: (name) => name,
  }),
  'AWS::Events::Rule': byName({ Arn: (name) => arn('events', `rule/${name}`) }),
  'AWS::Logs::LogGroup': byName({ Arn: (name) => arn('logs', `log-group:${name}:*`) }),
  'AWS::SES::ConfigurationSet': byName({}),
  'AWS::SES::EmailIdentity': byName({}),
  'AWS::SES::Tenant': byName({ Arn: (name) => arn('ses', `tenant/${name}/local`) }),
  'AWS::SNS::Topic': {
    ref: (name) => arn('sns', name),
    attributes: { TopicArn: (name) => arn('sns', name), TopicName: (name) => name },
  },
  'AWS::ApiGatewayV2::Api': {
    ref: (name) => name,
    attributes: { ApiEndpoint: (_name, { origin }) => origin, ApiId: (name) => name },
  },
  'AWS::ApiGatewayV2::Integration': byName({}),
};

/** Properties in which a template may give a name of its own. */
const NAME_PROPERTIES = [
  'TableName',
  'QueueName',
  'FunctionName',
  'RoleName',
  'Name',
  'EmailIdentity',
  'TenantName',
];
const NAMED_BY_PROPERTY = /^AWS::(DynamoDB|SQS|Lambda::Function|IAM::Role|Events|SES|SNS)/;

/** The local name of a resource: its own, or made from stack and logical id. */
export function localName(stack: string, logicalId: string, resource: Resource): string {
  if (NAMED_BY_PROPERTY.test(resource.Type)) {
    for (const property of NAME_PROPERTIES) {
      const value = resource.Properties?.[property];
      if (typeof value === 'string') return value;
    }
  }
  return `${stack}-${logicalId}`;
}

/** Resolves values of one template; other templates' exports by name. */
export class Resolver {
  private readonly template: Template;
  private readonly all: readonly Template[];
  private readonly names: LocalNames;

  constructor(template: Template, all: readonly Template[], names: LocalNames) {
    this.template = template;
    this.all = all;
    this.names = names;
  }

  /** A value without intrinsics. Throws LocalError for a function or attribute that is not known. */
  resolve(value: unknown): unknown {
    if (typeof value === 'string') return this.dynamic(value);
    if (Array.isArray(value)) return value.map((one) => this.resolve(one));
    if (typeof value !== 'object' || value === null) return value;
    const [key, ...others] = Object.keys(value);
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      return this.intrinsic(key, (value as { [key: string]: unknown })[key]);
    }
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, this.resolve(v)]));
  }

  private intrinsic(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.ref(String(argument));
      case 'Fn::GetAtt': {
        const [id, attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
        return this.attribute(String(id), String(attribute));
      }
      case 'Fn::Join': {
        const [separator, parts] = argument as [string, unknown[]];
        return this.dynamic((this.resolve(parts) as unknown[]).join(separator));
      }
      case 'Fn::Sub':
        return this.substitute(argument);
      case 'Fn::ImportValue':
        return this.imported(String(this.resolve(argument)));
      case 'Fn::Select': {
        const [index, list] = argument as [string | number, unknown];
        return (this.resolve(list) as unknown[])[Number(index)];
      }
      case 'Fn::Split': {
        const [separator, text] = argument as [string, unknown];
        return String(this.resolve(text)).split(separator);
      }
      default:
        throw new LocalError(
          'unknown-intrinsic',
          `${this.template.stack}: the function ${name} of CloudFormation is not known here.`,
        );
    }
  }

  private substitute(argument: unknown): string {
    const [text, own] = (Array.isArray(argument) ? argument : [argument, {}]) as [
      string,
      { [name: string]: unknown },
    ];
    return text.replace(/\$\{([^!}]+)\}/g, (_all, name: string) => {
      if (name in own) return String(this.resolve(own[name]));
      const [id = '', attribute] = name.split('.');
      return attribute ? this.attribute(id, attribute) : this.ref(name);
    });
  }

  private ref(id: string): string {
    const pseudo = PSEUDO[id];
    if (pseudo !== undefined) return pseudo;
    if (id === 'AWS::StackId') return arn('cloudformation', `stack/${this.template.stack}/local`);
    const { name, type } = this.find(id, 'Ref');
    return type.ref(name, this.names);
  }

  private attribute(id: string, attribute: string): string {
    const { name, type, resource } = this.find(id, attribute);
    const read = type.attributes[attribute];
    if (read) return read(name, this.names);
    throw new LocalError(
      'unknown-attribute',
      `${this.template.stack}: attribute ${attribute} of ${resource.Type} (${id}) is not known here.`,
    );
  }

  private find(id: string, wanted: string) {
    const resource = this.template.resources[id];
    const type = resource && TYPES[resource.Type];
    if (resource && type) {
      return { name: localName(this.template.stack, id, resource), type, resource };
    }
    throw new LocalError(
      'unknown-reference',
      `${this.template.stack}: ${wanted} of ${id} (${resource?.Type ?? 'no such resource'}) is not known here.`,
    );
  }

  private imported(exportName: string): unknown {
    for (const template of this.all) {
      for (const { Value, Export } of Object.values(template.outputs)) {
        if (Export?.Name !== exportName) continue;
        return new Resolver(template, this.all, this.names).resolve(Value);
      }
    }
    throw new LocalError('unknown-export', `No stack exports ${exportName}.`);
  }

  /** `{{resolve:ssm:/name:1}}` and `{{resolve:secretsmanager:name:…}}` become the local secret. */
  private dynamic(text: string): string {
    return text.replace(
      /\{\{resolve:([^:}]+):([^}]*)\}\}/g,
      (all, service: string, rest: string) => {
        if (!['ssm', 'ssm-secure', 'secretsmanager'].includes(service)) {
          throw new LocalError(
            'unknown-reference',
            `${all}: this dynamic reference is not known here.`,
          );
        }
        return this.names.secret(rest);
      },
    );
  }
}
