/** Queues, bus and SES of the fault test: as small as they can be, with the promises that AWS makes. */
import { BROWSE_EVENTS, BUS_SOURCE } from '../../functions/contract/events.ts';
import { TAG } from '../../functions/contract/messages.ts';
import { type Instant, iso, MINUTE_MS } from '../../functions/contract/time.ts';

export type Letter = {
  id: string;
  body: string;
  attributes: Record<string, { DataType: string; StringValue: string }>;
  visibleAt: Instant;
  receives: number;
};

/** AWS's advice, and ours: six times the function's timeout; five receives, then the dead letters. */
const VISIBILITY_MS = 6 * MINUTE_MS;
const RECEIVES_MAX = 5;

export class Queue {
  readonly name: string;
  readonly letters: Letter[] = [];
  readonly dead: Queue | undefined;
  /** Puts since the start: names the one that vanishes. */
  puts = 0;
  vanishes: number | undefined;

  constructor(name: string, dead?: Queue) {
    this.name = name;
    this.dead = dead;
  }

  put(body: string, now: Instant, attributes: Letter['attributes'] = {}): void {
    const place = this.puts;
    this.puts += 1;
    if (place === this.vanishes) return;
    const id = `${this.name}-${place}`;
    this.letters.push({ id, body, attributes, visibleAt: now, receives: 0 });
  }

  /** Those that nobody holds; what was received too often goes to the dead letters. */
  receive(now: Instant, limit: number, hiddenMs = VISIBILITY_MS): Letter[] {
    const visible = this.letters.filter(({ visibleAt }) => visibleAt <= now);
    const spent = this.dead ? visible.filter(({ receives }) => receives >= RECEIVES_MAX) : [];
    for (const letter of spent) {
      this.remove(letter.id);
      this.dead?.put(letter.body, now, letter.attributes);
    }
    const taken = visible.filter((letter) => !spent.includes(letter)).slice(0, limit);
    for (const letter of taken) {
      letter.receives += 1;
      letter.visibleAt = now + hiddenMs;
    }
    return taken;
  }

  remove(id: string): void {
    const place = this.letters.findIndex((letter) => letter.id === id);
    if (place >= 0) this.letters.splice(place, 1);
  }

  get nextVisibleAt(): Instant {
    return Math.min(...this.letters.map(({ visibleAt }) => visibleAt));
  }
}

type SqsInput = {
  QueueUrl: string;
  Entries?: { Id: string; MessageBody: string }[];
  MessageBody?: string;
  MessageAttributes?: Letter['attributes'];
  ReceiptHandle?: string;
  MaxNumberOfMessages?: number;
  VisibilityTimeout?: number;
};

/** What SQS answers; the queue's address is its name. */
export function sqsAnswer(
  queues: ReadonlyMap<string, Queue>,
  command: object,
  now: Instant,
): Record<string, unknown> {
  const { input } = command as { input: SqsInput };
  const queue = queues.get(input.QueueUrl);
  if (!queue) throw new Error(`no queue ${input.QueueUrl}`);
  switch (command.constructor.name) {
    case 'SendMessageBatchCommand':
      for (const { MessageBody } of input.Entries ?? []) queue.put(MessageBody, now);
      return { Failed: [] };
    case 'SendMessageCommand':
      queue.put(input.MessageBody as string, now, input.MessageAttributes);
      return {};
    case 'ReceiveMessageCommand': {
      const hidden = (input.VisibilityTimeout ?? 30) * 1000;
      const Messages = queue.receive(now, input.MaxNumberOfMessages ?? 1, hidden).map((letter) => ({
        Body: letter.body,
        ReceiptHandle: letter.id,
        MessageAttributes: letter.attributes,
      }));
      return { Messages };
    }
    case 'DeleteMessageCommand':
      queue.remove(input.ReceiptHandle as string);
      return {};
    case 'GetQueueAttributesCommand':
      return { Attributes: { ApproximateNumberOfMessages: String(queue.letters.length) } };
    default:
      throw new Error(`sqs: ${command.constructor.name} is not known`);
  }
}

type PutEventsInput = { Entries: { Source: string; DetailType: string; Detail: string }[] };

/** The bus with its three rules. */
export function busAnswer(
  queues: { facts: Queue; browse: Queue; inbound: Queue },
  command: object,
  now: Instant,
  nextId: () => string,
): Record<string, unknown> {
  const { Entries } = (command as { input: PutEventsInput }).input;
  for (const { Source, DetailType, Detail } of Entries) {
    const body = JSON.stringify({
      id: nextId(),
      source: Source,
      'detail-type': DetailType,
      time: iso(now),
      detail: JSON.parse(Detail),
    });
    if (Source !== BUS_SOURCE) queues.inbound.put(body, now);
    else if (BROWSE_EVENTS.includes(DetailType)) queues.browse.put(body, now);
    else if (DetailType !== 'Message Sent') queues.facts.put(body, now);
  }
  return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: nextId() })) };
}

export type Accepted = {
  sesMessageId: string;
  messageId: string;
  customerId: string;
  at: Instant;
  /** Place in the order of everything that happened. */
  order: number;
};

type SendInput = {
  Destination?: { ToAddresses?: string[] };
  EmailTags?: { Name: string; Value: string }[];
  ConfigurationSetName?: string;
};

export type SesEvent = { after: number; body: string };

/** SES takes every mail that it hears, each time, and tells of it: addresses with `bounce` bounce for good. */
export function sesAccept(
  command: object,
  now: Instant,
  sesMessageId: string,
): { accepted: Omit<Accepted, 'order'>; events: SesEvent[] } {
  const { input } = command as { input: SendInput };
  const tag = (name: string) => input.EmailTags?.find((one) => one.Name === name)?.Value ?? '';
  const to = input.Destination?.ToAddresses?.[0] ?? '';
  const bounces = to.includes('bounce');
  const event = (after: number, type: string, more: object): SesEvent => ({
    after,
    body: JSON.stringify({
      id: `${sesMessageId}-${type}`,
      source: 'aws.ses',
      'detail-type': type,
      time: iso(now + after),
      detail: {
        mail: {
          messageId: sesMessageId,
          timestamp: iso(now),
          destination: [to],
          tags: Object.fromEntries([
            ...(input.EmailTags ?? []).map(({ Name, Value }) => [Name, [Value]]),
            ['ses:configuration-set', [input.ConfigurationSetName ?? '']],
          ]),
        },
        ...more,
      },
    }),
  });
  const outcome = bounces
    ? event(2_000, 'Email Bounced', {
        eventType: 'Bounce',
        bounce: {
          bounceType: 'Permanent',
          bounceSubType: 'General',
          timestamp: iso(now + 2_000),
          bouncedRecipients: [{ emailAddress: to }],
        },
      })
    : event(2_000, 'Email Delivered', {
        eventType: 'Delivery',
        delivery: { timestamp: iso(now + 2_000), recipients: [to] },
      });
  return {
    accepted: {
      sesMessageId,
      messageId: tag(TAG.message),
      customerId: tag(TAG.customer),
      at: now,
    },
    events: [outcome],
  };
}
