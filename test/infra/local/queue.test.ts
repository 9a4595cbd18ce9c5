import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Queue } from '../../../infra/local/queue/queue.ts';

let now = 0;
const plan = (name: string, more: object = {}) => ({
  name,
  url: `http://localhost/${name}`,
  arn: `arn:${name}`,
  visibilityMs: 30_000,
  delayMs: 0,
  retentionMs: 86_400_000,
  ...more,
});
const pair = (maxReceives = 2) => {
  const dead = new Queue(plan('dead'), () => now);
  const queue = new Queue(plan('work', { redrive: { arn: 'arn:dead', maxReceives } }), () => now);
  queue.redriveTo(dead);
  return { queue, dead };
};

beforeEach(() => {
  now = 1_000_000;
});

describe('a queue', () => {
  it('hides a received message until its visibility timeout, then gives it again', () => {
    const { queue } = pair();
    queue.send('a');
    expect(queue.receive(10).map(({ body }) => body)).toEqual(['a']);
    expect(queue.receive(10)).toEqual([]);
    expect(queue.nextVisibleAt()).toBe(now + 30_000);
    now += 30_000;
    expect(queue.receive(10)[0]).toMatchObject({ body: 'a', receives: 2 });
  });

  it('keeps a delayed message back until its time', () => {
    const { queue } = pair();
    queue.send('later', 60_000);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
    now += 59_999;
    expect(queue.receive(1)).toEqual([]);
    now += 1;
    expect(queue.receive(1)[0]?.body).toBe('later');
  });

  it('moves a message to the dead letters after its last try, with its id', () => {
    const { queue, dead } = pair(2);
    const id = queue.send('bad');
    for (let tries = 0; tries < 2; tries += 1) {
      expect(queue.receive(1)).toHaveLength(1);
      now += 30_000;
    }
    expect(queue.receive(1)).toEqual([]);
    expect(dead.receive(1)[0]).toMatchObject({ id, body: 'bad', receives: 1 });
  });

  it('deletes only by the latest receipt', () => {
    const { queue } = pair(5);
    queue.send('a');
    const first = queue.receive(1)[0];
    now += 30_000;
    const second = queue.receive(1)[0];
    expect(queue.delete(first?.receipt ?? '')).toBe(false);
    expect(queue.delete(second?.receipt ?? '')).toBe(true);
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });

  it('never loses and never doubles a message, whatever fails in between', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), delay: fc.integer({ min: 0, max: 50_000 }) }),
      fc.record({ kind: fc.constant('work' as const), keeps: fc.boolean() }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let { queue, dead } = pair(3);
        let sent = 0;
        let done = 0;
        for (const one of steps) {
          if (one.kind === 'send') {
            queue.send(String(sent), one.delay);
            sent += 1;
          }
          if (one.kind === 'wait') now += one.ms;
          if (one.kind === 'work') {
            for (const message of queue.receive(10)) {
              if (!one.keeps && queue.delete(message.receipt)) done += 1;
            }
          }
          if (one.kind === 'restart') {
            const kept = [queue.snapshot(), dead.snapshot()] as const;
            ({ queue, dead } = pair(3));
            queue.restore(kept[0]);
            dead.restore(kept[1]);
          }
        }
        const bodies = [...queue.snapshot(), ...dead.snapshot()].map(({ body }) => body);
        expect(bodies.length + done).toBe(sent);
        expect(new Set(bodies).size).toBe(bodies.length);
      }),
      { numRuns: 200 },
    );
  });
});
