import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mailFormat,
  type MailSource,
  mailVariables,
} from '../../../functions/app/mail-variables.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import type { Subject } from '../../../functions/contract/messages.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import {
  CONDITION_VARIABLES,
  LINE_VARIABLES,
  MAIL_VARIABLES,
} from '../../../functions/contract/variables.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { model, whenModel } from '../../builders/models.ts';
import { T0 } from '../../builders/events.ts';
import { policy, settings } from '../../builders/policy.ts';

const LINKS = {
  unsubscribe: 'https://mail.shop.example.com/u/t',
  survey: 'https://mail.shop.example.com/s/t',
  preferences: 'https://mail.shop.example.com/p/t',
};
const SHOP = settings();
SHOP.shop.reviewUrl = 'https://reviews.example.com/x';

const MODELS = [model('one', T0 - DAY_MS, undefined, whenModel())];

type Strings = { [name: string]: string };
type Values = { [group: string]: { [name: string]: unknown } };
/** Variables of a mail about a subject, after these events; the last of them is the mail's own. */
function variables(subject: Subject, events: CustomerEvent[], settings = SHOP): Values {
  const { customer } = new Drive(policy([])).fold(...events);
  const event = events.at(-1);
  const message = { subject, startedAt: T0, plannedAt: T0 + DAY_MS };
  const source = { customer, message, settings, models: MODELS, links: LINKS };
  return mailVariables({ ...source, ...(event && { event }) }) as Values;
}
const named = (name: string) =>
  variables({ kind: 'profile', id: 'x' }, [build.identify({ traits: { firstName: name } })])[
    'customer'
  ]?.['first_name'];

const ring = build.product('RING-9', {
  quantity: 2,
  price: 4950,
  url: 'https://shop.example.com/ring',
  imageUrl: 'https://images.example.com/ring.jpg',
  variant: '17 mm',
});

