/** The local HTTP API with the ingest function behind it, on a port of its own, on a network with faults. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { IngestDeps } from '../../functions/app/ingest.ts';
import { ROUTES } from '../../functions/contract/routes.ts';
import { createHandler } from '../../functions/handlers/ingest.ts';
import { HttpApi } from '../../infra/local/http-api.ts';
import { lambdaContext } from './http-events.ts';

/** What becomes of a request: its own answer, the work done and the answer lost, neither, or another answer. */
export type Fate = 'answer' | 'lose' | 'refuse' | 502 | 503;
export type Seen = {
  at: number;
  path: string;
  headers: IncomingMessage['headers'];
  status?: number;
};
export type LocalApi = { url: string; seen: Seen[]; stop(): Promise<void> };

/** `fates` are taken in turn by POST requests; when they are used up, each gets its own answer. */
export async function startIngest(deps: IngestDeps, fates: Fate[] = []): Promise<LocalApi> {
  const handler = createHandler(deps);
  const host = {
    invoke: async (event: APIGatewayProxyEventV2) => ({
      value: await handler(event, lambdaContext),
    }),
  };
  const routes = ['POST', 'OPTIONS'].map((method) => ({
    method,
    path: ROUTES.calls,
    functionArn: 'ingest',
  }));
  const api = new HttpApi(routes, () => host as never, Date.now);
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const fate = request.method === 'POST' ? (fates.shift() ?? 'answer') : 'answer';
    const note: Seen = { at: performance.now(), path: request.url ?? '', headers: request.headers };
    seen.push(note);
    void serve(api, fate, note, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, seen, stop: () => stopped(server) };
}

async function serve(
  api: HttpApi,
  fate: Fate,
  note: Seen,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  if (fate === 'refuse') return void response.destroy();
  if (typeof fate === 'number') {
    note.status = fate;
    return void response.writeHead(fate).end();
  }
  const { pathname, search } = new URL(request.url ?? '/', 'http://local');
  const answer = await api.handle({
    method: request.method ?? 'GET',
    path: pathname,
    query: search.slice(1),
    headers: request.headers as { [name: string]: string },
    body,
  });
  if (fate === 'lose') return void response.destroy();
  note.status = answer?.status ?? 404;
  response.writeHead(note.status, answer?.headers).end(answer?.body);
}

function stopped(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
