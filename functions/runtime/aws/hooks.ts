/** Parts of `hooks`: signed webhooks -> log. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoLogWriter } from '../../adapters/dynamodb/log-writer.ts';
import { dynamoPrivacyRequests } from '../../adapters/dynamodb/privacy-requests.ts';
import { dynamoRejects } from '../../adapters/dynamodb/rejects.ts';
import type { HooksDeps } from '../../app/hooks.ts';
import { type Env, hookSecrets, text } from '../env.ts';
import { count, now, tables } from './parts.ts';

export const hooksDeps = (env: Env): HooksDeps => ({
  log: dynamoLogWriter(tables(env)),
  rejects: dynamoRejects(documentClient(), text(env, 'stateTable')),
  requests: dynamoPrivacyRequests(documentClient(), text(env, 'stateTable')),
  secrets: hookSecrets(env),
  currency: text(env, 'currency'),
  now,
  count,
});
