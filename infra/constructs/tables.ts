import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import {
  basketsPartition,
  CELLS,
  modelPartKey,
  modelPointerKey,
  OPEN_INDEX,
  productsPartition,
  RELEASES,
  WAKE_INDEX,
} from '../../functions/contract/keys.ts';
import type { PerennialFunction } from './perennial-function.ts';

/** What both tables share: they are the shop's memory, so nothing that deploys may delete them. */
const KEPT: Omit<dynamodb.TableProps, 'stream'> = {
  partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
  timeToLiveAttribute: 'ttl',
  // Encrypted at rest with a key that AWS owns: an own KMS key costs 1 USD a month and a call a read.
  encryption: dynamodb.TableEncryption.DEFAULT,
};

/** The append-only log: one row an event. */
export class LogTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      ...KEPT,
      // `publish` needs the row as it was written, nothing of before: rows never change.
      stream: dynamodb.StreamViewType.NEW_IMAGE,
    });
  }

  /** Appends events: conditional puts, alone or in a transaction; nothing is ever changed. */
  grantAppend(fn: PerennialFunction): void {
    fn.allow(['dynamodb:PutItem'], [this.table.tableArn]);
    fn.set('logTable', this.table.tableName);
  }

  /** Reads single rows by key and the events of one alias. */
  grantRead(fn: PerennialFunction): void {
    fn.allow(['dynamodb:GetItem', 'dynamodb:Query'], [this.table.tableArn]);
    fn.set('logTable', this.table.tableName);
  }

  /** Reads a stretch of it, row by row: for the audit alone, since a scan reads what it throws away. */
  grantAudit(fn: PerennialFunction): void {
    this.grantRead(fn);
    fn.allow(['dynamodb:Scan'], [this.table.tableArn]);
  }
}

/** Actions on the state table, named by what they are for. Transactions need those of their parts. */
const STATE_ACTIONS = {
  read: ['dynamodb:GetItem'],
  query: ['dynamodb:Query'],
  put: ['dynamodb:PutItem'],
  check: ['dynamodb:ConditionCheckItem'],
} as const;
export type StateUse = keyof typeof STATE_ACTIONS;

/** The condition of a statement that reaches only rows whose partition key is like one of these. */
export const onlyPartitions = (...partitions: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
  // Without keys in the request the set is empty, and an empty set is like anything.
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

/** Customers, gates, the send ledger, reasons, and small shared rows. */
export class StateTable extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      ...KEPT,
      // What became PLANNED or SENT shows only beside what it was before.
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
    this.addIndex(WAKE_INDEX, 'wakeShard', 'nextWakeAt');
    this.addIndex(OPEN_INDEX, 'openShard', 'openAt');
  }

  /** Keys only: whoever is found there is read again before anything is done. */
  private addIndex(indexName: string, partition: string, sort: string): void {
    this.table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: { name: partition, type: dynamodb.AttributeType.STRING },
      sortKey: { name: sort, type: dynamodb.AttributeType.STRING },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
  }

  /** Uses rows in the named ways; no function deletes a row, time to live does. */
  grant(fn: PerennialFunction, uses: readonly StateUse[]): void {
    fn.allow(
      uses.flatMap((use) => STATE_ACTIONS[use]),
      [this.table.tableArn],
    );
    fn.set('stateTable', this.table.tableName);
  }

  /** Counts in the shared rows: bounces and complaints of the day. */
  grantControlCount(fn: PerennialFunction): void {
    this.grantPartition(fn, ['dynamodb:UpdateItem'], 'CONTROL');
  }

  /** Reads pauses, counters and breaker. */
  grantControlRead(fn: PerennialFunction): void {
    this.grantPartition(fn, ['dynamodb:Query'], 'CONTROL');
  }

  /** Reads pauses, counters and breaker; opens and closes the breaker, which is the one row ever deleted. */
  grantControl(fn: PerennialFunction): void {
    const actions = ['dynamodb:Query', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
    this.grantPartition(fn, actions, 'CONTROL');
  }

  /**
   * Adds to the counted cells, in the commit of a customer. All partitions of such a transaction are named:
   * whether IAM asks for each part alone or for all together, it may, and the shared rows stay out of reach.
   */
  grantCount(fn: PerennialFunction): void {
    const ofCommit = [CELLS, 'CUSTOMER#*', 'ALIAS#*'];
    this.grantPartition(fn, ['dynamodb:UpdateItem'], ...ofCommit);
  }

  /** Reads products by their ids: those that a mail is about. */
  grantProducts(fn: PerennialFunction): void {
    this.grantPartition(fn, ['dynamodb:BatchGetItem'], productsPartition('*'));
  }

  /** Reads what was published in a season: single rows it may read already. */
  grantHistory(fn: PerennialFunction): void {
    this.grantPartition(fn, ['dynamodb:Query'], RELEASES);
  }

  /** Keeps gathered orders. */
  grantGather(fn: PerennialFunction): void {
    this.grant(fn, ['read']);
    this.grantPartition(fn, ['dynamodb:PutItem'], basketsPartition('*'));
  }

  /** Reads cells, baskets and products, tidies the cells, publishes models; no customer is in its reach. */
  grantLearn(fn: PerennialFunction): void {
    const models = [modelPointerKey().pk, modelPartKey('*').pk];
    this.grantPartition(fn, ['dynamodb:GetItem'], ...models);
    this.grantPartition(fn, ['dynamodb:PutItem'], ...models, CELLS);
    this.grantPartition(fn, ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'], CELLS);
    const learned = [CELLS, basketsPartition('*'), productsPartition('*')];
    this.grantPartition(fn, ['dynamodb:Query'], ...learned);
  }

  /** Actions that reach only rows whose partition key is like one of these. */
  private grantPartition(fn: PerennialFunction, actions: string[], ...partitions: string[]): void {
    fn.allow(actions, [this.table.tableArn], onlyPartitions(...partitions));
    fn.set('stateTable', this.table.tableName);
  }

  /** Reads one index: due customers, or ledger rows that are not settled. */
  grantIndex(fn: PerennialFunction, index: typeof WAKE_INDEX | typeof OPEN_INDEX): void {
    fn.allow(['dynamodb:Query'], [`${this.table.tableArn}/index/${index}`]);
    fn.set('stateTable', this.table.tableName);
  }
}
