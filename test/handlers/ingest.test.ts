import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { memoryLog, memoryRejects } from '../../functions/adapters/memory/log.ts';
import { writeKey } from '../../functions/contract/write-keys.ts';
import { createHandler } from '../../functions/handlers/ingest.ts';
import { httpEvent, lambdaContext } from '../builders/http-events.ts';

const SECRET = 's'.repeat(32);
const KEY = writeKey('server', 1, SECRET);
const authorization = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`;

function world() {
  const log = memoryLog();
  const handler = createHandler({
    log: log.writer,
    rejects: memoryRejects(),
    secrets: { current: SECRET },
    currency: 'EUR',
    now: () => 1_780_315_200_100,
    count: () => undefined,
  });
  return { log, call: (event: APIGatewayProxyEventV2) => handler(event, lambdaContext) };
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

  it('refuses the key of the recorded request, which is none of ours', async () => {
    const { call, log } = world();
    expect((await call(fixture)).statusCode).toBe(401);
    expect(log.rows.size).toBe(0);
  });
});
