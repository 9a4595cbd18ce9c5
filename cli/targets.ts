/** Where a command works: a stage in AWS, or the local run. Finds tables and bus by what the stacks say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { ENV } from '../functions/contract/env.ts';
import { Dynoxide } from '../infra/local/data/dynoxide.ts';
import { ENDPOINT_FILE, type LocalEndpoint } from '../infra/local/endpoint-file.ts';
import type { Stage } from '../infra/stage-config.ts';

export type Target = {
  /** For people: which one it is. */
  name: string;
  client: DynamoDBDocumentClient;
  /** Absent where no bus is running. */
  events: EventBridgeClient | undefined;
  logTable: string;
  stateTable: string;
  bus: string;
  /** Ends what was started for it. */
  close(): Promise<void>;
};

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
    const target = localAt(local, `the local run in ${dir}`);
    if (await answers(target)) return target;
  }
  const database = join(dir, 'dynamodb.db');
  if (existsSync(database)) return atRest(database, dir);
  throw new NoTarget(`No local run with its data in ${dir}: start one with npm start.`);
}

const localAt = (local: LocalEndpoint, name: string): Target => {
  const client = (endpoint: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: local.publishKey, secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    ...local,
    name,
    client: documents(new DynamoDBClient(client(local.dynamodb))),
    events: local.aws ? new EventBridgeClient(client(local.aws)) : undefined,
    close: async () => undefined,
  };
};

/** A file of a run that was killed names a port where nobody listens any more. */
const answers = ({ client, logTable }: Target): Promise<boolean> =>
  client.send(new ScanCommand({ TableName: logTable, Limit: 1 })).then(
    () => true,
    () => false,
  );

/** The tables of a run that has ended; there is no bus to send anything to. */
async function atRest(database: string, dir: string): Promise<Target> {
  const dynoxide = await Dynoxide.start(database);
  const dynamodb = `http://${dynoxide.host}:${dynoxide.port}`;
  const none = { aws: '', publishKey: 'local', logTable: '', stateTable: '', bus: '' };
  const target = localAt({ ...none, dynamodb }, `the data in ${dir}`);
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

/** A deployed stage. The variables of `contract/env.ts`, where set, are taken as they are. */
export async function stageTarget(stage: Stage, env = process.env): Promise<Target> {
  const clients = {
    client: documents(new DynamoDBClient({})),
    events: new EventBridgeClient({}),
    close: async () => undefined,
  };
  const [logTable, stateTable, bus] = [env[ENV.logTable], env[ENV.stateTable], env[ENV.bus]];
  if (logTable && stateTable && bus) {
    return { ...clients, name: `stage ${stage}`, logTable, stateTable, bus };
  }
  const found = await deployed(stage);
  return { ...clients, name: `stage ${stage}`, ...found };
}

async function deployed(stage: Stage): Promise<Pick<Target, 'logTable' | 'stateTable' | 'bus'>> {
  const formation = new CloudFormationClient({});
  const tables = await formation.send(
    new DescribeStackResourcesCommand({ StackName: `perennial-${stage}-data` }),
  );
  const table = (prefix: string) =>
    tables.StackResources?.find(
      ({ ResourceType, LogicalResourceId }) =>
        ResourceType === 'AWS::DynamoDB::Table' && LogicalResourceId?.startsWith(prefix),
    )?.PhysicalResourceId;
  const workflow = await formation.send(
    new DescribeStacksCommand({ StackName: `perennial-${stage}-workflow` }),
  );
  const bus = workflow.Stacks?.[0]?.Outputs?.find(
    ({ OutputKey }) => OutputKey === 'BusName',
  )?.OutputValue;
  const [logTable, stateTable] = [table('Log'), table('State')];
  if (logTable && stateTable && bus) return { logTable, stateTable, bus };
  throw new NoTarget(
    `Stage ${stage} has no tables and bus of ours in this account and region: deploy it first, or look at AWS_REGION and AWS_PROFILE.`,
  );
}

/** `--local`, or the stage that was named. */
export const targetOf = (values: { local?: boolean | undefined; stage: Stage }): Promise<Target> =>
  values.local ? localTarget() : stageTarget(values.stage);

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
