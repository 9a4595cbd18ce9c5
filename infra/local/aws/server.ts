/** One address for DynamoDB, SQS, EventBridge and SES: who calls, what, and may they. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { allows, type Statement } from '../iam.ts';
import type { RawResponse } from '../data/dynoxide.ts';
import { accessDenied, type ApiCall, ApiError, type Principal } from './api.ts';

export type Apis = {
  dynamodb(call: ApiCall, raw: Buffer): Promise<RawResponse>;
  sqs(call: ApiCall): object;
  events(call: ApiCall): object;
  /** `action` is method and path. */
  ses(call: ApiCall, raw: Buffer): Promise<object>;
};

export type AwsServerDeps = {
  apis: Apis;
  /** By access key. */
  principals: ReadonlyMap<string, Principal>;
  roles: ReadonlyMap<string, Statement[]>;
  /** A refusal for want of a permission, in one line. */
  refused(line: string): void;
};

/** DynamoDB's largest request is 16 MB; nothing of ours comes near. */
const BYTES_MAX = 16 * 1024 * 1024;

export function awsServer(deps: AwsServerDeps): Server {
  return createServer((request, response) => {
    // The SDK would correct its clock by this header, and the virtual clock is months away.
    response.sendDate = false;
    void answer(deps, request)
      .catch(asError)
      .then((result) => write(response, result));
  });
}

async function answer(deps: AwsServerDeps, request: IncomingMessage): Promise<RawResponse> {
  const raw = await bodyOf(request);
  const principal = principalOf(deps, request.headers.authorization);
  const target = request.headers['x-amz-target'];
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const [prefix = '', operation = ''] = typeof target === 'string' ? target.split('.') : [];
  const call: ApiCall = {
    action: operation || `${request.method} ${path}`,
    body: raw.length > 0 ? JSON.parse(raw.toString()) : {},
    principal,
    authorize: authorizer(deps, principal),
  };
  if (prefix.startsWith('DynamoDB_')) return deps.apis.dynamodb(call, raw);
  if (prefix === 'AmazonSQS') return json(deps.apis.sqs(call));
  if (prefix === 'AWSEvents') {
    if (operation === 'PutEvents') return json(deps.apis.events(call));
  } else if (path.startsWith('/v2/email/')) {
    return json(await deps.apis.ses(call, raw));
  }
  throw new ApiError(400, 'UnknownOperationException', `${prefix} ${call.action}: not known here.`);
}

function authorizer(deps: AwsServerDeps, principal: Principal): ApiCall['authorize'] {
  const statements = deps.roles.get(principal.roleArn) ?? [];
  return (action, resource, context) => {
    if (allows(statements, { action, resource, ...(context && { context }) })) return;
    deps.refused(`${principal.name} lacks ${action} on ${resource}`);
    throw accessDenied(principal, action, resource);
  };
}

function principalOf(deps: AwsServerDeps, authorization: string | undefined): Principal {
  const key = /Credential=([^/]+)\//.exec(authorization ?? '')?.[1];
  const principal = key === undefined ? undefined : deps.principals.get(key);
  if (principal) return principal;
  throw new ApiError(
    403,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
  );
}

function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      if (bytes > BYTES_MAX)
        reject(new ApiError(413, 'RequestTooLarge', `Over ${BYTES_MAX} bytes`));
      else parts.push(part);
    });
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', reject);
  });
}

const json = (value: object): RawResponse => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: Buffer.from(JSON.stringify(value)),
});

/** Errors in the two forms that SDKs read: `__type` in the body, and the header of REST APIs. */
function asError(error: unknown): RawResponse {
  const known = error instanceof ApiError;
  const code = known ? error.code : 'InternalServerError';
  const message = error instanceof Error ? error.message : String(error);
  return {
    status: known ? error.status : 500,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code },
    body: Buffer.from(JSON.stringify({ __type: code, message })),
  };
}

function write(response: ServerResponse, { status, headers, body }: RawResponse): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}
