/** Parts of `react`: events and wakes -> customers. */
import { dynamoCustomers } from '../../adapters/dynamodb/customers.ts';
import { dynamoGates } from '../../adapters/dynamodb/gates.ts';
import { dynamoLogReader } from '../../adapters/dynamodb/log.ts';
import { dynamoLedger } from '../../adapters/dynamodb/messages.ts';
import { withModels } from '../../app/models.ts';
import type { ReactDeps } from '../../app/react.ts';
import type { Env } from '../env.ts';
import { models } from './models.ts';
import { count, pause, tables } from './parts.ts';
import { releases } from './releases.ts';

export const reactDeps = (env: Env): ReactDeps => ({
  customers: dynamoCustomers(tables(env)),
  log: dynamoLogReader(tables(env)),
  gates: dynamoGates(tables(env).client, tables(env).stateTable),
  ledger: dynamoLedger(tables(env).client, tables(env).stateTable),
  policies: withModels(releases(env), models(env)),
  pause,
  jitter: Math.random,
  count,
});
