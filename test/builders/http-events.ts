/** Requests as API Gateway's HTTP API hands them over (payload format 2.0), made from a recorded one. */
import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/http/batch.json', import.meta.url), 'utf8'),
) as APIGatewayProxyEventV2;

export type HttpInput = {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  query?: Record<string, string>;
  params?: Record<string, string>;
  body?: string | Buffer;
};

/** Bytes travel in base64, as API Gateway does for anything that is not declared text. */
export function httpEvent({ method = 'GET', path, headers = {}, ...more }: HttpInput) {
  const { query, params, body } = more;
  const binary = Buffer.isBuffer(body);
  const event: APIGatewayProxyEventV2 = {
    ...recorded,
    rawPath: path,
    headers: { ...recorded.headers, ...headers },
    requestContext: {
      ...recorded.requestContext,
      http: { ...recorded.requestContext.http, method, path },
    },
    isBase64Encoded: binary,
    ...(query && { queryStringParameters: query }),
    ...(params && { pathParameters: params }),
  };
  delete event.body;
  if (body !== undefined) event.body = binary ? body.toString('base64') : String(body);
  return event;
}

export const CONTEXT = { awsRequestId: 'test-request', getRemainingTimeInMillis: () => 10_000 };
/** What Lambda gives besides the event; handlers read the request's id only. */
export const lambdaContext = CONTEXT as unknown as Context;
