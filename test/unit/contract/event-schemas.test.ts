import { describe, expect, it } from 'vitest';
import {
  isEventName,
  publicProperties,
  publishedDetail,
} from '../../../functions/contract/event-schemas.ts';
import { PRODUCTS_MAX } from '../../../functions/contract/event-products.ts';
import { DEFINITIONS } from '../../../functions/contract/event-definitions.ts';
import { EVENT_NAMES } from '../../../functions/contract/events.ts';
import { identify, parsed, refusal, track } from '../../builders/segment-calls.ts';

const properties = (name: string, raw: { [name: string]: unknown }) =>
  parsed(track(name, raw)).properties;

const LINE = { product_id: 'RING-9', name: 'Amber ring', price: 29.95, quantity: 2 };

describe('orders', () => {
  it('become minor units of their own currency', () => {
    expect(
      properties('Order Completed', {
        order_id: 'A-1',
        total: 59.9,
        currency: 'eur',
        products: [LINE],
      }),
    ).toEqual({
      orderId: 'A-1',
      total: 5990,
      currency: 'EUR',
      products: [{ id: 'RING-9', quantity: 2, name: 'Amber ring', price: 2995 }],
    });
    const yen = properties('Order Completed', { order_id: 1, total: '1200', currency: 'JPY' });
    expect(yen).toEqual({ orderId: '1', total: 1200, currency: 'JPY', products: [] });
    const dinar = properties('Order Completed', { order_id: 1, total: 1.234, currency: 'KWD' });
    expect(dinar['total']).toBe(1234);
  });

  it('take the shop’s currency where they name none', () => {
    const order = parsed(track('Order Completed', { order_id: 'A-1', total: 5 }), {
      currency: 'JPY',
    });
    expect(order.properties).toMatchObject({ total: 5, currency: 'JPY' });
  });

  it('prefer total to value to revenue, and add up their lines where there is none', () => {
    const all = { order_id: 'A', total: 3, value: 2, revenue: 1 };
    expect(properties('Order Completed', all)['total']).toBe(300);
    expect(properties('Order Completed', { ...all, total: null })['total']).toBe(200);
    expect(properties('Order Completed', { order_id: 'A', revenue: '1.5' })['total']).toBe(150);
    expect(properties('Order Completed', { order_id: 'A', products: [LINE] })['total']).toBe(5990);
  });

  it('are refused without an id, without an amount, or with an amount that could be two things', () => {
    expect(refusal(track('Order Completed', { total: 5 }))).toEqual({
      code: 'malformed',
      path: 'properties.order_id',
      got: 'nothing',
      wanted: 'an id: text of 1 to 200 characters or a number',
    });
    expect(refusal(track('Order Completed', { order_id: 'A' })).path).toBe('properties.total');
    const comma = refusal(track('Order Completed', { order_id: 'A', total: '19,90' }));
    expect(comma).toMatchObject({ path: 'properties.total', got: 'text of 5 characters' });
    const euro = refusal(track('Order Completed', { order_id: 'A', total: 1, currency: 'euro' }));
    expect(euro.path).toBe('properties.currency');
  });

  it('keep an order whose lines are partly unreadable', () => {
    const order = properties('Order Completed', {
      order_id: 'A',
      total: 1,
      products: [null, 'x', { name: 'no id' }, { sku: 'S', quantity: 0 }, { sku: 'T' }],
    });
    expect(order['products']).toEqual([{ id: 'T', quantity: 1 }]);
  });

  it('are read up to their 200th line', () => {
    const products = Array.from({ length: 300 }, (_, n) => ({ product_id: n }));
    const order = properties('Order Completed', { order_id: 'A', total: 1, products });
    expect(order['products']).toHaveLength(PRODUCTS_MAX);
  });

  it('marked as a gift say so, in any spelling', () => {
    const gift = (value: unknown) =>
      properties('Order Completed', { order_id: 'A', total: 1, gift: value })['gift'];
    expect([true, 'true', 1, 'Yes'].map(gift)).toEqual([true, true, true, true]);
    expect([false, 'no', null, undefined, 'perhaps'].map(gift)).toEqual(Array(5).fill(undefined));
  });

  it('refunded keep a positive amount, or none for the whole order', () => {
    expect(properties('Order Refunded', { order_id: 'A', total: '-4.20' })).toEqual({
      orderId: 'A',
      total: 420,
      currency: 'EUR',
    });
    expect(properties('Order Refunded', { order_id: 'A' })).toEqual({
      orderId: 'A',
      currency: 'EUR',
    });
  });
});

describe('products', () => {
  it('keep their story as attributes, and only https addresses', () => {
    const { product } = properties('Product Viewed', {
      ...LINE,
      material: 'amber',
      stone: ' none ',
      attributes: { story: 'Found at Nida' },
      url: 'https://shop.example.com/ring',
      image_url: 'http://shop.example.com/ring.jpg',
      ['__proto__x']: 'no name of an attribute',
    }) as { product: object };
    expect(product).toEqual({
      id: 'RING-9',
      quantity: 2,
      name: 'Amber ring',
      price: 2995,
      currency: 'EUR',
      url: 'https://shop.example.com/ring',
      attributes: { material: 'amber', stone: 'none', story: 'Found at Nida' },
    });
  });

  it('of a cart are known by its id, or by the checkout’s', () => {
    const ids = [
      { cart_id: 'c', checkout_id: 'k', order_id: 'o' },
      { checkout_id: 'k', order_id: 'o' },
      { order_id: 'o' },
    ].map((raw) => properties('Checkout Started', raw)['cartId']);
    expect(ids).toEqual(['c', 'k', 'o']);
    expect(refusal(track('Cart Updated', { products: [] })).path).toBe('properties.cart_id');
  });

  it('added and removed name the cart and the product', () => {
    expect(properties('Product Added', { ...LINE, cart_id: 7 })).toEqual({
      cartId: '7',
      product: { id: 'RING-9', quantity: 2, name: 'Amber ring', price: 2995, currency: 'EUR' },
    });
    expect(refusal(track('Product Removed', { cart_id: 7 })).path).toBe('properties.product_id');
  });

  it('leave a cart empty when the list is', () => {
    const cart = properties('Cart Updated', {
      cart_id: 'c',
      products: [],
      expires_at: '2026-06-02T00:00:00Z',
      url: 'https://shop.example.com/cart',
    });
    expect(cart).toEqual({
      cartId: 'c',
      products: [],
      currency: 'EUR',
      url: 'https://shop.example.com/cart',
      expiresAt: Date.UTC(2026, 5, 2),
    });
  });
});

