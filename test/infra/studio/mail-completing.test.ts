import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlEngine } from '../../../functions/app/liquid.ts';
import { offersAt } from '../../../infra/studio/mail/completing.ts';
import { ELEMENTS } from '../../../infra/studio/mail/elements.ts';
import { listsOf } from '../../../infra/studio/mail/lists.ts';
import { distance, nearest } from '../../../infra/studio/mail/nearest.ts';
import { FILTERS, TAGS } from '../../../infra/studio/mail/vocabulary.ts';
import { readLocales } from '../../../infra/templates/locales.ts';
import { compileMjml } from '../../../infra/templates/mjml.ts';
import { shippedFiles } from './desk.ts';

const FILES = shippedFiles();
const read = readLocales(FILES);
const LOCALES = read.ok ? read.value : {};
const lists = listsOf(FILES, { id: 'post-purchase', about: 'order' }, LOCALES);

const offered = (before: string): string[] =>
  (offersAt(before, lists)?.offers ?? []).map(({ label }) => label);

describe('what the editor offers', () => {
  it('offers the variables of the journey, and none of another kind', () => {
    expect(offered('<mj-text>{{ ')).toContain('order.total');
    expect(offered('<mj-text>{{ ')).not.toContain('cart.url');
    expect(offersAt('{{ order.to', lists)?.from).toBe('{{ '.length);
  });

  it('offers fields of the item within a loop, and own names', () => {
    const loop = '{% for line in order.lines %}{% assign shown = 1 %}{{ ';
    expect(offered(loop)).toEqual(expect.arrayContaining(['line.price', 'shown']));
    expect(offered('{{ ')).not.toContain('line.price');
  });

  it('offers keys where a text begins, with the English words, and their arguments', () => {
    expect(offered("{{ '")).toEqual(
      expect.arrayContaining(['first_thanks.subject', 'greeting.named']),
    );
    const key = lists.keys.find(({ label }) => label === 'greeting.named');
    expect(key?.detail).toBe('Hello {{ name }},');
    expect(offered("{{ 'greeting.named' | t: ")).toEqual(['name']);
    expect(offered("{{ 'greeting.named' | t: name: ")).toContain('customer.first_name');
  });

  it('offers filters behind |, tags in {%, partials to include, styles of dates', () => {
    expect(offered('{{ order.total | ')).toContain('money');
    expect(offered('{% ')).toContain('unless');
    expect(offered("{% include '")).toContain('order-lines');
    expect(offered("{% include '")).not.toContain('layout');
    expect(offered("{{ reorder.due_at | date: '")).toContain('long');
    expect(offered("{{ order.lines | list: '")).toContain('name');
  });

  it('offers MJML elements, their attributes, and the end of what is open', () => {
    expect(offered('<mj-te')).toContain('mj-text');
    expect(offered('<mj-text padding="0" ')).toContain('font-size');
    expect(offered('<mj-section><mj-column></')).toEqual(['mj-column']);
    expect(offered('---\nsubject: "a"\npre')).toContain('preheader');
  });

  it('never throws, and never reaches before the text, whatever is written', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      "'",
      '"',
      '|',
      ' t: ',
      '<',
      '/',
      '>',
      'mj-a',
      '.',
      '\n',
      '---',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (before) => {
          const from = offersAt(before, lists)?.from ?? 0;
          expect(from).toBeGreaterThanOrEqual(0);
          expect(from).toBeLessThanOrEqual(before.length);
        },
      ),
    );
  });
});

describe('the lists behind it', () => {
  it('names every filter of the engine with a word, and no other', () => {
    expect(Object.keys(FILTERS).sort()).toEqual(Object.keys(htmlEngine.filters).sort());
  });

  it('names every tag of the engine', () => {
    const labels = TAGS.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(Object.keys(htmlEngine.tags)));
    const ends = labels.filter((label) => /^(?:end\w+|else|elsif|when|include)$/.test(label));
    expect(labels.filter((label) => !ends.includes(label)).sort()).toEqual(
      Object.keys(htmlEngine.tags).sort(),
    );
  });

  const LENGTHS = /padding|size|width|height|spacing|radius/;
  const VALUES: Readonly<Record<string, string>> = {
    align: 'left',
    'text-align': 'left',
    direction: 'ltr',
    href: 'https://shop.example/',
    src: 'https://shop.example/a.png',
    'fluid-on-mobile': 'true',
    'full-width': 'full-width',
    'vertical-align': 'top',
    border: '1px solid #000000',
    'border-style': 'solid',
    'line-height': '1.5',
    'font-weight': '600',
    'text-decoration': 'none',
    'font-family': 'serif',
  };
  const valueOf = (name: string): string =>
    VALUES[name] ?? (/color/.test(name) ? '#000000' : LENGTHS.test(name) ? '10px' : 'a');

  /** Where such an element may stand. */
  const inside = (name: string, own: string): string => {
    if (['mj-wrapper', 'mj-section', 'mj-raw'].includes(name)) return own;
    if (['mj-column', 'mj-group'].includes(name)) return `<mj-section>${own}</mj-section>`;
    return `<mj-section><mj-column>${own}</mj-column></mj-section>`;
  };

  it.each(Object.keys(ELEMENTS))('offers for %s what MJML knows', async (name) => {
    const attributes = (ELEMENTS[name] ?? []).map((each) => `${each}="${valueOf(each)}"`).join(' ');
    const own = `<${name} ${attributes}></${name}>`;
    const within = inside(name, own);
    const text = `<mjml><mj-body>${within}</mj-body></mjml>`;
    const compiled = await compileMjml([{ text, file: 'a.mjml', line: 1 }]);
    expect(compiled).toMatchObject({ ok: true });
  });
});

describe('a name that was mistyped', () => {
  it('is told by the nearest one, if one is near', () => {
    expect(nearest('order.chanel', ['order.channel', 'order.total'])).toBe('order.channel');
    expect(nearest('fisrt_name', ['first_name'])).toBe('first_name');
    expect(nearest('weather', ['order.total', 'customer.country'])).toBeUndefined();
    expect(nearest('t', ['list'])).toBeUndefined();
  });

  it('is as far from another as the other from it', () => {
    const word = fc.string({ maxLength: 8 });
    const both = fc.property(word, word, (a, b) => {
      expect(distance(a, b)).toBe(distance(b, a));
    });
    const same = fc.property(word, (a) => {
      expect(distance(a, a)).toBe(0);
    });
    fc.assert(both);
    fc.assert(same);
  });
});
