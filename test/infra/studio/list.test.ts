import { describe, expect, it } from 'vitest';
import { memoryWorkspace } from '../../../infra/studio/workspace.ts';
import { listOf, readable } from '../../../infra/studio/list/journeys.ts';
import type { Finding } from '../../../infra/templates/checks/index.ts';
import { desk, shippedFiles, studioDeps } from './desk.ts';

const MAIL = 'post-purchase/first-thanks';
const { settings } = studioDeps();
const files = shippedFiles();
const nothing = { settings, files, changes: [], findings: [], figures: [] };
const rowOf = (over: Partial<Parameters<typeof listOf>[0]>) => {
  const { journeys } = listOf({ ...nothing, ...over });
  const journey = journeys.find(({ id }) => id === 'post-purchase');
  return { journey, mail: journey?.mails.find(({ id }) => id === MAIL) };
};

describe('the list of mails', () => {
  it('says each mail as a customer reads it in English, and what it is for', () => {
    const { journeys, languages } = listOf(nothing);
    const mails = journeys.flatMap((journey) => journey.mails);
    expect(mails.length).toBeGreaterThan(10);
    for (const { id, subject, purpose, topic } of mails) {
      expect([id, subject, purpose, topic]).toEqual([
        id,
        expect.not.stringMatching(/[{|']\s*t\b|\{\{/),
        expect.any(String),
        expect.any(String),
      ]);
    }
    expect(journeys.every(({ begins }) => begins !== undefined)).toBe(true);
    expect(languages.map(({ locale }) => locale)).toEqual(['en', 'lt', 'ar', 'hu', 'hy']);
  });

  it('names what is filled in, and shows a plural by its most common form', () => {
    const words = new Map<string, unknown>([
      ['a.b', 'For {{ name }}'],
      ['a.c', { one: '1 item', other: '{{ count }} items' }],
    ]);
    expect(readable("{{ 'a.b' | t: name: customer.first_name }}!", words)).toBe('For {name}!');
    expect(readable("{{ 'a.c' | t: count: cart.items_count }}", words)).toBe('{count} items');
    expect(readable('{{ shop.name }} calls', words)).toBe('{name} calls');
  });

  it('marks the mail whose file changed, and the journey whose words did', () => {
    const change = (path: string) => ({ changes: [{ path, before: 'a', after: 'b' }] });
    expect(rowOf(change(`${MAIL}.txt`)).mail?.changed).toBe(true);
    expect(rowOf(change(`${MAIL}.txt`)).journey?.changed).toBe(false);
    const words = rowOf(change('post-purchase/locales/lt.json'));
    expect([words.journey?.changed, words.mail?.changed]).toEqual([true, false]);
  });

  it('brings each finding to its mail, its journey, or to all', () => {
    const finding = (file: string, mail?: string): Finding => ({
      file,
      line: 1,
      got: 'x',
      wanted: 'y',
      severity: 'error',
      rule: 'word',
      ...(mail && { mail }),
    });
    const inLayout = finding('_shared/layout.mjml', MAIL);
    const inWords = finding('post-purchase/locales/lt.json');
    const inBrand = finding('_shared/brand.yaml');
    const findings = [inLayout, inWords, inBrand];
    const { journey, mail } = rowOf({ findings });
    expect([mail?.findings, journey?.findings]).toEqual([[inLayout], [inWords]]);
    expect(listOf({ ...nothing, findings }).shared.findings).toEqual([inBrand]);
  });

  it('is there even where files cannot be read', async () => {
    const broken = new Map(files)
      .set('post-purchase/journey.yaml', ':')
      .set('_shared/brand.yaml', ':')
      .set(`${MAIL}.mjml`, 'no front matter');
    const { journey, mail } = rowOf({ files: broken });
    expect([journey?.begins, mail?.subject]).toEqual([undefined, undefined]);
    const { get } = desk(studioDeps({ workspace: memoryWorkspace(broken) }));
    expect((await get('/studio')).status).toBe(200);
  });
});
