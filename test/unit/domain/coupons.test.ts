import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUPON_SIGNS, couponCode, type CouponTerms } from '../../../functions/contract/coupons.ts';
import { DAY_MS, iso } from '../../../functions/contract/time.ts';
import { couponTerms, issueCoupon } from '../../../functions/domain/coupons.ts';
import { changed, planned } from '../../../functions/domain/ledger.ts';
import { localParts } from '../../../functions/domain/zones.ts';
import { ledgerJourney, ledgerPolicy, NOON, plannedMessage } from '../../builders/ledger.ts';

const secrets = { current: 's'.repeat(32) };
const where = { zone: 'Europe/Vilnius', currency: 'EUR', secrets };
const terms: CouponTerms = { percent: 10, validDays: 14, prefix: 'OAK' };
const row = (change = {}) => planned(plannedMessage(change), 'op');

describe('the code of a coupon', () => {
  it('is the same for the same message, and another for every other one', () => {
    expect(couponCode('message-1', 'OAK', secrets)).toBe(couponCode('message-1', 'OAK', secrets));
    const codes = Array.from({ length: 20_000 }, (_, at) => couponCode(`m-${at}`, 'OAK', secrets));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('holds no sign that is taken for another, and no vowel', () =>
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(undefined, 'OAK'), (id, prefix) => {
        const code = couponCode(id, prefix, secrets);
        const [, own = ''] = /^(?:OAK-)?([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})$/.exec(code) ?? [];
        expect([...own.replaceAll('-', '')].every((sign) => COUPON_SIGNS.includes(sign))).toBe(
          true,
        );
        expect(own).not.toMatch(/[AEIOUBLSZ01258]/);
        expect(own).toHaveLength(14);
      }),
    ));

  it('takes each sign as often as any other', () => {
    const seen = new Map<string, number>();
    for (let at = 0; at < 5_000; at += 1) {
      const code = couponCode(String(at), undefined, secrets).replaceAll('-', '');
      for (const sign of code) seen.set(sign, (seen.get(sign) ?? 0) + 1);
    }
    const expected = (5_000 * 12) / COUPON_SIGNS.length;
    expect(seen.size).toBe(COUPON_SIGNS.length);
    for (const count of seen.values()) expect(Math.abs(count / expected - 1)).toBeLessThan(0.1);
  });

  it('cannot be made without the secret of the stage', () => {
    const other = couponCode('message-1', 'OAK', { current: 't'.repeat(32) });
    expect(other).not.toBe(couponCode('message-1', 'OAK', secrets));
    expect(() => couponCode('message-1', 'OAK', { current: 'short' })).toThrow(/secret/);
  });
});

describe('a coupon', () => {
  it('ends with the last minute of its last day at the place of the customer', () => {
    expect(iso(issueCoupon(row(), terms, where).expiresAt)).toBe('2026-06-24T20:59:59.999Z');
    const ends = (zone: string) => iso(issueCoupon(row(), terms, { ...where, zone }).expiresAt);
    expect(ends('America/New_York')).toBe('2026-06-25T03:59:59.999Z');
    expect(ends('Asia/Yerevan')).toBe('2026-06-24T19:59:59.999Z');
  });

  it('is valid for at least as many days as it says, in any zone and over changes of the clock', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 * 24 }),
        fc.integer({ min: 1, max: 365 }),
        fc.constantFrom('Europe/Vilnius', 'America/Sao_Paulo', 'Africa/Cairo', 'Pacific/Apia'),
        (hours, validDays, zone) => {
          const due = NOON + hours * 3_600_000;
          const { issuedAt, expiresAt } = issueCoupon(
            { ...row(), notBefore: due },
            { ...terms, validDays },
            { ...where, zone },
          );
          expect(issuedAt).toBe(due);
          expect(expiresAt - issuedAt).toBeGreaterThanOrEqual(validDays * DAY_MS);
          expect(expiresAt - issuedAt).toBeLessThan((validDays + 1) * DAY_MS + 2 * 3_600_000);
          const next = localParts(expiresAt + 1, zone);
          expect(next.day).toBe(localParts(expiresAt, zone).day + 1);
        },
      ),
    ));

  it('keeps its code when it is put off or the secret is changed, and counts its days anew', () => {
    const first = issueCoupon(row(), terms, where);
    const claimed = changed(row(), { kind: 'claim', at: NOON, coupon: first }, 'op-2');
    const reason = { code: 'throttled' as const, error: 'TooMany', attempt: 1 };
    const later = NOON + 2 * DAY_MS;
    const back =
      claimed && changed(claimed, { kind: 'put-back', notBefore: later, reason }, 'op-3');
    if (!back) throw new Error('not put back');
    const again = issueCoupon(back, terms, { ...where, secrets: { current: 'n'.repeat(32) } });
    expect(again.code).toBe(first.code);
    expect(again.expiresAt - first.expiresAt).toBe(2 * DAY_MS);
  });

  it('of an amount says it in minor units, by ISO 4217', () => {
    const amounts = (currency: string, amount: number) => {
      const coupon = issueCoupon(row(), { amount, validDays: 7 }, { ...where, currency });
      return [coupon.amount, coupon.currency, coupon.percent];
    };
    expect(amounts('EUR', 5)).toEqual([500, 'EUR', undefined]);
    expect(amounts('KWD', 1.5)).toEqual([1500, 'KWD', undefined]);
    expect(amounts('JPY', 500)).toEqual([500, 'JPY', undefined]);
  });

  it('is promised by the step that planned the mail, in its own release, and by marketing alone', () => {
    const journey = (coupon?: CouponTerms) => {
      const { steps, ...rest } = ledgerJourney();
      const own = steps.map((step) => ({ ...step, ...(coupon && { coupon }) }) as typeof step);
      return ledgerJourney({ ...rest, steps: own });
    };
    const policy = {
      ...ledgerPolicy({}, [journey({ percent: 20, validDays: 7 })]),
      release: 'release-2',
      older: [{ release: 'release-1', journeys: [journey(terms)] }],
    };
    expect(couponTerms(policy, plannedMessage())).toEqual(terms);
    const now = plannedMessage({ release: 'release-2' });
    expect(couponTerms(policy, now)).toEqual({ percent: 20, validDays: 7 });
    expect(couponTerms(policy, plannedMessage({ purpose: 'transactional' }))).toBeUndefined();
    expect(couponTerms(ledgerPolicy(), plannedMessage())).toBeUndefined();
  });
});
