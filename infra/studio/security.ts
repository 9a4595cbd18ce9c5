/** Who may ask the studio for what: this machine's browser, its own pages, and nobody else's. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';

/** What each request carries through the pages. */
export type StudioVariables = {
  /** Of this answer's styles: for CodeMirror's `EditorView.cspNonce`. */
  nonce: string;
  /** To be sent back with each change: field `token` of a form, or header `x-studio-token`. */
  token: string;
};
export type StudioEnv = { Variables: StudioVariables };
export type StudioContext = Context<StudioEnv>;

export const TOKEN_FIELD = 'token';
export const TOKEN_HEADER = 'x-studio-token';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
/** Several times the largest file of a release (infra/studio/save.tsx); more is a slip, or an attack. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** Nothing inline, nothing from elsewhere; frames are our own previews, which have a policy of their own. */
const pagePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/**
 * For a rendered mail, shown in a frame by its own address: neither script nor form, whatever a template says.
 * A frame with `srcdoc` would inherit the page's policy and lose the mail's styles. It keeps our origin so that
 * the page can see how tall the mail is; nothing in it can use that, since no script runs in it, by the sandbox
 * and by the policy. Links open in a window of their own.
 */
export const previewPolicy = ({ images = true }: { images?: boolean } = {}): string =>
  [
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
    "default-src 'none'",
    images ? 'img-src https: data:' : "img-src 'none'",
    "style-src 'unsafe-inline'",
    "frame-ancestors 'self'",
  ].join('; ');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Browsers say where a request comes from; whoever is no browser still needs the token. */
function comesFromUs(c: Context): boolean {
  const host = c.req.header('host') ?? '';
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  if (origin !== undefined && origin !== `http://${host}`) return false;
  return site === undefined || site === 'same-origin';
}

async function tokenOf(c: Context): Promise<string> {
  const header = c.req.header(TOKEN_HEADER);
  if (header !== undefined) return header;
  const type = c.req.header('content-type') ?? '';
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)) return '';
  const field = (await c.req.parseBody().catch(() => ({}) as Record<string, unknown>))[TOKEN_FIELD];
  return typeof field === 'string' ? field : '';
}

const STALE = `This page is older than the studio that runs now, so nothing was changed. Go back with your browser:
what you wrote is still there. Copy it, load the page anew, and save again.`;

/** Stands before all pages. `secret`: one for as long as the studio runs. */
export function guard(
  secret = randomBytes(24).toString('base64url'),
): MiddlewareHandler<StudioEnv>[] {
  const check: MiddlewareHandler<StudioEnv> = async (c, next) => {
    // A name that another site made point to this machine is no name of ours.
    if (!LOOPBACK.test(c.req.header('host') ?? '')) {
      return c.text('The studio answers only on this machine.', 403);
    }
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (!reads && !comesFromUs(c))
      return c.text('The studio takes changes only from its pages.', 403);
    if (!reads && !same(await tokenOf(c), secret)) return c.text(STALE, 403);
    const nonce = randomBytes(16).toString('base64');
    c.set('nonce', nonce);
    c.set('token', secret);
    await next();
    if (!c.res.headers.has('content-security-policy')) {
      c.header('content-security-policy', pagePolicy(nonce));
    }
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'same-origin');
    c.header('cross-origin-opener-policy', 'same-origin');
    c.header('cross-origin-resource-policy', 'same-origin');
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
    return undefined;
  };
  const limit = bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: (c) => c.text(`More than ${BODY_BYTES_MAX} bytes are no template.`, 413),
  });
  return [limit, check];
}
