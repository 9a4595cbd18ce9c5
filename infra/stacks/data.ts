import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Publishers } from '../constructs/publishers.ts';
import { LogTable, StateTable } from '../constructs/tables.ts';

/** What must outlive every deployment: the event log and the customers. */
export class DataStack extends Stack {
  readonly log: LogTable;
  readonly state: StateTable;
  readonly publishers: Publishers;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.log = new LogTable(this, 'Log');
    this.state = new StateTable(this, 'State');
    this.publishers = new Publishers(this, 'Publishers', this.state);
    // To be attached to the role or group of those who own the mails.
    new CfnOutput(this, 'PublishersPolicyArn', { value: this.publishers.policy.managedPolicyArn });
    // For the command line: export-log, republish, pause.
    new CfnOutput(this, 'LogTableName', { value: this.log.table.tableName });
    new CfnOutput(this, 'StateTableName', { value: this.state.table.tableName });
  }
}
