/** The one origin: start page, inbox, the HTTP API, and what tests and people ask of the local run. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { TAG } from '../../../functions/contract/messages.ts';
import { durationMs, iso } from '../../../functions/contract/time.ts';
import { LocalError } from '../errors.ts';
import type { Pages } from '../../studio/server.ts';
import type { HttpApi } from '../http-api.ts';
import type { InboxMail } from '../mail/inbox.ts';
import { inboxPage, mailBody, mailPage } from './inbox.ts';
import type { CustomerView } from '../customer-view.ts';
import type { BaseView } from '../predictions.ts';
import { customerPage } from './customer.ts';
import { type Overview, overview } from './overview.ts';
import { predictionsPage } from './predictions.ts';
import type { Message } from '../../../functions/contract/messages.ts';

export type WebDeps = {
  api: HttpApi;
  overview(): Overview;
  mails(): readonly InboxMail[];
  mail(id: string): InboxMail | undefined;
  ledgerRow(id: string): Message | undefined;
  predictions: {
    base(): Promise<BaseView>;
    /** The id of a customer by ours, the shop's own, or an address. */
    find(text: string): Promise<string | undefined>;
    customer(id: string): Promise<CustomerView | undefined>;
  };
  /** Resolves when everything due on the way has been done. */
  advance(ms: number): Promise<void>;
  clock(): { now: number; flowing: boolean; busy: boolean };
  status(): object;
  /** The pages of marketers, loaded when somebody wants to see them. */
  studio?(): Promise<Pages>;
};

/** Moving the clock further than this at once is a slip of the pen. */
const ADVANCE_MAX_MS = 400 * 86_400_000;
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
/** A mail's own page: no script, no form, nothing but pictures and its styles. */
const BODY_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data: https:; style-src 'unsafe-inline'";
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'";

export function localApp(deps: WebDeps): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    // Another site in the same browser must neither move the clock nor read the mails.
    const origin = c.req.header('origin');
    const own = LOOPBACK.test(c.req.header('host') ?? '');
    const foreign = origin !== undefined && !LOOPBACK.test(origin.replace(/^http:\/\//, ''));
    const isPublic = c.req.path.startsWith('/v1/');
    if (!own || (foreign && !isPublic))
      return c.text('This page answers only on this machine.', 403);
    await next();
    return undefined;
  });
  pages(app, deps);
  machines(app, deps);
  app.all('/studio/*', async (c) => {
    const pages = await deps.studio?.();
    return pages ? pages.fetch(c.req.raw) : c.notFound();
  });
  app.all('*', (c) => toApi(c, deps.api));
  return app;
}

function pages(app: Hono, deps: WebDeps): void {
  const show: Show = async (c, body) => {
    c.header('content-security-policy', PAGE_POLICY);
    return c.html(await body);
  };
  app.get('/', (c) => show(c, overview(deps.overview())));
  predictionPages(app, deps, show);
  app.get('/inbox', (c) => show(c, inboxPage(deps.mails(), Number(c.req.query('page') ?? 1) || 1)));
  app.get('/inbox/:id', (c) => {
    const mail = deps.mail(c.req.param('id'));
    if (!mail) return c.notFound();
    const ledger = deps.ledgerRow(mail.tags[TAG.message] ?? '');
    return show(c, mailPage(mail, ledger, deps.mails().length));
  });
  app.get('/inbox/:id/body', (c) => {
    const mail = deps.mail(c.req.param('id'));
    if (!mail) return c.notFound();
    c.header('content-security-policy', BODY_POLICY);
    return c.html(mailBody(mail));
  });
  app.post('/clock', async (c) => {
    const form = await c.req.parseBody();
    const refused = await advance(deps, form['advance']);
    return refused ? c.text(refused.message, refused.status) : c.redirect('/', 303);
  });
}

type Show = (c: Context, body: ReturnType<typeof overview>) => Promise<Response>;

/** Longer than any id or address. */
const ASKED_CHARS_MAX = 320;

