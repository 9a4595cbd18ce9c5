/** The functions as they are deployed, on the wire of the fault test instead of AWS. */
import { eventBridgeBus } from '../../functions/adapters/bus/eventbridge.ts';
import { changeOf, type StreamRecord } from '../../functions/adapters/dynamodb/changes.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoControl } from '../../functions/adapters/dynamodb/control.ts';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { dynamoDayCounts } from '../../functions/adapters/dynamodb/day-counts.ts';
import { dynamoGates } from '../../functions/adapters/dynamodb/gates.ts';
import { dynamoLogReader, scanEvents } from '../../functions/adapters/dynamodb/log.ts';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/messages.ts';
import { dynamoOpenIndex } from '../../functions/adapters/dynamodb/open-index.ts';
import { dynamoPrivacyRequests } from '../../functions/adapters/dynamodb/privacy-requests.ts';
import { dynamoRejects } from '../../functions/adapters/dynamodb/rejects.ts';
import { dynamoReleaseReader } from '../../functions/adapters/dynamodb/releases.ts';
import { dynamoWakes } from '../../functions/adapters/dynamodb/wakes.ts';
import { laneBus } from '../../functions/adapters/queue/lanes.ts';
import { type QueueClient, sqsDeadLetters, sqsQueue } from '../../functions/adapters/queue/sqs.ts';
import { type SesClient, sesMailer } from '../../functions/adapters/ses/mailer.ts';
import { memoryCatalogue } from '../../functions/adapters/memory/catalogue.ts';
import { composerOf } from '../../functions/app/compose.ts';
import { pacerOf, sendingOf } from '../../functions/app/control.ts';
import type { DeliverDeps } from '../../functions/app/deliver.ts';
import { engage } from '../../functions/app/engage.ts';
import type { InboundDeps } from '../../functions/app/inbound.ts';
import type { IngestDeps } from '../../functions/app/ingest.ts';
import { rateLimits } from '../../functions/app/rate-limits.ts';
import { releasesOf, templatesOf } from '../../functions/app/releases.ts';
import type { ReactDeps } from '../../functions/app/react.ts';
import type { WakeDeps } from '../../functions/app/wake.ts';
import type { Instant } from '../../functions/contract/time.ts';
import type { PagesHandlerDeps } from '../../functions/handlers/pages.ts';
import type { PublishHandlerDeps } from '../../functions/handlers/publish.ts';
import type { SweepHandlerDeps } from '../../functions/handlers/sweep.ts';
import { POLICY, RELEASE } from './policy.ts';

export const TABLES = { logTable: 'log', stateTable: 'state' };
export const SECRETS = { current: 'a secret of the fault test, 32 long' };

export type Parts = {
  ingest: IngestDeps;
  inbound: InboundDeps;
  publish: PublishHandlerDeps;
  react: ReactDeps;
  wake: WakeDeps;
  deliver: DeliverDeps;
  sweep: SweepHandlerDeps;
  pages: PagesHandlerDeps;
};

export type Clients = {
  dynamo: DocumentClient;
  sqs: QueueClient;
  bus: { send(command: object): Promise<unknown> };
  ses: SesClient;
  now(): Instant;
  nextId(): string;
  /** Decides and delivers by what is published, as deployed; else by one release that is always there. */
  published?: true;
};

const noPause = async () => undefined;

const DEPLOYED = { find: async (id: string) => RELEASE.templates[id] };

/** As runtime/aws puts them together. */
function fromStore(dynamo: DocumentClient, now: () => Instant) {
  const store = dynamoReleaseReader(dynamo, TABLES.stateTable);
  const bundled = { policy: () => POLICY };
  const policies = releasesOf({ store, bundled, now, count: () => undefined });
  const mails = () => RELEASE.templates;
  return { policies, templates: templatesOf({ releases: policies, store, bundled: mails }) };
}

/** Fresh parts: as after a cold start, nothing cached. */
export function partsOf({ dynamo, sqs, bus, ses, now, nextId, published }: Clients): Parts {
  const { stateTable } = TABLES;
  const table = { client: dynamo, ...TABLES };
  const count = () => undefined;
  const clock = { now };
  const control = dynamoControl(dynamo, stateTable);
  const log = dynamoLogWriter({ ...table, pause: noPause });
  const reader = dynamoLogReader(table);
  const rejects = dynamoRejects(dynamo, stateTable);
  const customers = dynamoCustomers({ ...table, newOpId: nextId });
  const { policies, templates } = published
    ? fromStore(dynamo, now)
    : { policies: { current: async () => POLICY }, templates: DEPLOYED };
  const ledger = {
    ledger: dynamoLedger(dynamo, stateTable),
    gates: dynamoGates(dynamo, stateTable),
    clock,
    ids: { opId: nextId },
  };
  const queue = (name: string) => sqsQueue(sqs, name);
  const letters = (name: string) =>
    sqsDeadLetters(sqs, { deadLetterUrl: `${name}-dead`, queueUrl: name });
  return {
    ingest: {
      log,
      rejects,
      limits: rateLimits({ counts: dynamoDayCounts(dynamo, stateTable), monotonic: now }),
      secrets: SECRETS,
      currency: 'EUR',
      now,
      count,
    },
    inbound: {
      log,
      rejects,
      requests: dynamoPrivacyRequests(dynamo, stateTable),
      currency: 'EUR',
      now,
      count,
      engage: (message) => engage({ ...ledger, log, control, count }, message),
    },
    publish: {
      bus: eventBridgeBus({
        client: bus as never,
        busName: 'bus',
        onError: count,
        pause: noPause,
      }),
      deliver: queue('deliver'),
      changeOf: (record) => changeOf(record as StreamRecord),
      now,
      count,
    },
    react: {
      ...ledger,
      customers,
      log: reader,
      policies,
      pause: noPause,
      jitter: () => 0.5,
      count,
    },
    wake: { wakes: dynamoWakes(dynamo, stateTable), queue: queue('wakes'), now },
    deliver: {
      ...ledger,
      customers,
      policies,
      composer: composerOf({
        templates,
        log: reader,
        catalogue: memoryCatalogue(),
        linkOrigin: 'https://links.example.com',
        secrets: SECRETS,
      }),
      mailer: sesMailer(ses, { configurationSet: 'perennial-test' }),
      control,
      sending: sendingOf({ control, clock, monotonic: now, ceilingStart: 200, allowList: '*' }),
      pacer: pacerOf({ perSecond: 1000, monotonic: now, sleep: noPause }),
      count,
    },
    sweep: {
      ...ledger,
      open: dynamoOpenIndex(dynamo, stateTable),
      deliverQueue: queue('deliver'),
      deadLetters: ['facts', 'browse', 'wakes', 'deliver', 'inbound'].map(letters),
      control,
      audit: {
        pages: (stretch) => scanEvents(table, stretch),
        customers,
        log: reader,
        policies,
        bus: laneBus({ facts: queue('facts'), browse: queue('browse'), onError: count }),
        count,
      },
      count,
    },
    pages: {
      log,
      people: {
        look: async (id) => {
          const customer = await customers.load(id);
          return { customer, gate: await ledger.gates.load(customer.id) };
        },
      },
      bases: () => POLICY.settings,
      secrets: SECRETS,
      shop: () => ({ name: 'Amber & Oak', locale: 'en', zone: 'Europe/Vilnius' }),
      now,
      count,
    },
  };
}
