/** Whatever somebody writes into a template, and whatever is known of a customer. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINKS_MAX, RENDER_MS_MAX } from '../../../functions/app/render-limits.ts';
import { render, SUBJECT_CHARS_MAX } from '../../../functions/app/render.ts';
import {
  type CompiledTemplate,
  MAIL_HTML_BYTES_MAX,
  MAIL_TEXT_BYTES_MAX,
} from '../../../functions/contract/release.ts';
import { body, bound, data, SECRET } from '../../builders/any-template.ts';

/** The limit, what one step may take beyond it, and taking the template apart. */
const SOON_MS = 2 * RENDER_MS_MAX;

const texts = { hi: 'Hi {{ name }}', twice: '{{ a }}{{ b }}', many: { other: '{{ count }}' } };
const words = { en: { dir: 'ltr', texts }, ar: { dir: 'rtl', texts } } as const;
const mail = (parts: [string, string, string]): CompiledTemplate => {
  const [subject, html, plain] = parts;
  return {
    id: 'a/b',
    subject: `S${subject}`,
    preheader: subject,
    html: { ltr: html, rtl: html },
    text: plain,
    words,
  };
};

/** Milliseconds of the processor: the machine may do other things. */
const spent = (since?: NodeJS.CpuUsage) => {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1000;
};

/** One sentence for each promise that was broken. */
function broken(template: CompiledTemplate, variables: object, locale: string): string[] {
  const format = { locale, zone: 'Europe/Vilnius', currency: 'EUR' };
  const started = process.threadCpuUsage();
  const result = render(template, variables as never, format);
  const told = JSON.stringify(result);
  const bytes = (part: 'html' | 'text') => ('html' in result ? Buffer.byteLength(result[part]) : 0);
  const heads = 'html' in result ? [result.subject, result.preheader] : [];
  const promises: { [promise: string]: boolean } = {
    'in time': spent(started) < SOON_MS,
    'short reasons without data': 'html' in result || (told.length < 500 && !told.includes(SECRET)),
    'a subject': heads[0] !== '',
    'short heads of one line': heads.every(
      (head) => [...head].length <= SUBJECT_CHARS_MAX && !/[\p{Cc}\u2028\u2029]/u.test(head),
    ),
    'HTML as long as may be': bytes('html') <= MAIL_HTML_BYTES_MAX,
    'text as long as may be': bytes('text') <= MAIL_TEXT_BYTES_MAX,
    'few links': told.split(' src=').length - 1 <= LINKS_MAX,
  };
  return Object.keys(promises).filter((promise) => !promises[promise]);
}
function check(...given: Parameters<typeof broken>): void {
  expect(broken(...given)).toEqual([]);
}

const locale = fc.constantFrom('en-GB', 'ar-EG', 'hy', 'x-y-z');

describe('rendering never throws, hangs or tells, and never makes too much', () => {
  it('of any template of the grammar and any data', () => {
    fc.assert(
      fc.property(fc.tuple(body, body, body), data, locale, (parts, variables, to) =>
        check(mail(parts), variables, to),
      ),
      { numRuns: 500 },
    );
  });

  it('of any template in loops', () => {
    const loops = fc
      .tuple(body, bound, bound)
      .map(
        ([inner, low, high]) =>
          `{% for i in (${low}..${high}) %}{% for j in list %}${inner}{% endfor %}{% endfor %}`,
      );
    fc.assert(
      fc.property(loops, data, (html, variables) => check(mail(['', html, html]), variables, 'en')),
      { numRuns: 300 },
    );
  });

  it('of anything that is no template at all', () => {
    const pieces = fc.constantFrom(
      ...'{%|}[].:,()\'"=<> \n-',
      '{{',
      '}}',
      '{%',
      '%}',
      'if',
      'for',
      'in',
      'a',
      '..',
      '1',
    );
    const garbage = fc.array(pieces, { maxLength: 60 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.tuple(garbage, garbage, garbage), data, (parts, variables) =>
        check(mail(parts), variables, 'en'),
      ),
      { numRuns: 500 },
    );
  });
});
