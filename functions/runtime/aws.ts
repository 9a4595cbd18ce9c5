/** The composition root: each deployed function's parts, made of its environment. Nothing local is in here. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { busClient, eventBridgeBus } from '../adapters/bus/eventbridge.ts';
import { changeOf, type StreamRecord } from '../adapters/dynamodb/changes.ts';
import { documentClient } from '../adapters/dynamodb/client.ts';
import { dynamoControl } from '../adapters/dynamodb/control.ts';
import { dynamoCustomers } from '../adapters/dynamodb/customers.ts';
import { dynamoGates } from '../adapters/dynamodb/gates.ts';
import { dynamoLogReader } from '../adapters/dynamodb/log.ts';
import { dynamoLogWriter } from '../adapters/dynamodb/log-writer.ts';
import { dynamoLedger } from '../adapters/dynamodb/messages.ts';
import { dynamoOpenIndex } from '../adapters/dynamodb/open-index.ts';
import { dynamoRejects } from '../adapters/dynamodb/rejects.ts';
import { dynamoWakes } from '../adapters/dynamodb/wakes.ts';
import { fileRelease } from '../adapters/files/release.ts';
import { queueClient, sqsDeadLetters, sqsQueue } from '../adapters/queue/sqs.ts';
import { sesClient, sesMailer } from '../adapters/ses/mailer.ts';
import { composerOf } from '../app/compose.ts';
import { pacerOf, sendingOf } from '../app/control.ts';
import type { DeliverDeps } from '../app/deliver.ts';
import { engage } from '../app/engage.ts';
import type { InboundDeps } from '../app/inbound.ts';
import type { IngestDeps } from '../app/ingest.ts';
import type { LedgerDeps } from '../app/ledger.ts';
import type { ReactDeps } from '../app/react.ts';
import type { SweepDeps } from '../app/sweep.ts';
import type { WakeDeps } from '../app/wake.ts';
import { DELIVER_CONCURRENCY } from '../contract/env.ts';
import type { PagesHandlerDeps } from '../handlers/pages.ts';
import type { PublishHandlerDeps } from '../handlers/publish.ts';
import {
  allowList,
  deadLetterQueues,
  type Env,
  number,
  optionalText,
  secrets,
  text,
  url,
} from './env.ts';
import { telemetry } from './telemetry.ts';

const count = (name: string, value?: number) => telemetry().count(name, value);
const now = () => Date.now();
const clock = { now };
const monotonic = () => performance.now();
const pause = async (ms: number) => void (await sleep(ms));
const ids = { opId: () => randomUUID() };

const tables = (env: Env) => ({
  client: documentClient(),
  logTable: text(env, 'logTable'),
  stateTable: text(env, 'stateTable'),
});

const ledgerParts = (env: Env): LedgerDeps => ({
  ledger: dynamoLedger(documentClient(), text(env, 'stateTable')),
  gates: dynamoGates(documentClient(), text(env, 'stateTable')),
  clock,
  ids,
});

export const ingestDeps = (env: Env): IngestDeps => ({
  log: dynamoLogWriter(tables(env)),
  rejects: dynamoRejects(documentClient(), text(env, 'stateTable')),
  secrets: secrets(env),
  currency: text(env, 'currency'),
  now,
  count,
});

export function inboundDeps(env: Env): InboundDeps {
  const log = dynamoLogWriter(tables(env));
  const control = dynamoControl(documentClient(), text(env, 'stateTable'));
  const engaging = { ...ledgerParts(env), log, control, count };
  return {
    log,
    rejects: dynamoRejects(documentClient(), text(env, 'stateTable')),
    currency: text(env, 'currency'),
    engage: (message) => engage(engaging, message),
    now,
    count,
  };
}

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

export const reactDeps = (env: Env): ReactDeps => ({
  customers: dynamoCustomers(tables(env)),
  log: dynamoLogReader(tables(env)),
  policies: fileRelease(),
  pause,
  jitter: Math.random,
  count,
});

export const wakeDeps = (env: Env): WakeDeps => ({
  wakes: dynamoWakes(documentClient(), text(env, 'stateTable')),
  queue: sqsQueue(queueClient(), url(env, 'wakeQueue')),
  now,
});

export function deliverDeps(env: Env): DeliverDeps {
  const { current, release } = fileRelease();
  const control = dynamoControl(documentClient(), text(env, 'stateTable'));
  const log = dynamoLogReader(tables(env));
  const tenant = optionalText(env, 'sesTenant');
  const parts = {
    templates: { find: async (id: string) => release().templates[id] },
    log,
    linkOrigin: url(env, 'linkOrigin'),
    secrets: secrets(env),
  };
  return {
    ...ledgerParts(env),
    customers: dynamoCustomers(tables(env)),
    policies: { current },
    composer: composerOf(parts),
    mailer: sesMailer(sesClient(), {
      configurationSet: text(env, 'configurationSet'),
      ...(tenant && { tenant }),
    }),
    control,
    sending: sendingOf({
      control,
      clock,
      monotonic,
      ceilingStart: number(env, 'dailyCeilingStart', 1),
      allowList: allowList(env),
    }),
    pacer: pacerOf({
      perSecond: number(env, 'sendRate', 0.1) / DELIVER_CONCURRENCY,
      monotonic,
      sleep: pause,
    }),
    count,
  };
}

export const sweepDeps = (env: Env): SweepDeps => ({
  ...ledgerParts(env),
  open: dynamoOpenIndex(documentClient(), text(env, 'stateTable')),
  deliverQueue: sqsQueue(queueClient(), url(env, 'deliverQueue')),
  deadLetters: deadLetterQueues(env).map((pair) => sqsDeadLetters(queueClient(), pair)),
  count,
});

export function pagesDeps(env: Env): PagesHandlerDeps {
  const { release } = fileRelease();
  return {
    log: dynamoLogWriter(tables(env)),
    secrets: secrets(env),
    shop: () => release().policy.settings.shop,
    now,
    count,
  };
}
