/** What a mail promises, from the step that sends it. Pure: the same row and terms always promise the same. */
import { type Coupon, couponCode, type CouponTerms } from '../contract/coupons.ts';
import type { Journey, Policy } from '../contract/journeys.ts';
import type { Message } from '../contract/messages.ts';
import { minorUnitExponent } from '../contract/money.ts';
import { DAY_MS } from '../contract/time.ts';
import type { Secrets } from '../contract/tokens.ts';
import { planOf } from './wake/plan.ts';
import { nextLocal, type Zone } from './zones.ts';

/** The terms of the step that planned the mail, in the release that it belongs to. */
export function couponTerms(
  policy: Policy,
  message: Pick<Message, 'journey' | 'release' | 'step' | 'purpose'>,
): CouponTerms | undefined {
  if (message.purpose !== 'marketing') return undefined;
  const journey: Journey | undefined = planOf(policy).journeyOf(message);
  const step = journey?.steps.find(({ id }) => id === message.step);
  return step?.kind === 'send' ? step.coupon : undefined;
}

/**
 * Valid from when the mail was due, and through the last of its days as the customer's wall shows them. What
 * was put off is due later, so nobody gets a coupon that has run down while it waited; its code stays.
 */
export function issueCoupon(
  row: Pick<Message, 'id' | 'notBefore' | 'coupon'>,
  terms: CouponTerms,
  where: { zone: Zone; currency: string; secrets: Secrets },
): Coupon {
  const { zone, currency, secrets } = where;
  const issuedAt = row.notBefore;
  const expiresAt = nextLocal(issuedAt + terms.validDays * DAY_MS + 1, zone, 0) - 1;
  const amount =
    terms.amount === undefined
      ? {}
      : { amount: Math.round(terms.amount * 10 ** minorUnitExponent(currency)), currency };
  return {
    code: row.coupon?.code ?? couponCode(row.id, terms.prefix, secrets),
    ...(terms.percent !== undefined && { percent: terms.percent }),
    ...amount,
    issuedAt,
    expiresAt,
  };
}
