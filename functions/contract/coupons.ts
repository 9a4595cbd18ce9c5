/**
 * Coupons of mails: one code a message, made from its id. Nothing is stored to make it, a repeat makes the same
 * one, and nobody without the stage's secret makes another (docs/decisions/2026-11-22-coupons.md).
 */
import { createHmac } from 'node:crypto';
import type { Instant } from './time.ts';
import { SECRET_CHARS_MIN, type Secrets } from './tokens.ts';

/** What a send step of a journey promises. Exactly one of `percent` and `amount`. */
export type CouponTerms = {
  /** Off the order, 1 to 100. */
  percent?: number;
  /** Off the order, a decimal number in the shop's currency. */
  amount?: number;
  /** Whole days after the day on which the mail goes, in the customer's zone. */
  validDays: number;
  /** What the code begins with. */
  prefix?: string;
};

/** What one mail promises; kept in its row, and told on the bus. */
export type Coupon = {
  code: string;
  percent?: number;
  /** Minor units of `currency`. */
  amount?: number;
  currency?: string;
  /** From when on it counts. */
  issuedAt: Instant;
  /** The last millisecond of its last day at the customer's place. */
  expiresAt: Instant;
};

/** Longer promises outlive the shop's memory of them. */
export const COUPON_DAYS_MAX = 365;
export const COUPON_PREFIX = /^[A-Z][A-Z0-9]{1,7}$/;
/**
 * Digits and capitals without those that are taken for each other in any hand or font (0 O, 1 I L, 2 Z, 5 S, 8 B,
 * U V) and without the remaining vowels, so that no code is a word.
 */
export const COUPON_SIGNS = '34679CDFGHJKMNPQRTVWXY';
/** 22 signs to the 12th: 53 bits. Of a million codes two are the same once in 26,000 shops. */
const CODE_SIGNS = 12;
const GROUP_SIGNS = 4;

/** `OAK-7KQM-4TXD-HN9W`. The same message, prefix and secret always make the same. */
export function couponCode(
  messageId: string,
  prefix: string | undefined,
  { current }: Secrets,
): string {
  if (current.length < SECRET_CHARS_MIN) {
    throw new TypeError(`couponCode wanted a secret of at least ${SECRET_CHARS_MIN} characters`);
  }
  const mac = createHmac('sha256', `perennial coupon ${current}`).update(messageId).digest('hex');
  // 256 bits against 53: no sign is likelier than another by anything that could be measured.
  let rest = BigInt(`0x${mac}`);
  let signs = '';
  while (signs.length < CODE_SIGNS) {
    signs += COUPON_SIGNS[Number(rest % BigInt(COUPON_SIGNS.length))];
    rest /= BigInt(COUPON_SIGNS.length);
  }
  const groups = signs.match(new RegExp(`.{${GROUP_SIGNS}}`, 'g')) ?? [];
  return [...(prefix ? [prefix] : []), ...groups].join('-');
}
