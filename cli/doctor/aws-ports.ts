/** The doctor's ports on real AWS and real DNS. */
import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetEmailIdentityCommand,
  SendEmailCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoModelReader } from '../../functions/adapters/dynamodb/models.ts';
import { privacyRequestTimes } from '../../functions/adapters/dynamodb/privacy-requests.ts';
import { dynamoReleases } from '../../functions/adapters/dynamodb/releases.ts';
import { TEMPLATES_DIR } from '../../infra/build-release.ts';
import { mailName, secretParameter, type Stage } from '../../infra/stage-config.ts';
import { readTemplates } from '../../infra/templates/files.ts';
import type { DoctorPorts, Patient } from './checks.ts';

const DNS_TIMEOUT_MS = 5_000;
/** 48 characters: more than the 32 that functions want at least. */
const SECRET_BYTES = 36;
/** Takes everything and counts for nothing: no bounce rate, no quota of recipients. */
export const SIMULATOR = 'success@simulator.amazonses.com';

/** What a missing thing is called by each service. */
const MISSING = new Set([
  'NotFoundException',
  'ParameterNotFound',
  'ParameterVersionNotFound',
  'ValidationError',
]);

async function orMissing<T>(ask: Promise<T>): Promise<T | undefined> {
  try {
    return await ask;
  } catch (error) {
    if (error instanceof Error && MISSING.has(error.name)) return undefined;
    throw error;
  }
}

/** A name without such a record is an empty list, not an error. */
async function records<T>(ask: Promise<T[]>): Promise<T[]> {
  try {
    return await ask;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  }
}

export function awsPorts(region: string | undefined): DoctorPorts {
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 });
  const config = region ? { region } : {};
  const stacks = new CloudFormationClient(config);
  const ssm = new SSMClient(config);
  return {
    region,
    dns: {
      cname: (name) => records(resolver.resolveCname(name)),
      mx: async (name) => (await records(resolver.resolveMx(name))).map(({ exchange }) => exchange),
      txt: async (name) =>
        (await records(resolver.resolveTxt(name))).map((parts) => parts.join('')),
    },
    ses: sesPorts(new SESv2Client(config)),
    stacks: {
      outputs: async (StackName) => {
        const found = await orMissing(stacks.send(new DescribeStacksCommand({ StackName })));
        const outputs = found?.Stacks?.[0]?.Outputs;
        return outputs && Object.fromEntries(outputs.map((o) => [o.OutputKey, o.OutputValue]));
      },
    },
    secret: {
      exists: async (stage, version) => (await readSecret(ssm, stage, version)) !== undefined,
    },
    webhooks: {
      hasSecret: async (parameter, version) =>
        (await readParameter(ssm, parameter, version)) !== undefined,
      requests: (stateTable) =>
        privacyRequestTimes(DynamoDBDocumentClient.from(new DynamoDBClient(config)), stateTable),
    },
    models: {
      pointer: (stateTable) => {
        const client = DynamoDBDocumentClient.from(new DynamoDBClient(config));
        return dynamoModelReader(client, stateTable).pointer();
      },
    },
    releases: {
      current: async (stateTable) => {
        const client = DynamoDBDocumentClient.from(new DynamoDBClient(config));
        const store = dynamoReleases(client, stateTable);
        const publication = await store.current();
        return publication && { publication, files: await store.files(publication) };
      },
      folder: () => Object.fromEntries(readTemplates(TEMPLATES_DIR)),
    },
    now: () => Date.now(),
  };
}

const sesPorts = (ses: SESv2Client): DoctorPorts['ses'] => ({
  identity: async (EmailIdentity) => {
    const got = await orMissing(ses.send(new GetEmailIdentityCommand({ EmailIdentity })));
    return (
      got && {
        verified: got.VerifiedForSendingStatus === true,
        dkimStatus: got.DkimAttributes?.Status ?? 'NOT_STARTED',
        dkimTokens: got.DkimAttributes?.Tokens ?? [],
        dkimZone: got.DkimAttributes?.SigningHostedZone ?? 'dkim.amazonses.com',
        mailFromStatus: got.MailFromAttributes?.MailFromDomainStatus ?? 'NOT_STARTED',
      }
    );
  },
  account: async () => {
    const got = await ses.send(new GetAccountCommand({}));
    return {
      production: got.ProductionAccessEnabled === true,
      sendingEnabled: got.SendingEnabled === true,
      enforcement: got.EnforcementStatus ?? 'unknown',
      perDay: got.SendQuota?.Max24HourSend ?? 0,
      perSecond: got.SendQuota?.MaxSendRate ?? 0,
    };
  },
  hasConfigurationSet: async (ConfigurationSetName) => {
    const ask = ses.send(new GetConfigurationSetCommand({ ConfigurationSetName }));
    return (await orMissing(ask)) !== undefined;
  },
});

const readSecret = (ssm: SSMClient, stage: Stage, version?: number) =>
  readParameter(ssm, secretParameter(stage), version);

async function readParameter(ssm: SSMClient, parameter: string, version?: number) {
  const Name = `${parameter}${version === undefined ? '' : `:${version}`}`;
  const got = await orMissing(ssm.send(new GetParameterCommand({ Name })));
  return got?.Parameter?.Value;
}

/** The value of a version; undefined where it is missing. */
export const secretOf = (region: string | undefined, stage: Stage, version: number) =>
  readSecret(new SSMClient(region ? { region } : {}), stage, version);

/** Stores a new random secret and resolves to its version; without `rotate` an existing one stays. */
export async function createSecret(
  region: string | undefined,
  stage: Stage,
  rotate: boolean,
): Promise<number | 'exists'> {
  const ssm = new SSMClient(region ? { region } : {});
  if (!rotate && (await readSecret(ssm, stage)) !== undefined) return 'exists';
  const { Version } = await ssm.send(
    new PutParameterCommand({
      Name: secretParameter(stage),
      Description: 'Perennial: link tokens and write keys are derived from it',
      Type: 'String',
      Value: randomBytes(SECRET_BYTES).toString('base64url'),
      Overwrite: rotate,
    }),
  );
  return Version ?? 1;
}

/** One mail to the simulator, through everything that a real one needs; resolves to SES's id. */
export async function sendToSimulator(region: string | undefined, { stage, config }: Patient) {
  const ses = new SESv2Client({ ...(region && { region }), maxAttempts: 1 });
  const { from, fromName, replyTo } = config.settings.sender;
  const text = 'Perennial can send. This mail went to the SES simulator, nobody reads it.';
  const { MessageId } = await ses.send(
    new SendEmailCommand({
      FromEmailAddress: `"${fromName.replace(/["\\]/g, '')}" <${from}>`,
      ReplyToAddresses: [replyTo],
      Destination: { ToAddresses: [SIMULATOR] },
      ConfigurationSetName: mailName(stage),
      ...(config.mail.tenant && { TenantName: mailName(stage) }),
      Content: {
        Simple: {
          Subject: { Data: 'Perennial: a test mail' },
          Body: { Text: { Data: text } },
        },
      },
    }),
  );
  return MessageId;
}
