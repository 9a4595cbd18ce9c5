import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Format, render } from '../../../functions/app/render.ts';
import {
  type CompiledTemplate,
  MAIL_HTML_BYTES_MAX,
  type Text,
} from '../../../functions/contract/release.ts';

const FORMAT: Format = { locale: 'en-GB', zone: 'Europe/Vilnius', currency: 'EUR' };
type Parts = Partial<Omit<CompiledTemplate, 'html'>> & { html?: string };
const mail = ({ html = '<p></p>', ...parts }: Parts): CompiledTemplate => ({
  id: 'thanks/a',
  subject: 'Thanks',
  preheader: '',
  html: { ltr: html, rtl: html },
  text: '',
  words: {},
  ...parts,
});
const html = (source: string, variables = {}, format = FORMAT) =>
  render(mail({ html: source }), variables, format);
const shown = (source: string, variables = {}, format = FORMAT) => {
  const result = html(source, variables, format);
  return 'html' in result ? result.html : result;
};

describe('render', () => {
  it('fills subject, preheader, HTML and text', () => {
    const template = mail({
      subject: 'For {{ a.b }}',
      preheader: 'And {{ a.b }}',
      html: '<p>{{ a.b }}</p>',
      text: 'Hello {{ a.b }},\n\n\n\nbye   \n',
    });
    expect(render(template, { a: { b: 'R & B' } }, FORMAT)).toEqual({
      subject: 'For R & B',
      preheader: 'And R & B',
      html: '<p>R &amp; B</p>',
      text: 'Hello R & B,\n\nbye\n',
      words: 'en',
    });
  });

  it('fails for an unresolved variable, and never shows a blank', () => {
    expect(html('{{ customer.first_name }}', { customer: {} })).toEqual({
      failed: expect.stringContaining('customer.first_name'),
    });
    expect(shown("{{ customer.first_name | default: 'you' }}", { customer: {} })).toBe('you');
    expect(shown('{% if customer.first_name %}x{% else %}y{% endif %}', { customer: {} })).toBe(
      'y',
    );
  });

  it('stops with the reason of abort_message', () => {
    expect(html("{% unless a %}{% abort_message 'no a' %}{% endunless %}")).toEqual({
      aborted: 'no a',
    });
    expect(shown("{% unless a %}{% abort_message 'no a' %}{% endunless %}x", { a: 1 })).toBe('x');
  });

  it('names the place of a failure and no value', () => {
    const result = html('{{ a | money }}', { a: 'secret@example.com' });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(result).toMatchObject({ failed: expect.stringContaining('money: wanted a number') });
  });

  it.each([
    ['{{ a | raw }}', 'undefined filter: raw'],
    ['{% include "x" %}', 'tag "include" not found'],
    ['{% render "x" %}', 'tag "render" not found'],
    ["{{ 'now' | date }}", 'a time in ISO 8601'],
    ['{% if a %}', 'not closed'],
    ['{{ a.constructor.name }}', 'undefined variable'],
    ['{% abort_message a %}', 'one quoted text'],
  ])('refuses %s', (source, wanted) => {
    const result = html(source, { a: { b: 1 } });
    expect(result).toMatchObject({ failed: expect.stringContaining(wanted) });
  });

  it('stops a loop that was forgotten', () => {
    const source = '{% for a in (1..9000) %}{% for b in (1..9000) %}x{% endfor %}{% endfor %}';
    expect(html(source)).toMatchObject({ failed: expect.stringMatching(/limit/) });
  });

  it('fails for HTML that Gmail would clip, and for an empty subject', () => {
    const long = 'x'.repeat(MAIL_HTML_BYTES_MAX);
    expect(html(long)).toMatchObject({ html: long });
    expect(html(`${long}x`)).toMatchObject({ failed: expect.stringContaining('bytes') });
    const subject = '{% if a %}x{% endif %}';
    expect(render(mail({ subject }), {}, FORMAT)).toMatchObject({
      failed: expect.stringContaining('subject'),
    });
  });

  it('writes money by ISO 4217, dates in the zone, numbers in the locale', () => {
    const values = { a: 1234.5, at: '2026-03-29T22:30:00.000Z' };
    expect(shown('{{ a | money }}', values)).toBe('€1,234.50');
    expect(shown("{{ a | money: 'HUF' }}", values)).toContain('1,234.50');
    expect(shown("{{ a | money: 'JPY' }}", values)).toContain('1,235');
    expect(shown("{{ a | money: 'KWD' }}", values)).toContain('1,234.500');
    expect(shown('{{ at | date }}', values)).toBe('30 March 2026');
    expect(shown("{{ at | date: 'weekday' }}", values)).toBe('Monday');
    expect(shown('{{ a | number }}', values)).toBe('1,234.5');
  });
});

