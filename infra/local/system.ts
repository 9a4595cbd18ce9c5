/** Puts everything together: what the templates say, on one machine. Reads like a parts list. */
import { createWriteStream } from 'node:fs';
import type { Instant } from '../../functions/contract/time.ts';
import { Activity } from './activity.ts';
import { dynamoApi } from './aws/dynamodb.ts';
import { lateServer } from './aws/late-server.ts';
import { Buses } from './bus/bus.ts';
import { VirtualClock } from './clock.ts';
import { Dynoxide } from './data/dynoxide.ts';
import type { DataFolder, SavedState } from './data/folder.ts';
import { Agenda } from './drive/agenda.ts';
import { Driver } from './drive/driver.ts';
import { Figures } from './figures.ts';
import { HttpApi } from './http-api.ts';
import { Inbox } from './mail/inbox.ts';
import { Ses, type SesDeps } from './mail/ses.ts';
import { observed, recount } from './observe.ts';
import {
  connect,
  deliverer,
  hostOf,
  makeHosts,
  makeMirrors,
  makeQueues,
  makeSchedules,
  principalsOf,
  renewing,
  restoreQueues,
  rolesOf,
  writtenTo,
} from './parts.ts';
import { sqsApi } from './queue/api.ts';
import { type StreamDeps, StreamSource } from './sources/stream-source.ts';
import type { Assembly } from './template/assembly.ts';
import { readPlan } from './template/read-plan.ts';

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

/** The value of a parameter: the stage's secret, or that of a maker's webhooks. */
const secretsIn = (folder: DataFolder) => (parameter: string) => {
  const maker = /\/webhooks\/([a-z]+)(:\d+)?$/.exec(parameter)?.[1];
  return maker === undefined ? folder.secret() : folder.webhookSecret(maker);
};

/** The ground: clock, templates, tables, functions, queues, buses. */
async function makeGround({ folder, saved, start, ...options }: SystemOptions) {
  const clock = new VirtualClock(start);
  const now = () => clock.now();
  const activity = new Activity();
  const log = createWriteStream(folder.path('log.txt'), { flags: 'a' });
  const server = lateServer();
  const endpoint = await server.listen();
  const names = { endpoint, origin: options.origin, secret: secretsIn(folder) };
  const plan = readPlan(options.assembly, names);
  const dynoxide = await Dynoxide.start(options.databaseFile);
  await dynoxide.makeTables(plan.tables);
  const hosts = makeHosts(plan, { activity, clock, endpoint, log, warn: options.warn });
  // Their threads start while the rest gets ready: half a second less before the first mail.
  for (const host of hosts) host.warm();
  const queues = makeQueues(plan, now);
  const deliver = deliverer(plan, queues, hosts);
  const buses = new Buses({ rules: plan.rules, buses: plan.buses, now, deliver });
  const inbox = new Inbox(folder.path('inbox.jsonl'));
  const { identities, configurationSets } = plan;
  const tell: SesDeps['tell'] = (event) => void buses.put('default', event);
  const ses = new Ses({ inbox, identities, configurationSets, now, tell });
  await ses.start();
  const positions = saved?.streams ?? {};
  const base = { clock, now, activity, log, server, endpoint, plan, dynoxide };
  return Object.assign(base, { hosts, queues, deliver, buses, inbox, ses, positions });
}

/** Starts everything but the clock. */
export async function startSystem(options: SystemOptions) {
  const ground = await makeGround(options);
  const { plan, clock, now, activity, dynoxide, hosts, queues, deliver, positions } = ground;
  const kept = { figures: new Figures(), mirrors: makeMirrors(plan) };
  const renew = renewing(hosts);
  const observe: StreamDeps['observe'] = (table, record) => {
    observed(table, record, kept);
    renew(record);
  };
  const streams = plan.tables.map(
    (table) =>
      new StreamSource(table, { dynoxide, activity, now, deliver, observe }, positions[table.name]),
  );
  const sources = connect(plan, { hosts, queues, streams });
  ground.server.serve({
    apis: {
      dynamodb: dynamoApi({ tables: plan.tables, dynoxide, written: writtenTo(streams) }),
      sqs: sqsApi(queues),
      events: (call) => ground.buses.putEvents(call),
      ses: (call, raw) => ground.ses.api(call, raw),
    },
    principals: principalsOf(plan),
    roles: rolesOf(plan),
    refused: options.warn,
  });
  await recount(plan, dynoxide, kept);
  for (const id of options.saved?.clicked ?? []) kept.figures.clicked(id);
  const agenda = new Agenda();
  const { mirrors } = kept;
  const schedules = makeSchedules(plan, { hosts, mirrors, queues, start: clock.now() });
  const driver = new Driver({ clock, activity, queues, sources, schedules, agenda });
  restoreQueues(queues, options.saved);
  const api = new HttpApi(plan.routes, (arn) => hostOf(plan, hosts, arn), now);
  const stop = async () => {
    await driver.stop();
    await Promise.all(hosts.map((host) => host.stop()));
    await ground.ses.stop();
    ground.server.close();
    await dynoxide.stop();
    await new Promise((resolve) => {
      ground.log.end(resolve);
    });
  };
  return Object.assign(ground, kept, { streams, agenda, driver, api, stop });
}
