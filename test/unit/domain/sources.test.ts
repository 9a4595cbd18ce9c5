import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from '../../../functions/contract/event-schemas.ts';
import { type Maker, MAKERS } from '../../../functions/contract/webhooks.ts';
import { iso } from '../../../functions/contract/time.ts';
import type { Mapped } from '../../../functions/domain/sources/call.ts';
import { shopifyToEvents } from '../../../functions/domain/sources/shopify.ts';
import { stripeToEvents } from '../../../functions/domain/sources/stripe.ts';
import { woocommerceToEvents } from '../../../functions/domain/sources/woocommerce.ts';
import { hook, HOOK_NOW, type Hook, hooksOf } from '../../builders/hooks.ts';

const TO_EVENTS: { [maker in Maker]: (topic: string, payload: unknown) => Mapped } = {
  shopify: shopifyToEvents,
  woocommerce: woocommerceToEvents,
  stripe: stripeToEvents,
};
const mappedOf = ({ maker, topic, payload }: Hook) => TO_EVENTS[maker](topic, payload);
const context = { receivedAt: HOOK_NOW, currency: 'EUR', kind: 'server' as const };

/** The events of a webhook; throws where the parser refuses one. */
function eventsOf(hook: Hook) {
  const mapped = mappedOf(hook);
  if ('ignored' in mapped) return [];
  return mapped.calls.map((call) => {
    const parsed = parseEvent(call, context);
    if (!parsed.ok) throw new Error(`${hook.name}: ${JSON.stringify(parsed.reason)}`);
    return parsed;
  });
}

/** A webhook and what follows from it, for people to read. */
function table(hook: Hook): string {
  const mapped = mappedOf(hook);
  if ('ignored' in mapped) return `${hook.name}\n  (nothing: ${mapped.ignored})`;
  const lines = eventsOf(hook).map(({ event, body }) => {
    const who = [body.userId && `user ${body.userId}`, event.profile?.email].filter(Boolean);
    const profile = event.name === 'identify' ? event.profile : event.properties;
    return `  ${iso(event.occurredAt)}  ${event.name}  [${who.join(', ')}] ${event.channel}\n    ${JSON.stringify(profile)}`;
  });
  const asked = (mapped.requests ?? []).map(
    ({ kind, aliases }) => `  kept for people: ${kind} of ${aliases.length} aliases`,
  );
  return [hook.name, ...asked, ...lines].join('\n');
}

