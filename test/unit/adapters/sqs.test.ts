import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BATCH_BYTES_MAX,
  batches,
  type QueueClient,
  sqsDeadLetters,
  sqsQueue,
} from '../../../functions/adapters/queue/sqs.ts';

type Call = { name: string; input: Record<string, unknown> };
type Entry = { Id: string; MessageBody: string };

/** Answers each call with what `reply` says, and remembers it. */
function client(reply: (call: Call, nth: number) => object) {
  const calls: Call[] = [];
  const send = async (command: { constructor: { name: string }; input: never }) => {
    const call = { name: command.constructor.name, input: command.input };
    calls.push(call);
    return reply(call, calls.length);
  };
  return { calls, client: { send } as unknown as QueueClient };
}

describe('sending to a queue', () => {
  it('never sends more than ten messages or 256 KB at once, and loses none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 60 }), (sizes) => {
        const bodies = sizes.map((size, n) => `${n}`.padEnd(size, 'x'));
        const cut = batches(bodies);
        expect(cut.flat()).toEqual(bodies);
        for (const batch of cut) {
          expect(batch.length).toBeLessThanOrEqual(10);
          const bytes = batch.reduce((sum, body) => sum + body.length, 0);
          expect(bytes <= BATCH_BYTES_MAX || batch.length === 1).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('sends only those again that were refused', async () => {
    const sent: string[] = [];
    const queue = client(({ input }, nth) => {
      const entries = input.Entries as Entry[];
      const refused = nth === 1 ? entries.slice(1, 3) : [];
      sent.push(...entries.filter((e) => !refused.includes(e)).map((e) => e.MessageBody));
      return { Failed: refused.map(({ Id }) => ({ Id })) };
    });
    await sqsQueue(queue.client, 'q').send([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
    expect(sent.toSorted()).toEqual(['{"n":0}', '{"n":1}', '{"n":2}', '{"n":3}']);
    expect(queue.calls).toHaveLength(2);
  });

  it('throws when some are refused again and again, so that the caller comes again', async () => {
    const queue = client(() => ({ Failed: [{ Id: '0' }] }));
    await expect(sqsQueue(queue.client, 'q').send([{ n: 0 }])).rejects.toThrow(/refused 3 times/);
  });

  it('counts what waits, what is under way and what is delayed', async () => {
    const queue = client(() => ({
      Attributes: {
        ApproximateNumberOfMessages: '3',
        ApproximateNumberOfMessagesNotVisible: '4',
        ApproximateNumberOfMessagesDelayed: '5',
      },
    }));
    expect(await sqsQueue(queue.client, 'q').depth()).toBe(12);
    // A wake that fails is out of sight until it comes again; it must not hold up the clock.
    expect(await sqsQueue(queue.client, 'q').waiting()).toBe(3);
  });
});

describe('dead letters', () => {
  const letter = (id: string, redrives?: number) => ({
    Body: id,
    ReceiptHandle: `r-${id}`,
    ...(redrives !== undefined && {
      MessageAttributes: {
        perennialRedrives: { DataType: 'Number', StringValue: String(redrives) },
      },
    }),
  });

  it('go back so many times and no more, and are deleted only after they were sent', async () => {
    const waiting = [letter('new'), letter('again', 2), letter('spent', 3)];
    const queue = client(({ name }) =>
      name === 'ReceiveMessageCommand' ? { Messages: waiting.splice(0) } : {},
    );
    const result = await sqsDeadLetters(queue.client, {
      deadLetterUrl: 'dlq',
      queueUrl: 'q',
    }).redrive(100, 3);
    expect(result).toEqual({ moved: 2, exhausted: 1 });
    const acts = queue.calls.filter(({ name }) => name !== 'ReceiveMessageCommand');
    expect(acts.map(({ name, input }) => [name, input.MessageBody ?? input.ReceiptHandle])).toEqual(
      [
        ['SendMessageCommand', 'new'],
        ['DeleteMessageCommand', 'r-new'],
        ['SendMessageCommand', 'again'],
        ['DeleteMessageCommand', 'r-again'],
      ],
    );
    expect(acts[2]?.input.MessageAttributes).toEqual({
      perennialRedrives: { DataType: 'Number', StringValue: '3' },
    });
  });
});
