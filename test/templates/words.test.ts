/** Words in files: what is refused before anybody reads it, by file and line. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Release } from '../../functions/contract/release.ts';
import { buildRelease, ReleaseRefused, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { SETTINGS } from './samples.ts';

const MAIL = `---
subject: "{{ 'note.subject' | t }}"
preheader: "{{ 'note.preheader' | t }}"
---
<mj-section>
  <mj-column>
    {% include 'greeting' %}
    <mj-text>
      {{ 'note.pieces' | t: count: order.items_count }}
    </mj-text>
    {% include 'closing' %}
  </mj-column>
</mj-section>
`;
const JOURNEY = `trigger: Order Completed
purpose: marketing
topic: reminders
priority: 1
mode: live
expires: P3D
steps:
  - { id: note, send: note }
`;
const PIECES: { [locale: string]: object } = {
  'en.default': { one: '{{ count }} piece', other: '{{ count }} pieces' },
  lt: { one: '{{ count }} prekė', few: 'prekės', many: 'prekės', other: '{{ count }} prekių' },
  ar: { zero: 'a', one: 'b', two: 'c', few: 'd', many: 'e', other: '{{ count }} قطعة' },
  hu: { one: '{{ count }} darab', other: '{{ count }} darab' },
  hy: { one: '{{ count }} հատ', other: '{{ count }} հատ' },
};
const wordsOf = (locale: string) => ({
  note: { subject: 'A note', preheader: 'Some words', pieces: PIECES[locale] },
});

let dir: string;
const path = (file: string) => join(dir, 'journey', file);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-words-'));
  cpSync(join(TEMPLATES_DIR, '_shared'), join(dir, '_shared'), { recursive: true });
  mkdirSync(path('locales'), { recursive: true });
  writeFileSync(path('journey.yaml'), JOURNEY);
  writeFileSync(path('note.mjml'), MAIL);
  writeFileSync(path('note.txt'), "{{ 'note.pieces' | t: count: order.items_count }}\n");
  for (const locale of Object.keys(PIECES)) {
    writeFileSync(path(`locales/${locale}.json`), JSON.stringify(wordsOf(locale), undefined, 2));
  }
});
afterEach(() => rmSync(dir, { recursive: true }));

const built = (): Promise<Release> => buildRelease(SETTINGS, { templatesDir: dir });
async function problemsAfter(file: string, from: string | RegExp, to: string) {
  const whole = join(dir, file);
  const text = readFileSync(whole, 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(whole, changed);
  const refusal = await built().catch((error) => error);
  expect(refusal).toBeInstanceOf(ReleaseRefused);
  return (refusal as ReleaseRefused).problems;
}

it('a mail carries the words that it needs, in each language, and no others', async () => {
  const { templates, locales } = await built();
  const { words = {} } = templates['journey/note'] ?? {};
  expect(Object.keys(words)).toEqual(['en', 'lt', 'ar', 'hu', 'hy']);
  expect(Object.keys(words).map((locale) => words[locale]?.dir)).toEqual(
    Object.keys(words).map((locale) => locales?.[locale]?.dir),
  );
  for (const { texts } of Object.values(words)) {
    expect(Object.keys(texts)).toEqual([
      'closing.regards',
      'footer.unsubscribe',
      'footer.why',
      'greeting.named',
      'greeting.plain',
      'note.pieces',
      'note.preheader',
      'note.subject',
    ]);
  }
});

it('a journey without words of its own is English, frame and all', async () => {
  rmSync(path('locales'), { recursive: true });
  writeFileSync(path('note.mjml'), MAIL.replaceAll(/\{\{ 'note[^}]*\}\}/g, 'Words'));
  writeFileSync(path('note.txt'), 'Words\n');
  const { templates } = await built();
  expect(Object.keys(templates['journey/note']?.words ?? {})).toEqual(['en']);
});

it('both directions are compiled, and differ only in left and right', async () => {
  const { ltr = '', rtl = '' } = (await built()).templates['journey/note']?.html ?? {};
  expect(ltr).toContain('dir="ltr"');
  expect(rtl).toContain('dir="rtl"');
  const turned = (html: string) =>
    html
      .replaceAll('rtl', 'DIR')
      .replaceAll('ltr', 'DIR')
      .replaceAll(/\b(left|right)\b/g, 'SIDE');
  expect(turned(rtl)).toBe(turned(ltr));
  expect(rtl).not.toMatch(/text-align:left|align="left"|direction:ltr/);
  expect(ltr).not.toMatch(/text-align:right|align="right"|direction:rtl/);
});

describe('words that cannot ship', () => {
  const lt = 'journey/locales/lt.json';
  const en = 'journey/locales/en.default.json';
  const mail = 'journey/note.mjml';
  it.each([
    ['a key that a language lacks', lt, / {4}"preheader".*\n/, '', lt, 4, 'no key note.preheader'],
    [
      'a key of one language alone',
      lt,
      '"subject"',
      '"title": "x",\n    "subject"',
      lt,
      3,
      'title',
    ],
    ['a plural form too few', lt, /"few".*\n\s*/, '', lt, 5, 'one, many, other'],
    ['a plural form too many', en, '"one"', '"few": "x",\n      "one"', en, 5, 'one, few, other'],
    [
      'a text where others have plurals',
      lt,
      /\{\s*"one"[^}]*\}[^}]*\}[^}]*\}\}[^}]*\}/,
      '"x"',
      lt,
      5,
      'without plural forms',
    ],
    [
      'a place that others lack',
      lt,
      '"A note"',
      '"A note {{ shop }}"',
      lt,
      3,
      'note.subject with shop',
    ],
    ['HTML', en, '"A note"', '"<b>A</b> note"', en, 3, 'HTML'],
    ['an entity', en, '"A note"', '"A&nbsp;note"', en, 3, 'HTML'],
    ['Liquid', en, '"A note"', '"{% if x %}A{% endif %}"', en, 3, 'Liquid'],
    ['a filter', en, '"A note"', '"{{ shop.name | upcase }}"', en, 3, 'Liquid'],
    ['a switch of direction', en, '"A note"', '"A \\u202e note"', en, 3, 'a switch of direction'],
    ['an empty text', en, '"A note"', '" "', en, 3, '" "'],
    ['no text', en, '"A note"', '7', en, 3, '7'],
    ['a key that stands twice', en, '"subject"', '"subject": "x",\n    "subject"', en, 4, 'unique'],
    ['a key in capitals', en, '"subject"', '"Subject"', en, 3, 'Subject'],
    [
      'a key of the shared words',
      en,
      '{\n  "note"',
      '{\n  "greeting": { "named": "x" },\n  "note"',
      en,
      2,
      'the key greeting.named',
    ],
    [
      'words of a language that the shop has not',
      '_shared/locales.yaml',
      /^(?:lt|ar|hu|hy):.*\n/gm,
      '',
      '_shared/locales/ar.json',
      1,
      'ar.json',
    ],
    [
      'a mail with an unknown key',
      mail,
      'note.pieces',
      'note.piecs',
      mail,
      9,
      'the key note.piecs',
    ],
    ['a mail without a count', mail, ': count: order.items_count', '', mail, 9, 'without count'],
    [
      'a mail with an argument too many',
      mail,
      'count:',
      'shop: shop.name, count:',
      mail,
      9,
      'with shop',
    ],
    ['a key that is no quoted text', mail, "'note.pieces'", 'order.id', mail, 9, 't without a key'],
    [
      'arguments in an attribute',
      mail,
      '<mj-text>',
      '<mj-text><b title="{{ \'note.pieces\' | t: count: 1 }}">x</b>',
      mail,
      8,
      'in an attribute',
    ],
    [
      'words with arguments that come to an attribute by a name',
      mail,
      '<mj-text>',
      '<mj-text>{% assign n = \'note.pieces\' | t: count: 1 %}<b title="{{ n }}">x</b>',
      mail,
      8,
      'in an attribute',
    ],
    [
      'a locale that nobody knows',
      '_shared/locales.yaml',
      'lt:',
      'qq:',
      '_shared/locales.yaml',
      8,
      'qq',
    ],
    [
      'another purpose than the journey’s',
      mail,
      'subject',
      'purpose: transactional\nsubject',
      mail,
      2,
      'transactional',
    ],
    [
      'another topic than the journey’s',
      mail,
      'subject',
      'topic: offers\nsubject',
      mail,
      2,
      'offers',
    ],
    [
      'a sender at a domain that is not ours',
      mail,
      'subject',
      'from: Us <us@example.org>\nsubject',
      mail,
      2,
      'example.org',
    ],
    ['a sender that is no address', mail, 'subject', 'from: Us\nsubject', mail, 2, 'Us'],
  ] as [string, string, string | RegExp, string, string, number, string][])(
    '%s',
    async (_, file, from, to, where, line, got) => {
      const problems = await problemsAfter(file, from, to);
      const problem = problems.find((each) => each.got.includes(got));
      expect(problem).toMatchObject({ file: where, line });
    },
  );

  it('a key that no mail says is told when nothing else is wrong', async () => {
    for (const locale of Object.keys(PIECES)) {
      const words = { ...wordsOf(locale), old: { text: 'x' } };
      writeFileSync(path(`locales/${locale}.json`), JSON.stringify(words));
    }
    const refusal = await built().catch((error) => error);
    expect(refusal.problems).toEqual([
      {
        rule: 'key-unused',
        file: en,
        line: 1,
        got: 'the key old.text',
        wanted: expect.anything(),
      },
    ]);
  });

  it('a language without its file', async () => {
    rmSync(join(dir, lt));
    const refusal = await built().catch((error) => error);
    expect(refusal.problems).toEqual([
      {
        rule: 'word-missing',
        file: lt,
        line: 1,
        got: 'no file',
        wanted: 'the words of journey in lt',
      },
    ]);
  });
});

