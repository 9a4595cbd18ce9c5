import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DELIVER_CONCURRENCY } from '../../functions/contract/env.ts';
import { OPEN_INDEX, WAKE_INDEX } from '../../functions/contract/keys.ts';
import { SHOPIFY_BUS_SOURCE } from '../../functions/contract/webhooks.ts';
import { Alarms } from '../constructs/alarms.ts';
import { PerennialBus } from '../constructs/event-bus.ts';
import { Mail } from '../constructs/mail.ts';
import { PerennialFunction } from '../constructs/perennial-function.ts';
import { StageSecret } from '../constructs/stage-secret.ts';
import { StreamFeed } from '../constructs/stream-feed.ts';
import { deadLetterQueue, grantRedrive, WorkQueue } from '../constructs/work-queue.ts';
import type { StageScope } from '../stage-scope.ts';
import type { DataStack } from './data.ts';
import type { WebStack } from './web.ts';

type Props = StackProps & {
  readonly stage: StageScope;
  readonly data: DataStack;
  readonly web: WebStack;
};

/** Everything between the log and the mail: bus, lanes, react, deliver, clock ticks, alarms. */
export class WorkflowStack extends Stack {
  readonly functions: ReturnType<typeof makeFunctions>;
  readonly queues: ReturnType<typeof makeQueues>;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id, props);
    const { stage } = props;
    const mail = new Mail(this, 'Mail', stage);
    const bus = new PerennialBus(this, 'Bus', stage);
    this.functions = makeFunctions(this, stage);
    this.queues = makeQueues(this, this.functions);
    connectRules(this.queues, bus, mail);
    connectShopify(this, this.queues, stage);
    const lost = connectStreams(this, props.data, this.functions);
    connectClock(this, this.functions, lost);
    grantAll(this, { ...props, mail, bus, functions: this.functions, queues: this.queues });
    new Alarms(this, 'Alarms', {
      stage,
      deadLetters: { ...deadLettersOf(this.queues), publish: lost },
      publish: this.functions.publish,
    });
    new CfnOutput(this, 'BusName', { value: bus.bus.eventBusName });
    new CfnOutput(this, 'ConfigurationSet', { value: mail.configurationSet.ref });
  }
}

/**
 * Mails of one call of `deliver`. At the slowest pace that a stage may set (one a second, shared by two
 * copies) ten take twenty seconds; forty are left of its sixty for slow answers: 5 s of SES twice over for
 * each, four at once.
 */
const DELIVER_BATCH = 10;

function makeFunctions(stack: Stack, stage: StageScope) {
  const make = (
    name: 'inbound' | 'publish' | 'react' | 'wake' | 'deliver' | 'sweep' | 'gather' | 'learn',
    description: string,
    memoryMb: number,
    timeoutSeconds: number,
  ) =>
    new PerennialFunction(stack, name.charAt(0).toUpperCase() + name.slice(1), {
      stage,
      name,
      description,
      memoryMb,
      timeoutSeconds,
      tick: name === 'wake' || name === 'sweep',
    });
  return {
    inbound: make('inbound', "Others' events and SES events -> log, ledger, gate", 512, 30),
    // A hundred records are ten PutEvents one after the other, with retries of refused entries.
    publish: make('publish', 'Streams -> bus and deliver queue', 512, 60),
    // `decide` is CPU: a whole vCPU would need 1,769 MB, half of one folds a batch in well under a second.
    react: make('react', 'Events and wakes -> decide -> commit', 1024, 60),
    // An index query a shard and at most 5,000 queue messages a tick; it must end before the next tick.
    wake: make('wake', 'Each minute: due customers -> wake queue', 512, 55),
    // Rendering a mail takes a fifth of a millisecond on a whole vCPU; the time goes to waiting for SES, and
    // waiting costs by the gigabyte.
    deliver: make('deliver', 'Ledger rows -> judge, render, claim, SES, confirm', 512, 60),
    sweep: make('sweep', 'Each five minutes: what a queue or a stream lost', 512, 240),
    // A look at each customer of a batch, eight at once: a thousand take about two seconds.
    gather: make('gather', 'Log stream: orders -> what learn needs of them', 512, 60),
    // A whole vCPU, and with it more memory than a million customers or tables of 50,000 products want.
    learn: make('learn', 'Each night: cells and gathered orders -> models', 1769, 600),
  };
}

