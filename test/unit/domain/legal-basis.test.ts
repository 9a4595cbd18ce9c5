import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  LEGAL_BASES,
  LEGAL_BASES_WRITTEN,
  SALE_DAYS_MAX,
} from '../../../functions/contract/legal-bases.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { permission } from '../../../functions/domain/consent.ts';
import { stricterOf } from '../../../functions/domain/legal-basis.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { policy, settings } from '../../builders/policy.ts';

const NOTHING = policy([]);
const OFFERS = { purpose: 'marketing', topic: 'offers' } as const;

type World = { shop?: string; country?: string | undefined; days?: number };

/** The basis, or the code of the refusal, so many days after T0. */
function ask(events: CustomerEvent[], { shop = 'LT', country = 'LT', days = 1 }: World = {}) {
  const profile = { email: 'ruta@example.com', ...(country !== '-' && { country }) };
  const known = build.event('identify', {}, { profile, at: T0 - DAY_MS });
  const { customer } = new Drive(NOTHING).fold(known, ...events);
  const base = settings();
  const asked = { ...base, shop: { ...base.shop, country: shop } };
  const answer = permission(customer, undefined, OFFERS, asked, T0 + days * DAY_MS);
  return answer.ok ? answer.basis : answer.reason.code;
}
const noticed = (more = {}) => build.orderCompleted({ notice: true, ...more });

describe('the table of legal bases', () => {
  it('has one dated row a country, each with its source', () => {
    const countries = LEGAL_BASES.map(({ country }) => country);
    expect(new Set(countries).size).toBe(countries.length);
    expect(countries).toEqual([...countries].sort());
    for (const { country, source, written, sale } of LEGAL_BASES) {
      expect(country).toMatch(/^[A-Z]{2}$/);
      expect(source.length).toBeGreaterThan(10);
      expect(Number.isNaN(Date.parse(written))).toBe(false);
      expect(written <= LEGAL_BASES_WRITTEN).toBe(true);
      expect(sale?.days ?? 1).toBeLessThanOrEqual(SALE_DAYS_MAX);
    }
  });

  it('allows consent alone in Hungary, Armenia and Saudi Arabia', () => {
    for (const country of ['HU', 'AM', 'SA']) {
      expect(LEGAL_BASES.find((row) => row.country === country)).not.toHaveProperty('sale');
      expect(ask([noticed()], { country })).toBe('no-consent');
      expect(ask([noticed()], { shop: country })).toBe('no-consent');
    }
  });
});

describe('a sale without consent', () => {
  it('is enough in Lithuania and Germany where the notice at the sale is on record', () => {
    for (const country of ['LT', 'DE']) {
      expect(ask([noticed()], { shop: country, country })).toBe('own-goods');
      expect(ask([build.orderCompleted()], { shop: country, country })).toBe('no-consent');
    }
  });

  it('is enough in Canada without notice, for two years', () => {
    const canada = { shop: 'CA', country: 'CA' };
    expect(ask([build.orderCompleted()], { ...canada, days: 729 })).toBe('past-sale');
    expect(ask([build.orderCompleted()], { ...canada, days: 730 })).toBe('basis-expired');
  });

  it('is judged by the stricter of both countries, part by part', () => {
    expect(ask([build.orderCompleted()], { shop: 'CA', country: 'LT' })).toBe('no-consent');
    expect(ask([noticed()], { shop: 'LT', country: 'IE', days: 364 })).toBe('own-goods');
    expect(ask([noticed()], { shop: 'LT', country: 'IE', days: 365 })).toBe('basis-expired');
    expect(ask([noticed()], { shop: 'IE', country: 'LT', days: 365 })).toBe('basis-expired');
  });

  it('counts from the latest; one cancelled, paid back or of a browser key is none', () => {
    const again = noticed({ orderId: 'A-2', at: T0 + 600 * DAY_MS });
    expect(ask([noticed(), again], { days: 800 })).toBe('own-goods');
    expect(ask([noticed(), build.orderCancelled({ at: T0 + 1 })])).toBe('no-consent');
    expect(ask([noticed(), build.orderRefunded({ at: T0 + 1 })])).toBe('no-consent');
    expect(ask([noticed({ verified: false })])).toBe('no-consent');
  });

  it('is not a cart, whatever it is told with', () => {
    const cart = build.event('Cart Updated', {
      cartId: 'C-1',
      products: [build.product()],
      marketingNotice: true,
    });
    expect(ask([cart])).toBe('no-consent');
    expect(ask([cart], { shop: 'CA', country: 'CA' })).toBe('no-consent');
  });

  it('never brings back who left, and never outlives a consent that does not need it', () => {
    const left = build.consentWithdrawn({ at: T0 - 1 });
    expect(ask([left, noticed()])).toBe('consent-withdrawn');
    expect(ask([build.consentGiven()], { days: 5_000 })).toBe('consent');
    expect(ask([noticed(), build.consentGiven()], { country: 'HU' })).toBe('consent');
  });

  it('takes the country of a public key for none', () => {
    const said = { profile: { country: 'LT' }, verified: false };
    const browser = build.event('identify', {}, said);
    expect(ask([browser, noticed()], { country: '-' })).toBe('no-consent');
  });
});

