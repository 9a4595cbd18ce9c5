/**
 * Tokens in links of mails: who, which message, for what, until when. No address inside; nothing secret
 * either, so they are signed, not encrypted. `<key id>.<purpose>.<customer>.<message>.<topic>.<expiry>.<mac>`
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { hashId } from './ids.ts';
import { type Topic, TOPICS } from './messages.ts';
import type { Instant } from './time.ts';

/** `unsubscribe` never expires: who keeps a mail for years may still leave. */
export const TOKEN_PURPOSES = [
  'unsubscribe',
  'survey',
  'preferences',
  'double-opt-in',
  'undo',
] as const;
export type TokenPurpose = (typeof TOKEN_PURPOSES)[number];

export type LinkToken = {
  purpose: TokenPurpose;
  customerId: string;
  messageId: string;
  /** What the mail was about, so that the page can offer to leave only that. */
  topic?: Topic;
  /** Absent: never. */
  expiresAt?: Instant;
};

/** The stage's secret, and the one before it while it is rotated. At least 32 characters each. */
export type Secrets = { current: string; previous?: string };

/** Below this a secret could be guessed. */
export const SECRET_CHARS_MIN = 32;
/** The longest token is about 150 characters. */
const TOKEN_CHARS_MAX = 300;
const SAFE_ID = /^[A-Za-z0-9_-]{1,64}$/;

const macOf = (secret: string, text: string): string =>
  createHmac('sha256', `perennial link ${secret}`).update(text).digest('base64url');
/** Names the secret without telling anything about it. */
const keyIdOf = (secret: string): string => hashId('link-key', secret).slice(0, 6);

/** The text for a link. Throws on ids that are not ours: such a token could not be read again. */
export function signToken(token: LinkToken, secrets: Secrets): string {
  const { purpose, customerId, messageId, topic, expiresAt } = token;
  if (!SAFE_ID.test(customerId) || !SAFE_ID.test(messageId)) {
    throw new TypeError('signToken wanted ids of A-Z a-z 0-9 _ -');
  }
  if (secrets.current.length < SECRET_CHARS_MIN) {
    throw new TypeError(`signToken wanted a secret of at least ${SECRET_CHARS_MIN} characters`);
  }
  const expiry = expiresAt === undefined ? '' : expiresAt.toString(36);
  const key = keyIdOf(secrets.current);
  const text = [key, purpose, customerId, messageId, topic ?? '', expiry].join('.');
  return `${text}.${macOf(secrets.current, text)}`;
}

export type TokenRead =
  | { ok: true; token: LinkToken }
  | { ok: false; reason: 'forged' | 'expired' | 'wrong-purpose' };

/**
 * Reads a token of one purpose. The signature covers and is compared as the encoded text: decoding first
 * would accept texts that differ only in bits which base64url drops.
 */
export function readToken(
  text: string,
  purpose: TokenPurpose,
  secrets: Secrets,
  now: Instant,
): TokenRead {
  const cut = text.lastIndexOf('.');
  if (text.length > TOKEN_CHARS_MAX || cut < 0) return { ok: false, reason: 'forged' };
  const signed = text.slice(0, cut);
  const [keyId, given, customerId, messageId, topic, expiry] = signed.split('.');
  const secret = [secrets.current, secrets.previous].find(
    (one) => one !== undefined && keyIdOf(one) === keyId,
  );
  if (secret === undefined || !sameText(text.slice(cut + 1), macOf(secret, signed))) {
    return { ok: false, reason: 'forged' };
  }
  if (given !== purpose) return { ok: false, reason: 'wrong-purpose' };
  const expiresAt = expiry ? Number.parseInt(expiry, 36) : undefined;
  if (expiresAt !== undefined && now > expiresAt) return { ok: false, reason: 'expired' };
  const known = TOPICS.find((one) => one === topic);
  return {
    ok: true,
    token: {
      purpose,
      customerId: customerId ?? '',
      messageId: messageId ?? '',
      ...(known && { topic: known }),
      ...(expiresAt !== undefined && { expiresAt }),
    },
  };
}

/** Equal texts, in a time that does not depend on where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
