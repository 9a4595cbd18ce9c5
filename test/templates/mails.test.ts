/** Every mail that ships, for every kind of recipient. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type Rendered, render } from '../../functions/app/render.ts';
import type { Release } from '../../functions/contract/release.ts';
import { buildRelease } from '../../infra/build-release.ts';
import { FORMAT, PEOPLE, sampleFor, SETTINGS } from './samples.ts';

type Sent = Extract<Rendered, { html: string }>;
let release: Release;
const mails: { id: string; person: string; mail: Sent; variables: object }[] = [];

function sent(id: string, variables: { [name: string]: unknown }): Sent {
  const template = release.templates[id];
  if (!template) throw new Error(`no mail ${id}`);
  const mail = render(template, variables, FORMAT);
  if (!('html' in mail)) throw new Error(`${id}: ${JSON.stringify(mail)}`);
  return mail;
}

beforeAll(async () => {
  release = await buildRelease(SETTINGS);
  for (const id of Object.keys(release.templates)) {
    for (const [person, name] of Object.entries(PEOPLE)) {
      const variables = sampleFor(name);
      mails.push({ id, person, mail: sent(id, variables), variables });
    }
  }
});

/** Text between tags, without comments, styles and the head. */
const visible = (html: string): string =>
  html
    .replace(/<!--[\s\S]*?-->|<head>[\s\S]*?<\/head>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

type Entry = (typeof mails)[number];
/** All mails for these recipients; for all of them where none are named. */
function each(check: (entry: Entry) => void, isMeant: (person: string) => boolean = () => true) {
  const meant = mails.filter(({ person }) => isMeant(person));
  expect(meant.length).toBeGreaterThanOrEqual(13);
  for (const entry of meant) check(entry);
}
const to = (wanted: string) => (person: string) => person === wanted;
const notTo = (wanted: string) => (person: string) => person !== wanted;

describe('every mail for every recipient', () => {
  it('leaves no Liquid and no mark of the compiler behind', () => {
    const all = ({ mail }: Entry) => mail.subject + mail.preheader + mail.html + mail.text;
    each((entry) => expect(all(entry)).not.toMatch(/\{\{|\{%/), notTo('liquid'));
    each((entry) => expect(all(entry)).not.toMatch(/LQ\d+Z|undefined|\[object/));
  });

  it('links to https only', () =>
    each(({ mail }) => {
      for (const [, address] of mail.html.matchAll(/(?:href|src)="([^"]*)"/g)) {
        expect(address).toMatch(/^https:\/\//);
      }
      expect(mail.text).not.toContain('http://');
      expect(mail.html).not.toMatch(/<script|javascript:|<form|@import|<link/i);
    }));

  it('names and measures each picture', () =>
    each(({ mail }) => {
      for (const [image] of mail.html.matchAll(/<img\b[^>]*>/g)) {
        expect(image).toMatch(/\salt="/);
        expect(image).toMatch(/\swidth="\d+"/);
        expect(image).toMatch(/\sheight="\d+"/);
      }
    }));

  it('says who writes, from where, and how to leave, in both parts', () =>
    each(({ mail }) => {
      for (const part of [mail.html, mail.text]) {
        expect(part).toContain('https://mail.shop.example.com/u/sample');
        expect(part).toContain('1 High Street, LT-01100 Vilnius, Lithuania');
      }
      expect(visible(mail.html)).toContain('Unsubscribe');
    }));

  it('stays far below the size at which Gmail cuts off the foot', () =>
    each(({ mail }) => expect(Buffer.byteLength(mail.html)).toBeLessThan(40_000)));

  it('names neither the recipient nor a product in subject and preheader', () =>
    each(({ mail }) => {
      expect(mail.subject + mail.preheader).not.toMatch(/Rūta|Amber ring|Silver|earrings|polish/);
      expect(mail.subject.length).toBeLessThanOrEqual(60);
      expect(mail.preheader.length).toBeGreaterThan(10);
    }));

  it('greets with the name, or without one', () => {
    each(({ mail }) => expect(visible(mail.html)).toMatch(/ Hello /), notTo('none'));
    each(({ mail }) => expect(visible(mail.html)).toMatch(/ Hello, /), to('none'));
    each(({ mail }) => expect(mail.text).toMatch(/^Hello,\n/), to('none'));
    each(({ mail }) => expect(mail.text).toMatch(/^Hello Rūta,\n/), to('plain'));
  });

  it('takes a name for a name, whatever it holds', () => {
    const script = '&lt;script&gt;alert(&#34;Rūta&#34;)&lt;/script&gt;';
    each(
      ({ mail }) => expect(mail.html).toContain(`Hello <span dir="auto">${script}</span>`),
      to('markup'),
    );
    const liquid = 'Hello <span dir="auto">{{ shop.name }}</span>';
    each(({ mail }) => expect(mail.html).toContain(liquid), to('liquid'));
  });

  it('declares language, direction, title and both colour schemes', () =>
    each(({ mail }) => {
      expect(mail.html).toMatch(/<html lang="en" dir="ltr"/);
      expect(mail.html).toMatch(/<title>[^<]+<\/title>/);
      expect(mail.html).toContain('name="color-scheme" content="light dark"');
      expect(mail.html).toContain('prefers-color-scheme: dark');
    }));

  it('reads well as plain text', () => {
    each(({ mail }) => {
      expect(mail.text).not.toMatch(/\n{3,}|[ \t]\n|&\w+;/);
      expect(mail.text.length).toBeGreaterThan(200);
    });
    each(({ mail }) => expect(mail.text).not.toMatch(/<\w/), notTo('markup'));
  });
});

describe('what a shop must not say', () => {
  it('no mail offers a discount, a reward, or urgency that is not real', () =>
    each(({ mail }) => {
      const said = `${mail.subject} ${mail.preheader} ${visible(mail.html)} ${mail.text}`;
      expect(said).not.toMatch(/discount|% off|coupon|voucher|reward|hurry|last chance|!/i);
    }));

  it('calls a cart the last time only when it really expires', () => {
    const base = sampleFor('Rūta');
    const cart = base['cart'] as object;
    const kept = sent('abandoned-cart/help', { ...base, cart: { ...cart, expires: false } });
    const expiring = sent('abandoned-cart/help', { ...base, cart: { ...cart, expires: true } });
    expect(kept.html + kept.text).not.toMatch(/\blast\b/);
    expect(expiring.html).toContain('last time');
    expect(expiring.text).toContain('last time');
  });

  it('shows no product to the buyer of a gift', () => {
    const base = sampleFor('Rūta');
    const order = { ...(base['order'] as object), gift: true };
    for (const id of ['post-purchase/first-thanks', 'post-purchase/repeat-thanks']) {
      const { html, text } = sent(id, { ...base, order });
      expect(html + text).not.toMatch(/Amber ring|Silver chain/);
    }
  });
});

describe('mails whose facts are missing', () => {
  const base = sampleFor('Rūta');
  it('a cart of which only the number of pieces is known is still a cart', () => {
    const cart = { id: 'c', items_count: 1, is_newest: true, expires: false, lines: [] };
    const { html, text } = sent('abandoned-cart/reminder', { ...base, cart });
    expect(html).toContain('https://shop.example.com/');
    expect(text).not.toContain('here it is');
  });

  it('lines without price, picture or link are lines', () => {
    const lines = [{ name: 'Ring', quantity: 1, currency: 'EUR' }];
    const order = { ...(base['order'] as object), lines };
    const { html } = sent('post-purchase/first-thanks', { ...base, order });
    expect(visible(html)).toContain('Ring');
    expect(html).not.toContain('<img');
  });

  it('no review is asked for without a page, and no reorder without a name', () => {
    const { review: _, ...links } = base['links'] as { review: string };
    const invitation = release.templates['feedback/review-invitation'];
    const nudge = release.templates['reorder/nudge'];
    if (!invitation || !nudge) throw new Error('a mail is gone');
    expect(render(invitation, { ...base, links }, FORMAT)).toEqual({
      aborted: expect.stringContaining('reviewUrl'),
    });
    expect(render(nudge, { ...base, product: { id: 'p' } }, FORMAT)).toEqual({
      aborted: expect.stringContaining('no name'),
    });
  });
});

it('the survey only preselects: eleven links to the page, with the scores from 0 to 10', () => {
  for (const id of ['feedback/survey', 'feedback/reminder']) {
    const { html } = sent(id, sampleFor('Rūta'));
    const scores = [
      ...html.matchAll(/href="https:\/\/mail[^"]*\/s\/sample\?lang=en&amp;score=(\d+)"/g),
    ];
    expect(scores.map((match) => Number(match[1]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  }
});
