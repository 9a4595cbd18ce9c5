/** Where a command works: a stage in AWS, or the local run. Finds tables and queues by what the stacks say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '../functions/contract/time.ts';
import { Dynoxide } from '../infra/local/data/dynoxide.ts';
import { type SavedState, STATE_FILE } from '../infra/local/data/folder.ts';
import { ENDPOINT_FILE, type LocalEndpoint } from '../infra/local/endpoint-file.ts';
import type { Stage } from '../infra/stage-config.ts';

export type Target = {
  /** For people: which one it is. */
  name: string;
  client: DynamoDBDocumentClient;
  logTable: string;
  stateTable: string;
  /** The lanes of `react`; absent where nothing is running. */
  lanes: Lanes | undefined;
  /** Sends mails; absent where nothing is running. */
  ses: SESv2Client | undefined;
  /** What it takes for the present: a local run may be months ahead. */
  now(): Instant;
  /** Ends what was started for it. */
  close(): Promise<void>;
};

/** What those work with who own the mails; their role reaches no more. */
export type ContentTarget = Pick<Target, 'name' | 'client' | 'stateTable' | 'now' | 'close'>;

export type Lanes = { sqs: SQSClient; facts: string; browse: string };

/** A command that cannot run, in one clear sentence. */
export class NoTarget extends Error {
  readonly code = 'no-target';
}

/** The folder of the local run. */
export const dataFolder = (): string => process.env['PERENNIAL_DATA'] ?? '.perennial';

/** What `npm start` has under way; or, for reading, the data that it left. */
export async function localTarget(dir = dataFolder()): Promise<Target> {
  const file = join(dir, ENDPOINT_FILE);
  if (existsSync(file)) {
    const local = JSON.parse(readFileSync(file, 'utf8')) as LocalEndpoint;
    const target = localAt(local, dir, `the local run in ${dir}`);
    if (await answers(target)) return target;
  }
  const database = join(dir, 'dynamodb.db');
  if (existsSync(database)) return atRest(database, dir);
  throw new NoTarget(`No local run with its data in ${dir}: start one with npm start.`);
}

/** The same, as those see it who publish: with their key, so that the local run knows of it at once. */
export async function localContent(dir = dataFolder()): Promise<ContentTarget> {
  const target = await localTarget(dir);
  if (!target.lanes) return target;
  const local = JSON.parse(readFileSync(join(dir, ENDPOINT_FILE), 'utf8')) as LocalEndpoint;
  const { aws: endpoint, publishKey: accessKeyId } = local;
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  return { ...target, client: documents(client) };
}

const localAt = (local: LocalEndpoint, dir: string, name: string): Target => {
  const client = (endpoint: string, accessKeyId = local.accessKey) => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const { logTable, stateTable, facts, browse } = local;
  return {
    name,
    logTable,
    stateTable,
    client: documents(new DynamoDBClient(client(local.dynamodb))),
    lanes: local.aws ? { sqs: new SQSClient(client(local.aws)), facts, browse } : undefined,
    ses: local.aws ? new SESv2Client(client(local.aws, local.mailKey)) : undefined,
    now: () => localNow(dir),
    close: async () => undefined,
  };
};

/** The clock of the local run, as it was written down seconds ago. */
function localNow(dir: string): Instant {
  const file = join(dir, STATE_FILE);
  if (!existsSync(file)) return Date.now();
  return (JSON.parse(readFileSync(file, 'utf8')) as SavedState).now;
}

/** A file of a run that was killed names a port where nobody listens any more. */
const answers = ({ client, logTable }: Target): Promise<boolean> =>
  client.send(new ScanCommand({ TableName: logTable, Limit: 1 })).then(
    () => true,
    () => false,
  );

/** The tables of a run that has ended; there is nobody to send anything to. */
async function atRest(database: string, dir: string): Promise<Target> {
  const dynoxide = await Dynoxide.start(database);
  const dynamodb = `http://${dynoxide.host}:${dynoxide.port}`;
  const keys = { accessKey: 'local', mailKey: 'local', publishKey: 'local' };
  const none = { ...keys, aws: '', logTable: '', stateTable: '', facts: '', browse: '' };
  const target = localAt({ ...none, dynamodb }, dir, `the data in ${dir}`);
  const { TableNames = [] } = await target.client.send(new ListTablesCommand({}));
  const table = (part: string) => TableNames.find((name) => name.includes(part)) ?? '';
  return {
    ...target,
    logTable: table('Log'),
    stateTable: table('State'),
    close: () => dynoxide.stop(),
  };
}

const documents = (client: DynamoDBClient): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

/** What a stack of a stage holds, by type and the beginning of its logical id. */
async function inStack(stage: Stage, stack: 'data' | 'workflow') {
  const { StackResources = [] } = await new CloudFormationClient({}).send(
    new DescribeStackResourcesCommand({ StackName: `perennial-${stage}-${stack}` }),
  );
  return (type: string, prefix: string): string => {
    const found = StackResources.find(
      ({ ResourceType, LogicalResourceId }) =>
        ResourceType === type && LogicalResourceId?.startsWith(prefix),
    );
    if (found?.PhysicalResourceId) return found.PhysicalResourceId;
    throw new NoTarget(
      `Stage ${stage} has no ${prefix} in this account and region: deploy it first, or look at AWS_REGION and AWS_PROFILE.`,
    );
  };
}

const onStage = (stage: Stage) => ({
  name: `stage ${stage}`,
  client: documents(new DynamoDBClient({})),
  now: () => Date.now(),
  close: async () => undefined,
});

/** A deployed stage, as those see it who publish. */
export async function stageContent(stage: Stage): Promise<ContentTarget> {
  const data = await inStack(stage, 'data');
  return { ...onStage(stage), stateTable: data('AWS::DynamoDB::Table', 'State') };
}

/** A deployed stage: its tables and queues are in its stacks. */
export async function stageTarget(stage: Stage): Promise<Target> {
  const data = await inStack(stage, 'data');
  const workflow = await inStack(stage, 'workflow');
  return {
    ...onStage(stage),
    logTable: data('AWS::DynamoDB::Table', 'Log'),
    stateTable: data('AWS::DynamoDB::Table', 'State'),
    lanes: {
      sqs: new SQSClient({}),
      facts: workflow('AWS::SQS::Queue', 'FactsQueue'),
      browse: workflow('AWS::SQS::Queue', 'BrowseQueue'),
    },
    ses: new SESv2Client({ maxAttempts: 1 }),
  };
}

/** `--local`, or the stage that was named. */
export const targetOf = (values: { local?: boolean | undefined; stage: Stage }): Promise<Target> =>
  values.local ? localTarget() : stageTarget(values.stage);

/** The same for those who publish. */
export const contentOf = (values: {
  local?: boolean | undefined;
  stage: Stage;
}): Promise<ContentTarget> => (values.local ? localContent() : stageContent(values.stage));

/** One line that is written over; nothing where the output is no screen. */
export function progressLine(stream: NodeJS.WriteStream = process.stderr) {
  return {
    show(text: string): void {
      if (stream.isTTY) stream.write(`\r\u001b[K${text}`);
    },
    end(text: string): void {
      stream.write(`${stream.isTTY ? '\r\u001b[K' : ''}${text}\n`);
    },
  };
}
