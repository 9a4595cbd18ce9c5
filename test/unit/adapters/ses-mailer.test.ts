import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Mail, SendOutcome } from '../../../functions/app/mail.ts';
import { sesClient, sesMailer } from '../../../functions/adapters/ses/mailer.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const mail: Mail = {
  to: 'ruta@example.com',
  from: { name: 'Amber & Oak', address: 'hello@shop.example.com' },
  replyTo: 'care@shop.example.com',
  subject: 'Thank you',
  html: '<p>Thank you</p>',
  text: 'Thank you',
  unsubscribeUrl: 'https://shop.example.com/u/token',
  tags: { 'perennial-message': 'AbC_-123' },
};

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A tiny SES on a real socket, so that what is counted is what was on the wire. */
async function send(answer: Answer, options: { timeoutMs?: number } = {}) {
  const requests: { path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      requests.push({ path: request.url ?? '', body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SESV2: `http://127.0.0.1:${address.port}`,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  const client = sesClient(options);
  stops.push(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const mailer = sesMailer(client, { configurationSet: 'perennial-test', tenant: 'marketing' });
  const outcome: SendOutcome = await mailer.send(mail);
  // A retry of the SDK would come within this time: its first back-off is below 100 ms.
  await new Promise((resolve) => setTimeout(resolve, 150));
  return { outcome, requests };
}

const json =
  (status: number, body: object, type?: string): Answer =>
  (_, response) => {
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(type && { 'x-amzn-errortype': type }),
    });
    response.end(JSON.stringify(body));
  };

describe('the SES mailer', () => {
  it('sends one request with headers, tags, configuration set and tenant', async () => {
    const { outcome, requests } = await send(json(200, { MessageId: 'ses-1' }));
    expect(outcome).toEqual({ kind: 'accepted', sesMessageId: 'ses-1' });
    expect(requests).toHaveLength(1);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      FromEmailAddress: '"Amber & Oak" <hello@shop.example.com>',
      ReplyToAddresses: ['care@shop.example.com'],
      Destination: { ToAddresses: ['ruta@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: 'Thank you', Charset: 'UTF-8' },
          Body: {
            Html: { Data: '<p>Thank you</p>', Charset: 'UTF-8' },
            Text: { Data: 'Thank you', Charset: 'UTF-8' },
          },
          Headers: [
            { Name: 'List-Unsubscribe', Value: '<https://shop.example.com/u/token>' },
            { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
          ],
        },
      },
      EmailTags: [{ Name: 'perennial-message', Value: 'AbC_-123' }],
      ConfigurationSetName: 'perennial-test',
      TenantName: 'marketing',
    });
  });

  const answers: [string, SendOutcome['kind'], Answer][] = [
    ['a reset', 'ambiguous', (request) => request.socket.resetAndDestroy()],
    ['a closed connection', 'ambiguous', (request) => request.socket.end()],
    ['an answer of 500', 'ambiguous', json(500, { message: 'x' }, 'InternalFailure')],
    ['an answer of 503', 'ambiguous', json(503, { message: 'x' }, 'ServiceUnavailable')],
    ['an unreadable 200', 'ambiguous', (_, response) => response.end('<html>')],
    ['a 200 without message id', 'ambiguous', json(200, {})],
    ['a 429', 'throttled', json(429, { message: 'slow' }, 'TooManyRequestsException')],
    ['a bare 429', 'throttled', (_, response) => response.writeHead(429).end()],
    ['a spent quota', 'blocked', json(400, { message: 'x' }, 'LimitExceededException')],
    ['a paused account', 'blocked', json(400, { message: 'x' }, 'SendingPausedException')],
    ['a suspended account', 'blocked', json(400, { message: 'x' }, 'AccountSuspendedException')],
    [
      'an unverified MAIL FROM',
      'blocked',
      json(400, { message: 'x' }, 'MailFromDomainNotVerifiedException'),
    ],
    ['a missing configuration set', 'blocked', json(404, { message: 'x' }, 'NotFoundException')],
    ['missing rights', 'blocked', json(403, { message: 'x' }, 'AccessDeniedException')],
    ['an expired token', 'blocked', json(403, { message: 'x' }, 'ExpiredTokenException')],
    ['a bad signature', 'blocked', json(403, { message: 'x' }, 'SignatureDoesNotMatch')],
    [
      'the sandbox',
      'blocked',
      json(400, { message: 'Email address is not verified.' }, 'MessageRejected'),
    ],
    ['another rejection', 'rejected', json(400, { message: 'bad content' }, 'MessageRejected')],
    ['a bad request', 'rejected', json(400, { message: 'x' }, 'BadRequestException')],
  ];
  it.each(answers)('reads %s as %s, after exactly one request', async (_, kind, answer) => {
    const { outcome, requests } = await send(answer);
    expect(outcome.kind).toBe(kind);
    expect(requests).toHaveLength(1);
  });

  it('gives up on a silent SES, ambiguous, after exactly one request', async () => {
    const { outcome, requests } = await send(() => undefined, { timeoutMs: 300 });
    expect(outcome.kind).toBe('ambiguous');
    expect(requests).toHaveLength(1);
  });

  it('gives up on an SES that keeps the connection alive and never answers', async () => {
    const alive: Answer = (_, response) => {
      const timer = setInterval(() => response.writeProcessing(), 50);
      response.on('close', () => clearInterval(timer));
    };
    const { outcome, requests } = await send(alive, { timeoutMs: 300 });
    expect(outcome.kind).toBe('ambiguous');
    expect(requests).toHaveLength(1);
  }, 5_000);
});
