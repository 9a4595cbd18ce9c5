/** Parts of `ingest`: Segment calls -> log. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoDayCounts } from '../../adapters/dynamodb/day-counts.ts';
import { dynamoLogWriter } from '../../adapters/dynamodb/log-writer.ts';
import { dynamoRejects } from '../../adapters/dynamodb/rejects.ts';
import type { IngestDeps } from '../../app/ingest.ts';
import { rateLimits } from '../../app/rate-limits.ts';
import { type Env, secrets, text } from '../env.ts';
import { count, monotonic, now, tables } from './parts.ts';

export const ingestDeps = (env: Env): IngestDeps => ({
  log: dynamoLogWriter(tables(env)),
  rejects: dynamoRejects(documentClient(), text(env, 'stateTable')),
  limits: rateLimits({
    counts: dynamoDayCounts(documentClient(), text(env, 'stateTable')),
    monotonic,
  }),
  secrets: secrets(env),
  currency: text(env, 'currency'),
  now,
  count,
});
