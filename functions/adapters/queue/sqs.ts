/** Queues: send in batches, depth, and moving dead letters back. */
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { eachLimited } from '../../app/each-limited.ts';
import { PerennialError } from '../../contract/errors.ts';
import { inBatches, REPEATABLE } from '../batches.ts';

/** What the adapters need of the client. */
export type QueueClient = Pick<SQSClient, 'send'>;

let shared: SQSClient | undefined;
/** Made at the first call and kept while the function is warm. A message sent twice is no harm here. */
export function queueClient(): SQSClient {
  shared ??= new SQSClient(REPEATABLE);
  return shared;
}

/** SQS's own limits of one SendMessageBatch: ten entries, 256 KB altogether (the lower of its two limits). */
export const BATCH_ENTRIES_MAX = 10;
export const BATCH_BYTES_MAX = 256 * 1024;
/** Entries that SQS refused are sent again so often, then the call fails and its caller comes again. */
const RESENDS_MAX = 3;
/** Batches on the way at once: a tick of 5,000 wakes is 500 batches. */
const BATCHES_AT_ONCE = 8;

/** Cuts by ten and by bytes. */
export const batches = (bodies: readonly string[]): string[][] =>
  inBatches(bodies, (body) => Buffer.byteLength(body), {
    entries: BATCH_ENTRIES_MAX,
    bytes: BATCH_BYTES_MAX,
  });

export type Queue = {
  /** Resolves when every message is in the queue; throws when some still are not after three tries. */
  send(bodies: readonly object[]): Promise<void>;
  /** Messages waiting, under way and delayed; approximate, as SQS counts. */
  depth(): Promise<number>;
  /** Messages that wait to be taken: those that failed, and come again later, are not among them. */
  waiting(): Promise<number>;
};

export function sqsQueue(client: QueueClient, queueUrl: string): Queue {
  return {
    send: (bodies) =>
      eachLimited(batches(bodies.map((body) => JSON.stringify(body))), BATCHES_AT_ONCE, (batch) =>
        sendBatch(client, queueUrl, batch),
      ),
    depth: () =>
      countOf(client, queueUrl, [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ]),
    waiting: () => countOf(client, queueUrl, ['ApproximateNumberOfMessages']),
  };
}

async function countOf(
  client: QueueClient,
  QueueUrl: string,
  names: QueueAttributeName[],
): Promise<number> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** SQS answers 200 with `Failed`: only those entries go again. */
async function sendBatch(client: QueueClient, queueUrl: string, batch: string[]): Promise<void> {
  let rest = batch;
  for (let attempt = 0; attempt < RESENDS_MAX; attempt += 1) {
    const Entries = rest.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
    );
    if (Failed.length === 0) return;
    rest = Failed.map(({ Id }) => rest[Number(Id)] as string);
  }
  throw new PerennialError(
    'queue-refused',
    `${rest.length} of ${batch.length} messages were refused ${RESENDS_MAX} times; they are sent again.`,
  );
}

/** Message attribute that counts how often a dead letter was moved back. */
const REDRIVES = 'perennialRedrives';
/** A letter that cannot be moved back is shown again after this time, and stays for a person to look at. */
const LOOK_SECONDS = 120;

export type DeadLetters = {
  /**
   * Moves at most `limit` dead letters back to the queue that they fell out of, each at most `timesMax`
   * times. `exhausted` counts the letters seen that had their chances: they stay, and the alarm stays on.
   */
  redrive(limit: number, timesMax: number): Promise<{ moved: number; exhausted: number }>;
};

export function sqsDeadLetters(
  client: QueueClient,
  { deadLetterUrl, queueUrl }: { deadLetterUrl: string; queueUrl: string },
): DeadLetters {
  return {
    redrive: async (limit, timesMax) => {
      const done = { moved: 0, exhausted: 0 };
      while (done.moved + done.exhausted < limit) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: deadLetterUrl,
            MaxNumberOfMessages: BATCH_ENTRIES_MAX,
            MessageAttributeNames: [REDRIVES],
            VisibilityTimeout: LOOK_SECONDS,
          }),
        );
        if (Messages.length === 0) break;
        for (const message of Messages) {
          const times = Number(message.MessageAttributes?.[REDRIVES]?.StringValue ?? 0);
          if (times >= timesMax) {
            done.exhausted += 1;
            continue;
          }
          // Send first, then delete: a crash in between makes a repeat, which changes nothing.
          await client.send(
            new SendMessageCommand({
              QueueUrl: queueUrl,
              MessageBody: message.Body,
              MessageAttributes: {
                [REDRIVES]: { DataType: 'Number', StringValue: String(times + 1) },
              },
            }),
          );
          await client.send(
            new DeleteMessageCommand({
              QueueUrl: deadLetterUrl,
              ReceiptHandle: message.ReceiptHandle,
            }),
          );
          done.moved += 1;
        }
      }
      return done;
    },
  };
}
