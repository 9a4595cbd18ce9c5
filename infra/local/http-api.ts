/** The HTTP API: routes of the template, requests and answers in payload format 2.0. */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Instant } from '../../functions/contract/time.ts';
import type { FunctionHost } from './lambda/host.ts';
import type { RoutePlan } from './template/plan.ts';

/** API Gateway's limit of a payload. */
const BODY_BYTES_MAX = 10 * 1024 * 1024;
/** Bodies of these types arrive as text, all others in base64, forms included. */
const TEXT = /^(text\/|application\/(json|javascript|xml)\b)/;

export type HttpRequest = {
  method: string;
  path: string;
  query: string;
  headers: { [name: string]: string };
  body: Buffer;
};
export type HttpResponse = {
  status: number;
  headers: { [name: string]: string };
  cookies: string[];
  body: Buffer;
};
type Answer = {
  statusCode?: number;
  headers?: { [name: string]: string | number | boolean };
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
};
type Route = RoutePlan & { pattern: RegExp; host: FunctionHost };

export class HttpApi {
  private readonly routes: Route[];
  private readonly now: () => Instant;

  constructor(
    routes: readonly RoutePlan[],
    hostOf: (arn: string) => FunctionHost,
    now: () => Instant,
  ) {
    this.now = now;
    this.routes = routes.map((route) => ({
      ...route,
      pattern: new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
      host: hostOf(route.functionArn),
    }));
  }

  /** The answer of the route's function; `undefined` where no route matches. */
  async handle(request: HttpRequest): Promise<HttpResponse | undefined> {
    const route = this.routes.find(
      ({ method, pattern }) =>
        (method === request.method || method === 'ANY') && pattern.test(request.path),
    );
    if (!route) return undefined;
    if (request.body.length > BODY_BYTES_MAX) return problem(413, 'Request Entity Too Large');
    const result = await route.host.invoke(eventOf(route, request, this.now()));
    // API Gateway tells callers nothing about what went wrong inside.
    if ('error' in result) return problem(500, 'Internal Server Error');
    return responseOf(result.value);
  }
}

function eventOf(route: Route, request: HttpRequest, now: Instant) {
  const { method, path, query, headers, body } = request;
  const routeKey = `${route.method} ${route.path}`;
  // What API Gateway makes of text that is no UTF-8 is written nowhere: as bytes, the function can refuse it.
  const isText =
    TEXT.test(headers['content-type'] ?? '') && !headers['content-encoding'] && isUtf8(body);
  const groups = route.pattern.exec(path)?.groups;
  const cookies = headers['cookie']?.split('; ');
  const parameters = Object.fromEntries(new URLSearchParams(query));
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(cookies && { cookies }),
    ...(query !== '' && { queryStringParameters: parameters }),
    ...(groups && {
      pathParameters: Object.fromEntries(
        Object.entries(groups).map(([name, value]) => [name, decoded(value)]),
      ),
    }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** A stray percent sign stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** API Gateway takes a bare value as a JSON answer with 200. */
function responseOf(value: unknown): HttpResponse {
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body: Buffer.from(text),
    };
  }
  const {
    statusCode = 200,
    headers = {},
    cookies = [],
    body = '',
    isBase64Encoded,
  } = value as Answer;
  return {
    status: statusCode,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name.toLowerCase(), String(text)]),
    ),
    cookies,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const problem = (status: number, message: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message })),
});