type Functions = ReturnType<typeof makeFunctions>;

function makeQueues(stack: Stack, { react, deliver, inbound }: Functions) {
  return {
    facts: new WorkQueue(stack, 'Facts', {
      variable: 'factsQueue',
      consumer: react,
      // React groups a batch by customer: one load and one commit for each.
      batchSize: 10,
      concurrencyMax: 10,
    }),
    browse: new WorkQueue(stack, 'Browse', {
      variable: 'browseQueue',
      consumer: react,
      // A visit is a burst of views by one customer: waiting folds it with one write instead of many.
      batchSize: 100,
      batchWindowSeconds: 20,
      concurrencyMax: 5,
    }),
    wakes: new WorkQueue(stack, 'Wakes', {
      variable: 'wakeQueue',
      consumer: react,
      batchSize: 10,
      concurrencyMax: 10,
    }),
    deliver: new WorkQueue(stack, 'DeliverWork', {
      variable: 'deliverQueue',
      consumer: deliver,
      // A mail's lease begins when its turn comes, so a batch at a slow pace keeps no lease waiting.
      batchSize: DELIVER_BATCH,
      // Claims are paced for this many copies; more would overtake the account's send rate.
      concurrencyMax: DELIVER_CONCURRENCY,
    }),
    inbound: new WorkQueue(stack, 'InboundWork', {
      variable: 'inboundQueue',
      consumer: inbound,
      // SES tells of bounces seconds to hours later, and orders of others wait a minute for their wake: nobody
      // sees twenty seconds. A window allows batches above ten.
      batchSize: 50,
      batchWindowSeconds: 20,
      concurrencyMax: 5,
    }),
  };
}

type Queues = ReturnType<typeof makeQueues>;

const deadLettersOf = (queues: Queues): { [lane: string]: sqs.Queue } =>
  Object.fromEntries(Object.entries(queues).map(([lane, queue]) => [lane, queue.deadLetters]));

/** Who hears what. The default bus carries only SES events for us. */
function connectRules({ facts, browse, inbound }: Queues, perennial: PerennialBus, mail: Mail) {
  facts.receive('FromBus', perennial.bus, perennial.factsPattern);
  browse.receive('FromBus', perennial.bus, perennial.browsePattern);
  inbound.receive('FromOthers', perennial.bus, perennial.othersPattern);
  inbound.receive('FromSes', undefined, mail.eventPattern);
}

/**
 * Shopify's own partner source, where the shop has one: its bus has the source's name, and is there once the
 * source was associated.
 */
function connectShopify(stack: Stack, { inbound }: Queues, { config }: StageScope): void {
  const { shopifyBus } = config.webhooks;
  if (shopifyBus === undefined) return;
  const bus = events.EventBus.fromEventBusName(stack, 'ShopifyBus', shopifyBus);
  inbound.receive('FromShopify', bus, {
    source: events.Match.prefix(SHOPIFY_BUS_SOURCE) as string[],
  });
}

/** PutEvents takes ten entries a call; a hundred records are ten calls, well inside the timeout. */
const PUBLISH_BATCH = 100;
/** Waiting fills batches: a third of the calls at an event in three seconds. A mail waits a minute anyway. */
const PUBLISH_WINDOW_SECONDS = 5;
/** One row a batch, so the longest that Lambda waits: an order is learned two nights later anyway. */
const GATHER_WINDOW_SECONDS = 300;
/** An import's orders; at 1 KB each far below the 6 MB of one call. */
const GATHER_BATCH = 1_000;

