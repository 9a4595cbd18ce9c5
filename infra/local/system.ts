/** Puts everything together: what the templates say, on one machine. Reads like a parts list. */
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../../functions/contract/time.ts';
import { Activity } from './activity.ts';
import type { Principal } from './aws/api.ts';
import { dynamoApi } from './aws/dynamodb.ts';
import { awsServer } from './aws/server.ts';
import { type BusEvent, Buses } from './bus/bus.ts';
import { VirtualClock } from './clock.ts';
import { Dynoxide, type StreamRecord } from './data/dynoxide.ts';
import type { DataFolder, SavedState } from './data/folder.ts';
import { Agenda } from './drive/agenda.ts';
import { Driver } from './drive/driver.ts';
import { IndexMirror } from './drive/index-mirror.ts';
import { Schedule } from './drive/schedules.ts';
import { LocalError } from './errors.ts';
import { Figures } from './figures.ts';
import { HttpApi } from './http-api.ts';
import { FunctionHost } from './lambda/host.ts';
import { Inbox } from './mail/inbox.ts';
import { Ses } from './mail/ses.ts';
import { sqsApi } from './queue/api.ts';
import { Queue } from './queue/queue.ts';
import { QueueSource } from './sources/queue-source.ts';
import { StreamSource } from './sources/stream-source.ts';
import type { Assembly } from './template/assembly.ts';
import { type FunctionPlan, functionOf, type Plan, type TablePlan } from './template/plan.ts';
import { readPlan } from './template/read-plan.ts';
import { REGION } from './template/resolve.ts';

/** Key of other applications of the same account: they may put events on the bus. */
export const APPLICATION_KEY = 'LOCALAPPLICATION';
const APPLICATION: Principal = {
  name: 'application',
  roleArn: 'arn:aws:iam::000000000000:role/application',
};

export type SystemOptions = {
  assembly: Assembly;
  folder: DataFolder;
  /** DynamoDB's file: in the folder, or on faster storage while a demo runs. */
  databaseFile: string;
  /** Origin of all links: where the start page listens. */
  origin: string;
  start: Instant;
  saved: SavedState | undefined;
  /** Told at once: a missing permission, a failed call. */
  warn(line: string): void;
};

export type System = Awaited<ReturnType<typeof startSystem>>;

/** Starts everything but the clock. */
export async function startSystem(options: SystemOptions) {
  const { folder, saved } = options;
  const clock = new VirtualClock(options.start);
  const now = () => clock.now();
  const activity = new Activity();
  const log = createWriteStream(folder.path('log.txt'), { flags: 'a' });
  const late = lateServer();
  const endpoint = await late.listen();
  const plan = readPlan(options.assembly, {
    endpoint,
    origin: options.origin,
    secret: () => folder.secret(),
  });
  const dynoxide = await Dynoxide.start(options.databaseFile);
  await dynoxide.makeTables(plan.tables);
  const hosts = makeHosts(plan, { activity, clock, endpoint, log, warn: options.warn });
  const queues = makeQueues(plan, now, saved);
  const deliver = deliverer(plan, queues, hosts);
  const buses = new Buses({ rules: plan.rules, buses: plan.buses, now, deliver });
  const inbox = new Inbox(folder.path('inbox.jsonl'));
  const ses = new Ses({
    inbox,
    identities: plan.identities,
    configurationSets: plan.configurationSets,
    now,
    tell: (event: BusEvent) => buses.put('default', event),
  });
  await ses.start();
  const figures = new Figures();
  const mirrors = makeMirrors(plan);
  const observe = (table: TablePlan, record: StreamRecord) =>
    observed(table, record, { figures, mirrors });
  const streams = plan.tables.map(
    (table) =>
      new StreamSource(
        table,
        { dynoxide, activity, now, deliver, observe },
        saved?.streams[table.name],
      ),
  );
  const sources = connect(plan, { hosts, queues, streams });
  late.serve({
    apis: {
      dynamodb: dynamoApi({ tables: plan.tables, dynoxide, written: writtenTo(streams) }),
      sqs: sqsApi(queues),
      events: (call) => buses.putEvents(call),
      ses: (call, raw) => ses.api(call, raw),
    },
    principals: principalsOf(plan),
    roles: rolesOf(plan),
    refused: options.warn,
  });
  await recount(plan, dynoxide, { figures, mirrors });
  for (const id of saved?.clicked ?? []) figures.clicked(id);
  const agenda = new Agenda();
  const schedules = makeSchedules(plan, { hosts, mirrors, queues, start: clock.now() });
  const driver = new Driver({ clock, activity, queues, sources, schedules, agenda });
  restoreQueues(queues, saved);
  const api = new HttpApi(plan.routes, (arn) => hostOf(plan, hosts, arn), now);
  return {
    ...{ plan, clock, activity, dynoxide, hosts, queues, streams, buses, inbox, ses, figures },
    ...{ mirrors, agenda, driver, api, endpoint, log },
    async stop() {
      await driver.stop();
      await Promise.all(hosts.map((host) => host.stop()));
      await ses.stop();
      late.close();
      await dynoxide.stop();
      await new Promise((resolve) => {
        log.end(resolve);
      });
    },
  };
}

