import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Activity } from '../../../infra/local/activity.ts';
import type { Dynoxide, StreamRecord } from '../../../infra/local/data/dynoxide.ts';
import type { FunctionHost } from '../../../infra/local/lambda/host.ts';
import { StreamSource } from '../../../infra/local/sources/stream-source.ts';
import type { MappingPlan } from '../../../infra/local/template/plan.ts';

const record = (number: number): StreamRecord => ({
  eventID: String(number),
  eventName: 'INSERT',
  eventSource: 'aws:dynamodb',
  dynamodb: {
    Keys: { pk: { S: String(number) } },
    SequenceNumber: String(number),
    SizeBytes: 1,
    StreamViewType: 'NEW_IMAGE',
  },
});
const MAPPING: MappingPlan = {
  sourceArn: 'stream',
  functionArn: 'fn',
  batchSize: 10,
  concurrency: 1,
  partialFailures: true,
  filters: [],
  retries: 3,
  bisect: true,
  failureArn: 'lost',
};

type Answer = { value: unknown } | { error: { name: string; message: string } };

/** Feeds `count` records to a function that answers with `handle`; resolves to what arrived. */
async function feed(count: number, handle: (ids: string[]) => Answer, more: object = {}) {
  const all = Array.from({ length: count }, (_, index) => record(index + 1));
  const dynoxide = {
    records: async (_table: string, after: string | undefined) =>
      all.filter((one) => Number(one.dynamodb.SequenceNumber) > Number(after ?? 0)),
  } as unknown as Dynoxide;
  const calls: string[][] = [];
  const lost: string[] = [];
  const activity = new Activity();
  const host = {
    plan: { arn: 'fn' },
    invoke: async (event: { Records: StreamRecord[] }) => {
      const ids = event.Records.map(({ eventID }) => eventID);
      calls.push(ids);
      return handle(ids);
    },
  } as unknown as FunctionHost;
  const table = { name: 't', arn: 'a', streamArn: 'stream', create: {}, indexes: [] };
  const source = new StreamSource(table, {
    dynoxide,
    activity,
    now: () => 1_000,
    deliver: (_arn, body) => lost.push(body) > 0,
    observe: () => undefined,
  });
  source.feed(host, { ...MAPPING, ...more });
  source.written();
  await activity.idle();
  return { calls, lost, position: source.position };
}

const failing = (bad: ReadonlySet<string>) => (ids: string[]) =>
  ids.some((id) => bad.has(id))
    ? { error: { name: 'Error', message: 'bad' } }
    : { value: { batchItemFailures: [] } };

describe('a stream', () => {
  it('goes to its function in order, in batches, once where nothing fails', async () => {
    const { calls, lost, position } = await feed(25, () => ({ value: null }));
    expect(calls.map((ids) => ids.length)).toEqual([10, 10, 5]);
    expect(calls.flat()).toEqual(Array.from({ length: 25 }, (_, index) => String(index + 1)));
    expect(lost).toEqual([]);
    expect(position).toBe('25');
  });

  it('comes again from the first record that the function names', async () => {
    let first = true;
    const { calls } = await feed(5, () => {
      const failures = first ? [{ itemIdentifier: '3' }] : [];
      first = false;
      return { value: { batchItemFailures: failures } };
    });
    expect(calls).toEqual([
      ['1', '2', '3', '4', '5'],
      ['3', '4', '5'],
    ]);
  });

  it('tells the destination of what failed for good, and goes on', async () => {
    const { calls, lost } = await feed(12, failing(new Set(['4'])), { retries: 5 });
    expect(lost).toHaveLength(1);
    expect(JSON.parse(lost[0] ?? '{}').DDBStreamBatchInfo).toMatchObject({
      startSequenceNumber: '4',
      batchSize: 1,
    });
    expect(calls.at(-1)).toEqual(['11', '12']);
  });

  it('never keeps good records from the function, whichever are bad', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 20 })), async (numbers) => {
        const bad = new Set(numbers.map(String));
        const done = new Set<string>();
        const handle = failing(bad);
        const { lost } = await feed(
          20,
          (ids) => {
            const answer = handle(ids);
            if (!('error' in answer)) for (const id of ids) done.add(id);
            return answer;
          },
          { retries: 10 },
        );
        for (let id = 1; id <= 20; id += 1) expect(done.has(String(id))).toBe(!bad.has(String(id)));
        expect(lost).toHaveLength(bad.size);
      }),
      { numRuns: 50 },
    );
  });

  it('sends only what its filter lets through', async () => {
    const { calls } = await feed(5, () => ({ value: null }), {
      filters: [{ eventID: ['2', '4'] }],
    });
    expect(calls).toEqual([['2', '4']]);
  });
});
