/** A sender in a loop, or somebody who plays: the journeys of the shop, the kernel as it is. */
import { expect, it } from 'vitest';
import { policyOf } from '../../cli/policy.ts';
import { parseEvent } from '../../functions/contract/event-schemas.ts';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import { share } from '../../functions/contract/ids.ts';
import { DAY_MS, iso } from '../../functions/contract/time.ts';
import { stages } from '../../infra/config.ts';
import { checkStage } from '../../infra/stage-config.ts';
import { Drive } from '../builders/drive.ts';
import { identify, track } from '../builders/segment-calls.ts';

const EVENTS = 10_000;
const START = Date.UTC(2026, 5, 1, 12);
const UNTIL = START + 60 * DAY_MS;

const { settings } = checkStage('dev', stages.dev);
const policy = policyOf('templates', settings);

/** One call of many kinds, by number; every cart, order and answer is another one. */
function callOf(n: number) {
  const product = { product_id: `P-${n % 40}`, name: 'Ring', price: 20 + (n % 9) };
  const cart = { cart_id: `c-${n}`, products: [product], url: 'https://shop.example.com/cart' };
  const calls = [
    track('Product Viewed', product),
    track('Products Searched', { query: `ring ${n % 50}` }),
    track('Cart Updated', cart),
    track('Checkout Started', cart),
    track('Order Completed', { order_id: `A-${n}`, total: 30, products: [product] }),
    track('Order Shipped', { order_id: `A-${n - 1}` }),
    track('Order Delivered', { order_id: `A-${n - 2}` }),
    track('Feedback Submitted', { score: n % 11, occasion: `A-${n}` }),
    identify({ firstName: `Anna ${n}` }),
    track('Consent Given', { source: 'loop' }),
  ];
  return calls[Math.floor(share('flood', String(n)) * calls.length)] ?? calls[0];
}

function events(): CustomerEvent[] {
  const traits = { email: 'anna@example.com', marketing_consent: true, timezone: 'Europe/Vilnius' };
  const calls = [identify(traits), ...Array.from({ length: EVENTS - 1 }, (_, n) => callOf(n))];
  return calls.map((call, n) => {
    const receivedAt = START + n * 6;
    const stamped = { ...call, messageId: `m-${n}`, userId: 'u-1', timestamp: iso(receivedAt) };
    const read = parseEvent(stamped, { receivedAt, currency: 'EUR', kind: 'server' });
    if (!read.ok) throw new Error(`refused: ${JSON.stringify(read.reason)}`);
    return read.event;
  });
}

it('ten thousand events of one customer in a minute lead to no more mails than the caps allow', () => {
  const sent = events();
  expect((sent.at(-1)?.receivedAt ?? 0) - START).toBeLessThan(60_000);
  const { messages } = new Drive(policy).live(sent, UNTIL);
  const marketing = messages.filter(({ purpose }) => purpose === 'marketing');
  expect(marketing.length).toBeGreaterThan(0);
  const within = (from: number, days: number) =>
    marketing.filter(({ plannedAt }) => plannedAt >= from && plannedAt < from + days * DAY_MS)
      .length;
  for (const { plannedAt } of marketing) {
    expect(within(plannedAt, 1)).toBeLessThanOrEqual(settings.pace.perDay);
    expect(within(plannedAt, 7)).toBeLessThanOrEqual(settings.pace.perWeek);
  }
  // What goes beside the caps is asked for by one act of the customer, not by each of ten thousand.
  expect(messages.length - marketing.length).toBeLessThanOrEqual(settings.pace.perDay);
});
