import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ENV } from '../../functions/contract/env.ts';
import type { PerennialFunction } from './perennial-function.ts';

/** Below that, a throttled function would use up the receives of messages that it never saw (AWS: 5). */
const RECEIVES_MAX = 5;
/** AWS advises six times the function's timeout, so that a retry never meets the first try. */
const VISIBILITY_TIMEOUTS = 6;
/** The longest that SQS keeps a message: time for a person to look. */
const KEPT_DAYS = 14;

export type WorkQueueProps = {
  /** Variable of `contract/env.ts` that holds its address. */
  readonly variable: keyof typeof ENV;
  readonly consumer: PerennialFunction;
  readonly batchSize: number;
  /** Wait so long to fill a batch: fewer calls for work that is not urgent. */
  readonly batchWindowSeconds?: number;
  /** Copies of the function that work on this queue at most; 2 is the least that Lambda accepts. */
  readonly concurrencyMax: number;
};

/**
 * Work for one function: a queue that reports partial failures, and keeps what could not be done in a
 * dead-letter queue of its own, from which sweep sends it again.
 */
export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly deadLetters: sqs.Queue;
  private readonly props: WorkQueueProps;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.props = props;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(props.consumer.timeout.toSeconds() * VISIBILITY_TIMEOUTS),
      retentionPeriod: Duration.days(KEPT_DAYS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES_MAX },
    });
    props.consumer.fn.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: props.batchSize,
        maxBatchingWindow: Duration.seconds(props.batchWindowSeconds ?? 0),
        maxConcurrency: props.concurrencyMax,
        reportBatchItemFailures: true,
      }),
    );
  }

  /** A rule brings matching events here; what it cannot deliver goes to the same dead letters. */
  receive(
    id: string,
    bus: events.IEventBus | undefined,
    pattern: events.EventPattern,
  ): events.Rule {
    return new events.Rule(this, id, {
      eventBus: bus,
      eventPattern: pattern,
      targets: [new targets.SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    });
  }

  /** The function may put work here. */
  grantSend(fn: PerennialFunction): void {
    fn.allow(['sqs:SendMessage'], [this.queue.queueArn]);
    fn.set(this.props.variable, this.queue.queueUrl);
  }

  /** The function may ask how much work waits. */
  grantMeasure(fn: PerennialFunction): void {
    fn.allow(['sqs:GetQueueAttributes'], [this.queue.queueArn]);
    fn.set(this.props.variable, this.queue.queueUrl);
  }
}

/** Lets one function take dead letters and send them again, a limited number of times. */
export function grantRedrive(fn: PerennialFunction, queues: readonly WorkQueue[]): void {
  fn.allow(
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    queues.map(({ deadLetters }) => deadLetters.queueArn),
  );
  fn.allow(
    ['sqs:SendMessage'],
    queues.map(({ queue }) => queue.queueArn),
  );
  fn.set(
    'deadLetterQueues',
    // Queue addresses hold neither `=` nor `,` nor `%`, so they are their own URL-encoding.
    queues.map(({ deadLetters, queue }) => `${deadLetters.queueUrl}=${queue.queueUrl}`).join(','),
  );
}

/** A queue that nobody polls (so it costs nothing) and that keeps for two weeks what went wrong. */
export const deadLetterQueue = (scope: Construct, id: string): sqs.Queue =>
  new sqs.Queue(scope, id, {
    encryption: sqs.QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(KEPT_DAYS),
  });
