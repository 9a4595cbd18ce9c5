/** Parts of `publish`: streams -> bus and deliver queue. */
import { busClient, eventBridgeBus } from '../../adapters/bus/eventbridge.ts';
import { changeOf, type StreamRecord } from '../../adapters/dynamodb/changes.ts';
import { queueClient, sqsQueue } from '../../adapters/queue/sqs.ts';
import type { PublishHandlerDeps } from '../../handlers/publish.ts';
import { type Env, text, url } from '../env.ts';
import { telemetry } from '../telemetry.ts';
import { count, now } from './parts.ts';

export const publishDeps = (env: Env): PublishHandlerDeps => ({
  bus: eventBridgeBus({
    client: busClient(),
    busName: text(env, 'bus'),
    onError: (error) => telemetry().error('bus refused', error),
  }),
  deliver: sqsQueue(queueClient(), url(env, 'deliverQueue')),
  changeOf: (record) => changeOf(record as StreamRecord),
  now,
  count,
});