function predictionPages(app: Hono, { predictions, mails }: WebDeps, show: Show): void {
  app.get('/predictions', (c) =>
    reading(c, async () => show(c, predictionsPage(await predictions.base(), mails().length))),
  );
  app.get('/customers', (c) =>
    reading(c, async () => {
      const asked = (c.req.query('id') ?? '').trim().slice(0, ASKED_CHARS_MAX);
      const id = asked === '' ? undefined : await predictions.find(asked);
      if (id !== undefined) return c.redirect(`/customers/${id}`, 303);
      c.status(404);
      return show(c, predictionsPage(await predictions.base(), mails().length, asked));
    }),
  );
  app.get('/customers/:id', (c) =>
    reading(c, async () => {
      const view = await predictions.customer(c.req.param('id'));
      return view ? show(c, customerPage(view, mails().length)) : c.notFound();
    }),
  );
}

/** When a year is over, its tables move to the disk: for a second or two nobody can read them. */
async function reading(c: Context, answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== 'ECONNREFUSED' && code !== 'ECONNRESET') throw error;
    c.header('retry-after', '2');
    return c.text('The tables are being moved. Look again in a moment.', 503);
  }
}

function machines(app: Hono, deps: WebDeps): void {
  const clock = () => {
    const { now, flowing, busy } = deps.clock();
    return { now: iso(now), mode: flowing ? 'flowing' : 'frozen', busy };
  };
  app.get('/local/clock', (c) => c.json(clock()));
  app.post('/local/clock', async (c) => {
    const body = await c.req.json<{ advance?: unknown } | null>().catch(() => null);
    const refused = await advance(deps, body?.advance);
    return refused ? c.json({ error: refused.message }, refused.status) : c.json(clock());
  });
  app.get('/local/status', (c) => c.json(deps.status()));
  app.get('/local/inbox', (c) =>
    c.json(
      deps.mails().map((mail) => ({
        ...mail,
        at: iso(mail.at),
        ledgerId: mail.tags[TAG.message] ?? null,
      })),
    ),
  );
}

/** What is wrong with the request, if anything. */
async function advance(
  deps: WebDeps,
  duration: unknown,
): Promise<{ status: 400 | 409; message: string } | undefined> {
  const ms = typeof duration === 'string' ? durationMs(duration) : undefined;
  if (ms === undefined || ms > ADVANCE_MAX_MS) {
    const got = JSON.stringify(duration);
    const message = `advance: got ${got}, wanted an ISO 8601 duration such as PT4H or P7D`;
    return { status: 400, message };
  }
  if (deps.clock().busy) {
    return { status: 409, message: 'A year is going by; the clock can be moved when it is over.' };
  }
  await deps.advance(ms);
  return undefined;
}

async function toApi(c: Context, api: HttpApi): Promise<Response> {
  const url = new URL(c.req.url);
  const answer = await api.handle({
    method: c.req.method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: c.req.header(),
    body: Buffer.from(await c.req.arrayBuffer()),
  });
  if (!answer) return c.json({ message: 'Not Found' }, 404);
  const response = new Response(answer.body.length > 0 ? new Uint8Array(answer.body) : null, {
    status: answer.status,
    headers: answer.headers,
  });
  for (const cookie of answer.cookies) response.headers.append('set-cookie', cookie);
  return response;
}

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Takes the port before anything is built: a busy one is told at once, and requests wait their turn. */
export function listen(port: number): Promise<{ server: Server; serve(app: Hono): void }> {
  let ready: (listener: Listener) => void = () => {};
  const listener = new Promise<Listener>((resolve) => {
    ready = resolve;
  });
  const server = createServer((incoming, outgoing) => {
    void listener.then((handle) => handle(incoming, outgoing));
  });
  return new Promise((resolve, reject) => {
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const busy = `Port ${port} is busy: stop what listens there, or choose another with --port.`;
      reject(cause.code === 'EADDRINUSE' ? new LocalError('port-busy', busy) : cause);
    });
    server.listen(port, '127.0.0.1', () =>
      resolve({
        server,
        serve: (app) => ready(getRequestListener(app.fetch) as Listener),
      }),
    );
  });
}
