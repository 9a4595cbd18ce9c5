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

/** In every text of the data and in no template: where it turns up, data got out. */
const SECRET = 'q7Zx';
/** The limit, what one step may take beyond it, and taking the template apart. */
const SOON_MS = 2 * RENDER_MS_MAX;

const NAMES = ['a', 'b', 'list', 'deep', 'none', 'customer', 'x', 'n'] as const;
const name = fc.constantFrom(...NAMES);
const path = fc.oneof(
  { weight: 5, arbitrary: name },
  fc
    .tuple(name, fc.constantFrom('first', 'last', 'size', 'name', 'x'))
    .map((each) => each.join('.')),
  fc.tuple(name, fc.oneof(name, fc.nat(5).map(String))).map(([one, other]) => `${one}[${other}]`),
);
const bound = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 400 }).map(String) },
  fc.constantFrom('9007199254740992', '9007199254740996', '1000000000', '9999', '-9999', '0.5'),
  name,
);
const range = fc.tuple(bound, bound).map(([low, high]) => `(${low}..${high})`);
const literal = fc.oneof(
  fc.integer({ min: -5, max: 5000 }).map(String),
  fc.constantFrom("'a'", "''", '"<b>"', "'hi'", "'twice'", "'EUR'", "'long'", "'%'", "'ā'"),
  fc.constantFrom('true', 'nil', 'empty', 'blank', '1e308', '-0'),
);
const value = fc.oneof({ weight: 4, arbitrary: path }, literal, range);

const withOne = 'default append prepend truncate join plus minus times divided_by modulo round';
const bare =
  'strip upcase downcase capitalize url_encode first last size floor ceil money date number list';
const filter = fc.oneof(
  fc.constantFrom(...bare.split(' ')),
  fc
    .tuple(fc.constantFrom(...`${withOne} money date list`.split(' ')), value)
    .map(([of, given]) => `${of}: ${given}`),
  fc.tuple(value, value).map(([one, other]) => `replace: ${one}, ${other}`),
  fc
    .tuple(value, value)
    .map(([one, other]) => `t: a: ${one}, b: ${other}, name: ${one}, count: ${other}`),
);
const expression = fc
  .tuple(value, fc.array(filter, { maxLength: 4 }))
  .map(([one, filters]) => [one, ...filters].join(' | '));
const comparison = fc
  .tuple(value, fc.constantFrom('==', '!=', '<', '>', '<=', '>=', 'contains', 'and', 'or'), value)
  .map((each) => each.join(' '));
const condition = fc.oneof(
  value,
  comparison,
  fc.array(comparison, { minLength: 1, maxLength: 60 }).map((all) => all.join(' or ')),
);
const modifiers = fc.constantFrom(
  '',
  ' limit: 3',
  ' limit: n',
  ' offset: 1',
  ' reversed',
  ' limit: none',
);

/** The first stops a mail: seldom, so that most templates are written to their end. */
const RARE = [
  "{% abort_message 'why' %}",
  '{% comment %}x{% endcomment %}',
  ...Array.from({ length: 20 }, () => 'a'),
];

const { body } = fc.letrec<{ body: string; piece: string }>((tie) => ({
  body: fc.array(tie('piece'), { maxLength: 6 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      '<p>',
      '\n',
      '  ',
      'text ',
      '<a href="',
      '">',
      '<img src="https://x.example/">',
    ),
    expression.map((each) => `{{ ${each} }}`),
    fc.tuple(name, expression).map(([one, to]) => `{% assign ${one} = ${to} %}`),
    { weight: 1, arbitrary: fc.constantFrom('{% break %}', '{% continue %}') },
    { weight: 1, arbitrary: fc.constantFrom(...RARE) },
    fc
      .tuple(condition, tie('body'), tie('body'))
      .map(([when, yes, no]) => `{% if ${when} %}${yes}{% else %}${no}{% endif %}`),
    fc
      .tuple(condition, tie('body'))
      .map(([when, no]) => `{% unless ${when} %}${no}{% endunless %}`),
    fc
      .tuple(value, value, tie('body'), tie('body'))
      .map(
        ([of, is, yes, no]) => `{% case ${of} %}{% when ${is} %}${yes}{% else %}${no}{% endcase %}`,
      ),
    fc
      .tuple(name, fc.oneof(range, path), modifiers, tie('body'))
      .map(([one, of, how, each]) => `{% for ${one} in ${of}${how} %}${each}{% endfor %}`),
    fc.tuple(name, tie('body')).map(([one, of]) => `{% capture ${one} %}${of}{% endcapture %}`),
  ),
}));

const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('{{ a }}', '{% for', '"><b>', 'مريم', '\u2068', '\u2069\u202e', '\r\nBcc: x'),
    fc.nat(60_000).map((length) => ' '.repeat(length)),
    fc.nat(2_000).map((length) => '\u2068א'.repeat(length)),
  )
  .map((each) => `${SECRET}${each}`);
const scalar = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('2026-06-10T09:00:00.000Z', '12', 2 ** 53, 1e300),
);
const datum = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 30 }),
  fc.array(fc.record({ name: text, x: scalar }, { requiredKeys: [] }), { maxLength: 10 }),
  fc.constant(Array.from({ length: 3_000 }, (_, n) => n)),
  fc.dictionary(fc.constantFrom('name', 'x', 'first', 'size', '__proto__', 'constructor'), scalar),
);
const data = fc.record(Object.fromEntries(NAMES.map((each) => [each, datum])));

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