function connectStreams(stack: Stack, data: DataStack, { publish, gather }: Functions): sqs.Queue {
  const lost = deadLetterQueue(stack, 'PublishDeadLetters');
  const ofPublish = {
    consumer: publish,
    deadLetters: lost,
    batchSize: PUBLISH_BATCH,
    batchWindowSeconds: PUBLISH_WINDOW_SECONDS,
  };
  new StreamFeed(stack, 'LogFeed', {
    ...ofPublish,
    table: data.log.table,
    filter: { eventName: ['INSERT'] },
  });
  new StreamFeed(stack, 'StateFeed', {
    ...ofPublish,
    table: data.state.table,
    // Ledger rows that want to be sent, or were: nine of ten writes to this table never wake publish.
    filter: {
      eventName: ['INSERT', 'MODIFY'],
      dynamodb: {
        NewImage: {
          sk: { S: [{ prefix: 'MESSAGE#' }] },
          state: { S: ['PLANNED', 'SENT'] },
        },
      },
    },
  });
  // The second and last reader that a stream has room for.
  new StreamFeed(stack, 'OrderFeed', {
    table: data.log.table,
    consumer: gather,
    deadLetters: lost,
    batchSize: GATHER_BATCH,
    batchWindowSeconds: GATHER_WINDOW_SECONDS,
    filter: {
      eventName: ['INSERT'],
      dynamodb: { NewImage: { name: { S: ['Order Completed'] } } },
    },
  });
  return lost;
}

/** Ticks call their function without a queue: the next one makes good for a lost one. */
function connectClock(stack: Stack, { wake, sweep, learn }: Functions, lost: sqs.Queue): void {
  const tick = (id: string, every: Duration, { fn }: PerennialFunction) =>
    new events.Rule(stack, id, {
      schedule: events.Schedule.rate(every),
      targets: [new targets.LambdaFunction(fn, { retryAttempts: 0, maxEventAge: every })],
    });
  tick('WakeTick', Duration.minutes(1), wake);
  tick('SweepTick', Duration.minutes(5), sweep);
  connectNight(stack, learn, lost);
}

/**
 * At night, when few orders come, and after midnight UTC by more than an order's way through queues and
 * stream. Unlike a tick, the next night is a day away: so it is tried twice more, and what fails for good
 * lies with the dead letters, whose alarm rings.
 */
function connectNight(stack: Stack, { fn }: PerennialFunction, lost: sqs.Queue): void {
  fn.configureAsyncInvoke({
    retryAttempts: 2,
    maxEventAge: Duration.hours(6),
    onFailure: new SqsDestination(lost),
  });
  new events.Rule(stack, 'LearnTick', {
    schedule: events.Schedule.cron({ hour: '2', minute: '17' }),
    targets: [new targets.LambdaFunction(fn, { retryAttempts: 2, maxEventAge: Duration.hours(6) })],
  });
}

/** Permissions and variables, function by function: this is what `roles.test.ts` holds against the code. */
function grantAll(
  stack: Stack,
  {
    stage,
    data,
    web,
    mail,
    bus,
    functions,
    queues,
  }: Props & { mail: Mail; bus: PerennialBus; functions: Functions; queues: Queues },
): void {
  const { inbound, publish, react, wake, deliver, sweep, gather, learn } = functions;
  const { log, state } = data;

  log.grantAppend(inbound);
  state.grant(inbound, ['read', 'put', 'check']);
  state.grantControlCount(inbound);
  inbound.set('currency', stage.config.settings.shop.currency);

  bus.grantPublish(publish);
  queues.deliver.grantSend(publish);

  log.grantRead(react);
  log.grantAppend(react);
  state.grant(react, ['read', 'put']);
  state.grantCount(react);
  state.grantHistory(react);

  state.grantIndex(wake, WAKE_INDEX);
  queues.wakes.grantSend(wake);
  queues.wakes.grantMeasure(wake);

  log.grantRead(deliver);
  state.grant(deliver, ['read', 'put', 'check']);
  state.grantControl(deliver);
  state.grantProducts(deliver);
  state.grantHistory(deliver);
  mail.grantSend(deliver);
  new StageSecret(stack, 'Secret', stage).grant(deliver);
  deliver.set('linkOrigin', web.api.origin);

  state.grant(sweep, ['read', 'put', 'check']);
  state.grantIndex(sweep, OPEN_INDEX);
  state.grantControlRead(sweep);
  queues.deliver.grantSend(sweep);
  queues.deliver.grantMeasure(sweep);
  // The audit: a part of the log each hour; what was never folded goes into its lane again.
  log.grantAudit(sweep);
  queues.facts.grantSend(sweep);
  queues.browse.grantSend(sweep);
  grantRedrive(sweep, Object.values(queues));

  state.grantGather(gather);
  state.grantLearn(learn);
}
