/** Parts that several functions are made of. Clients are made at the first use and shared. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoGates } from '../../adapters/dynamodb/gates.ts';
import { dynamoLedger } from '../../adapters/dynamodb/messages.ts';
import type { LedgerDeps } from '../../app/ledger.ts';
import { type Env, text } from '../env.ts';
import { telemetry } from '../telemetry.ts';

export const count = (name: string, value?: number) => telemetry().count(name, value);
export const now = () => Date.now();
export const clock = { now };
export const monotonic = () => performance.now();
export const pause = async (ms: number) => void (await sleep(ms));
export const ids = { opId: () => randomUUID() };

export const tables = (env: Env) => ({
  client: documentClient(),
  logTable: text(env, 'logTable'),
  stateTable: text(env, 'stateTable'),
});

export const ledgerParts = (env: Env): LedgerDeps => ({
  ledger: dynamoLedger(documentClient(), text(env, 'stateTable')),
  gates: dynamoGates(documentClient(), text(env, 'stateTable')),
  clock,
  ids,
});