describe('mailVariables', () => {
  it('knows an order with its lines, in decimals', () => {
    const order = build.orderCompleted({ products: [ring], total: 9900 });
    const values = variables({ kind: 'order', id: 'A-1' }, [build.identify(), order]);
    expect(values['order']).toMatchObject({ id: 'A-1', number: 1, total: 99, gift: false });
    expect(values['order']?.['lines']).toEqual([
      {
        name: 'Amber ring',
        quantity: 2,
        price: 49.5,
        currency: 'EUR',
        variant: '17 mm',
        image_url: 'https://images.example.com/ring.jpg',
        url: 'https://shop.example.com/ring',
      },
    ]);
    expect(values['customer']).toMatchObject({ first_name: 'Rūta', orders_count: 1 });
  });

  it('knows the cart as it is now, with names and pictures from its event', () => {
    const chain = build.product('CHAIN', { name: 'Chain' });
    const whole = build.cartUpdated({ products: [ring, chain] });
    const edits = [
      build.productRemoved({ product: chain, at: T0 + 1 }),
      build.productAdded({ product: { ...ring, quantity: 3 }, at: T0 + 2 }),
    ];
    const { customer } = new Drive(policy([])).fold(whole, ...edits);
    const message = {
      subject: { kind: 'cart', id: 'c-1' } as const,
      startedAt: T0,
      plannedAt: T0 + DAY_MS,
    };
    const values = mailVariables({ customer, message, event: whole, settings: SHOP, links: LINKS });
    expect(values['cart']).toMatchObject({ items_count: 5, lines: [{ quantity: 5 }] });
  });

  it('knows the product that is due, and not the one beside it', () => {
    const order = build.orderCompleted({ products: [build.product('OTHER'), ring] });
    const values = variables({ kind: 'product', id: 'RING-9' }, [order]);
    expect(values['product']).toMatchObject({ id: 'RING-9', url: 'https://shop.example.com/ring' });
  });

  it('gives every line and every group that the reference names', () => {
    const [url, text] = ['https://shop.example.com/c', 'Lithuania'];
    const attributes = { origin: text, material: text, certificate_url: url, story_image_url: url };
    const told = { ...ring, attributes };
    const about: [Subject, CustomerEvent][] = [
      [{ kind: 'order', id: 'A-1' }, build.orderCompleted({ products: [ring] })],
      [{ kind: 'cart', id: 'c-1' }, build.cartUpdated({ products: [ring] })],
      [{ kind: 'product', id: 'RING-9' }, build.orderCompleted({ products: [told] })],
    ];
    const before = [
      build.identify({ traits: { country: 'LT' } }),
      build.orderCompleted({ orderId: 'A-0', products: [ring], at: T0 - 30 * DAY_MS }),
    ];
    const all = about.map(([subject, event]) => variables(subject, [...before, event]));
    const known = all.flatMap((values) =>
      Object.entries(values).flatMap(([group, inner]) =>
        Object.keys(inner).map((name) => `${group}.${name}`),
      ),
    );
    const wanted = Object.keys(MAIL_VARIABLES).filter(
      (name) => name !== 'cart.url' && name !== 'recommendations' && !name.startsWith('coupon.'),
    );
    expect(wanted.filter((name) => !known.includes(name))).toEqual([]);
    const documented = new Set([
      ...Object.keys(CONDITION_VARIABLES),
      ...Object.keys(MAIL_VARIABLES),
    ]);
    expect(known.filter((name) => !documented.has(name))).toEqual([]);
    const [line] = (all[0]?.['order']?.['lines'] ?? []) as object[];
    expect(Object.keys(line ?? {}).sort()).toEqual([...LINE_VARIABLES].sort());
  });

  it('gives all that the reference names of a coupon, its amount as a decimal number', () => {
    const { customer } = new Drive(policy([])).fold(build.identify({ traits: { country: 'LT' } }));
    const message = {
      subject: { kind: 'profile', id: 'p' } as const,
      startedAt: T0,
      plannedAt: T0,
    };
    const coupon = {
      code: 'OAK-7KQM',
      percent: 10,
      amount: 550,
      currency: 'EUR',
      issuedAt: T0,
      expiresAt: T0 + DAY_MS,
    };
    const values = mailVariables({ customer, message, coupon, settings: SHOP, links: LINKS });
    const named = Object.keys(MAIL_VARIABLES).filter((name) => name.startsWith('coupon.'));
    expect(Object.keys(values['coupon'] as object).map((name) => `coupon.${name}`)).toEqual(named);
    expect(values['coupon']).toMatchObject({ code: 'OAK-7KQM', percent: 10, amount: 5.5 });
    const without = mailVariables({ customer, message, settings: SHOP, links: LINKS });
    expect(without).not.toHaveProperty('coupon');
  });

  it('says when a product is likely to be bought again, and what the feed says of it today', () => {
    const events = [0, 28].map((day) =>
      build.orderCompleted({ orderId: `A-${day}`, products: [ring], at: T0 + day * DAY_MS }),
    );
    const { customer } = new Drive(policy([])).fold(...events);
    const subject = { kind: 'product', id: 'RING-9' } as const;
    const message = { subject, startedAt: T0, plannedAt: T0 + 50 * DAY_MS };
    const product = { id: 'RING-9', title: 'Oak ring', url: 'http://x', available: true };
    const source = { customer, message, settings: SHOP, links: LINKS, event: events[1], product };
    const values = mailVariables({ ...source, models: MODELS } as MailSource) as Values;
    const { from = '', due_at: due = '', until = '' } = (values['reorder'] ?? {}) as Strings;
    expect([from, due, until].toSorted()).toEqual([from, due, until]);
    expect(from > new Date(T0 + 50 * DAY_MS).toISOString()).toBe(true);
    expect(values['product']).toMatchObject({
      name: 'Oak ring',
      url: 'https://shop.example.com/ring',
      reorder_at: due,
    });
    expect(mailVariables(source as MailSource)['reorder']).toEqual({});
  });

  it('tells the story of a product by the feed and by what the shop sold, not by a browser', () => {
    const attributes = {
      Material: 'silver',
      origin: 'o'.repeat(81),
      certificate_url: 'https://certificates.example/1',
    };
    const story = (verified: boolean, today: object = {}) => {
      const viewed = { ...build.product('RING-9'), attributes };
      const event = build.event('Product Viewed', { product: viewed }, { verified });
      const { customer } = new Drive(policy([])).fold(event);
      const subject = { kind: 'view', id: 'RING-9' } as const;
      const product = { id: 'RING-9', title: 'Ring', available: true, ...today };
      const message = { subject, startedAt: T0, plannedAt: T0 };
      const source = { customer, message, settings: SHOP, links: LINKS, event, product };
      return (mailVariables(source) as Values)['product'];
    };
    const url = 'https://certificates.example/1';
    expect(story(true)).toMatchObject({ material: 'silver', certificate_url: url });
    expect(story(true)).not.toHaveProperty('origin');
    for (const name of ['origin', 'material', 'certificate_url', 'story_image_url']) {
      expect(story(false)).not.toHaveProperty(name);
    }
    const today = {
      attributes: { material: 'gold' },
      certificateUrl: 'http://x',
      storyImageUrl: 'https://images.example.com/workshop.jpg',
    };
    expect(story(false, today)).toMatchObject({
      material: 'gold',
      story_image_url: 'https://images.example.com/workshop.jpg',
    });
    expect(story(false, today)).not.toHaveProperty('certificate_url');
    expect(story(true, today)).toMatchObject({ material: 'gold', certificate_url: url });
  });

  it('leaves out what is not known: no review page, no names, no event', () => {
    const values = variables({ kind: 'order', id: 'A-1' }, [], settings());
    expect(values['links']).not.toHaveProperty('review');
    expect(values['customer']).not.toHaveProperty('first_name');
    expect(values['order']).toEqual({ lines: [] });
  });

  it('leaves out products without a name, and addresses that are not https', () => {
    const { name: _, ...nameless } = build.product('NONE');
    const odd = build.product('ODD', { url: 'javascript:alert(1)', imageUrl: 'http://x.lt/a.png' });
    const order = build.orderCompleted({ products: [nameless, odd] });
    const values = variables({ kind: 'order', id: 'A-1' }, [order]);
    expect(values['order']?.['lines']).toEqual([
      { name: 'Amber ring', quantity: 1, price: 49, currency: 'EUR' },
    ]);
  });

  it('passes on a link that names nobody', () => {
    const values = variables({ kind: 'profile', id: 'x' }, [build.identify()]);
    expect(values['links']?.['referral']).toMatch(
      /^https:\/\/shop\.example\.com\/\?ref=[\w-]{10}$/,
    );
  });
});

