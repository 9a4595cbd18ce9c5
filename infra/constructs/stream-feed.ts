import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { PerennialFunction } from './perennial-function.ts';

/** A stream keeps a record 24 hours; five tries with halving find the one bad record of a batch. */
const RETRIES_MAX = 5;
/** A shard takes 1,000 writes a second; one copy hands over some 400, more than the API lets in (200). */
const PARALLEL_BATCHES = 1;

/** Feeds changed rows of one table that match a filter to one function. */
export class StreamFeed extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: {
      readonly table: dynamodb.ITable;
      readonly consumer: PerennialFunction;
      /** Lambda's filter on the stream record; what does not match costs nothing. */
      readonly filter: { [key: string]: unknown };
      readonly batchSize: number;
      /** Wait so long to fill a batch. */
      readonly batchWindowSeconds: number;
      /** What failed for good: it names the records, it does not hold them. */
      readonly deadLetters: sqs.IQueue;
    },
  ) {
    super(scope, id);
    const { table, consumer, filter, deadLetters, batchSize, batchWindowSeconds } = props;
    const streamArn = table.tableStreamArn;
    if (!streamArn) throw new Error(`${id}: got a table without a stream, wanted one with`);
    consumer.allow(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      [streamArn],
    );
    this.allowListing(table, consumer);
    const mapping = new lambda.EventSourceMapping(this, 'Mapping', {
      target: consumer.fn,
      eventSourceArn: streamArn,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize,
      maxBatchingWindow: Duration.seconds(batchWindowSeconds),
      parallelizationFactor: PARALLEL_BATCHES,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: RETRIES_MAX,
      filters: [lambda.FilterCriteria.filter(filter)],
      onFailure: new SqsDlq(deadLetters),
    });
    // Without its permissions the mapping is refused when it is made.
    mapping.node.addDependency(consumer.role);
  }

  /** Listing is authorised on all streams of a table, never on one (SAM's DynamoDBStreamReadPolicy). */
  private allowListing(table: dynamodb.ITable, consumer: PerennialFunction): void {
    const stack = Stack.of(table);
    // An export with a name of ours, so that the acknowledgement below can name it too.
    const name = `${stack.stackName}-${this.node.id}-arn`;
    const tableArn = stack.exportValue(table.tableArn, { name });
    consumer.allow(['dynamodb:ListStreams'], [`${tableArn}/stream/*`]);
    Validations.of(consumer.role).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM5[Resource::${name}/stream/*]`,
      reason: "A stream's name holds its date of birth; the wildcard ends at this one table.",
    });
  }
}
