import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { memoryLog, memoryRejects } from '../../functions/adapters/memory/log.ts';
import type { LogWriter } from '../../functions/app/ports.ts';
import { UNLIMITED } from '../../functions/app/rate-limits.ts';
import { writeKey } from '../../functions/contract/write-keys.ts';
import { createHandler } from '../../functions/handlers/ingest.ts';
import { httpEvent, lambdaContext } from '../builders/http-events.ts';

const SECRET = 's'.repeat(32);
const KEY = writeKey('server', 1, SECRET);
const authorization = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`;

function world() {
  const log = memoryLog();
  const handlerWith = (writer: LogWriter) =>
    createHandler({
      log: writer,
      rejects: memoryRejects(),
      limits: UNLIMITED,
      secrets: { current: SECRET },
      currency: 'EUR',
      now: () => 1_780_315_200_100,
      count: () => undefined,
    });
  const handler = handlerWith(log.writer);
  return {
    log,
    handlerWith,
    call: (event: APIGatewayProxyEventV2) => handler(event, lambdaContext),
  };
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/http/batch.json', import.meta.url), 'utf8'),
) as APIGatewayProxyEventV2;

describe('the ingest function', () => {
  it('stores what Segment’s Node client sends through API Gateway', async () => {
    const { call, log } = world();
    const event = { ...fixture, headers: { ...fixture.headers, Authorization: authorization } };
    const { statusCode, body } = await call(event);
    expect(statusCode).toBe(200);
    expect(JSON.parse(String(body))).toEqual({
      success: true,
      accepted: 1,
      duplicates: 0,
      rejected: 0,
      rejects: [],
    });
    expect([...log.rows.values()][0]?.event).toMatchObject({
      name: 'Order Completed',
      occurredAt: Date.UTC(2026, 5, 1, 11, 59, 59),
      properties: { orderId: 'A-1001', total: 5990 },
    });
  });

  it('unpacks what API Gateway has put into base64', async () => {
    const { call, log } = world();
    const event = httpEvent({
      method: 'POST',
      path: '/v1/batch',
      headers: {
        authorization,
        'content-encoding': 'gzip',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: gzipSync(String(fixture.body)),
    });
    expect((await call(event)).statusCode).toBe(200);
    expect(log.rows.size).toBe(1);
  });

  it('answers 503 when the log cannot be written, so that the client keeps its batch', async () => {
    const { call, log } = world();
    log.writer.append = () => Promise.reject(new Error('someone@example.com'));
    const event = { ...fixture, headers: { ...fixture.headers, authorization } };
    const { statusCode, body, headers } = await call(event);
    expect(statusCode).toBe(503);
    expect(headers?.['retry-after']).toBeDefined();
    expect(body).not.toContain('example.com');
  });

  it('answers 503 with Retry-After when the table is asked too much, and a page may read it', async () => {
    const { handlerWith } = world();
    const throttled = Object.assign(new Error('slow down'), {
      name: 'ProvisionedThroughputExceededException',
    });
    let left = 1;
    const rows = memoryLog();
    const client = {
      send: async () => {
        if (left-- > 0) throw throttled;
        return {};
      },
    };
    const real = dynamoLogWriter({ client: client as never, logTable: 'log', stateTable: 'state' });
    const append: typeof real.append = async (logged) => {
      await real.append(logged);
      return rows.writer.append(logged);
    };
    const handler = handlerWith({ ...rows.writer, append });
    const event = { ...fixture, headers: { ...fixture.headers, authorization } };
    expect(await handler(event, lambdaContext)).toMatchObject({
      statusCode: 503,
      headers: {
        'retry-after': expect.stringMatching(/^[1-9]\d?$/),
        'access-control-allow-origin': '*',
        'access-control-expose-headers': 'retry-after',
      },
    });
    expect(rows.rows.size).toBe(0);
    expect(await handler(event, lambdaContext)).toMatchObject({ statusCode: 200 });
    expect(rows.rows.size).toBe(1);
  });

  it('tells browsers before they send that they may', async () => {
    const { call } = world();
    const headers = {
      origin: 'https://shop.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    };
    const asked = await call(httpEvent({ method: 'OPTIONS', path: '/v1/track', headers }));
    expect(asked).toMatchObject({
      statusCode: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': expect.stringContaining('authorization'),
      },
    });
    // As analytics.js sends it: plain text, no header that would need the question, the key in the body.
    const view = { ...JSON.parse(String(fixture.body)), writeKey: KEY };
    const body = JSON.stringify(view);
    const plain = { 'content-type': 'text/plain', authorization: '' };
    const sent = await call(httpEvent({ method: 'POST', path: '/v1/b', headers: plain, body }));
    expect(sent).toMatchObject({
      statusCode: 200,
      headers: { 'access-control-allow-origin': '*' },
    });
  });

  it('never answers any bytes on any route with a failure, and stores nothing of what it refuses', async () => {
    const paths = fc.oneof(
      fc.constantFrom(
        '/v1/batch',
        '/v1/track',
        '/v1/identify',
        '/v1/alias',
        '/v1/group',
        '/v1/page',
      ),
      fc.constantFrom('/v1/screen', '/v1/b', '/v1/import', '/v1/', '/', '/v1/batch/', '/v1/%00'),
      fc.string().map((text) => `/v1/${text}`),
    );
    const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)));
    const batches = fc
      .array(fc.oneof(fc.jsonValue(), fc.record({ type: fc.string(), userId: fc.jsonValue() })))
      .map((batch) => Buffer.from(JSON.stringify({ batch, writeKey: KEY })));
    const bodies = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      json,
      batches,
    );
    const requests = fc.record({
      method: fc.constantFrom('POST', 'GET', 'OPTIONS', 'PUT', 'DELETE', 'HEAD'),
      path: paths,
      authorization: fc.oneof(fc.constant(authorization), fc.string()),
      body: fc.oneof(
        bodies,
        bodies.map((bytes) => gzipSync(bytes)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, path, authorization: key, body }) => {
        const { call, log } = world();
        const headers = { authorization: key };
        const { statusCode = 0 } = await call(httpEvent({ method, path, headers, body }));
        expect([200, 204, 400, 401, 404, 405, 413]).toContain(statusCode);
        expect(statusCode < 400 || log.rows.size === 0).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  it('refuses the key of the recorded request, which is none of ours', async () => {
    const { call, log } = world();
    expect((await call(fixture)).statusCode).toBe(401);
    expect(log.rows.size).toBe(0);
  });
});
