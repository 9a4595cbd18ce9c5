/** Templates that somebody wrote by mistake: each is stopped by its limit, in time, and says by which. */
import { describe, expect, it } from 'vitest';
import {
  DEPTH_MAX,
  HEADER_CHARS_MAX,
  type LimitName,
  LINKS_MAX,
  MEMORY_MAX,
  PARSE_CHARS_MAX,
  PARSE_TAGS_MAX,
  RANGE_BOUND_MAX,
  RENDER_MS_MAX,
  STEPS_MAX,
} from '../../../functions/app/render-limits.ts';
import { type Format, render } from '../../../functions/app/render.ts';
import {
  type CompiledTemplate,
  MAIL_HTML_BYTES_MAX,
  MAIL_TEXT_BYTES_MAX,
} from '../../../functions/contract/release.ts';

const FORMAT: Format = { locale: 'en-GB', zone: 'Europe/Vilnius', currency: 'EUR' };
/** The limit, what one step may take beyond it, and taking the template apart. */
const SOON_MS = 2 * RENDER_MS_MAX;

type Parts = Partial<Omit<CompiledTemplate, 'html'>> & { html?: string };
const mail = ({ html = '<p></p>', ...parts }: Parts): CompiledTemplate => ({
  id: 'thanks/a',
  subject: 'Thanks',
  preheader: '',
  html: { ltr: html, rtl: html },
  text: 'Thanks',
  words: {
    en: { dir: 'ltr', texts: { twice: '{{ a }}{{ b }}', hi: 'Hi {{ name }}' } },
  },
  ...parts,
});

const timed = (parts: Parts, variables = {}) => {
  const started = process.threadCpuUsage();
  const result = render(mail(parts), variables, FORMAT);
  const { user, system } = process.threadCpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(SOON_MS);
  return result;
};
const overLimit = (parts: Parts, variables = {}) => {
  const result = timed(parts, variables);
  return 'overLimit' in result ? result.overLimit : result;
};
const repeat = (times: number, inner: string) => `{% for n in (1..${times}) %}${inner}{% endfor %}`;
/** `x` with 2^doublings letters. */
const long = (doublings: number) =>
  `{% assign x = 'a' %}${repeat(doublings, '{% assign x = x | append: x %}')}`;

describe('a template that never ends in time', () => {
  const within: [string, string][] = [
    ['loops in loops', repeat(900, repeat(900, 'x'))],
    ['loops in loops without anything in them', repeat(9000, repeat(9000, ''))],
    ['a loop in a capture', `{% capture c %}${repeat(9000, repeat(9000, ''))}{% endcapture %}`],
    [
      'thousands of comparisons of a list in one condition',
      `{% if ${Array(9000).fill('many contains 0').join(' or ')} %}{% endif %}`,
    ],
    [
      'thousands of comparisons of long texts in one condition',
      `${long(17)}{% if ${Array(9000).fill('x contains "b"').join(' or ')} %}{% endif %}`,
    ],
  ];
  const many = Array.from({ length: 9000 }, (_, n) => n + 1);
  it.each(within)('%s: stopped after so many steps', (_, html) => {
    expect(overLimit({ html }, { many })).toEqual({
      limit: 'steps',
      most: STEPS_MAX,
      part: 'html',
    });
  });

  it('though it takes few steps: stopped by the clock', () => {
    const slow = () => {
      for (const until = performance.now() + 5; performance.now() < until; );
      return 'x';
    };
    const html = repeat(9000, '{{ slow }}');
    expect(overLimit({ html }, { slow })).toEqual({
      limit: 'milliseconds',
      most: RENDER_MS_MAX,
      part: 'html',
    });
  });

  it('because a number has no next one: refused as a bound', () => {
    for (const range of ['9007199254740992..9007199254740996', 'a..9007199254740996', 'b..b']) {
      const html = `{% for n in (${range}) %}{% endfor %}`;
      const result = overLimit({ html }, { a: 9007199254740992, b: 1e300 });
      expect(result).toMatchObject({ limit: 'range', most: RANGE_BOUND_MAX });
    }
    expect(timed({ html: '{% for n in (a..b) %}{{ n }}{% endfor %}' }, { a: -1, b: '2' })).toEqual(
      expect.objectContaining({ html: '-1012' }),
    );
    expect(timed({ html: '{% assign r = (a..3) %}{{ r }}' }, { a: 'x' })).toEqual({
      failed: expect.stringContaining('range: wanted numbers'),
    });
  });
});

describe('a template that makes too much', () => {
  const html: [string, string][] = [
    ['text that doubles by append', `${long(40)}{{ x | size }}`],
    ['text that doubles by prepend', long(40).replace('append', 'prepend')],
    [
      'text that doubles in a capture',
      repeat(40, '{% capture x %}{{ x }}{{ x }}ab{% endcapture %}'),
    ],
    ['text that doubles in words', repeat(40, "{% assign x = 'twice' | t: a: x, b: x %}")],
    ['a capture of a loop', `{% capture x %}${repeat(9000, 'y'.repeat(1000))}{% endcapture %}`],
    ['a replacement of each letter by all', `${long(16)}{% assign y = x | replace: 'a', x %}`],
    [
      'addresses encoded again and again',
      `${long(16)}{{ x ${"| append: 'ā' | url_encode ".repeat(99)}}}`,
    ],
    ['lists of numbers', repeat(300, '{% assign r = (1..9000) %}')],
  ];
  it.each(html)('%s: stopped after so many characters', (_, source) => {
    const withX = `{% assign x = 'ab' %}${source}`;
    expect(overLimit({ html: withX })).toEqual({ limit: 'memory', most: MEMORY_MAX, part: 'html' });
  });

  it('never holds much more than the limit', () => {
    const before = process.memoryUsage().rss;
    for (const [, source] of html) timed({ html: `{% assign x = 'ab' %}${source}` });
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });
});

