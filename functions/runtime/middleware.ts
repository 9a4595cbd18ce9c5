/** The stacks around every handler: what a queue, a stream, a request or a clock tick asks of us. */
import middyStack, { type MiddlewareObj } from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  ScheduledEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { eachLimited } from '../app/each-limited.ts';
import { publishFigures, telemetry } from './telemetry.ts';

/** Writes the counters when their time has come and logs what escaped, by code. */
const observed = (): MiddlewareObj => ({
  after: () => publishFigures(),
  onError: ({ error, context }) => {
    telemetry().error('call failed', error, { requestId: context?.awsRequestId });
    publishFigures(true);
  },
});

type Handle<E, R> = (event: E, context: Context) => Promise<R>;
const stack = <E, R>(handle: Handle<E, R>): Handle<E, R> =>
  middyStack<E, R>()
    .use(observed() as MiddlewareObj<E, R>)
    .handler(handle as never) as unknown as Handle<E, R>;

/** One parsed message of a queue; `id` is the queue's own, `receives` counts from 1. */
export type QueueItem<T> = { id: string; body: T; receives: number };

/** Messages of one batch that are handled at once, where each stands for itself. */
const CONCURRENCY = 4;

/**
 * Each message stands for itself: one that throws, or does not parse, is reported and comes again, the
 * others are done. After its last try it goes to the queue's dead-letter queue.
 */
export const sqsEvents = <T>(
  parse: (body: string) => T,
  handle: (body: T) => Promise<unknown>,
  concurrency = CONCURRENCY,
) =>
  sqsBatch(parse, async (items) => {
    const failed: string[] = [];
    await eachLimited(items, concurrency, async (item) => {
      try {
        await handle(item.body);
      } catch (error) {
        telemetry().error('message failed', error, { message: item.id });
        failed.push(item.id);
      }
    });
    return failed;
  });

/** The whole batch at once; `handle` resolves to the ids that should come again. */
export const sqsBatch = <T>(
  parse: (body: string) => T,
  handle: (items: QueueItem<T>[]) => Promise<Iterable<string>>,
) =>
  stack(async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const items: QueueItem<T>[] = [];
    const failed = new Set<string>();
    for (const { messageId: id, body, attributes } of event.Records) {
      try {
        const receives = Number(attributes?.ApproximateReceiveCount ?? 1);
        items.push({ id, body: parse(body), receives });
      } catch (error) {
        telemetry().error('message does not parse', error, { message: id });
        failed.add(id);
      }
    }
    for (const id of items.length > 0 ? await handle(items) : []) failed.add(id);
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  });

/**
 * Records of a table's stream, in order. `handle` resolves to the records that should come again; the
 * stream then starts again at the first of them, so what follows it is done twice, which must change nothing.
 */
export const streamEvents = (
  handle: (records: DynamoDBRecord[]) => Promise<Iterable<DynamoDBRecord>>,
) =>
  stack(async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const failed = new Set(await handle(Records));
    const first = Records.find((record) => failed.has(record));
    const sequence = first?.dynamodb?.SequenceNumber;
    return { batchItemFailures: sequence ? [{ itemIdentifier: sequence }] : [] };
  });

/** A request as handlers see it: header names in lower case, the body as bytes, still compressed if it was. */
export type HttpRequest = {
  method: string;
  path: string;
  headers: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** Named parts of the path, as in contract/routes.ts. */
  params: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  /** The sender's network address: for limits, never for logs. */
  address: string;
};

export type HttpResponse = { status: number; headers?: Record<string, string>; body: string };

/** Tells senders to come again: Segment's clients keep the batch on 5xx and drop it on other 4xx. */
const UNAVAILABLE: HttpResponse = {
  status: 503,
  headers: { 'content-type': 'application/json', 'retry-after': '5' },
  body: '{"error":"unavailable","do":"send it again"}',
};

/**
 * An HTTP API request; what throws (a table that is asked too much, too) is answered with 503, so that senders
 * repeat it. `always` are headers of that answer as well: without them a page could not read it.
 */
export const httpRequest = (
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  always: Record<string, string> = {},
) =>
  stack(
    async (event: APIGatewayProxyEventV2, context): Promise<APIGatewayProxyStructuredResultV2> => {
      const { status, headers, body } = await answer(handle, always, event, context);
      return { statusCode: status, ...(headers && { headers }), body };
    },
  );

async function answer(
  handle: (request: HttpRequest) => Promise<HttpResponse>,
  always: Record<string, string>,
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<HttpResponse> {
  try {
    return await handle(requestOf(event));
  } catch (error) {
    telemetry().error('request failed', error, { requestId: context?.awsRequestId });
    return { ...UNAVAILABLE, headers: { ...UNAVAILABLE.headers, ...always } };
  }
}

const requestOf = (event: APIGatewayProxyEventV2): HttpRequest => ({
  method: event.requestContext.http.method,
  path: event.rawPath,
  address: event.requestContext.http.sourceIp,
  headers: Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  query: event.queryStringParameters ?? {},
  params: event.pathParameters ?? {},
  body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
});

/** A tick of the clock. It may be lost or come twice; the next one makes good for it. */
export const scheduled = (handle: (event: ScheduledEvent) => Promise<unknown>) =>
  stack(async (event: ScheduledEvent): Promise<void> => {
    await handle(event);
  });
