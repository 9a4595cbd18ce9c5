import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { BROWSE_EVENTS, BUS_SOURCE, SET_ASIDE } from '../../functions/contract/events.ts';
import type { StageScope } from '../stage-scope.ts';
import type { PerennialFunction } from './perennial-function.ts';

/** Mails, which the kernel knows from the ledger, and calls of which it takes no notice. */
const NOT_FOR_REACT = ['Message Sent', ...SET_ASIDE];

/** The public surface: others subscribe to it, and put their own events on it. */
export class PerennialBus extends Construct {
  readonly bus: events.EventBus;

  constructor(scope: Construct, id: string, stage: StageScope) {
    super(scope, id);
    this.bus = new events.EventBus(this, 'Bus', {
      eventBusName: `perennial-${stage.name}`,
      description: 'Perennial: clean events for subscribers, and events of other applications',
    });
  }

  /** Only this function may publish as `perennial`; everybody else is refused, administrators too. */
  grantPublish(fn: PerennialFunction): void {
    fn.allow(['events:PutEvents'], [this.bus.eventBusArn]);
    fn.set('bus', this.bus.eventBusName);
    this.bus.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'only-publish-speaks-as-perennial',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        conditions: {
          // One request carries up to ten entries: refuse it if any of them takes our name.
          'ForAnyValue:StringEquals': { 'events:source': [BUS_SOURCE] },
          ArnNotEquals: { 'aws:PrincipalArn': fn.role.roleArn },
        },
      }),
    );
  }

  /** What react folds, without browsing: the lane that nothing may delay. */
  readonly factsPattern: events.EventPattern = {
    source: [BUS_SOURCE],
    detailType: events.Match.anythingBut(...BROWSE_EVENTS, ...NOT_FOR_REACT) as string[],
  };

  /** Browsing: many, and none of them urgent. */
  readonly browsePattern: events.EventPattern = {
    source: [BUS_SOURCE],
    detailType: [...BROWSE_EVENTS],
  };

  /** Events of others: they go to the log first, and come back as ours. */
  readonly othersPattern: events.EventPattern = {
    source: events.Match.anythingBut(BUS_SOURCE) as string[],
  };
}
