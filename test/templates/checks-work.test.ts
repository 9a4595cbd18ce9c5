/** How checks find their lines, what they remember, and that partials which no mail uses yet are clean. */
import { beforeAll, describe, expect, it } from 'vitest';
import { markBefore, markedHtml } from '../../infra/templates/checks/marks.ts';
import { newChecker, refuseErrors } from '../../infra/templates/checks/index.ts';
import { tagsOf } from '../../infra/templates/checks/tags.ts';
import { ReleaseRefused, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { compileMail } from '../../infra/templates/compile.ts';
import { readTemplates } from '../../infra/templates/files.ts';
import { journeyOf, openTemplates } from '../../infra/templates/open.ts';
import {
  BODY,
  type Change,
  changed,
  check,
  errors,
  JOURNEY,
  MAIL,
  NOTE,
  SETTINGS,
  shop,
  TEXT,
  wordsFile,
} from './checks-shop.ts';

describe('every mail that ships', () => {
  const files = readTemplates(TEMPLATES_DIR);
  const checker = newChecker();
  let first: Awaited<ReturnType<typeof checker.check>>;
  const told: string[] = [];
  beforeAll(async () => {
    const progress = (done: number, all: number, mail: string) =>
      told.push(`${done}/${all} ${mail}`);
    first = await checker.check(SETTINGS, files, { progress });
  });

  it('is clean, in every language for every sample, and tells how far it has come', () => {
    expect(errors(first.findings)).toEqual([]);
    const mails = Object.keys(first.release?.templates ?? {});
    expect(first.rendered).toBeGreaterThanOrEqual(mails.length * 5 * 8);
    expect(told).toHaveLength(mails.length);
    expect(told.at(-1)).toMatch(new RegExp(`^${mails.length}/${mails.length} `));
  });

  it('is rendered in all cases, and looked at about once: most cases are built alike', () => {
    const { compiled, pages, nested, rendered } = checker.counts;
    expect(compiled).toBe(told.length);
    expect(rendered).toBe(first.rendered);
    expect(pages).toBeLessThanOrEqual(2 * compiled);
    expect(nested).toBeLessThanOrEqual(3 * compiled);
  });

  it('is not looked at again while nothing changes', async () => {
    const before = { ...checker.counts };
    expect(await checker.check(SETTINGS, files)).toEqual(first);
    expect(checker.counts).toEqual(before);
  });

  it('shows another text without another look at how it is built', async () => {
    const before = { ...checker.counts };
    const path = 'post-purchase/repeat-thanks.mjml';
    const typed = new Map(files).set(
      path,
      (files.get(path) ?? '').replace('<mj-text>', '<mj-text>More.'),
    );
    const { rendered } = await checker.check(SETTINGS, typed, {
      mail: 'post-purchase/repeat-thanks',
    });
    expect(rendered).toBeGreaterThanOrEqual(40);
    expect(checker.counts.compiled - before.compiled).toBe(1);
    expect(checker.counts.pages - before.pages).toBe(0);
    expect(checker.counts.nested - before.nested).toBeLessThanOrEqual(1);
  });

  it('has the same elements with marks as without, each after the mark of its line', async () => {
    const open = openTemplates(SETTINGS, files);
    for (const mail of open.mails) {
      const journey = journeyOf(mail.id, open.journeys);
      if (!journey || !open.brand) throw new Error(mail.id);
      const { lines, template } = await compileMail(open, open.brand, mail, journey);
      const html = await markedHtml(lines?.ltr ?? []);
      if (!html || !lines || !template) throw new Error(mail.id);
      const [plain, marks] = [template.html.ltr, html].map(tagsOf);
      expect(marks?.map(({ name }) => name)).toEqual(plain?.map(({ name }) => name));
      const greeting = html.indexOf("{{ 'greeting.plain' | t }}");
      expect(lines.ltr[markBefore(html, greeting) ?? 0]?.text).toContain('greeting.plain');
      const madeBy = (name: string): string[] =>
        (marks ?? [])
          .filter((tag) => tag.name === name)
          .map((tag) => lines.ltr[markBefore(html, tag.offset) ?? -1]?.text ?? '');
      expect(madeBy('img').filter((text) => !text.includes('<img'))).toEqual([]);
      expect(madeBy('a').filter((text) => !/<a |<mj-button|\{\{ brand|<img/.test(text))).toEqual(
        [],
      );
    }
  });
});

describe('a checker', () => {
  it('looks at one mail alone, whatever is wrong with another', async () => {
    const files = changed([NOTE, BODY, '{{ nobody.knows }}']);
    files
      .set('thanks/other.mjml', files.get(NOTE) ?? '')
      .set('thanks/other.txt', files.get(TEXT) ?? '');
    files.set(NOTE, shop().get(NOTE) ?? '');
    expect(errors((await check(files)).findings)).toEqual([]);
    const all = errors((await check(files, {})).findings);
    expect(all.map(({ file }) => file)).toContain('thanks/other.mjml');
  });

  it('tells a line once, however many languages and samples show it', async () => {
    const { findings } = await check(changed([NOTE, BODY, '<span style="color:#bbbbbb">x</span>']));
    expect(errors(findings)).toMatchObject([
      { rule: 'contrast', locale: 'en', sample: 'plain', mail: MAIL },
    ]);
  });

  it('sees what only one sample shows, and says which', async () => {
    const only = '{% unless customer.first_name %}<a href="https://x.lt/"></a>{% endunless %}';
    const { findings } = await check(changed([NOTE, BODY, only]));
    expect(errors(findings)).toMatchObject([{ rule: 'accessibility', sample: 'none' }]);
  });

  it('lets nothing be deployed with it', async () => {
    const only = '{% unless customer.first_name %}<a href="https://x.lt/"></a>{% endunless %}';
    await expect(refuseErrors(SETTINGS, shop())).resolves.toBeUndefined();
    await expect(refuseErrors(SETTINGS, changed([NOTE, BODY, only]))).rejects.toThrow(
      ReleaseRefused,
    );
  });

  it('sees what only one language shows', async () => {
    const { findings } = await check(changed([wordsFile('ar'), '"Hi"', '""']));
    expect(errors(findings)).toMatchObject([{ rule: 'word', file: wordsFile('ar'), line: 3 }]);
  });

  it('says that there is no such mail', async () => {
    const { findings, release, rendered } = await check(shop(), { mail: 'thanks/nothing' });
    expect(release).toBeUndefined();
    expect(rendered).toBe(0);
    expect(errors(findings)).toMatchObject([{ rule: 'partial', file: 'thanks/nothing.mjml' }]);
  });

  it('sees colours that lie over each other, in part', async () => {
    const glass = (colour: string) =>
      `<span style="background:#000000"><b style="color:#ffffff;background:${colour}">x</b></span>`;
    const rules = async (html: string) =>
      errors((await check(changed([NOTE, BODY, html]))).findings).map(({ rule }) => rule);
    expect(await rules(glass('rgba(255,255,255,0.1)'))).toEqual([]);
    expect(new Set(await rules(glass('rgba(255,255,255,0.7)')))).toEqual(new Set(['contrast']));
  });

  it('asks less of large text', async () => {
    const sized = (size: string): Change => [
      NOTE,
      BODY,
      `<span style="color:#8a8a8a;background:#ffffff;font-size:${size}">x</span>`,
    ];
    const rules = async (size: string) =>
      errors((await check(changed(sized(size)))).findings).length;
    expect(await rules('24px')).toBe(0);
    expect(await rules('20px')).toBeGreaterThan(0);
  });
});

const ABOUT: { readonly [partial: string]: readonly [trigger: string, count: string] } = {
  'cart-lines': ['Cart Updated', 'cart.items_count'],
  'cart-button': ['Cart Updated', 'cart.items_count'],
  'product-story': ['Reorder Due', 'product.purchases'],
};
const FRAME = [
  'layout',
  'style',
  'header',
  'footer',
  'greeting',
  'closing',
  'pick-reason',
  'coupon',
];

describe('each partial that ships', () => {
  const partials = [...shop().keys()]
    .flatMap((path) => /^_shared\/([a-z-]+)\.mjml$/.exec(path)?.[1] ?? [])
    .filter((name) => !FRAME.includes(name));

  it.each(partials)('is clean in a mail of its own: %s', async (name) => {
    const [trigger, count] = ABOUT[name] ?? ['Order Completed', 'order.items_count'];
    const files = changed(
      [JOURNEY, 'priority: 10', 'priority: 11'],
      [NOTE, "{% include 'closing' %}", `{% include '${name}' %}\n    {% include 'closing' %}`],
      [TEXT, BODY, `{% include '${name}' %}\n${BODY}`],
    );
    for (const path of [NOTE, TEXT, JOURNEY]) {
      const text = (files.get(path) ?? '').replace('Order Completed', trigger);
      files.set(path, text.replaceAll('order.items_count', count));
    }
    expect(errors((await check(files)).findings)).toEqual([]);
  });
});
