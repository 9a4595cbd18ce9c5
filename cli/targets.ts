/** Where a command works: a stage in AWS, or the local run. Finds tables and bus by what the stacks say. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ENV } from '../functions/contract/env.ts';
import type { Stage } from '../infra/stage-config.ts';

export type Target = {
  /** For people: which one it is. */
  name: string;
  client: DynamoDBDocumentClient;
  events: EventBridgeClient;
  logTable: string;
  stateTable: string;
  bus: string;
};

/** A command that cannot run, in one clear sentence. */
export class NoTarget extends Error {
  readonly code = 'no-target';
}

/**
 * What the running local system writes into its data folder, so that commands find it: addresses of
 * DynamoDB and of the other stand-ins, and the access key of the function that publishes.
 */
export type LocalEndpoint = {
  dynamodb: string;
  aws: string;
  publishKey: string;
  logTable: string;
  stateTable: string;
  bus: string;
};
export const LOCAL_ENDPOINT_FILE = 'endpoint.json';

/** The folder of the local run. */
export const dataFolder = (): string => process.env['PERENNIAL_DATA'] ?? '.perennial';

export function localTarget(dir = dataFolder()): Target {
  const file = join(dir, LOCAL_ENDPOINT_FILE);
  if (!existsSync(file)) {
    throw new NoTarget(`No local run with its data in ${dir}: start one with npm start.`);
  }
  const local = JSON.parse(readFileSync(file, 'utf8')) as LocalEndpoint;
  const client = (endpoint: string, accessKeyId: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
  });
  return {
    ...local,
    name: `the local run in ${dir}`,
    client: documents(new DynamoDBClient(client(local.dynamodb, local.publishKey))),
    events: new EventBridgeClient(client(local.aws, local.publishKey)),
  };
}

const documents = (client: DynamoDBClient): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

/** A deployed stage. The variables of `contract/env.ts`, where set, are taken as they are. */
export async function stageTarget(stage: Stage, env = process.env): Promise<Target> {
  const clients = { client: documents(new DynamoDBClient({})), events: new EventBridgeClient({}) };
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
  values.local ? Promise.resolve().then(() => localTarget()) : stageTarget(values.stage);

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
