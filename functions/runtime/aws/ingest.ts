/** Parts of `ingest`: Segment calls -> log. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoLogWriter } from '../../adapters/dynamodb/log-writer.ts';
import { dynamoRejects } from '../../adapters/dynamodb/rejects.ts';
import type { IngestDeps } from '../../app/ingest.ts';
import { type Env, secrets, text } from '../env.ts';
import { count, now, tables } from './parts.ts';

export const ingestDeps = (env: Env): IngestDeps => ({
  log: dynamoLogWriter(tables(env)),
  rejects: dynamoRejects(documentClient(), text(env, 'stateTable')),
  secrets: secrets(env),
  currency: text(env, 'currency'),
  now,
  count,
});
