import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DRAFTS, RELEASES, releasePartKey } from '../../functions/contract/keys.ts';
import { onlyPartitions, type StateTable } from './tables.ts';

/**
 * What people may do who own the mails: read what is published, write drafts, publish and roll back. No
 * customer, no mail that was sent and no setting is in its reach. To be attached to their role or group.
 */
export class Publishers extends Construct {
  readonly policy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, state: StateTable) {
    super(scope, id);
    const onRows = (actions: string[], ...partitions: string[]) =>
      new iam.PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [state.table.tableArn],
        conditions: onlyPartitions(...partitions),
      });
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      description: 'Perennial: read and publish journeys and mails, and nothing else',
      statements: [
        // Pieces by content, then pointer and history in one transaction; nothing is ever deleted.
        onRows(['GetItem', 'Query', 'PutItem'], RELEASES, releasePartKey('*').pk),
        onRows(['GetItem', 'Query', 'UpdateItem'], DRAFTS),
        // The commands find the table by what the stack says.
        new iam.PolicyStatement({
          actions: ['cloudformation:DescribeStackResources'],
          resources: [Stack.of(this).stackId],
        }),
      ],
    });
  }
}
