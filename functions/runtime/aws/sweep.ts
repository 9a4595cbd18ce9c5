/** Parts of `sweep`: what a queue or a stream lost. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoControl } from '../../adapters/dynamodb/control.ts';
import { dynamoOpenIndex } from '../../adapters/dynamodb/open-index.ts';
import { queueClient, sqsDeadLetters, sqsQueue } from '../../adapters/queue/sqs.ts';
import type { SweepDeps } from '../../app/sweep.ts';
import { deadLetterQueues, type Env, text, url } from '../env.ts';
import { count, ledgerParts } from './parts.ts';

export const sweepDeps = (env: Env): SweepDeps => ({
  ...ledgerParts(env),
  open: dynamoOpenIndex(documentClient(), text(env, 'stateTable')),
  deliverQueue: sqsQueue(queueClient(), url(env, 'deliverQueue')),
  deadLetters: deadLetterQueues(env).map((pair) => sqsDeadLetters(queueClient(), pair)),
  control: dynamoControl(documentClient(), text(env, 'stateTable')),
  count,
});