/** Queue addresses hold the port, so the server listens before the templates are read. */
function lateServer() {
  let deps: Parameters<typeof awsServer>[0] | undefined;
  let server: Server | undefined;
  return {
    listen: () =>
      new Promise<string>((resolve, reject) => {
        const proxy: Parameters<typeof awsServer>[0] = {
          get apis() {
            return need(deps).apis;
          },
          get principals() {
            return need(deps).principals;
          },
          get roles() {
            return need(deps).roles;
          },
          refused: (line) => need(deps).refused(line),
        };
        server = awsServer(proxy);
        server.keepAliveTimeout = 60_000;
        server.on('error', reject);
        server.listen(0, '127.0.0.1', () => {
          resolve(`http://127.0.0.1:${(server?.address() as AddressInfo).port}`);
        });
      }),
    serve: (ready: Parameters<typeof awsServer>[0]) => {
      deps = ready;
    },
    close: () => {
      server?.closeAllConnections();
      server?.close();
    },
  };
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not ready yet');
  return value;
}

type HostParts = {
  activity: Activity;
  clock: VirtualClock;
  endpoint: string;
  log: WriteStream;
  warn(line: string): void;
};

/** One access key a function: its name, so that a refusal can say who lacks what. */
const accessKeyOf = (plan: FunctionPlan): string => `LOCAL${plan.label.toUpperCase()}`;

function makeHosts(plan: Plan, parts: HostParts): FunctionHost[] {
  return plan.functions.map(
    (fn) =>
      new FunctionHost(fn, {
        activity: parts.activity,
        memory: parts.clock.memory,
        log: (text) => {
          parts.log.write(text);
          if (text.includes(' failed: ')) parts.warn(text.trim());
        },
        environment: {
          AWS_REGION: REGION,
          AWS_ACCESS_KEY_ID: accessKeyOf(fn),
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_LAMBDA_FUNCTION_NAME: fn.name,
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
          AWS_ENDPOINT_URL_DYNAMODB: parts.endpoint,
          AWS_ENDPOINT_URL_SQS: parts.endpoint,
          AWS_ENDPOINT_URL_EVENTBRIDGE: parts.endpoint,
          AWS_ENDPOINT_URL_SESV2: parts.endpoint,
          // The SDK would look for files of the developer's own account.
          AWS_CONFIG_FILE: '/dev/null',
          AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
          POWERTOOLS_METRICS_DISABLED: 'true',
          TZ: 'UTC',
        },
      }),
  );
}

function hostOf(plan: Plan, hosts: readonly FunctionHost[], arn: string): FunctionHost {
  const fn = functionOf(plan, arn);
  const host = hosts.find((one) => one.plan === fn);
  if (!host) throw new LocalError('unknown-reference', `No function ${arn} in the templates.`);
  return host;
}

function makeQueues(plan: Plan, now: () => Instant, _saved?: SavedState): Queue[] {
  const queues = plan.queues.map((queue) => new Queue(queue, now));
  for (const queue of queues) {
    const { redrive } = queue.plan;
    const target = redrive && queues.find((one) => one.plan.arn === redrive.arn);
    if (target) queue.redriveTo(target);
  }
  return queues;
}

function restoreQueues(queues: readonly Queue[], saved: SavedState | undefined): void {
  for (const queue of queues) queue.restore(saved?.queues[queue.plan.name] ?? []);
}

