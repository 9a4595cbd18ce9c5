/** Signatures of webhooks, over the bytes as they came: compared as encoded text, in constant time. */
import { createHmac } from 'node:crypto';
import { sameText, type Secrets } from '../contract/tokens.ts';
import type { Instant } from '../contract/time.ts';
import type { Maker } from '../contract/webhooks.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** Stripe's own tolerance: a request older than this may be one that somebody recorded. */
export const STRIPE_WINDOW_MS = 300_000;
/** Stripe signs with each of its secrets while it rotates one: two. */
const STRIPE_SIGNATURES_MAX = 8;

/** Whether one of the maker's secrets signed these bytes. */
export function isSigned(
  maker: Maker,
  { headers, body }: { headers: Headers; body: Buffer },
  secrets: Secrets,
  now: Instant,
): boolean {
  const known = [secrets.current, secrets.previous].filter((one) => one !== undefined);
  if (maker === 'stripe') return isStripe(headers['stripe-signature'], body, known, now);
  const given = headers[maker === 'shopify' ? 'x-shopify-hmac-sha256' : 'x-wc-webhook-signature'];
  if (!given) return false;
  return known.some((secret) =>
    sameText(given, createHmac('sha256', secret).update(body).digest('base64')),
  );
}

/** `t=1780315200,v1=hex,v1=hex,v0=…`: any of the v1 over `t.body`. */
function isStripe(
  header: string | undefined,
  body: Buffer,
  secrets: readonly string[],
  now: Instant,
): boolean {
  const parts = (header ?? '').split(',').map((part) => part.trim());
  const stamp = parts.find((part) => part.startsWith('t='))?.slice(2) ?? '';
  if (!/^\d{1,12}$/.test(stamp)) return false;
  const given = parts.filter((part) => part.startsWith('v1=')).slice(0, STRIPE_SIGNATURES_MAX);
  const isRight = secrets.some((secret) => {
    const mac = createHmac('sha256', secret).update(`${stamp}.`).update(body).digest('hex');
    return given.some((one) => sameText(one.slice(3), mac));
  });
  return isRight && Math.abs(now - Number(stamp) * 1000) <= STRIPE_WINDOW_MS;
}
