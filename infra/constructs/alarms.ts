import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FIGURES, FIGURES_NAMESPACE } from '../../functions/contract/figures.ts';
import type { StageScope } from '../stage-scope.ts';
import type { PerennialFunction } from './perennial-function.ts';

/** `act`: customers are affected now. `look`: within the day. */
type Severity = 'act' | 'look';

/** CloudWatch gives ten alarms free; each further one costs 0.10 USD a month. */
export const ALARMS_MAX = 10;

/** `publish` this late means that orders and unsubscribes reach the kernel late. */
const ITERATOR_AGE_MAX_MS = 10 * 60_000;
/** Senders with a fault refuse most of their events; a typo now and then is nothing to wake for. */
const REJECTS_IN_A_QUARTER_MAX = 20;

type Watch = {
  readonly name: string;
  readonly severity: Severity;
  readonly what: string;
  readonly metric: cloudwatch.IMetric;
  readonly above: number;
  readonly periods?: number;
  /** For figures of sweep: no figure means that sweep itself stands still. */
  readonly silenceIsBad?: boolean;
};

/** Everything that wakes a person, each with a section of docs/runbook.md under its name. */
export class Alarms extends Construct {
  private readonly stage: StageScope;
  private readonly topic: sns.Topic | undefined;

  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly stage: StageScope;
      readonly deadLetters: { readonly [lane: string]: sqs.IQueue };
      readonly publish: PerennialFunction;
    },
  ) {
    super(scope, id);
    this.stage = props.stage;
    this.topic = this.makeTopic(props.stage.config.alarmEmail);
    for (const [lane, queue] of Object.entries(props.deadLetters)) {
      this.watch({
        name: `dead-letters-${lane}`,
        severity: lane === 'browse' ? 'look' : 'act',
        what: `${lane} could not process something, and the tries are used up`,
        metric: queue.metricApproximateNumberOfMessagesVisible({
          period: Duration.minutes(5),
          statistic: 'Maximum',
        }),
        above: 0,
        // Sweep redrives every five minutes: what is gone by the third look needs nobody.
        periods: 3,
      });
    }
    this.watchFigures();
    this.watch({
      name: 'publish-behind',
      severity: 'act',
      what: 'changes of the tables reach the bus late',
      metric: props.publish.fn.metric('IteratorAge', {
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      above: ITERATOR_AGE_MAX_MS,
    });
  }

  private watchFigures(): void {
    this.watch({
      name: 'work-left-open',
      severity: 'act',
      what:
        'events are not folded or ledger rows not settled in time, mails exceed their limits, or sweep ' +
        'stands still',
      // A quarter of an hour holds three ticks: one silent tick is no alarm, one audit that finds a loss is.
      metric: this.figure(FIGURES.ledgerOverdue, 'Maximum', Duration.minutes(15)),
      above: 0,
      silenceIsBad: true,
    });
    this.watch({
      name: 'events-rejected',
      severity: 'look',
      what: 'a sender sends events that cannot be read',
      metric: this.figure(FIGURES.eventsRejected, 'Sum', Duration.minutes(15)),
      above: REJECTS_IN_A_QUARTER_MAX,
    });
    this.watch({
      name: 'sending-stopped',
      severity: 'act',
      what: 'bounces, complaints or SES itself stopped marketing mail',
      metric: this.figure(FIGURES.sendingStopped, 'Maximum'),
      above: 0,
      periods: 2,
    });
  }

  private watch(watch: Watch): void {
    const alarm = new cloudwatch.Alarm(this, watch.name, {
      alarmName: `perennial-${this.stage.name}-${watch.name}`,
      alarmDescription: `[${watch.severity}] ${watch.what}. See docs/runbook.md#${watch.name}`,
      metric: watch.metric,
      threshold: watch.above,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: watch.periods ?? 1,
      treatMissingData: watch.silenceIsBad
        ? cloudwatch.TreatMissingData.BREACHING
        : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    if (this.topic) alarm.addAlarmAction(new SnsAction(this.topic));
  }

  private figure(metricName: string, statistic: string, period = Duration.minutes(5)) {
    return new cloudwatch.Metric({
      namespace: FIGURES_NAMESPACE,
      metricName,
      dimensionsMap: { service: 'perennial', stage: this.stage.name },
      statistic,
      period,
    });
  }

  private makeTopic(address: string | undefined): sns.Topic | undefined {
    if (address === undefined) return undefined;
    const topic = new sns.Topic(this, 'Topic', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(address));
    return topic;
  }
}
