/** Any template of the grammar that mails may use, and any data for it. */
import * as fc from 'fast-check';

/** In every text of the data and in no template: where it turns up, data got out. */
export const SECRET = 'q7Zx';
const NAMES = ['a', 'b', 'list', 'deep', 'none', 'customer', 'x', 'n'] as const;
const name = fc.constantFrom(...NAMES);
const path = fc.oneof(
  { weight: 5, arbitrary: name },
  fc
    .tuple(name, fc.constantFrom('first', 'last', 'size', 'name', 'x'))
    .map((each) => each.join('.')),
  fc.tuple(name, fc.oneof(name, fc.nat(5).map(String))).map(([one, other]) => `${one}[${other}]`),
);
/** Of `(1..9)`; some of them are none that may be. */
export const bound = fc.oneof(
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

const tree = fc.letrec<{ body: string; piece: string }>((tie) => ({
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
    { weight: 20, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
    {
      weight: 10,
      arbitrary: fc.constantFrom(
        '{{ a }}',
        '{% for',
        '"><b>',
        'مريم',
        '\u2068',
        '\u2069\u202e',
        '\r\nBcc: x',
      ),
    },
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
/** What is known of a customer: of any kind, under the names that templates use. */
export const data = fc.record(Object.fromEntries(NAMES.map((each) => [each, datum])));

export const body = tree.body;