describe('feedback and consent', () => {
  it('take scores from 0 to 10 only', () => {
    expect(properties('Feedback Submitted', { score: '9' })).toEqual({ survey: 'nps', score: 9 });
    expect(properties('Feedback Submitted', { score: 0 })['score']).toBe(0);
    for (const score of [11, -1, 7.5, '', null, 'nine', true]) {
      expect(refusal(track('Feedback Submitted', { score })).path).toBe('properties.score');
    }
  });

  it('withdrawn for a topic that we do not have counts for all, given counts for none of ours', () => {
    const topic = (name: string, value: unknown) => properties(name, { topic: value })['topic'];
    expect(topic('Consent Withdrawn', 'offers')).toBe('offers');
    expect(topic('Consent Withdrawn', 'newsletter')).toBeUndefined();
    expect(topic('Consent Withdrawn', ['offers', 'reminders'])).toBeUndefined();
    expect(topic('Consent Given', 'newsletter')).toBe('newsletter');
    expect(topic('Consent Given', '*')).toBeUndefined();
  });
});

describe('an address beside an event', () => {
  const beside = (name: string) =>
    parsed(track(name, { order_id: 'A', total: 1, email: 'friend@example.com' })).profile?.email;

  it('is the customer’s beside an order, and anybody’s beside what we do not know', () => {
    expect(beside('Order Completed')).toBe('friend@example.com');
    expect(beside('Friend Invited')).toBeUndefined();
  });
});

describe('identify', () => {
  it('reads Segment’s reserved traits and marketing_consent', () => {
    const event = parsed(
      identify({
        email: ' Ruta@Example.COM ',
        firstName: 'Rūta',
        last_name: 'Kazlauskaitė',
        phone: '+370 600 00000',
        locale: 'lt_LT',
        timezone: 'Europe/Vilnius',
        address: { country: 'lt', city: 'Vilnius' },
        marketing_consent: 'true',
      }),
    );
    expect(event.properties).toEqual({});
    expect(event.profile).toEqual({
      email: 'ruta@example.com',
      firstName: 'Rūta',
      lastName: 'Kazlauskaitė',
      phone: '+370 600 00000',
      locale: 'lt-LT',
      timezone: 'Europe/Vilnius',
      country: 'LT',
      marketingConsent: true,
    });
  });

  it('drops what it cannot use', () => {
    const event = parsed(
      identify({
        email: 'not an address',
        locale: 'english',
        timezone: 'Mars/Olympus',
        country: 'Lithuania',
        marketing_consent: 'perhaps',
      }),
    );
    expect(event.profile).toBeUndefined();
  });
});

describe('every event', () => {
  it('has a schema', () => {
    expect(Object.keys(DEFINITIONS).sort()).toEqual([...EVENT_NAMES].sort());
    expect(EVENT_NAMES.every(isEventName)).toBe(true);
  });

  it('with a name that we do not know is kept without properties', () => {
    const event = parsed(track('Ring Engraved', { text: 'For Anna' }));
    expect(event).toMatchObject({ name: 'Ring Engraved', properties: {} });
    expect(publishedDetail(event).data.properties).toEqual({});
  });

  it('is complete on the bus unless it tells about the person', () => {
    const order = { order_id: 'A', total: 1 };
    expect(publishedDetail(parsed(track('Order Completed', order))).metadata.complete).toBe(true);
    const personal = track('Order Completed', { ...order, email: 'ruta@example.com' });
    expect(publishedDetail(parsed(personal)).metadata.complete).toBe(false);
    expect(publishedDetail(parsed(identify({ firstName: 'Rūta' }))).metadata.complete).toBe(false);
  });

  it('publishes what the kernel needs of a cart, and not the address that leads back to it', () => {
    const cart = parsed(
      track('Cart Updated', {
        cart_id: 'c',
        url: 'https://shop.example.com/cart?token=1',
        products: [{ ...LINE, engraving: 'For Anna' }],
      }),
    );
    expect(publicProperties(cart)).toEqual({
      cartId: 'c',
      currency: 'EUR',
      products: [{ id: 'RING-9', quantity: 2, name: 'Amber ring', price: 2995 }],
    });
  });

  it('too large for one billed entry travels by its key alone', () => {
    const products = Array.from({ length: 200 }, (_, n) => ({
      product_id: `P-${n}`,
      name: 'x'.repeat(200),
      category: 'y'.repeat(60),
    }));
    const order = parsed(track('Order Completed', { order_id: 'A', total: 1, products }));
    const detail = publishedDetail(order);
    expect(detail.metadata.complete).toBe(false);
    expect(detail.data.properties).toEqual({});
  });
});
