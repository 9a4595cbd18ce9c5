/** The block that tells where a product is from, what it is made of, and what proves it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { render, type Written } from '../../functions/app/render.ts';
import type { CompiledTemplate } from '../../functions/contract/release.ts';
import { buildRelease, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { FORMAT, sampleFor, SETTINGS } from './samples.ts';

const FACTS = ['origin', 'material', 'certificate_url', 'story_image_url'];
let dir: string;
let nudge: CompiledTemplate | undefined;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-story-'));
  cpSync(TEMPLATES_DIR, dir, { recursive: true });
  for (const kind of ['mjml', 'txt']) {
    const path = join(dir, `reorder/nudge.${kind}`);
    const block = "{% include 'recommendations' %}";
    const mail = readFileSync(path, 'utf8').replace(block, "{% include 'product-story' %}");
    writeFileSync(path, mail);
  }
  nudge = (await buildRelease(SETTINGS, { templatesDir: dir })).templates['reorder/nudge'];
});
afterAll(() => rmSync(dir, { recursive: true }));

/** The mail about a product of which only these facts are known. */
function written(known: readonly string[], locale = 'en-GB', change: object = {}): Written {
  const base = sampleFor('Rūta');
  const facts = Object.entries(base['product'] as object).filter(
    ([name]) => !FACTS.includes(name) || known.includes(name),
  );
  const product = { ...Object.fromEntries(facts), ...change };
  const mail = nudge && render(nudge, { ...base, product }, { ...FORMAT, locale });
  if (!mail || !('html' in mail)) throw new Error(JSON.stringify(mail));
  return mail;
}

describe('the story of a product', () => {
  it('tells what is known, in both parts', () => {
    const { html, text } = written(FACTS);
    expect(html).toContain('Origin: <span dir="auto">Lithuania</span>');
    expect(html).toContain('Material: <span dir="auto">Chalk and plant oils</span>');
    expect(html).toContain('href="https://shop.example.com/certificates/silver-polish"');
    expect(html).toMatch(/<img src="[^"]*workshop.jpg" alt="How it is made" width="\d+" height="/);
    expect(text).toContain(
      [
        'The story behind it',
        '',
        '- Origin: Lithuania',
        '- Material: Chalk and plant oils',
        '- See the certificate',
        '  https://shop.example.com/certificates/silver-polish',
      ].join('\n'),
    );
  });

  it.each(FACTS)('tells %s alone, and nothing beside it', (fact) => {
    const { html, text } = written([fact]);
    const marks = ['Origin:', 'Material:', 'See the certificate', 'How it is made'];
    const told = marks.filter((mark) => html.includes(mark));
    expect(told).toEqual([marks[FACTS.indexOf(fact)]]);
    expect(html).toContain('The story behind it');
    expect(text).not.toMatch(/\n{3,}|[ \t]\n/);
    // A text shows no picture, so it does not speak of one.
    expect(text.includes('The story behind it')).toBe(fact !== 'story_image_url');
  });

  it('is not there where nothing is known', () => {
    const { html, text } = written([]);
    expect(html + text).not.toContain('The story behind it');
    expect(text).not.toMatch(/\n{3,}/);
  });

  it.each([
    ['lt', 'Kilmė: <span dir="auto">Lithuania</span>'],
    ['ar-EG', 'المنشأ: <span dir="auto">Lithuania</span>'],
    ['hu-HU', 'Származás: <span dir="auto">Lithuania</span>'],
    ['hy-AM', 'Ծագումը՝ <span dir="auto">Lithuania</span>'],
  ])('is told in %s', (locale, line) => expect(written(FACTS, locale).html).toContain(line));

  it('takes facts for text, whatever they hold', () => {
    const { html } = written(FACTS, 'en-GB', { origin: '<b>x</b>', material: '{{ shop.name }}' });
    expect(html).toContain('Origin: <span dir="auto">&lt;b&gt;x&lt;/b&gt;</span>');
    expect(html).toContain('Material: <span dir="auto">{{ shop.name }}</span>');
  });
});