/** Brings a body to a queue, or calls a function, by ARN. */
function deliverer(plan: Plan, queues: readonly Queue[], hosts: readonly FunctionHost[]) {
  const byArn = new Map(queues.map((queue) => [queue.plan.arn, queue]));
  return (arn: string, body: string): boolean => {
    const queue = byArn.get(arn);
    if (queue) {
      queue.send(body);
      return true;
    }
    if (!functionOf(plan, arn)) return false;
    void hostOf(plan, hosts, arn).invoke(JSON.parse(body));
    return true;
  };
}

function makeMirrors(plan: Plan): Map<string, IndexMirror> {
  return new Map(
    plan.tables.flatMap((table) =>
      table.indexes.map((index) => [index.name, new IndexMirror(index)] as const),
    ),
  );
}

type Observers = { figures: Figures; mirrors: ReadonlyMap<string, IndexMirror> };

function observed(table: TablePlan, { dynamodb }: StreamRecord, to: Observers): void {
  const { Keys, NewImage } = dynamodb;
  for (const { name } of table.indexes) to.mirrors.get(name)?.put(Keys, NewImage);
  if (!NewImage) return;
  if (table.indexes.length > 0) to.figures.stored(NewImage);
  else to.figures.logged(NewImage);
}

/** Fills figures and mirrors from the tables, as if every row were written now. */
async function recount(plan: Plan, dynoxide: Dynoxide, to: Observers): Promise<void> {
  // Ledger rows first: withdrawals are counted for the mail that they name.
  const tables = [...plan.tables].sort((a, b) => b.indexes.length - a.indexes.length);
  for (const table of tables) {
    for await (const row of dynoxide.scan(table.name)) {
      const record = { dynamodb: { Keys: row, NewImage: row } } as unknown as StreamRecord;
      observed(table, record, to);
    }
  }
}

const writtenTo = (streams: readonly StreamSource[]) => (tables: Iterable<string>) => {
  for (const table of tables) streams.find((one) => one.table.name === table)?.written();
};

type Parts = {
  hosts: readonly FunctionHost[];
  queues: readonly Queue[];
  streams: readonly StreamSource[];
};

function connect(plan: Plan, { hosts, queues, streams }: Parts): QueueSource[] {
  const sources: QueueSource[] = [];
  for (const mapping of plan.mappings) {
    const host = hostOf(plan, hosts, mapping.functionArn);
    const queue = queues.find((one) => one.plan.arn === mapping.sourceArn);
    const stream = streams.find((one) => one.table.streamArn === mapping.sourceArn);
    if (queue) sources.push(new QueueSource(queue, host, mapping));
    else if (stream) stream.feed(host, mapping);
    else throw new LocalError('unknown-reference', `No queue or stream ${mapping.sourceArn}.`);
  }
  return sources;
}

function makeSchedules(
  plan: Plan,
  {
    hosts,
    mirrors,
    queues,
    start,
  }: {
    hosts: readonly FunctionHost[];
    mirrors: ReadonlyMap<string, IndexMirror>;
    queues: readonly Queue[];
    start: Instant;
  },
): Schedule[] {
  const dead = queues.filter(({ plan: { redrive } }) => redrive === undefined);
  return plan.rules.flatMap((rule) => {
    if (!('everyMs' in rule)) return [];
    return rule.targets.map(
      ({ arn }) =>
        new Schedule(
          {
            host: hostOf(plan, hosts, arn),
            everyMs: rule.everyMs,
            ruleArn: rule.arn,
            mirrors,
            deadLetters: () => dead.some((queue) => queue.hasReady),
          },
          start,
        ),
    );
  });
}

function principalsOf(plan: Plan): Map<string, Principal> {
  const principals = new Map<string, Principal>([[APPLICATION_KEY, APPLICATION]]);
  for (const fn of plan.functions) {
    principals.set(accessKeyOf(fn), { name: fn.label, roleArn: fn.roleArn });
  }
  return principals;
}

/** The templates' roles, and the account's other applications, which may put events on any bus. */
const rolesOf = (plan: Plan): Plan['roles'] =>
  new Map([
    ...plan.roles,
    [
      APPLICATION.roleArn,
      [{ effect: 'Allow', actions: ['events:PutEvents'], resources: ['*'], conditions: {} }],
    ],
  ]);
