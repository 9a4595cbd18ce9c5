/** Nothing that a customer or a feed holds leaves its place: not in HTML, text, headers or links. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sesRequest } from '../../functions/adapters/ses/request.ts';
import { mailVariables } from '../../functions/app/mail-variables.ts';
import { render, type Written } from '../../functions/app/render.ts';
import { headerSafe } from '../../functions/app/render.ts';
import type { Variables } from '../../functions/contract/conditions.ts';
import type { CompiledTemplate, Release } from '../../functions/contract/release.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import { buildRelease } from '../../infra/build-release.ts';
import { Drive } from '../builders/drive.ts';
import * as build from '../builders/events.ts';
import { T0 } from '../builders/events.ts';
import { policy } from '../builders/policy.ts';
import { FORMAT, sampleFor, SETTINGS } from './samples.ts';

const LOCALES = ['en-GB', 'ar-EG', 'lt-LT'];
let release: Release;
let mails: CompiledTemplate[];
beforeAll(async () => {
  release = await buildRelease(SETTINGS);
  mails = Object.values(release.templates);
});

const written = (template: CompiledTemplate, variables: Variables, locale: string): Written => {
  const mail = render(template, variables, { ...FORMAT, locale });
  if (!('html' in mail)) throw new Error(`${template.id}: ${JSON.stringify(mail)}`);
  return mail;
};

/** What people type, paste and attack with; each with something that can be seen. */
const nasty = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
    fc.string({
      unit: fc.constantFrom(
        ...'<>"\'`&;/= {}%|\\\r\n\t\u0000\u2028\u2066\u2068\u2069\u202eaب',
        '{{',
        '%}',
      ),
      maxLength: 80,
    }),
    fc.constantFrom(
      'x'.repeat(80),
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='alert(1)",
      '--></style><script>',
      '</title></head><body>',
      '{{ links.unsubscribe }}',
      "{% abort_message 'x' %}",
      'LQ0Z',
      'a\r\nBcc: everyone@example.com\r\n\r\n<b>',
      '\u202etxt.exe\u2068',
      '\u2069\u2069</span>',
      'مريم "الذهب"',
      'Zoë 👩‍🚒',
      '&lt;b&gt;&#60;',
      'javascript:alert(1)',
    ),
  )
  .map((text) => `${text}x`);

/** Every text of a sample that somebody else wrote: names of people and things, codes, addresses of shops. */
function withTexts(value: unknown, change: (path: string) => string, path = ''): unknown {
  if (typeof value === 'string') {
    const fixed = /^https:|^\d{4}-\d\d-\d\dT/.test(value) || /currency|reason$|channel$/.test(path);
    return fixed ? value : change(path);
  }
  if (Array.isArray(value))
    return value.map((item, at) => withTexts(item, change, `${path}.${at}`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withTexts(inner, change, `${path}.${key}`)]),
  );
}