describe('words', () => {
  const locales = (texts: { [locale: string]: { [key: string]: Text } }) =>
    Object.fromEntries(
      Object.entries(texts).map(([locale, own]) => [
        locale,
        { dir: locale === 'ar' ? ('rtl' as const) : ('ltr' as const), texts: own },
      ]),
    );
  const words = locales({
    en: {
      hi: 'Hello {{ name }}!',
      items: { one: '{{ count }} piece', other: '{{ count }} pieces' },
    },
    lt: {
      hi: 'Sveiki, {{ name }}!',
      items: {
        one: '{{ count }} prekė',
        few: '{{ count }} prekės',
        many: '{{ count }} prekės',
        other: '{{ count }} prekių',
      },
    },
    ar: {
      hi: 'مرحبًا {{ name }}!',
      items: {
        zero: 'لا قطع',
        one: 'قطعة واحدة',
        two: 'قطعتان',
        few: '{{ count }} قطع',
        many: '{{ count }} قطعة',
        other: '{{ count }} قطعة',
      },
    },
    hy: { hi: 'Բարև {{ name }}։', items: { one: '{{ count }} միավոր', other: '{{ count }} հատ' } },
  });
  const written = (source: string, locale: string, variables = {}, shopLocale = 'en') => {
    const template = {
      ...mail({ subject: source, text: source, words }),
      html: { ltr: `L ${source}`, rtl: `R ${source}` },
    };
    const result = render(template, variables, { ...FORMAT, locale, shopLocale });
    if (!('html' in result)) throw new Error(result && JSON.stringify(result));
    return result;
  };
  const ITEMS = "{{ 'items' | t: count: n }}";
  const HI = "{{ 'hi' | t: name: name }}";

  it.each([
    ['ar-EG', 'en', 'ar'],
    ['ar_EG', 'en', 'ar'],
    ['lt', 'en', 'lt'],
    ['fr-FR', 'lt-LT', 'lt'],
    ['fr-FR', 'de', 'en'],
    ['no such tag', 'hy', 'hy'],
    ['en-GB', 'lt', 'en'],
  ])('for %s in a shop that writes %s are those of %s', (locale, shop, expected) => {
    const result = written(ITEMS, locale, { n: 2 }, shop);
    expect(result.words).toBe(expected);
    expect(result.html.startsWith(expected === 'ar' ? 'R' : 'L')).toBe(true);
  });

  it('take the plural that CLDR gives the number, in the digits of the full tag', () => {
    const items = (n: number, locale: string) => written(ITEMS, locale, { n }).subject;
    expect([1, 2, 10, 21, 1.5].map((n) => items(n, 'lt'))).toEqual([
      '1 prekė',
      '2 prekės',
      '10 prekių',
      '21 prekė',
      '1,5 prekės',
    ]);
    expect([0, 1, 2, 3, 11, 100].map((n) => items(n, 'ar-EG'))).toEqual([
      'لا قطع',
      'قطعة واحدة',
      'قطعتان',
      '٣ قطع',
      '١١ قطعة',
      '١٠٠ قطعة',
    ]);
    expect(items(3, 'ar')).not.toBe(items(3, 'ar-EG'));
    expect(items(0, 'hy')).toBe('0 միավոր');
  });

  it('name months as the full tag does', () => {
    const at = { at: '2026-03-15T12:00:00.000Z' };
    const month = (locale: string) => written("{{ at | date: 'month' }}", locale, at).subject;
    expect(month('ar-LB')).toBe('آذار');
    expect(month('ar-EG')).toBe('مارس');
    expect(month('lt-LT')).toBe('kovas');
  });

  it('never turn the direction of what they fill in, or are turned by it', () => {
    const arabic = written(HI, 'ar', { name: 'Anna <b>' });
    expect(arabic.html).toBe('R مرحبًا <span dir="auto">Anna &lt;b&gt;</span>!');
    expect(arabic.text).toBe('مرحبًا \u2068Anna <b>\u2069!\n');
    const same = written(HI, 'ar', { name: 'مريم' });
    expect(same.text).toBe('مرحبًا مريم!\n');
    const against = written(HI, 'en', { name: 'مريم\u2069\u202e' });
    expect(against.html).toBe('L Hello <span dir="auto">مريم</span>!');
    expect(against.text).toBe('Hello \u2068مريم\u2069!\n');
    expect(against.subject).toBe('Hello \u2068مريم\u2069!');
    expect(written(HI, 'en', { name: 'Anna' }).text).toBe('Hello Anna!\n');
    const direct = { name: 'Ring "Dawn"\r\nLeave: x', url: 'https://a.lt/b', n: 3 };
    expect(written('- {{ name }}, {{ n }} {{ url }}', 'ar', direct).text).toBe(
      '\u200f- \u2068Ring "Dawn" Leave: x\u2069, 3 https://a.lt/b\n',
    );
  });

  it('list what is named, each in its place', () => {
    const lines = { lines: [{ name: 'Ring' }, { name: 'خاتم' }, { name: 'Oak' }] };
    const list = "{{ lines | list: 'name' }}";
    expect(written(list, 'en-GB', lines).html).toBe(
      'L <span dir="auto">Ring</span>, <span dir="auto">خاتم</span> and <span dir="auto">Oak</span>',
    );
    expect(written(list, 'lt', lines).text).toBe('Ring, \u2068خاتم\u2069 ir Oak\n');
    const inWords = "{% assign names = lines | list: 'name' %}{{ 'hi' | t: name: names }}";
    expect(written(inWords, 'ar', lines).text).toContain('\u2068\u2068Ring\u2069');
  });

  it.each([
    ["{{ 'gone' | t }}", 'a key of the words'],
    ["{{ 'hi' | t }}", 'a value for name'],
    ["{{ 'hi' | t: name: nobody }}", 'undefined variable: nobody'],
    ["{{ 'hi' | t: name: none }}", 'a value for name'],
    ["{{ 'items' | t: count: 'x' }}", 'a number'],
    ['{{ none }}', 'wanted a value'],
    ["{{ 'x' | list }}", 'a list'],
  ])('%s fails the mail, and never leaves a blank', (source, wanted) => {
    const result = render(mail({ html: source, words }), { none: null }, FORMAT);
    expect(result).toMatchObject({ failed: expect.stringContaining(wanted) });
  });
});

describe('recipient data', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.string({ unit: fc.constantFrom(...'<>"\'`&;/= {}%\\\r\n\u2028\u202e', 'a', '{{', '%}') }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      '{{ shop.secret }}',
      "{% abort_message 'x' %}",
      'a\r\nBcc: everyone@example.com',
      '--></style><script>',
    ),
  );
  const template = mail({
    subject: 'Hello {{ customer.first_name }}',
    html: '<p title="{{ customer.first_name }}">{{ customer.first_name }}</p>',
    text: 'Hello {{ customer.first_name }}',
  });

  it('never leaves its place in HTML, subject or text', () => {
    fc.assert(
      fc.property(nasty, (name) => {
        const result = render(template, { customer: { first_name: name } }, FORMAT);
        if (!('html' in result)) throw new Error(JSON.stringify(result));
        const inner = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/.exec(result.html);
        expect(inner?.[1]).toBe(inner?.[2]);
        expect(inner?.[1]).not.toMatch(/&(?!amp;|lt;|gt;|#34;|#39;|#96;)/);
        expect(result.subject).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        expect(result.text.startsWith('Hello')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