describe.each(MAKERS)('the webhooks of %s', (maker) => {
  it('become the events in the table beside them', async () => {
    const text = `${hooksOf(maker).map(table).join('\n\n')}\n`;
    await expect(text).toMatchFileSnapshot(`../../fixtures/${maker}/events.txt`);
  });

  it('tell the same under the same ids each time', () => {
    for (const hook of hooksOf(maker)) {
      expect(mappedOf(structuredClone(hook))).toEqual(mappedOf(hook));
    }
  });

  it('of any content are mapped without a throw, and each call is stored or refused', () => {
    const topics = hooksOf(maker).map(({ topic }) => topic);
    const parts = ['data', 'object', 'refunds', 'fulfillments', 'line_items', 'customer', 'id'];
    const key = fc.oneof(fc.constantFrom(...parts, 'email', '__proto__', 'status'), fc.string());
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 6 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom('success', 'refund', 'ona@example.com', 'paid', 'completed', 1780315200),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(key, tie('json'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...topics), json, (topic, payload) => {
        const mapped = TO_EVENTS[maker](topic, payload);
        const calls = 'ignored' in mapped ? [] : mapped.calls;
        for (const call of calls) expect(typeof parseEvent(call, context).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it('with any one part replaced are mapped without a throw', () => {
    const hooks = hooksOf(maker);
    fc.assert(
      fc.property(fc.constantFrom(...hooks), fc.nat(), fc.jsonValue(), (hook, place, value) => {
        const payload = withPart(hook.payload, place, value);
        const mapped = mappedOf({ ...hook, payload });
        const calls = 'ignored' in mapped ? [] : mapped.calls;
        for (const call of calls) expect(typeof parseEvent(call, context).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});

/** The payload with its nth part replaced. */
function withPart(payload: unknown, place: number, value: unknown): unknown {
  const copy = structuredClone(payload);
  const spots: [{ [name: string]: unknown }, string][] = [];
  const walk = (part: unknown) => {
    if (typeof part !== 'object' || part === null) return;
    for (const name of Object.keys(part)) {
      const holder = part as { [name: string]: unknown };
      spots.push([holder, name]);
      walk(holder[name]);
    }
  };
  walk(copy);
  const [holder, name] = spots[place % spots.length] ?? [];
  if (holder && name !== undefined) holder[name] = value;
  return copy;
}

const names = (hook: Hook) => eventsOf(hook).map(({ event }) => event.name);
const changed = (hook: Hook, change: object): Hook => ({
  ...hook,
  payload: { ...(hook.payload as object), ...change },
});

describe('an order of Shopify', () => {
  it('is delivered when the carrier says so, not when it is on its way', () => {
    const delivered = hook('shopify', 'fulfillments__update~delivered');
    expect(names(delivered)).toEqual(['Order Shipped', 'Order Delivered']);
    const onItsWay = hook('shopify', 'fulfillments__update~out-for-delivery');
    expect(names(onItsWay)).toEqual(['Order Shipped']);
    for (const status of ['cancelled', 'error', 'failure', 'pending', 'open']) {
      expect(names(changed(delivered, { status }))).toEqual([]);
    }
  });

  it('refunded in another currency than the shop’s is refunded by its lines', () => {
    const hooked = structuredClone(hook('shopify', 'orders__updated~refunded'));
    const payload = hooked.payload as { refunds: { transactions: object[] }[] };
    Object.assign(payload.refunds[0]?.transactions[0] ?? {}, { amount: '900.00', currency: 'SEK' });
    const refund = eventsOf(hooked).find(({ event }) => event.name === 'Order Refunded');
    expect(refund?.event.properties).toMatchObject({ total: 17_486, currency: 'EUR' });
  });

  it('without a time is refused by the parser, and never counts as of today', () => {
    const mapped = mappedOf(changed(hook('shopify', 'orders__create'), { created_at: null }));
    const calls = 'ignored' in mapped ? [] : mapped.calls;
    const order = calls.find(({ event }) => event === 'Order Completed');
    expect(parseEvent(order, context)).toMatchObject({ ok: false, reason: { code: 'bad-time' } });
  });

  it('of a wholesaler stays within the size of one event', () => {
    const lines = (hook('shopify', 'orders__create').payload as { line_items: object[] })
      .line_items;
    const long = Array.from({ length: 500 }, (_, id) => ({
      ...lines[0],
      product_id: 8_012_345_000_000 + id,
      title: '琥'.repeat(255),
      vendor: '琥'.repeat(255),
      variant_title: '琥'.repeat(255),
    }));
    const order = changed(hook('shopify', 'orders__create'), { line_items: long });
    expect(names(order)).toContain('Order Completed');
  });
});

describe('the consent of a customer of Shopify', () => {
  const withConsent = (consent: object | null) =>
    changed(hook('shopify', 'customers__create'), { email_marketing_consent: consent });

  it('is given or withdrawn at the time that Shopify names, with its level', () => {
    const [given] = eventsOf(hook('shopify', 'customers__create'));
    expect(given?.event).toMatchObject({
      name: 'Consent Given',
      occurredAt: Date.parse('2026-05-20T09:15:00-04:00'),
      properties: { source: 'shopify confirmed_opt_in' },
    });
  });

  it('is neither while it is pending, or nothing was ever said', () => {
    for (const state of ['not_subscribed', 'pending', 'invalid', 'redacted', 'SUBSCRIBED', null]) {
      expect(names(withConsent({ state }))).toEqual(['identify']);
    }
    expect(names(withConsent(null))).toEqual(['identify']);
  });

  it('without a time: a no counts as of now, a yes only where the customer’s own time is known', () => {
    const bare = { email_marketing_consent: { state: 'subscribed', consent_updated_at: null } };
    const told = hook('shopify', 'customers_email_marketing_consent__update');
    expect(names(changed(told, bare))).toEqual([]);
    const no = { email_marketing_consent: { state: 'unsubscribed', consent_updated_at: null } };
    expect(eventsOf(changed(told, no))[0]?.event).toMatchObject({
      name: 'Consent Withdrawn',
      occurredAt: HOOK_NOW,
    });
  });
});

describe('amounts of Stripe', () => {
  const paid = (amount_total: number, currency: string) => {
    const hooked = structuredClone(hook('stripe', 'checkout.session.completed'));
    const { data } = hooked.payload as { data: { object: object } };
    Object.assign(data.object, { amount_total, currency, consent: null });
    return eventsOf(hooked)[0]?.event.properties;
  };

  it('are in the units that Stripe counts in, which are not ISO’s for all currencies', () => {
    expect(paid(5990, 'eur')).toMatchObject({ total: 5990, currency: 'EUR' });
    expect(paid(5990, 'jpy')).toMatchObject({ total: 5990, currency: 'JPY' });
    expect(paid(599_000, 'huf')).toMatchObject({ total: 599_000, currency: 'HUF' });
    expect(paid(5990, 'kwd')).toMatchObject({ total: 5990, currency: 'KWD' });
    expect(paid(599_000, 'isk')).toMatchObject({ total: 5990, currency: 'ISK' });
  });

  it('of two refunds of one charge add up to what went back', () => {
    const totals = ['charge.refunded', 'charge.refunded~rest'].map(
      (name) => eventsOf(hook('stripe', name))[0]?.event.properties['total'],
    );
    expect(totals).toEqual([2000, 3990]);
  });

  it('belong to one order, whichever event and version of the API tells of it', () => {
    const orderIn = (name: string) => eventsOf(hook('stripe', name))[0]?.event;
    const paidLate = orderIn('checkout.session.async_payment_succeeded');
    const paidNow = orderIn('checkout.session.completed');
    expect(paidLate?.key).toEqual(paidNow?.key);
    expect(orderIn('charge.refunded')?.properties['orderId']).toBe(paidNow?.properties['orderId']);
    expect(orderIn('invoice.paid~newer-version')?.key).toEqual(orderIn('invoice.paid')?.key);
  });
});
