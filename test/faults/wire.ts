/**
 * The wire between our code and AWS. Every request of every function passes here, is numbered, and can be
 * made to go wrong. Below the SDK's own retries, so that those are part of what is tested.
 */

export const WAYS = [
  'crash before',
  'crash after',
  'error before',
  'answer lost',
  'throttle',
] as const;
/** `stall`: the function is frozen at the request while everybody else goes on for ten minutes. */
export type Way = (typeof WAYS)[number] | 'stall' | 'lost for good';

export type Service = 'dynamodb' | 'sqs' | 'events' | 'ses';

export type Call = {
  index: number;
  /** The function that made it. */
  by: string;
  service: Service;
  command: string;
  /** Whether it changes anything: a read's answer lost is the same as a read that failed. */
  writes: boolean;
  /** Which row or queue. */
  about: string;
};

/** The process died: nothing of this invocation goes on. */
export class Crash extends Error {
  constructor() {
    super('the process died');
    this.name = 'Crash';
  }
}

const failure = (name: string, status: number | undefined): Error =>
  Object.assign(new Error(name), {
    name,
    ...(status !== undefined && { $metadata: { httpStatusCode: status } }),
  });

const THROTTLE: Record<Service, string> = {
  dynamodb: 'ProvisionedThroughputExceededException',
  sqs: 'ThrottlingException',
  events: 'ThrottlingException',
  ses: 'TooManyRequestsException',
};

const READS = new Set(['GetCommand', 'QueryCommand', 'ScanCommand', 'GetQueueAttributesCommand']);

/** How often the SDK puts one request on the wire; SES's client is told to do it once. */
export type Attempts = Record<Service, number>;
export const ATTEMPTS: Attempts = { dynamodb: 3, sqs: 3, events: 3, ses: 1 };

export class Wire {
  readonly calls: Call[] = [];
  readonly plan: Map<number, Way>;
  readonly attempts: Attempts;
  /** The function under way, and whether its process has died. */
  by = '';
  dead = false;
  /** What everybody else does while a request stalls. */
  meanwhile: () => Promise<void> = async () => undefined;

  constructor(plan: Iterable<[number, Way]> = [], attempts = ATTEMPTS) {
    this.plan = new Map(plan);
    this.attempts = attempts;
  }

  async send<T>(service: Service, command: object, effect: () => Promise<T>): Promise<T> {
    if (this.dead) throw new Crash();
    const call = this.note(service, command);
    const way = this.plan.get(call.index);
    if (!way) return effect();
    return this.fail(way, service, effect);
  }

  private note(service: Service, command: object): Call {
    const name = command.constructor.name;
    const call = {
      index: this.calls.length,
      by: this.by,
      service,
      command: name,
      writes: !READS.has(name),
      about: aboutOf((command as { input?: unknown }).input),
    };
    this.calls.push(call);
    return call;
  }

  private async fail<T>(way: Way, service: Service, effect: () => Promise<T>): Promise<T> {
    const { by } = this;
    switch (way) {
      case 'crash before':
        this.dead = true;
        throw new Crash();
      case 'crash after':
        await effect().catch(() => undefined);
        this.dead = true;
        throw new Crash();
      case 'error before':
        throw failure('InternalServerError', 500);
      case 'throttle':
        throw failure(THROTTLE[service], service === 'ses' ? 429 : 400);
      case 'answer lost': {
        // The SDK waits in vain, and puts the request on the wire again if it is told to.
        const first = await settled(effect);
        if (this.attempts[service] === 1) throw failure('TimeoutError', undefined);
        void first;
        return effect();
      }
      case 'lost for good':
        await effect().catch(() => undefined);
        throw failure('TimeoutError', undefined);
      case 'stall':
        await this.meanwhile();
        this.by = by;
        this.dead = false;
        return effect();
      default:
        throw new Error(`way ${String(way)} is not known`);
    }
  }
}

const settled = (effect: () => Promise<unknown>) =>
  effect().then(
    () => 'done',
    () => 'refused',
  );

type Input = {
  TableName?: string;
  Key?: { pk?: string; sk?: string };
  Item?: { pk?: string; sk?: string };
  IndexName?: string;
  QueueUrl?: string;
  ExpressionAttributeValues?: Record<string, unknown>;
  TransactItems?: Record<string, Input>[];
};

/** Short, stable, and enough to see in a table which request it was. */
function aboutOf(input: unknown): string {
  const { Key, Item, IndexName, QueueUrl, TransactItems, ExpressionAttributeValues } = (input ??
    {}) as Input;
  if (TransactItems) {
    return TransactItems.map((part) => aboutOf(Object.values(part)[0])).join('+');
  }
  if (IndexName) return `${IndexName} ${String(ExpressionAttributeValues?.[':shard'] ?? '')}`;
  const sk = Key?.sk ?? Item?.sk;
  if (sk) return sk.split('#')[0] as string;
  return QueueUrl ?? '';
}