describe('a first name', () => {
  it.each([
    ['Rūta', 'Rūta'],
    ['  Jean  Luc\n', 'Jean Luc'],
    ['مريم', 'مريم'],
    ['Rūta\u202e\u0007', 'Rūta'],
    ['<b>Rūta</b>', '<b>Rūta</b>'],
    ['You won! https://evil.example', undefined],
    ['www.evil.example', undefined],
    ['me@example.com', undefined],
    ['x'.repeat(80), 'x'.repeat(80)],
    ['x'.repeat(81), undefined],
    [' ', undefined],
  ])('%j is taken as %j', (name, wanted) => expect(named(name)).toBe(wanted));

  it('is never more than one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (name) => {
        expect(String(named(name) ?? '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
      }),
      { numRuns: 200 },
    );
  });
});

describe('mailFormat', () => {
  const formatOf = (locale: string) => {
    const { customer } = new Drive(policy([])).fold(build.identify({ traits: { locale } }));
    return mailFormat(customer, SHOP);
  };
  it("asks for the customer's language and zone, and for the shop's as what comes next", () => {
    expect(formatOf('lt-LT')).toEqual({
      locale: 'lt-LT',
      shopLocale: 'en',
      zone: 'Europe/Vilnius',
      currency: 'EUR',
    });
  });
});

describe('a cart that a browser filled, whose key anyone can read', () => {
  const filled = (url: string, name: string, verified: boolean) => {
    const product = build.product('P-1', { name, url, variant: name });
    const cart = build.event(
      'Cart Updated',
      { cartId: 'c', products: [product], url },
      { verified },
    );
    return variables({ kind: 'cart', id: 'c' }, [cart])['cart'];
  };

  it('never leads away from the shop, and never names an address', () => {
    for (const url of [
      'https://evil.example/win',
      'https://shop.example.com.evil.example/',
      'https://evil.example/?shop.example.com',
      'https://evilshop.example.com/',
    ]) {
      expect(filled(url, 'Ring', false)?.['url']).toBeUndefined();
      expect(filled(url, 'Ring', false)).toMatchObject({ lines: [{ name: 'Ring' }] });
      expect(JSON.stringify(filled(url, 'Ring', false))).not.toContain('evil');
    }
    expect(filled('https://shop.example.com/c', 'Call www.evil.example', false)?.['lines']).toEqual(
      [],
    );
  });

  it('keeps links into the shop, and all links of what a server said', () => {
    const own = 'https://checkout.shop.example.com/c/1';
    expect(filled(own, 'Ring', false)).toMatchObject({ url: own, lines: [{ url: own }] });
    const other = 'https://pay.example.org/c/1';
    expect(filled(other, 'Ring', true)).toMatchObject({ url: other, lines: [{ url: other }] });
  });
});
