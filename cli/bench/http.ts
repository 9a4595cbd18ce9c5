/**
 * `/v1/batch` on this machine: the ingest function behind the local HTTP API and dynoxide in memory, beside a
 * function that only answers. It informs; a Lambda has other CPUs, and one request at a time each.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import autocannon from 'autocannon';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { dynamoRejects } from '../../functions/adapters/dynamodb/rejects.ts';
import { UNLIMITED } from '../../functions/app/rate-limits.ts';
import { ROUTES } from '../../functions/contract/routes.ts';
import { writeKey } from '../../functions/contract/write-keys.ts';
import { createHandler } from '../../functions/handlers/ingest.ts';
import { httpRequest } from '../../functions/runtime/middleware.ts';
import { HttpApi } from '../../infra/local/http-api.ts';
import { createTables, type Dynoxide, startDynoxide } from '../../test/builders/dynoxide.ts';
import { lambdaContext } from '../../test/builders/http-events.ts';
import { markdown } from './tables.ts';

const SECRET = 'a secret of the bench, 32 letters';
const AUTHORIZATION = `Basic ${Buffer.from(`${writeKey('server', 1, SECRET)}:`).toString('base64')}`;
/** Requests on the way at once. */
const CONNECTIONS = 8;
/** Events of one request: alone, and as Segment's client sends them. */
const BATCHES = [1, 15];

type Handler = (event: APIGatewayProxyEventV2, context: typeof lambdaContext) => Promise<unknown>;

/** The same server and the same API for both, so that the difference is the function. */
async function serving(handler: Handler) {
  const host = {
    invoke: async (event: APIGatewayProxyEventV2) => ({
      value: await handler(event, lambdaContext),
    }),
  };
  const route = { method: 'POST', path: ROUTES.calls, functionArn: 'ingest' };
  const api = new HttpApi([route], () => host as never, Date.now);
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const done = (async () => {
      const { url: path = '/', method = 'POST' } = request;
      const headers = request.headers as { [name: string]: string };
      const body = await buffer(request);
      const answer = await api.handle({ method, path, query: '', headers, body });
      response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body);
    })();
    underWay.add(done);
    void done.finally(() => underWay.delete(done));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    // What the sender no longer waits for would still take the time of whoever comes next.
    await Promise.allSettled(underWay);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}${ROUTES.batch}`, stop };
}

/** No two events of a run are repeats: the `messageId` is left out, and each body has a number of its own. */
function bodies(size: number) {
  let request = 0;
  return () => {
    request += 1;
    const batch = Array.from({ length: size }, (_, n) => ({
      type: 'track',
      event: 'Product Viewed',
      userId: `u-${(request * size + n) % 5_000}`,
      timestamp: '2026-06-01T12:00:00.000Z',
      properties: { product_id: `P-${n}`, name: 'Ring', price: 59.9, run: `${request}-${n}` },
    }));
    return JSON.stringify({ batch, sentAt: '2026-06-01T12:00:00.000Z' });
  };
}

async function load(handler: Handler, size: number, seconds: number) {
  const server = await serving(handler);
  const next = bodies(size);
  try {
    const result = await autocannon({
      url: server.url,
      connections: CONNECTIONS,
      duration: seconds,
      requests: [
        {
          method: 'POST',
          headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
          setupRequest: (request) => ({ ...request, body: next() }),
        },
      ],
    });
    const failed = result.non2xx + result.errors + result.timeouts;
    if (failed > 0) throw new Error(`${failed} requests failed`);
    return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
  } finally {
    await server.stop();
  }
}

const bare: Handler = httpRequest(async () => ({ status: 200, body: '{"success":true}' }));

async function ingesting(dynoxide: Dynoxide): Promise<Handler> {
  const tables = await createTables(dynoxide.client);
  const client = DynamoDBDocumentClient.from(dynoxide.client);
  return createHandler({
    log: dynamoLogWriter({ client, logTable: tables.log, stateTable: tables.state }),
    rejects: dynamoRejects(client, tables.state),
    limits: UNLIMITED,
    secrets: { current: SECRET },
    currency: 'EUR',
    now: Date.now,
    count: () => undefined,
  });
}

/** Requests and events a second, and how long an answer takes, as a table. */
export async function httpBench(seconds: number): Promise<string> {
  const dynoxide = await startDynoxide();
  try {
    const rows: (string | number)[][] = [];
    for (const size of BATCHES) {
      for (const [name, handler] of [
        ['bare', bare],
        ['ingest', await ingesting(dynoxide)],
      ] as const) {
        const { perSecond, p50, p99 } = await load(handler, size, seconds);
        rows.push([name, size, perSecond, perSecond * size, p50, p99]);
      }
    }
    const head = ['function', 'events a request', 'requests/s', 'events/s', 'p50, ms', 'p99, ms'];
    return markdown(head, rows);
  } finally {
    await dynoxide.stop();
  }
}