describe('the brand', () => {
  const brand = '_shared/brand.yaml';
  const branded = (more: string) => {
    const file = join(dir, brand);
    writeFileSync(file, `${more}\n${readFileSync(file, 'utf8')}`);
    return built();
  };
  it('names the shop in every mail where it says how', async () => {
    const { policy } = await branded('name: Oak\naddress: 2 Low Street, Kaunas');
    expect(policy.settings.shop).toMatchObject({ name: 'Oak', address: '2 Low Street, Kaunas' });
    expect((await built()).policy.settings.shop.url).toBe(SETTINGS.shop.url);
  });
  it('puts its logo above, with the name for those who see no pictures, and its links below', async () => {
    const { templates } = await branded(
      "logo: { url: 'https://a.lt/l.png', width: 160, height: 40 }\nsocial:\n  - { name: Insta, url: 'https://i.lt/?a=1&b=2' }",
    );
    const html = templates['journey/note']?.html.ltr ?? '';
    expect(html).toMatch(
      /<img class="logo" src="https:\/\/a\.lt\/l\.png" alt="\{\{ shop\.name \}\}" width="160"/,
    );
    expect(html).toContain('<a href="https://i.lt/?a=1&amp;b=2">Insta</a>');
  });
  it('shows another logo in dark mails where there is one, and only there', async () => {
    const { templates } = await branded(
      "logo: { url: 'https://a.lt/l.png', dark_url: 'https://a.lt/d.png', width: 160, height: 40 }",
    );
    const html = templates['journey/note']?.html.ltr ?? '';
    expect(html).toMatch(/class="logo-light" src="https:\/\/a\.lt\/l\.png"[^>]*inline-block/);
    expect(html).toMatch(/class="logo-dark" src="https:\/\/a\.lt\/d\.png"[^>]*display:none;mso/);
    const [, dark = ''] = html.split('(prefers-color-scheme: dark)');
    expect(dark).toContain('.logo-light { display: none !important; }');
    expect(dark).toContain('.logo-dark { display: inline-block !important; }');
  });
});
