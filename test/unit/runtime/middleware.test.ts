import type { Context, DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import { PerennialError } from '../../../functions/contract/errors.ts';
import {
  httpRequest,
  scheduled,
  sqsBatch,
  sqsEvents,
  streamEvents,
} from '../../../functions/runtime/middleware.ts';
import { errorFields } from '../../../functions/runtime/telemetry.ts';

const context = { awsRequestId: 'r1', getRemainingTimeInMillis: () => 1000 } as unknown as Context;
const records = (...bodies: string[]) => ({
  Records: bodies.map((body, n) => ({ messageId: `m${n}`, body }) as SQSRecord),
});
// Read when the first line is logged; the failures below are meant.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

describe('a queue', () => {
  it('gets back only the messages that failed or did not parse', async () => {
    const handler = sqsEvents(JSON.parse, async (body: number) => {
      if (body === 2) throw new Error('no');
    });
    const answer = await handler(records('1', '2', 'not json', '4'), context);
    expect(answer.batchItemFailures.map((one) => one.itemIdentifier).toSorted()).toEqual([
      'm1',
      'm2',
    ]);
  });

  it('gets nothing back when all went well', async () => {
    const seen: number[] = [];
    const handler = sqsBatch(JSON.parse, async (items) => {
      seen.push(...items.map(({ body }) => body));
      return [];
    });
    expect(await handler(records('1', '2'), context)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([1, 2]);
  });

  it('gets every message back when the whole batch throws', async () => {
    const handler = sqsBatch(JSON.parse, async () => {
      throw new Error('down');
    });
    await expect(handler(records('1'), context)).rejects.toThrow('down');
  });
});

describe('a stream', () => {
  it('starts again at the first record that failed', async () => {
    const stream = ['1', '2', '3'].map(
      (SequenceNumber) => ({ dynamodb: { SequenceNumber } }) as DynamoDBRecord,
    );
    const handler = streamEvents(async (all) => all.slice(1).toReversed());
    expect(await handler({ Records: stream }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
    expect(await streamEvents(async () => [])({ Records: stream }, context)).toEqual({
      batchItemFailures: [],
    });
  });
});

describe('a request', () => {
  const event = {
    requestContext: { http: { method: 'POST' } },
    rawPath: '/v1/batch',
    headers: { Authorization: 'Basic x' },
    body: Buffer.from('{"a":1}').toString('base64'),
    isBase64Encoded: true,
  };

  it('comes with lower-case headers and its body as bytes', async () => {
    const handler = httpRequest(async ({ method, headers, body }) => ({
      status: 200,
      body: `${method} ${headers.authorization} ${body.toString()}`,
    }));
    expect(await handler(event as never, context)).toEqual({
      statusCode: 200,
      body: 'POST Basic x {"a":1}',
    });
  });

  it('is answered with 503 when the handler throws, so that senders come again', async () => {
    const handler = httpRequest(async () => {
      throw new Error('down');
    });
    expect(await handler(event as never, context)).toMatchObject({ statusCode: 503 });
  });
});

describe('a tick', () => {
  it('calls its use case and answers nothing', async () => {
    const work = vi.fn<() => Promise<number>>(async () => 7);
    expect(await scheduled(work)({} as never, context)).toBeUndefined();
    expect(work).toHaveBeenCalledOnce();
  });
});

describe('what is said of an error', () => {
  it('is the message only when the error is ours', () => {
    expect(errorFields(new PerennialError('a-code', 'said by us'))).toMatchObject({
      code: 'a-code',
      message: 'said by us',
    });
  });

  it('is never the message of another, which may quote an address', () => {
    const foreign = Object.assign(new Error('Email address is not verified: ruta@example.com'), {
      name: 'MessageRejected',
      $metadata: { httpStatusCode: 400 },
    });
    const fields = JSON.stringify(errorFields(foreign));
    expect(fields).toContain('MessageRejected');
    expect(fields).not.toContain('ruta');
    expect(errorFields('ruta@example.com')).toEqual({ code: 'not-an-error' });
  });
});
