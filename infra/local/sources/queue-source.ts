/** Brings a queue's messages to its function, as Lambda's poller does, without polling. */
import type { FunctionHost } from '../lambda/host.ts';
import { attributesOf } from '../queue/api.ts';
import { md5, type Queue, type Received } from '../queue/queue.ts';
import type { MappingPlan } from '../template/plan.ts';
import { REGION } from '../template/resolve.ts';

type BatchResponse = { batchItemFailures?: { itemIdentifier: string }[] } | null | undefined;

export class QueueSource {
  private readonly queue: Queue;
  private readonly host: FunctionHost;
  private readonly mapping: MappingPlan;
  private running = 0;
  private scheduled = false;

  constructor(queue: Queue, host: FunctionHost, mapping: MappingPlan) {
    this.queue = queue;
    this.host = host;
    this.mapping = mapping;
    queue.onReady(() => this.soon());
  }

  /** Messages of one tick of the event loop share a batch. */
  private soon(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    queueMicrotask(() => {
      this.scheduled = false;
      this.pump();
    });
  }

  pump(): void {
    this.queue.reveal();
    while (this.running < this.mapping.concurrency && this.queue.hasReady) {
      const messages = this.queue.receive(this.mapping.batchSize);
      if (messages.length > 0) void this.run(messages);
    }
  }

  private async run(messages: Received[]): Promise<void> {
    this.running += 1;
    const result = await this.host.invoke({ Records: messages.map((one) => this.record(one)) });
    // What is not deleted becomes visible again after the visibility timeout.
    for (const message of messages) {
      if (!this.failed(result, message)) this.queue.delete(message.receipt);
    }
    this.running -= 1;
    this.pump();
  }

  private failed(result: Awaited<ReturnType<FunctionHost['invoke']>>, message: Received): boolean {
    if ('error' in result) return true;
    if (!this.mapping.partialFailures) return false;
    const failures = (result.value as BatchResponse)?.batchItemFailures ?? [];
    return failures.some(({ itemIdentifier }) => itemIdentifier === message.id);
  }

  private record(message: Received) {
    return {
      messageId: message.id,
      receiptHandle: message.receipt,
      body: message.body,
      attributes: attributesOf(message),
      messageAttributes: {},
      md5OfBody: md5(message.body),
      eventSource: 'aws:sqs',
      eventSourceARN: this.queue.plan.arn,
      awsRegion: REGION,
    };
  }
}
