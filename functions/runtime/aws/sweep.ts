/** Parts of `sweep`: what a queue or a stream lost. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoControl } from '../../adapters/dynamodb/control.ts';
import { dynamoCustomers } from '../../adapters/dynamodb/customers.ts';
import { dynamoLogReader, scanEvents } from '../../adapters/dynamodb/log.ts';
import { dynamoOpenIndex } from '../../adapters/dynamodb/open-index.ts';
import { dynamoReleases } from '../../adapters/dynamodb/releases.ts';
import { fileRelease } from '../../adapters/files/release.ts';
import { fileSources } from '../../adapters/files/sources.ts';
import { fileTemplates } from '../../adapters/files/templates.ts';
import { laneBus } from '../../adapters/queue/lanes.ts';
import { queueClient, sqsDeadLetters, sqsQueue } from '../../adapters/queue/sqs.ts';
import { adopterOf } from '../../app/adopt.ts';
import type { HourlyAuditDeps } from '../../app/audit.ts';
import type { SweepHandlerDeps } from '../../handlers/sweep.ts';
import { deadLetterQueues, type Env, text, url } from '../env.ts';
import { telemetry } from '../telemetry.ts';
import { count, ledgerParts, now, tables } from './parts.ts';

export const sweepDeps = (env: Env): SweepHandlerDeps => ({
  ...ledgerParts(env),
  open: dynamoOpenIndex(documentClient(), text(env, 'stateTable')),
  deliverQueue: sqsQueue(queueClient(), url(env, 'deliverQueue')),
  deadLetters: deadLetterQueues(env).map((pair) => sqsDeadLetters(queueClient(), pair)),
  control: dynamoControl(documentClient(), text(env, 'stateTable')),
  audit: auditParts(env),
  adopt: adopterOf({
    store: dynamoReleases(documentClient(), text(env, 'stateTable')),
    deployed: {
      release: fileRelease().release,
      templates: fileTemplates(),
      files: fileSources(),
    },
    now,
  }),
  count,
});

const auditParts = (env: Env): HourlyAuditDeps => ({
  pages: (stretch) => scanEvents(tables(env), stretch),
  customers: dynamoCustomers(tables(env)),
  log: dynamoLogReader(tables(env)),
  // Without models: they move no facts, and facts are all that the audit asks for.
  policies: fileRelease(),
  bus: laneBus({
    facts: sqsQueue(queueClient(), url(env, 'factsQueue')),
    browse: sqsQueue(queueClient(), url(env, 'browseQueue')),
    onError: (error) => telemetry().error('lane refused', error),
  }),
  count,
});
