/** Tells commands where the running local system is: `endpoint.json` in its data folder, gone when it ends. */
import { rmSync, writeFileSync } from 'node:fs';
import { ENV } from '../../functions/contract/env.ts';
import type { DataFolder } from './data/folder.ts';
import { PUBLISHER_KEY } from './parts.ts';
import type { System } from './system.ts';

/**
 * Addresses of DynamoDB itself and of the other stand-ins, and the access keys of `sweep`, who may send events
 * again, of `deliver`, who may send mails, and of people who publish.
 */
export type LocalEndpoint = {
  dynamodb: string;
  aws: string;
  accessKey: string;
  mailKey: string;
  publishKey: string;
  logTable: string;
  stateTable: string;
  /** Addresses of the queues of `react`. */
  facts: string;
  browse: string;
};
export const ENDPOINT_FILE = 'endpoint.json';

/** Returns what takes the file away again. */
export function tellEndpoint(folder: DataFolder, { plan, dynoxide, endpoint }: System): () => void {
  const variables = Object.assign({}, ...plan.functions.map((fn) => fn.environment)) as {
    [name: string]: string;
  };
  const queue = (part: string) => plan.queues.find(({ name }) => name.includes(part))?.url ?? '';
  const told: LocalEndpoint = {
    dynamodb: `http://${dynoxide.host}:${dynoxide.port}`,
    aws: endpoint,
    accessKey: 'LOCALSWEEP',
    mailKey: 'LOCALDELIVER',
    publishKey: PUBLISHER_KEY,
    logTable: variables[ENV.logTable] ?? '',
    stateTable: variables[ENV.stateTable] ?? '',
    facts: queue('FactsQueue'),
    browse: queue('BrowseQueue'),
  };
  const file = folder.path(ENDPOINT_FILE);
  writeFileSync(file, JSON.stringify(told), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
