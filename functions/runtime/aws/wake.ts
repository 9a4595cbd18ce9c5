/** Parts of `wake`: due customers -> wake queue. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoWakes } from '../../adapters/dynamodb/wakes.ts';
import { queueClient, sqsQueue } from '../../adapters/queue/sqs.ts';
import type { WakeDeps } from '../../app/wake.ts';
import { type Env, text, url } from '../env.ts';
import { now } from './parts.ts';

export const wakeDeps = (env: Env): WakeDeps => ({
  wakes: dynamoWakes(documentClient(), text(env, 'stateTable')),
  queue: sqsQueue(queueClient(), url(env, 'wakeQueue')),
  now,
});
