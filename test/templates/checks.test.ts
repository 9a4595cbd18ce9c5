/** Each rule, by a mail that breaks it and no other. */
import { describe, expect, it } from 'vitest';
import { RULES } from '../../infra/templates/checks/rules.ts';
import {
  BODY,
  BODY_LINE,
  type Change,
  changed,
  check,
  errors,
  JOURNEY,
  lineOf,
  MAIL,
  NOTE,
  shop,
  TEXT,
  wordsFile,
} from './checks-shop.ts';

type Case = readonly [
  what: string,
  rule: keyof typeof RULES,
  changes: readonly Change[],
  place: string,
  got: string,
];

const inBody = (html: string): Change => [NOTE, BODY, html];
const here = `${NOTE}:${BODY_LINE}`;
const lt = wordsFile('lt');

const CASES: readonly Case[] = [
  ['a journey that goes on too long', 'journey', [[JOURNEY, 'P3D', 'P300D']], JOURNEY, '300'],
  [
    'a colour by name',
    'brand',
    [['_shared/brand.yaml', "'#ffffff'", 'white']],
    '_shared/brand.yaml',
    'white',
  ],
  [
    'a mail program that nobody knows',
    'brand',
    [['_shared/brand.yaml', 'radius: 6px', 'radius: 6px\nclients: [netscape.*]']],
    '_shared/brand.yaml',
    'netscape.*',
  ],
  [
    'an offset as the proof of a climate claim',
    'brand',
    [
      [
        '_shared/brand.yaml',
        'radius: 6px',
        'radius: 6px\nclaims: [{ claim: climate-neutral, basis: ecolabel, proof: trees }]',
      ],
    ],
    '_shared/brand.yaml',
    'ecolabel',
  ],
  [
    'a direction that is none',
    'locales',
    [['_shared/locales.yaml', 'dir: rtl', 'dir: up']],
    '_shared/locales.yaml',
    'up',
  ],
  [
    'a mail without a subject',
    'front-matter',
    [[NOTE, /subject: .*\n/, '']],
    `${NOTE}:2`,
    'nothing',
  ],
  [
    'a line break in a subject',
    'header',
    [[NOTE, /subject: .*/, 'subject: "Hi\\r\\nBcc: all@shop.example"']],
    `${NOTE}:2`,
    'Bcc',
  ],
  [
    'a line break in a sender',
    'header',
    [[NOTE, 'subject:', 'from: "Us\\r\\nBcc: a@b.lt <hello@shop.example.com>"\nsubject:']],
    `${NOTE}:2`,
    'Bcc',
  ],
  [
    'a partial that is not there',
    'partial',
    [[NOTE, "'greeting'", "'greetings'"]],
    `${NOTE}:7`,
    'greetings',
  ],
  ['Liquid that is not closed', 'liquid', [inBody('{% if order.gift %}')], here, 'if'],
  ['an unknown filter', 'filter', [inBody('{{ shop.name | shout }}')], here, 'shout'],
  ['an unknown variable', 'variable', [inBody('{{ custmer.name }}')], here, 'custmer'],
  ["a cart's variable after an order", 'variable', [inBody('{{ cart.url }}')], here, 'cart.url'],
  ['an unknown component', 'mjml', [[NOTE, '<mj-column>', '<mj-colum>']], `${NOTE}:6`, 'mj-colum'],
  [
    'a value in a style',
    'place',
    [inBody('<b style="color:{{ shop.name }}">x</b>')],
    here,
    'style',
  ],
  ['a link by http', 'address', [inBody('<a href="http://x.lt">x</a>')], here, 'http://x.lt'],
  ['a relative link', 'address', [inBody('<a href="/x">x</a>')], here, '/x'],
  ['a relative ground', 'address', [inBody('<span background="/x.png">x</span>')], here, '/x.png'],
  [
    'http in the text part',
    'address',
    [[TEXT, BODY, 'See http://x.lt/a']],
    `${TEXT}:1`,
    'http://x.lt/a',
  ],
  [
    'a picture without alt',
    'image',
    [inBody('<img src="https://x.lt/a.png" width="9" height="9">')],
    here,
    'alt',
  ],
  [
    'a picture without height',
    'image',
    [inBody('<img src="https://x.lt/a.png" alt="" width="9">')],
    here,
    'height',
  ],
  [
    'a picture of relative width',
    'image',
    [inBody('<img src="https://x.lt/a.png" alt="" width="50%" height="9">')],
    here,
    'width in pixels',
  ],
  [
    'a text without a way to leave',
    'unsubscribe',
    [['_shared/layout.txt', /.*links.unsubscribe.*\n/, '']],
    '_shared/layout.txt',
    'without it',
  ],
  [
    'a way to leave for those with a name',
    'unsubscribe',
    [
      [
        '_shared/layout.txt',
        '{{ links.unsubscribe }}',
        '{% if customer.first_name %}{{ links.unsubscribe }}{% endif %}',
      ],
    ],
    '_shared/',
    'no link to leave in the text',
  ],
  [
    'a mail without an address',
    'postal-address',
    [['_shared/footer.mjml', /,? ?\{\{ shop.address \}\}/, '']],
    '_shared/',
    'without it',
  ],
  ['an unknown key', 'key', [[NOTE, BODY, "{{ 'note.boddy' | t }}"]], here, 'note.boddy'],
  [
    'a key that a language lacks',
    'word-missing',
    [[lt, / +"body".*\n/, '']],
    lt,
    'no key note.body',
  ],
  [
    'a plural without a form',
    'plural',
    [[lt, '"few":"{{ count }} x",', '']],
    `${lt}:6`,
    'one, many, other',
  ],
  ['HTML in words', 'word', [[lt, 'Body of lt', '<b>Body</b> of lt']], `${lt}:5`, 'HTML'],
  ['a place that English has not', 'word', [[lt, 'Hi', 'Hi {{ you }}']], `${lt}:3`, 'note.subject'],
  [
    'a brand that is hard to read',
    'contrast',
    [['_shared/brand.yaml', "quiet: '#6a645c'", "quiet: '#a0a0a0'"]],
    '_shared/brand.yaml',
    'contrast of 2.6',
  ],
  ['a pale word', 'contrast', [inBody('<span style="color:#bbbbbb">x</span>')], here, 'in light'],
  [
    'a word that darkness hides',
    'contrast',
    [inBody('<span style="color:#2b2926">x</span>')],
    here,
    'in dark',
  ],
  [
    'a word on a ground of its own',
    'contrast',
    [inBody('<span style="color:#2b2926;background:#4a4a4a">x</span>')],
    here,
    '#2b2926 on #4a4a4a',
  ],
  [
    'a sample of the wrong kind',
    'sample',
    [[NOTE, 'subject:', 'sample: { order: { items_count: many } }\nsubject:']],
    `${NOTE}:2`,
    'order.items_count',
  ],
  [
    'a sample with a name that no mail has',
    'sample',
    [['_shared/samples.yaml', 'customer:\n', 'customer:\n  shoe_size: 40\n']],
    '_shared/samples.yaml',
    'customer.shoe_size',
  ],
  [
    'a block that sells in a mail that must be sent',
    'transactional',
    [
      [JOURNEY, 'purpose: marketing\ntopic: reminders', 'purpose: transactional'],
      [NOTE, "{% include 'closing' %}", "{% include 'referral' %}\n    {% include 'closing' %}"],
    ],
    `${NOTE}:12`,
    'referral',
  ],
  [
    'recommendations by another name',
    'transactional',
    [
      [JOURNEY, 'purpose: marketing\ntopic: reminders', 'purpose: transactional'],
      inBody('{% for line in recommendations %}{{ line.name }}{% endfor %}'),
    ],
    here,
    'recommendations',
  ],
  [
    'a green claim in words',
    'green-claim',
    [[lt, 'Body of lt', 'Ekologiška pakuotė']],
    `${lt}:5`,
    'Ekologiška',
  ],
  [
    'a green claim in the mail',
    'green-claim',
    [inBody('Eco-friendly rings')],
    here,
    'Eco-friendly',
  ],
  [
    'a climate claim',
    'offset-claim',
    [[wordsFile('hu'), 'Body of hu', 'Klímasemleges posta']],
    'thanks/',
    'Klímasemleges',
  ],
  ['a price struck out', 'price-reduction', [inBody('<s>49,00 €</s> 39,00 €')], here, '49,00 €'],
  [
    'a price struck out by style',
    'price-reduction',
    [inBody('<span style="text-decoration:line-through">{{ order.total | money }}</span>')],
    here,
    'order.total',
  ],
  [
    'a name that is said without asking',
    'render',
    [inBody('{{ customer.first_name }}')],
    here,
    'customer.first_name',
  ],
  ['a mail that Gmail would cut', 'size', [inBody('word '.repeat(20_000))], NOTE, 'bytes'],
  ['a handler', 'active-content', [inBody('<b onclick="go()">x</b>')], here, 'onclick'],
  ['elements closed in the wrong order', 'nesting', [inBody('<b><i>x</b></i>')], here, '</b>'],
  [
    'a link without a name',
    'accessibility',
    [inBody('<a href="https://x.lt/"></a> x')],
    here,
    '<a>',
  ],
  [
    'what Outlook leaves out',
    'client',
    [inBody('<b style="clip-path:circle(4px)">x</b>')],
    here,
    'outlook.windows',
  ],
];

