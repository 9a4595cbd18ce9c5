/** The blocks that no mail of the shop uses by itself: coupon, tiers, satisfaction, one click. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { render, type Written } from '../../functions/app/render.ts';
import type { Release } from '../../functions/contract/release.ts';
import { buildRelease, ReleaseRefused } from '../../infra/build-release.ts';
import { checkAll } from '../../infra/templates/checks/index.ts';
import type { TemplateFiles } from '../../infra/templates/files.ts';
import { blockFiles } from './blocks.ts';
import { FORMAT, sampleFor, SETTINGS } from './samples.ts';

const LOCALES = ['en-GB', 'lt-LT', 'ar-EG', 'hu-HU', 'hy-AM'];
const MAILS = ['offer', 'level', 'satisfied', 'one-click'];
let release: Release;
let bySpent: Release;

beforeAll(async () => {
  release = await buildRelease(SETTINGS, { files: blockFiles() });
  const spent =
    'tiers:\n  by: spent\n  levels:\n    - { id: friend, from: 100 }\n    - { id: family, from: 500 }\n';
  bySpent = await buildRelease(SETTINGS, { files: blockFiles('spent', spent) });
});

function mailOf(name: string, change: object = {}, locale = 'en-GB', from = release): Written {
  const template = from.templates[`blocks/${name}`];
  const variables = { ...sampleFor('Rūta'), ...change };
  const mail = template && render(template, variables, { ...FORMAT, locale });
  if (!mail || !('html' in mail)) throw new Error(JSON.stringify(mail));
  return mail;
}
const customer = (more: object) => ({
  customer: { ...(sampleFor('Rūta')['customer'] as object), ...more },
});
const shown = ({ html }: Written): string =>
  html
    .replace(/<head>[\s\S]*?<\/head>|<!--[\s\S]*?-->/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe.each(LOCALES)('the blocks in %s', (locale) => {
  it.each(MAILS)('%s leaves no blank, in both parts', (name) => {
    const { html, text, subject } = mailOf(name, {}, locale);
    expect(html + text + subject).not.toMatch(/\{\{|\{%|undefined|\[object|NaN/);
    expect(text).not.toMatch(/\n{3,}|[ \t]\n|&\w+;/);
  });
});

describe('a coupon', () => {
  it('shows what it is worth, its code and its last day, in both parts', () => {
    const mail = mailOf('offer');
    for (const part of [shown(mail), mail.text]) {
      expect(part).toContain('10% off your next order');
      expect(part).toContain('OAK-7KQM-4TXD-HN9W');
      expect(part).toContain('24 June 2026');
    }
  });

  it('tells the last day in the zone, the digits and the words of the customer', () => {
    expect(shown(mailOf('offer', {}, 'ar-EG'))).toContain('٢٤ يونيو ٢٠٢٦');
    expect(shown(mailOf('offer', {}, 'ar-EG'))).toContain('١٠٪');
    expect(shown(mailOf('offer', {}, 'lt-LT'))).toContain('2026 m. birželio 24 d.');
    const template = release.templates['blocks/offer'];
    const mail = template && render(template, sampleFor('R'), { ...FORMAT, zone: 'Asia/Tokyo' });
    expect(mail && 'html' in mail && mail.text).toContain('25 June 2026');
  });

  it('of an amount shows it as money', () => {
    const coupon = {
      code: 'OAK-1',
      amount: 5,
      currency: 'EUR',
      issued_at: '2026-06-10T07:00:00.000Z',
      expires_at: '2026-06-24T20:59:59.999Z',
    };
    expect(shown(mailOf('offer', { coupon }))).toContain('€5.00 off your next order');
    expect(mailOf('offer', { coupon }, 'lt-LT').text).toContain('5,00\u00a0€ nuolaida');
    expect(mailOf('offer', { coupon }).html).toContain('itemprop="description" content="-€5.00"');
  });

  it('is annotated for Gmail, without a script', () => {
    const { html } = mailOf('offer');
    const offer = /<div itemscope itemtype="http:\/\/schema.org\/DiscountOffer">([\s\S]*?)<\/div>/;
    const told = Object.fromEntries(
      [...(offer.exec(html)?.[1] ?? '').matchAll(/itemprop="(\w+)" content="([^"]*)"/g)].map(
        ([, name = '', value]) => [name, value],
      ),
    );
    expect(told).toEqual({
      description: '-10%',
      discountCode: 'OAK-7KQM-4TXD-HN9W',
      availabilityStarts: '2026-06-10T07:00:00.000Z',
      availabilityEnds: '2026-06-24T20:59:59.999Z',
    });
    expect(html).not.toContain('<script');
  });

  it('stands alone on its line in an Arabic text: what is copied is the code and nothing else', () => {
    expect(mailOf('offer', {}, 'ar-EG').text.split('\n')).toContain('OAK-7KQM-4TXD-HN9W');
    expect(mailOf('offer', {}, 'ar').html).toMatch(/<div dir="ltr"[^>]*>OAK-7KQM-4TXD-HN9W</);
  });

  it('is not there, and nothing of it, where the mail has none', () => {
    const mail = mailOf('offer', { coupon: undefined });
    expect(shown(mail) + mail.text).not.toMatch(/off your|Your code|For one order/);
    expect(mail.html).not.toContain('DiscountOffer');
    expect(mail.text).not.toMatch(/\n{3,}/);
  });
});

it('no rule of templates objects to the blocks', async () => {
  for (const name of MAILS) {
    const { findings } = await checkAll(SETTINGS, blockFiles(), { mail: `blocks/${name}` });
    expect(findings.filter(({ rule }) => rule !== 'reviewer')).toEqual([]);
  }
}, 60_000);

describe('a mail and its step', () => {
  const problems = async (path: string, from: string, to: string) => {
    const files: TemplateFiles = new Map(blockFiles()).set(
      path,
      (blockFiles().get(path) ?? '').replace(from, to),
    );
    const error: unknown = await buildRelease(SETTINGS, { files }).catch((cause) => cause);
    if (!(error instanceof ReleaseRefused)) throw new Error('not refused');
    return error.problems;
  };

  it('agree on whether there is a coupon', async () => {
    const step = '\n    coupon: { percent: 10, valid_days: 14, prefix: OAK }';
    const [without] = await problems('blocks/journey.yaml', step, '');
    expect(without).toMatchObject({
      file: 'blocks/offer.mjml',
      got: "{% include 'coupon' %}",
      wanted: expect.stringContaining('in the step offer of blocks'),
    });
    const [unseen] = await problems('blocks/offer.txt', "{% include 'coupon' %}", '');
    expect(unseen).toMatchObject({ got: 'a step (offer) with a coupon' });
  });

  it('and tiers are in order, and have their words', async () => {
    const brand = '_shared/brand.yaml';
    const [order] = await problems(
      brand,
      '\n    - { id: family, from: 10',
      '\n    - { id: family, from: 2',
    );
    expect(order).toMatchObject({ file: brand, wanted: expect.stringContaining('in order') });
    const [word] = await problems(brand, '\n    - { id: family', '\n    - { id: guest');
    expect(word?.got).toContain('tier_guest.name');
  });
});

describe('tiers', () => {
  it('tell what the customer has, what comes next, and how far it is', () => {
    const at = (orders: number) => mailOf('level', customer({ orders_count: orders })).text;
    expect(at(0)).toContain('3 more orders, and you reach Friend:\nFree delivery, and two weeks');
    expect(at(0)).not.toContain('Your level');
    expect(at(2)).toContain('One more order, and you reach Friend:');
    expect(at(3)).toContain('Your level: Friend\nFree delivery, and two weeks');
    expect(at(3)).toContain('7 more orders, and you reach Family:');
    expect(at(10)).toContain('Your level: Family');
    expect(at(10)).not.toContain('more order');
  });

  it('count what was spent where the shop wants it so', () => {
    const at = (spent: number, locale = 'en-GB') =>
      mailOf('level', customer({ total_spent: spent }), locale, bySpent).text;
    expect(at(259.9)).toContain('Another €240.10, and you reach Family:');
    expect(at(99.99)).toContain('Another €0.01, and you reach Friend:');
    expect(at(500)).toContain('Your level: Family');
    expect(at(259.9, 'lt-LT')).toContain('240,10\u00a0€');
  });

  type Case = readonly [missing: number, said: string];
  const COUNTED: readonly (readonly [string, readonly Case[]])[] = [
    [
      'lt-LT',
      [
        [1, 'Dar 1 užsakymas'],
        [2, 'Dar 2 užsakymai'],
        [10, 'Dar 10 užsakymų'],
      ],
    ],
    [
      'ar-EG',
      [
        [1, 'طلب واحد آخر'],
        [2, 'طلبان آخران'],
        [3, '٣ طلبات أخرى'],
        [10, '١٠ طلبات'],
      ],
    ],
    [
      'hy-AM',
      [
        [1, 'Եվս 1 պատվեր'],
        [5, 'Եվս 5 պատվեր'],
      ],
    ],
  ];
  it.each(COUNTED)('count orders as %s does', async (locale, cases) => {
    const brand =
      'tiers:\n  by: orders\n  levels:\n    - { id: friend, from: 12 }\n    - { id: family, from: 30 }\n';
    const own = await buildRelease(SETTINGS, { files: blockFiles('orders', brand) });
    for (const [missing, said] of cases) {
      const { text } = mailOf('level', customer({ orders_count: 12 - missing }), locale, own);
      expect(text).toContain(said);
    }
  });

  it('say for any number of orders exactly one level at most, and never a distance below one', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), (orders) => {
        const { text } = mailOf('level', customer({ orders_count: orders }));
        expect(text.match(/Your level/g)?.length ?? 0).toBe(orders >= 3 ? 1 : 0);
        expect(text.match(/you reach/g)?.length ?? 0).toBe(orders < 10 ? 1 : 0);
        expect(text).not.toMatch(/(^|\s)(-\d+|0) more/);
      }),
      { numRuns: 41 },
    ));

  it('are nothing in a shop that has none', async () => {
    const files = blockFiles('orders', '');
    const words = [...files].map(([path, text]): [string, string] => {
      if (!path.startsWith('_shared/locales/')) return [path, text];
      const {
        tier_friend: _,
        tier_family: __,
        ...kept
      } = JSON.parse(text) as {
        [key: string]: object;
      };
      return [path, JSON.stringify(kept)];
    });
    const own = await buildRelease(SETTINGS, { files: new Map(words) });
    const mail = mailOf('level', {}, 'en-GB', own);
    expect(shown(mail) + mail.text).not.toMatch(/level:|you reach/);
    expect(mail.text).not.toMatch(/\n{3,}/);
  });
});

describe('questions that take one click', () => {
  const links = (mail: Written) =>
    [...mail.html.matchAll(/href="https:\/\/mail[^"]*\/s\/sample\?([^"]*)"/g)].map(([, query]) =>
      Object.fromEntries(new URLSearchParams((query ?? '').replaceAll('&amp;', '&'))),
    );

  it('satisfaction has five answers, each of which the page preselects in the language of the mail', () => {
    const scores = ['1', '2', '3', '4', '5'];
    const wanted = scores.map((score) => ({ survey: 'csat', lang: 'ar', score }));
    expect(links(mailOf('satisfied', {}, 'ar-EG'))).toEqual(wanted);
    expect(mailOf('satisfied').text).toContain('/s/sample?survey=csat&lang=en\n');
    expect(mailOf('satisfied', {}, 'ar-EG').text).toContain('/s/sample?survey=csat&lang=ar\n');
    const asked = mailOf('one-click', {}, 'ar-EG').text;
    expect(asked).toContain('/s/sample?survey=yes-no&lang=ar&score=1\n');
  });

  it('yes and no are two links', () => {
    const query = { survey: 'yes-no', lang: 'en' };
    expect(links(mailOf('one-click'))).toEqual([
      { ...query, score: '1' },
      { ...query, score: '0' },
    ]);
    expect(mailOf('one-click').text).toContain(
      'Yes\nhttps://mail.shop.example.com/s/sample?survey=yes-no&lang=en&score=1\n',
    );
  });

  it('run from right to left in Arabic, with their ends', () => {
    const mail = mailOf('satisfied', {}, 'ar-EG');
    expect(mail.html).toContain('dir="rtl"');
    expect(shown(mail)).toMatch(/١.*٥.*رضا منخفض جدًا.*رضا تام/);
  });
});
