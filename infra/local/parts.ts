/** The pieces that the system is put together from, each from what the templates say of it. */
import { existsSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { ENV, RELEASE_FILE } from '../../functions/contract/env.ts';
import { releasePointerKey } from '../../functions/contract/keys.ts';
import { DAY_MS, type Instant } from '../../functions/contract/time.ts';
import type { Activity } from './activity.ts';
import type { Principal } from './aws/api.ts';
import type { VirtualClock } from './clock.ts';
import type { SavedState } from './data/folder.ts';
import { IndexMirror } from './drive/index-mirror.ts';
import { Schedule } from './drive/schedules.ts';
import type { StreamRecord } from './data/dynoxide.ts';
import { LocalError } from './errors.ts';
import { FunctionHost } from './lambda/host.ts';
import { Queue } from './queue/queue.ts';
import { QueueSource } from './sources/queue-source.ts';
import type { StreamSource } from './sources/stream-source.ts';
import { type FunctionPlan, functionOf, type Plan } from './template/plan.ts';
import { REGION } from './template/resolve.ts';

/** Key of people who publish: they may what the policy of their stack says. */
export const PUBLISHER_KEY = 'LOCALPUBLISHER';
/** Key of other applications of the same account: they may put events on the bus. */
export const APPLICATION_KEY = 'LOCALAPPLICATION';
const APPLICATION: Principal = {
  name: 'application',
  roleArn: 'arn:aws:iam::000000000000:role/application',
};

type HostParts = {
  activity: Activity;
  clock: VirtualClock;
  endpoint: string;
  log: WriteStream;
  warn(line: string): void;
};

/**
 * The clock jumps: at half a minute nearly each of the 7,000 calls of the made-up year that want the release
 * would look for it, a sixth more reads than there are. Here a publication starts the functions anew
 * (`renewing`), so that the first call after it knows of it; a look is for what nobody saw written.
 */
const RELEASE_LOOK_SECONDS = (30 * DAY_MS) / 1000;

/** One access key a function: its name, so that a refusal can say who lacks what. */
const accessKeyOf = (plan: FunctionPlan): string => `LOCAL${plan.label.toUpperCase()}`;

export function makeHosts(plan: Plan, parts: HostParts): FunctionHost[] {
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
          // Lines of each call are for CloudWatch; here a year of them would only cost time.
          POWERTOOLS_METRICS_DISABLED: 'true',
          POWERTOOLS_LOG_LEVEL: 'WARN',
          [ENV.releaseLookSeconds]: String(RELEASE_LOOK_SECONDS),
          TZ: 'UTC',
        },
      }),
  );
}

/** Sees the state table's records: who reads releases is started anew when another one is current. */
export function renewing(hosts: readonly FunctionHost[]): (record: StreamRecord) => void {
  const { pk, sk } = releasePointerKey();
  const reading = hosts.filter(({ plan }) => existsSync(join(plan.codeDir, RELEASE_FILE)));
  return ({ dynamodb: { Keys, NewImage } }) => {
    if (Keys['pk']?.S !== pk || Keys['sk']?.S !== sk || !NewImage) return;
    // The first one is what they were deployed with.
    if (NewImage['version']?.N === '1' && NewImage['how']?.S === 'deployed') return;
    for (const host of reading) host.renew();
  };
}

export function hostOf(plan: Plan, hosts: readonly FunctionHost[], arn: string): FunctionHost {
  const fn = functionOf(plan, arn);
  const host = hosts.find((one) => one.plan === fn);
  if (!host) throw new LocalError('unknown-reference', `No function ${arn} in the templates.`);
  return host;
}

export function makeQueues(plan: Plan, now: () => Instant): Queue[] {
  const queues = plan.queues.map((queue) => new Queue(queue, now));
  for (const queue of queues) {
    const { redrive } = queue.plan;
    const target = redrive && queues.find((one) => one.plan.arn === redrive.arn);
    if (target) queue.redriveTo(target);
  }
  return queues;
}

export function restoreQueues(queues: readonly Queue[], saved: SavedState | undefined): void {
  for (const queue of queues) queue.restore(saved?.queues[queue.plan.name] ?? []);
}

/** Brings a body to a queue, or calls a function, by ARN. */
export function deliverer(plan: Plan, queues: readonly Queue[], hosts: readonly FunctionHost[]) {
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

export function makeMirrors(plan: Plan): Map<string, IndexMirror> {
  return new Map(
    plan.tables.flatMap((table) =>
      table.indexes.map((index) => [index.name, new IndexMirror(index)] as const),
    ),
  );
}

export const writtenTo = (streams: readonly StreamSource[]) => (tables: Iterable<string>) => {
  for (const table of tables) streams.find((one) => one.table.name === table)?.written();
};

type Parts = {
  hosts: readonly FunctionHost[];
  queues: readonly Queue[];
  streams: readonly StreamSource[];
};

export function connect(plan: Plan, { hosts, queues, streams }: Parts): QueueSource[] {
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

export function makeSchedules(
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
    if (!('every' in rule)) return [];
    return rule.targets.map(
      ({ arn }) =>
        new Schedule(
          {
            host: hostOf(plan, hosts, arn),
            every: rule.every,
            ruleArn: rule.arn,
            mirrors,
            deadLetters: () => dead.some((queue) => queue.hasReady),
          },
          start,
        ),
    );
  });
}

export function principalsOf(plan: Plan): Map<string, Principal> {
  const principals = new Map<string, Principal>([[APPLICATION_KEY, APPLICATION]]);
  for (const fn of plan.functions) {
    principals.set(accessKeyOf(fn), { name: fn.label, roleArn: fn.roleArn });
  }
  if (plan.publishers) {
    principals.set(PUBLISHER_KEY, { name: 'publisher', roleArn: plan.publishers });
  }
  return principals;
}

/** The templates' roles, and the account's other applications, which may put events on any bus. */
export const rolesOf = (plan: Plan): Plan['roles'] =>
  new Map([
    ...plan.roles,
    [
      APPLICATION.roleArn,
      [{ effect: 'Allow', actions: ['events:PutEvents'], resources: ['*'], conditions: {} }],
    ],
  ]);