describe('a mail that breaks one rule', () => {
  it.each(CASES)('%s: %s', async (_, rule, changes, place, got) => {
    const { findings } = await check(changed(...changes));
    const wrong = errors(findings);
    expect(wrong.map((finding) => finding.rule)).toEqual(wrong.map(() => rule));
    const told = wrong.find((finding) => finding.got.includes(got));
    expect(`${told?.file}:${told?.line} ${told?.got}`).toContain(place);
    expect(told?.wanted.length).toBeGreaterThan(3);
  });

  it('a key that no mail says, where all mails are looked at', async () => {
    const files = changed(
      ...['en', 'lt', 'ar', 'hu', 'hy'].map(
        (locale): Change => [wordsFile(locale), '"note": {', '"old": "x", "note": {'],
      ),
    );
    const { findings, release } = await check(files, {});
    expect(errors(findings)).toMatchObject([{ rule: 'key-unused', got: 'the key old' }]);
    expect(release).toBeUndefined();
  });

  it('an unknown filter hides nothing else, and says which filters there are', async () => {
    const body = '{{ shop.name | shout | strip }} {{ shop.nmae }} {{ shop.name | whisper }}';
    const { findings } = await check(changed(inBody(body)));
    expect(errors(findings)).toMatchObject([
      { line: BODY_LINE, got: 'the filter shout', wanted: expect.stringContaining(', money, ') },
      { line: BODY_LINE, got: 'the filter whisper' },
      { line: BODY_LINE, got: 'the variable shop.nmae' },
    ]);
  });

  it('a link without a name says what it lacks, and then what is wanted', async () => {
    const { findings } = await check(changed(inBody('<a href="https://x.lt/"></a> x')));
    expect(errors(findings)).toMatchObject([
      {
        got: '<a>: Element is in tab order and does not have accessible text',
        wanted: 'Links must have discernible text (axe: link-name)',
      },
    ]);
  });

  it('a brand that lacks a line, or has another kind of value, says so in plain words', async () => {
    const { findings } = await check(
      changed(
        ['_shared/brand.yaml', /^heading_font: .*\n/m, ''],
        ['_shared/brand.yaml', /^font: .*$/m, 'font: 5'],
      ),
    );
    expect(errors(findings)).toMatchObject([
      { got: '5', wanted: 'a text' },
      { got: 'nothing for heading_font', wanted: 'a text' },
    ]);
  });

  it('each rule has one', () => {
    const tested = new Set<string>([...CASES.map(([, rule]) => rule), 'key-unused', 'reviewer']);
    expect([...tested].sort()).toEqual(Object.keys(RULES).sort());
  });
});

describe('a mail that breaks none', () => {
  it('has a release, and warnings of languages that nobody has read', async () => {
    const { findings, rendered, release } = await check(shop(), {});
    expect(errors(findings)).toEqual([]);
    expect(findings.map(({ rule }) => rule)).toEqual(findings.map(() => 'reviewer'));
    expect(release?.templates[MAIL]).toBeDefined();
    expect(rendered % 5).toBe(0);
    expect(rendered).toBeGreaterThanOrEqual(40);
  });

  it('is told of no language that a native speaker has read', async () => {
    const files = shop();
    const path = '_shared/locales.yaml';
    const text = (files.get(path) ?? '').replaceAll('reviewed_by: null', 'reviewed_by: Somebody');
    const { findings } = await check(files.set(path, text));
    expect(findings).toEqual([]);
    const one = shop();
    one.set(
      path,
      text.replace(/(ar: .*)Somebody/, '$1null').replace('reviewed_by: null', 'reviewed_by: null'),
    );
    const [warning] = (await check(one)).findings;
    expect(warning).toMatchObject({
      severity: 'warning',
      rule: 'reviewer',
      file: path,
      line: lineOf(one, path, 'ar:'),
      got: 'ar not reviewed',
    });
  });
});