const SWITCHES = /[\u202a-\u202e\u2066-\u2069]/g;
const MARK = /QZ(\d+)ZQ/;
const HTML: { [sign: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
  '`': '&#96;',
};
const escaped = (text: string): string =>
  text
    .replace(SWITCHES, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[&<>"'`]/g, (sign) => HTML[sign] ?? '');
const withoutHead = (html: string): string => html.replace(/<head>[\s\S]*?<\/head>/, '');
const flat = (text: string): string =>
  text.replace(/[\u202a-\u202e\u2066-\u2069\u200f]/g, '').replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ');
const lines = (text: string): number => text.split('\n').length;

describe('whatever recipients and products are called', () => {
  /** Each mail with marks in the places of texts, and with the texts themselves. */
  function both(template: CompiledTemplate, locale: string, texts: readonly string[]) {
    const paths: string[] = [];
    const mark = (path: string) =>
      `QZ${paths.includes(path) ? paths.indexOf(path) : paths.push(path) - 1}ZQ`;
    const sample = sampleFor('Rūta');
    const marked = written(template, withTexts(sample, mark) as Variables, locale);
    const textAt = (path: string) => texts[paths.indexOf(path) % texts.length] ?? 'x';
    const real = written(template, withTexts(sample, textAt) as Variables, locale);
    const textOf = (at: string) => textAt(paths[Number(at)] ?? '');
    return { marked, real, textOf };
  }
  const someMail = fc.tuple(
    fc.nat(1000),
    fc.constantFrom(...LOCALES),
    fc.array(nasty, { minLength: 1, maxLength: 5 }),
  );
  const mailAt = (at: number) => mails[at % mails.length] as CompiledTemplate;

  it('HTML is the same as with harmless texts, but for the texts, escaped', () => {
    fc.assert(
      fc.property(someMail, ([at, locale, texts]) => {
        const { marked, real, textOf } = both(mailAt(at), locale, texts);
        const parts = withoutHead(marked.html).split(MARK);
        const filled = parts
          .map((part, n) => (n % 2 === 1 ? escaped(textOf(part)) : part))
          .join('');
        expect(withoutHead(real.html)).toBe(filled);
        expect(escaped(texts.join(' '))).not.toMatch(/[<>"'`]|&(?!amp;|lt;|gt;|#34;|#39;|#96;)/);
        const [title] = /<title>([\s\S]*?)<\/title>/.exec(real.html) ?? [];
        expect(title?.slice(7, -8)).toBe(escaped(real.subject));
      }),
      { numRuns: 300 },
    );
  });

  it('text has no line more, and nothing else in it', () => {
    fc.assert(
      fc.property(someMail, ([at, locale, texts]) => {
        const { marked, real, textOf } = both(mailAt(at), locale, texts);
        const parts = flat(marked.text).split(MARK);
        const filled = parts.map((part, n) => (n % 2 === 1 ? textOf(part) : part)).join('');
        expect(flat(real.text)).toBe(flat(filled));
        expect(lines(real.text)).toBe(lines(marked.text));
        expect(real.text).not.toMatch(/[\u202a-\u202e\u2066\u2067\u2028\u2029]/);
        expect(real.text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
        const pairs = real.text.replace(/\u2068[^\u2068\u2069\n]*\u2069/g, '');
        expect(pairs).not.toMatch(/[\u2068\u2069]/);
      }),
      { numRuns: 300 },
    );
  });

  it('headers are one line of letters, and hold no header more', () => {
    fc.assert(
      fc.property(someMail, ([at, locale, texts]) => {
        const { real } = both(mailAt(at), locale, texts);
        const hostile = `${texts[0]} ${real.subject}`;
        const request = sesRequest(
          {
            to: 'ruta@example.com',
            from: { name: hostile, address: 'hello@shop.example.com' },
            replyTo: 'hello@shop.example.com',
            subject: headerSafe(hostile),
            html: real.html,
            text: real.text,
            unsubscribeUrl: 'https://mail.shop.example.com/u/token',
            tags: {},
          },
          { configurationSet: 'c' },
        );
        if (!('request' in request)) throw new Error(JSON.stringify(request));
        const { Content, FromEmailAddress = '' } = request.request;
        const headers = [FromEmailAddress, Content?.Simple?.Subject?.Data ?? '', real.subject];
        for (const header of headers)
          expect(header).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        expect(FromEmailAddress).toMatch(/ <hello@shop\.example\.com>$/);
        for (const { Value = '' } of Content?.Simple?.Headers ?? []) {
          expect(Value).toMatch(/^[\x20-\x7e]*$/);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('whatever addresses an event brings', () => {
  const address = fc.oneof(
    nasty,
    nasty.map((text) => `https://shop.example.com/${text}`),
    fc.constantFrom(
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      'https://evil.example/" onclick="x',
    ),
  );
  const about = { message: { startedAt: T0, plannedAt: T0 + DAY_MS } };
  const links = {
    unsubscribe: 'https://mail.shop.example.com/u/t',
    survey: 'https://mail.shop.example.com/s/t',
    preferences: 'https://mail.shop.example.com/p/t',
  };

  it('each link and picture is https and whole, and of what a browser told none leaves the shop', () => {
    fc.assert(
      fc.property(
        address,
        address,
        nasty,
        fc.boolean(),
        fc.constantFrom(...LOCALES),
        (url, image, name, verified, locale) => {
          const product = build.product('P-1', { name, url, imageUrl: image });
          const cart = build.event(
            'Cart Updated',
            { cartId: 'c', products: [product], url },
            { verified },
          );
          const { customer } = new Drive(policy([])).fold(
            build.identify({ traits: { firstName: name } }),
            cart,
          );
          const message = { ...about.message, subject: { kind: 'cart' as const, id: 'c' } };
          const variables = mailVariables({
            customer,
            message,
            event: cart,
            settings: SETTINGS,
            links,
          });
          const template = release.templates['abandoned-cart/reminder'] as CompiledTemplate;
          const { html, text } = written(template, variables, locale);
          // A value holds no bare ">", so this is each tag with its attributes.
          const tags = [...withoutHead(html).matchAll(/<[a-z][^>]*>/g)].map(([tag]) => tag);
          const addresses = tags.flatMap((tag) =>
            [...tag.matchAll(/\s(?:href|src)=("[^"]*"|\S*)/g)].map(([, found = '']) => found),
          );
          expect(addresses.length).toBeGreaterThan(1);
          for (const found of addresses) expect(found).toMatch(/^"https:\/\/[^\s"'<>`]+"$/);
          expect(tags.join('')).not.toMatch(/<script|<form|\son\w+=/);
          const led = tags
            .filter((tag) => tag.startsWith('<a '))
            .map((tag) => new URL(/href="([^"]*)"/.exec(tag)?.[1] ?? '').hostname);
          const foreign = led.filter((host) => !/(^|\.)shop\.example\.com$/.test(host));
          expect(verified ? [] : foreign).toEqual([]);
          expect(text).not.toMatch(/: javascript:/);
        },
      ),
      { numRuns: 400 },
    );
  });
});
