/** SQS's JSON protocol, as far as the functions use it. */
import { type ApiCall, ApiError } from '../aws/api.ts';
import { md5, type Queue, type Received } from './queue.ts';

/** SQS: 256 KB a message, and a batch in total. */
const BYTES_MAX = 262_144;
const BATCH_MAX = 10;
const DELAY_MAX_S = 900;
const SECOND_MS = 1000;

type Body = { [name: string]: unknown };
type Entry = { Id: string; MessageBody: string; DelaySeconds?: number };

/** Answers one call; `queueOf` finds a queue by its address and checks that the caller may. */
export function sqsApi(queues: readonly Queue[]) {
  const byUrl = new Map(queues.map((queue) => [queue.plan.url, queue]));
  return (call: ApiCall): Body => {
    const body = call.body as Body;
    const queue = byUrl.get(String(body['QueueUrl']));
    if (!queue) throw new ApiError(400, 'QueueDoesNotExist', 'The specified queue does not exist.');
    const handle = ACTIONS[call.action];
    if (!handle) throw new ApiError(400, 'UnknownOperationException', `${call.action}: not known`);
    call.authorize(`sqs:${PERMISSION[call.action] ?? call.action}`, queue.plan.arn);
    return handle(queue, body);
  };
}

/** IAM knows batches by the name of their parts. */
const PERMISSION: { [action: string]: string } = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

const ACTIONS: { [action: string]: (queue: Queue, body: Body) => Body } = {
  SendMessage: (queue, body) => {
    checkBytes([String(body['MessageBody'])]);
    return sendOne(queue, body as unknown as Entry);
  },
  SendMessageBatch: (queue, body) => {
    const entries = entriesOf<Entry>(body);
    checkBytes(entries.map(({ MessageBody }) => MessageBody));
    const Successful = entries.map((entry) => ({ Id: entry.Id, ...sendOne(queue, entry) }));
    return { Successful, Failed: [] };
  },
  ReceiveMessage: (queue, body) => {
    const limit = Number(body['MaxNumberOfMessages'] ?? 1);
    if (limit < 1 || limit > BATCH_MAX) bad('MaxNumberOfMessages', limit, '1 to 10');
    const timeout = body['VisibilityTimeout'];
    const received = queue.receive(
      limit,
      timeout === undefined ? undefined : Number(timeout) * SECOND_MS,
    );
    return received.length > 0 ? { Messages: received.map(asMessage) } : {};
  },
  DeleteMessage: (queue, body) => {
    queue.delete(String(body['ReceiptHandle']));
    return {};
  },
  DeleteMessageBatch: (queue, body) => {
    const entries = entriesOf<{ Id: string; ReceiptHandle: string }>(body);
    for (const { ReceiptHandle } of entries) queue.delete(ReceiptHandle);
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  },
  ChangeMessageVisibility: (queue, body) => {
    queue.hide(String(body['ReceiptHandle']), Number(body['VisibilityTimeout']) * SECOND_MS);
    return {};
  },
  GetQueueAttributes: (queue) => {
    const { visible, inFlight, delayed } = queue.depth();
    return {
      Attributes: {
        QueueArn: queue.plan.arn,
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(inFlight),
        ApproximateNumberOfMessagesDelayed: String(delayed),
      },
    };
  },
};

function bad(name: string, got: unknown, wanted: string): never {
  throw new ApiError(400, 'InvalidParameterValue', `${name}: got ${got}, wanted ${wanted}.`);
}

function entriesOf<T extends { Id: string }>(body: Body): T[] {
  const entries = body['Entries'] as T[];
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new ApiError(400, 'EmptyBatchRequest', 'There should be at least one entry.');
  }
  if (entries.length > BATCH_MAX) {
    throw new ApiError(400, 'TooManyEntriesInBatchRequest', `Got ${entries.length}, wanted 10.`);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new ApiError(400, 'BatchEntryIdsNotDistinct', 'Two entries have the same Id.');
  }
  return entries;
}

function checkBytes(bodies: string[]): void {
  const bytes = bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0);
  if (bytes > BYTES_MAX) bad('MessageBody', `${bytes} bytes`, `at most ${BYTES_MAX}`);
}

function sendOne(queue: Queue, { MessageBody, DelaySeconds }: Entry): Body {
  if (typeof MessageBody !== 'string' || MessageBody === '') {
    bad('MessageBody', typeof MessageBody, 'a text');
  }
  if (DelaySeconds !== undefined && (DelaySeconds < 0 || DelaySeconds > DELAY_MAX_S)) {
    bad('DelaySeconds', DelaySeconds, '0 to 900');
  }
  const delay = DelaySeconds === undefined ? undefined : DelaySeconds * SECOND_MS;
  return { MessageId: queue.send(MessageBody, delay), MD5OfMessageBody: md5(MessageBody) };
}

const asMessage = (message: Received) => ({
  MessageId: message.id,
  ReceiptHandle: message.receipt,
  MD5OfBody: md5(message.body),
  Body: message.body,
  Attributes: attributesOf(message),
});

/** System attributes, the same in the API and in a function's event. */
export const attributesOf = (message: Received) => ({
  ApproximateReceiveCount: String(message.receives),
  SentTimestamp: String(message.sentAt),
  SenderId: 'local',
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
});