describe('a mail that is too long', () => {
  it('in HTML: as many bytes pass as Gmail shows, and not one more', () => {
    const most = MAIL_HTML_BYTES_MAX;
    expect(timed({ html: 'x'.repeat(most) })).toHaveProperty('html');
    expect(overLimit({ html: 'x'.repeat(most + 1) })).toMatchObject({ limit: 'html-bytes', most });
    const got = 2 * most;
    expect(overLimit({ html: 'ą'.repeat(most) })).toEqual({
      limit: 'html-bytes',
      most,
      got,
      part: 'html',
    });
    expect(overLimit({ html: repeat(9000, 'x'.repeat(99)) })).toMatchObject({
      limit: 'html-bytes',
    });
  });

  it('in text', () => {
    const most = MAIL_TEXT_BYTES_MAX;
    expect(timed({ text: 'x'.repeat(most - 1) })).toHaveProperty('text');
    expect(overLimit({ text: 'x'.repeat(most) })).toEqual({
      limit: 'text-bytes',
      most,
      got: most + 1,
      part: 'text',
    });
    expect(overLimit({ text: repeat(9000, 'x'.repeat(99)) })).toMatchObject({
      limit: 'text-bytes',
    });
  });

  it('in blanks, which are many to look through', () => {
    const spaces = ' '.repeat(MAIL_TEXT_BYTES_MAX - 10);
    expect(timed({ text: `a${spaces}b\n${spaces.slice(0, 5)}\n` })).toHaveProperty('text');
  });

  it.each(['subject', 'preheader'] as const)('in its %s', (part) => {
    expect(timed({ [part]: 'x'.repeat(HEADER_CHARS_MAX) })).toHaveProperty(part);
    expect(overLimit({ [part]: repeat(999, 'xx') })).toEqual({
      limit: 'header-chars',
      most: HEADER_CHARS_MAX,
      part,
    });
  });

  it('in links and pictures', () => {
    const link = '<a href="https://a.example">a</a><img src="https://a.example/b.png">';
    expect(timed({ html: repeat(LINKS_MAX / 2, link) })).toHaveProperty('html');
    expect(overLimit({ html: repeat(LINKS_MAX / 2 + 1, link) })).toEqual({
      limit: 'links',
      most: LINKS_MAX,
      got: LINKS_MAX + 2,
      part: 'html',
    });
  });

  it('never because of what somebody’s data looks like', () => {
    const name = ' href="x"'.repeat(LINKS_MAX + 1);
    expect(timed({ html: '<p>{{ name }}</p>' }, { name })).toHaveProperty('html');
  });
});

describe('a template that cannot be taken apart in time', () => {
  it.each<[string, string, LimitName, number]>([
    ['too long', 'x'.repeat(PARSE_CHARS_MAX + 1), 'template-chars', PARSE_CHARS_MAX],
    ['too many tags', '{{1}}'.repeat(PARSE_TAGS_MAX + 1), 'template-tags', PARSE_TAGS_MAX],
    ['too deep', nested(DEPTH_MAX + 1), 'depth', DEPTH_MAX],
    ['far too deep', nested(2400), 'depth', DEPTH_MAX],
    ['too many brackets', `{{ ${'a['.repeat(60_000)}a${']'.repeat(60_000)} }}`, 'depth', DEPTH_MAX],
  ])('%s', (_, html, limit, most) => {
    const result = timed({ html }, { a: 1 });
    expect(result).toMatchObject({ overLimit: { limit, most, part: 'html' } });
  });

  it('as many as allowed are', () => {
    expect(timed({ html: '{{1}}'.repeat(PARSE_TAGS_MAX) })).toHaveProperty('html');
    expect(timed({ html: nested(DEPTH_MAX - 2) }, { a: 1 })).toHaveProperty('html');
  });
});

function nested(depth: number): string {
  return `${'{% if a %}'.repeat(depth)}x${'{% endif %}'.repeat(depth)}`;
}

describe('the reason', () => {
  const secret = 'ruta@example.com';
  it.each([
    '{{ name | t }}',
    '{{ name | money }}',
    '{{ 1 | money: name }}',
    '{{ name | date }}',
    "{{ '2026-01-01' | date: name }}",
    '{{ words[name] }}',
    '{{ name.first }}',
    "{{ 'hi' | t: count: name }}",
    '{% for n in (name..name) %}{% endfor %}',
    '{% for n in name %}{{ n.x }}{% endfor %}',
    '{{ broken | url_encode }}',
    '{{ name | append }}',
    '{{ name | list }}',
    `${repeat(9000, '{{ name }}')}`,
  ])('of %s names nothing of the customer', (html) => {
    const broken = '\ud800';
    const result = timed({ html }, { name: secret, words: {}, broken });
    expect(result).toHaveProperty('failed');
    expect(JSON.stringify(result)).not.toMatch(/ruta|example\.com/i);
  });

  it('names mail, part and place', () => {
    expect(timed({ html: '<p>\n{{ customer.nick }}' }, { customer: {} })).toEqual({
      failed: 'thanks/a: html: undefined variable: customer.nick, line:2, col:4',
    });
  });
});

it('a mail has one budget for all its parts', () => {
  const most = repeat(6000, '');
  expect(timed({ html: most })).toHaveProperty('html');
  const parts = { subject: `${most}x`, preheader: most, html: most, text: most };
  expect(overLimit(parts)).toMatchObject({ limit: 'steps', part: 'text' });
});
