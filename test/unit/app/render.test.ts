import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Format, render } from '../../../functions/app/render.ts';
import { type CompiledTemplate, MAIL_HTML_BYTES_MAX } from '../../../functions/contract/release.ts';

const FORMAT: Format = { locale: 'en-GB', zone: 'Europe/Vilnius', currency: 'EUR' };
const mail = (parts: Partial<CompiledTemplate>): CompiledTemplate => ({
  id: 'thanks/a',
  subject: 'Thanks',
  preheader: '',
  html: '<p></p>',
  text: '',
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
    expect(shown('{{ a | number }}', values, { ...FORMAT, locale: 'de-DE' })).toBe('1.234,5');
    expect(shown('{{ a | number }}', values, { ...FORMAT, locale: 'no such_locale' })).toBe(
      '1,234.5',
    );
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
