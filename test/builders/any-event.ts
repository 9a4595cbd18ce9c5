/** Arbitrary events for property tests: few ids and times, so that they meet and tie often. */
import * as fc from 'fast-check';
import type { CustomerEvent, ProfileFields } from '../../functions/contract/events.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../functions/contract/time.ts';
import { event, product, T0 } from './events.ts';

const pick = <T>(...values: T[]) => fc.constantFrom(...values);
const anyProduct = fc
  .record({ id: fc.integer({ min: 1, max: 30 }), quantity: fc.integer({ min: 1, max: 3 }) })
  .map(({ id, quantity }) => product(`P-${id}`, { quantity }));
const anyProducts = fc.array(anyProduct, { maxLength: 4 });
const orderId = fc.integer({ min: 1, max: 40 }).map((n) => `A-${n}`);
const cartId = fc.integer({ min: 1, max: 8 }).map((n) => `c-${n}`);

type Body = Pick<CustomerEvent, 'name' | 'properties' | 'profile'>;
const of = (name: string, properties: fc.Arbitrary<object>): fc.Arbitrary<Body> =>
  properties.map((each) => ({ name, properties: { ...each } }));

const anyProfile: fc.Arbitrary<ProfileFields> = fc.record(
  {
    email: pick('a@example.com', 'b@example.com'),
    firstName: pick('Rūta', 'Jonas'),
    timezone: pick('Europe/Vilnius', 'America/New_York', 'Asia/Kathmandu'),
    country: pick('LT', 'US'),
    marketingConsent: pick(true, true, true, true, false),
  },
  { requiredKeys: [] },
);

const order = of(
  'Order Completed',
  fc.record(
    {
      orderId,
      total: fc.integer({ min: 0, max: 9000 }),
      currency: pick('EUR', 'USD'),
      products: anyProducts,
      gift: fc.boolean(),
    },
    { requiredKeys: ['orderId', 'total', 'currency', 'products'] },
  ),
);
const aboutOrder = pick('Order Shipped', 'Order Delivered', 'Order Cancelled').chain((name) =>
  of(name, fc.record({ orderId })),
);
const refund = of(
  'Order Refunded',
  fc.record({ orderId, total: fc.integer({ min: 1, max: 9000 }) }, { requiredKeys: ['orderId'] }),
);
const cart = pick('Cart Updated', 'Cart Viewed', 'Checkout Started').chain((name) =>
  of(name, fc.record({ cartId, products: anyProducts })),
);
const line = pick('Product Added', 'Product Removed').chain((name) =>
  of(name, fc.record({ cartId, product: anyProduct })),
);
const view = of('Product Viewed', fc.record({ product: anyProduct }));
const search = of('Products Searched', fc.record({ query: pick('amber', 'opal', 'jade', 'x') }));
const feedback = of(
  'Feedback Submitted',
  fc.record(
    { survey: pick('nps', 'fit'), score: fc.integer({ min: 0, max: 10 }), occasion: orderId },
    { requiredKeys: ['survey', 'score'] },
  ),
);
const consent = pick('Consent Given', 'Consent Given', 'Consent Withdrawn').chain((name) =>
  of(
    name,
    fc.record(
      { source: pick('form'), topic: pick('offers', 'feedback', 'reminders', 'unknown') },
      { requiredKeys: ['source'] },
    ),
  ),
);
const mail = pick('Permanent', 'Transient').chain((bounceType) =>
  of('Email Bounced', fc.constant({ bounceType })),
);
const other = pick(
  'Email Marked as Spam',
  'Email Opened',
  'Email Delivered',
  'Shop Closed',
  'Detractor Reported',
);

/** What any event says, weighted so that orders and carts outgrow their lists. */
export const anyBody: fc.Arbitrary<Body> = fc.oneof(
  { weight: 60, arbitrary: order },
  { weight: 30, arbitrary: aboutOrder },
  { weight: 20, arbitrary: refund },
  { weight: 30, arbitrary: cart },
  { weight: 30, arbitrary: line },
  { weight: 40, arbitrary: view },
  { weight: 10, arbitrary: search },
  { weight: 20, arbitrary: feedback },
  { weight: 12, arbitrary: consent },
  // Rare: after one of them all marketing is silent.
  { weight: 1, arbitrary: mail },
  { weight: 3, arbitrary: other.chain((name) => of(name, fc.constant({}))) },
  {
    weight: 20,
    arbitrary: anyProfile.map((profile) => ({ name: 'identify', properties: {}, profile })),
  },
);

/** `from` to `to` in hours of `T0`; ties are likely. */
export const anyEvent = (hours: { from: number; to: number }): fc.Arbitrary<CustomerEvent> =>
  fc
    .record({
      body: anyBody,
      id: fc.uuid(),
      hour: fc.integer({ min: hours.from, max: hours.to }),
      lagHours: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 90 })),
      verified: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
      history: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      channel: pick('web' as const, 'store' as const),
    })
    .map(({ body, id, hour, lagHours, verified, history, channel }) => {
      const occurredAt: Instant = T0 + hour * HOUR_MS;
      const { name, properties, profile } = body;
      return event(name, properties, {
        id,
        occurredAt,
        receivedAt: occurredAt + lagHours * HOUR_MS,
        verified,
        mode: history ? 'history' : 'live',
        channel,
        ...(profile && { profile }),
      });
    });

/** A few months of one customer. */
export const anyHistory = (max: number): fc.Arbitrary<CustomerEvent[]> =>
  fc.array(anyEvent({ from: 0, to: (90 * DAY_MS) / HOUR_MS }), { maxLength: max, size: 'max' });

/** The same events in another order, some of them more than once. */
export const shuffledWithRepeats = (events: CustomerEvent[]): fc.Arbitrary<CustomerEvent[]> =>
  fc
    .array(fc.nat({ max: Math.max(0, events.length - 1) }), { maxLength: 20 })
    .map((repeats) => (events.length === 0 ? [] : repeats.flatMap((at) => events[at] ?? [])))
    .chain((repeats) => {
      const all = [...events, ...repeats];
      return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
    });