const anyCountry = fc.constantFrom(...LEGAL_BASES.map(({ country }) => country), 'PL', 'XX', '-');
const anyOrders = fc
  .array(
    fc.record({
      notice: fc.boolean(),
      day: fc.integer({ min: 0, max: 900 }),
      verified: fc.boolean(),
    }),
    { maxLength: 6 },
  )
  .map((orders) =>
    orders.map(({ notice, day, verified }, n) =>
      build.orderCompleted({ orderId: `A-${n}`, notice, at: T0 + day * DAY_MS, verified }),
    ),
  );
const anyDay = fc.integer({ min: 900, max: 2_000 });
const allowed = (answer: string | undefined) => answer === 'own-goods' || answer === 'past-sale';
const ruled = (country: string) => LEGAL_BASES.some((row) => row.country === country && row.sale);

describe('whatever was bought, wherever', () => {
  it('an unknown country, of shop or customer, is never looser than consent alone', () => {
    fc.assert(
      fc.property(anyOrders, anyCountry, anyCountry, anyDay, (orders, shop, country, days) => {
        const answer = ask(orders, { shop, country, days });
        fc.pre(!ruled(shop) || !ruled(country));
        expect(answer).toBe('no-consent');
      }),
    );
  });

  it('two countries never allow what one of them alone refuses', () => {
    fc.assert(
      fc.property(anyOrders, anyCountry, anyCountry, anyDay, (orders, a, b, days) => {
        const both = allowed(ask(orders, { shop: a, country: b, days }));
        expect(both).toBe(allowed(ask(orders, { shop: b, country: a, days })));
        for (const one of [a, b]) {
          const alone = allowed(ask(orders, { shop: one, country: one, days }));
          expect(alone || !both).toBe(true);
        }
      }),
    );
  });

  it('what has ended stays ended until something new is bought', () => {
    fc.assert(
      fc.property(anyOrders, anyCountry, anyDay, fc.nat(2_000), (orders, country, day, more) => {
        const at = (days: number) => allowed(ask(orders, { shop: country, country, days }));
        expect(at(day) || !at(day + more)).toBe(true);
        expect(at(900 + SALE_DAYS_MAX)).toBe(false);
      }),
    );
  });

  it('the stricter of two rules is neither looser than the one nor than the other', () => {
    const rule = fc.option(fc.record({ notice: fc.boolean(), days: fc.nat(730) }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(rule, rule, (a, b) => {
        const both = stricterOf(a, b);
        const stricter = a && b && { notice: a.notice || b.notice, days: Math.min(a.days, b.days) };
        expect(both).toEqual(stricter);
      }),
    );
  });
});
