/** Outputs that stand where escaping could not hold them. */
import { describe, expect, it } from 'vitest';
import { misplaced } from '../../infra/templates/places.ts';

const wheres = (html: string) => misplaced(html).map(({ where }) => where);

describe('a value that is known only when the mail is sent', () => {
  it.each([
    ['<p>{{ a }}</p>'],
    ['<p title="{{ a }}">x</p>'],
    ["<p title='{{ a }}'>x</p>"],
    ['<title>{{ a }}</title><style>a { color: red; }</style><p>{{ a }}</p>'],
    ['<!--[if mso]><table><![endif]-->{{ a }}<!--[if mso]></table><![endif]-->'],
    ['{% if a > 3 %}<p>{{ a }}</p>{% endif %}'],
    ['<a style="color:red" href="{{ a }}">2 > 1 {{ b }}</a>'],
    ['<p>it\'s "so" {{ a }}</p>'],
  ])('may stand in %s', (html) => expect(misplaced(html)).toEqual([]));

  it.each([
    ['<p {{ a }}>', 'in a tag, outside quotes'],
    ['<p title={{ a }}>', 'in a tag, outside quotes'],
    ['<{{ a }}>', 'in a tag, outside quotes'],
    ['</{{ a }}>', 'in a tag, outside quotes'],
    ['<p style="color:{{ a }}">', 'in the attribute style'],
    ['<p STYLE = "color:{{ a }}">', 'in the attribute STYLE'],
    ["<a onclick='x({{ a }})'>", 'in the attribute onclick'],
    ['<img srcset="{{ a }} 2x">', 'in the attribute srcset'],
    ['<style>p { color: {{ a }}; }</style>', 'in a style sheet'],
    ['<script type="application/ld+json">{{ a }}</script>', 'in a script'],
    ['<!-- {{ a }} -->', 'in a comment'],
    ['<!--[if mso]>{{ a }}<![endif]-->', 'in a comment'],
  ])('may not stand in %s', (html, where) => expect(wheres(html)).toEqual([where]));

  it('is counted among those that look alike', () => {
    expect(misplaced('{{ a }}<p title="{{ a }}" {{ a }}>')).toEqual([
      { output: '{{ a }}', where: 'in a tag, outside quotes', before: 2 },
    ]);
  });
});
