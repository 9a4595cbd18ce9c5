/** Reads a table's stream when somebody wrote to the table, and brings records to functions in order. */
import type { Instant } from '../../../functions/contract/time.ts';
import type { Activity } from '../activity.ts';
import { compilePattern, type Json, type Matcher } from '../bus/pattern.ts';
import type { Dynoxide, StreamRecord } from '../data/dynoxide.ts';
import type { FunctionHost } from '../lambda/host.ts';
import type { MappingPlan, TablePlan } from '../template/plan.ts';
import { REGION } from '../template/resolve.ts';

type Consumer = { host: FunctionHost; mapping: MappingPlan; matchers: Matcher[] };
type BatchResponse = { batchItemFailures?: { itemIdentifier: string }[] } | null | undefined;

export type StreamDeps = {
  dynoxide: Dynoxide;
  activity: Activity;
  now(): Instant;
  /** Where a mapping's failed batches go. */
  deliver(queueArn: string, body: string): boolean;
  /** Sees every record, before the functions do. */
  observe(table: TablePlan, record: StreamRecord): void;
};

/** Records read at once. */
const READ_MAX = 1000;

export class StreamSource {
  readonly table: TablePlan;
  private readonly deps: StreamDeps;
  private readonly consumers: Consumer[] = [];
  private dirty = false;
  private running = false;
  /** Sequence number of the last record that was dealt with. */
  position: string | undefined;

  constructor(table: TablePlan, deps: StreamDeps, position?: string) {
    this.table = table;
    this.deps = deps;
    this.position = position;
  }

  feed(host: FunctionHost, mapping: MappingPlan): void {
    const matchers = mapping.filters.map((filter) => compilePattern(filter));
    this.consumers.push({ host, mapping, matchers });
  }

  /** Somebody wrote to the table. */
  written(): void {
    this.dirty = true;
    if (this.running) return;
    this.running = true;
    this.deps.activity.begin();
    void this.drain().finally(() => {
      this.running = false;
      this.deps.activity.end();
    });
  }

  private async drain(): Promise<void> {
    while (this.dirty) {
      // Writes that are answered in the same turn of the event loop are read together.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      this.dirty = false;
      const records = await this.deps.dynoxide.records(this.table.name, this.position, READ_MAX);
      if (records.length === READ_MAX) this.dirty = true;
      for (const record of records) this.deps.observe(this.table, record);
      await Promise.all(this.consumers.map((consumer) => this.toConsumer(consumer, records)));
      this.position = records.at(-1)?.dynamodb.SequenceNumber ?? this.position;
    }
  }

  private async toConsumer(consumer: Consumer, records: StreamRecord[]): Promise<void> {
    const { mapping, matchers } = consumer;
    const wanted = records.filter(
      (record) => matchers.length === 0 || matchers.some((match) => match(record as Json)),
    );
    for (let from = 0; from < wanted.length; from += mapping.batchSize) {
      await this.deliver(consumer, wanted.slice(from, from + mapping.batchSize), 0);
    }
  }

  /** Tries again from the first record that failed; halves a batch whose call failed as a whole. */
  private async deliver(consumer: Consumer, batch: StreamRecord[], tries: number): Promise<void> {
    const { mapping, host } = consumer;
    const result = await host.invoke({ Records: batch.map((one) => this.asEvent(one)) });
    const from = firstFailed(result, batch, mapping.partialFailures);
    if (from < 0) return;
    const rest = batch.slice(from);
    if (tries >= mapping.retries) {
      this.giveUp(consumer, rest);
      return;
    }
    if (mapping.bisect && 'error' in result && rest.length > 1) {
      const half = Math.ceil(rest.length / 2);
      await this.deliver(consumer, rest.slice(0, half), tries + 1);
      await this.deliver(consumer, rest.slice(half), tries + 1);
      return;
    }
    await this.deliver(consumer, rest, tries + 1);
  }

  /** The destination gets the place in the stream, not the records, as from Lambda. */
  private giveUp({ mapping, host }: Consumer, rest: StreamRecord[]): void {
    if (!mapping.failureArn) return;
    const body = {
      requestContext: { functionArn: host.plan.arn, condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: {
        shardId: 'local',
        startSequenceNumber: rest[0]?.dynamodb.SequenceNumber,
        endSequenceNumber: rest.at(-1)?.dynamodb.SequenceNumber,
        batchSize: rest.length,
        streamArn: this.table.streamArn,
      },
    };
    this.deps.deliver(mapping.failureArn, JSON.stringify(body));
  }

  private asEvent(record: StreamRecord) {
    return {
      ...record,
      awsRegion: REGION,
      eventSourceARN: this.table.streamArn,
      dynamodb: {
        ...record.dynamodb,
        ApproximateCreationDateTime: Math.floor(this.deps.now() / 1000),
      },
    };
  }
}

/** Index of the first record that was not dealt with; -1 when all were. */
function firstFailed(
  result: Awaited<ReturnType<FunctionHost['invoke']>>,
  batch: readonly StreamRecord[],
  partial: boolean,
): number {
  if ('error' in result) return 0;
  const failures = (result.value as BatchResponse)?.batchItemFailures ?? [];
  if (!partial || failures.length === 0) return -1;
  const failed = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
  const index = batch.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber));
  // An identifier that is none of ours fails the whole batch, as in Lambda.
  return Math.max(index, 0);
}
