import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Text } from '../../../functions/contract/release.ts';
import { readTemplates } from '../../../infra/templates/files.ts';
import { TEMPLATES_DIR } from '../../../infra/build-release.ts';
import { setWord, wordAt } from '../../../infra/studio/words/set-word.ts';

const FILE = `{
  "survey": {
    "subject": "How was it?",
    "items": { "one": "{{ count }} piece", "other": "{{ count }} pieces" }
  },
  "footer": { "why": "Because \\u00e9 \\/" }
}
`;

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,6}$/);
const text = fc.string({ minLength: 1, unit: 'grapheme' });
const forms = fc.record({ one: text, other: text });
const word: fc.Arbitrary<Text> = fc.oneof(text, forms);
const file = fc.dictionary(name, fc.dictionary(name, word, { minKeys: 1, maxKeys: 4 }), {
  noNullPrototype: true,
  maxKeys: 5,
});
const blanks = fc.constantFrom<string | number | undefined>(undefined, 1, 2, 4, '\t');

/** What JSON itself would make of the change. */
function expected(json: string, [group = '', key = '']: string[], value: Text | undefined) {
  const whole = JSON.parse(json) as { [group: string]: { [key: string]: Text } };
  if (value !== undefined) {
    whole[group] = { ...whole[group], [key]: value };
    return whole;
  }
  if (whole[group] && Object.hasOwn(whole[group], key)) {
    delete whole[group][key];
    if (Object.keys(whole[group]).length === 0) delete whole[group];
  }
  return whole;
}

describe('changing one word of a file', () => {
  it('changes the characters of that word and no others', () => {
    expect(setWord(FILE, ['survey', 'subject'], "Na, „wie“ war's?")).toBe(
      FILE.replace('How was it?', "Na, „wie“ war's?"),
    );
  });

  it('keeps escapes that somebody typed elsewhere', () => {
    expect(setWord(FILE, ['survey', 'subject'], 'x')).toContain('"Because \\u00e9 \\/"');
  });

  it('changes one plural form and leaves the other as it is', () => {
    const changed = setWord(FILE, ['survey', 'items'], { one: 'one', other: '{{ count }} pieces' });
    expect(changed).toBe(FILE.replace('{{ count }} piece"', 'one"'));
  });

  it('adds the forms that a language has more, and takes away those it has not', () => {
    const changed = setWord(FILE, ['survey', 'items'], { one: 'a', few: 'b', other: 'c' });
    expect(changed).toContain('{ "one": "a", "other": "c", "few": "b" }');
    expect(setWord(changed, ['survey', 'items'], { other: 'c' })).toContain('{ "other": "c" }');
  });

  it('adds a key as the last of its group, on a line of its own', () => {
    expect(setWord(FILE, ['survey', 'page'], 'Here')).toBe(
      FILE.replace('pieces" }\n', 'pieces" },\n    "page": "Here"\n'),
    );
  });

  it('adds a group with plural forms, written as the file is', () => {
    const indented = JSON.stringify({ a: { b: 'c' } }, null, 4);
    expect(setWord(indented, ['d', 'e'], { one: 'f', other: 'g' })).toBe(
      JSON.stringify({ a: { b: 'c' }, d: { e: { one: 'f', other: 'g' } } }, null, 4),
    );
  });

  it('keeps line ends of other systems', () => {
    const dos = FILE.replaceAll('\n', '\r\n');
    expect(setWord(dos, ['new', 'key'], 'x').replaceAll('\r\n', '')).not.toContain('\n');
  });

  it('begins an empty file', () => {
    expect(setWord('{}\n', ['a', 'b'], 'c')).toBe('{\n  "a": {\n    "b": "c"\n  }\n}\n');
  });

  it('takes the group away with its last word', () => {
    expect(JSON.parse(setWord(FILE, ['footer', 'why'], undefined))).not.toHaveProperty('footer');
  });

  it.each(['', 'no', '[]', '"text"', '{"a": 1,}'])('refuses %j, which holds no object', (json) => {
    expect(() => setWord(json, ['a', 'b'], 'c')).toThrow('no JSON object');
  });

  it('always says what JSON would say, whatever is in the file and however it is written', () => {
    fc.assert(
      fc.property(
        file,
        blanks,
        name,
        name,
        fc.option(word, { nil: undefined }),
        (whole, space, group, key, value) => {
          const json = JSON.stringify(whole, null, space);
          const changed = setWord(json, [group, key], value);
          expect(JSON.parse(changed)).toEqual(expected(json, [group, key], value));
          expect(wordAt(changed, [group, key])).toEqual(value);
        },
      ),
    );
  });

  it('writes a new word as JSON would have, in files that JSON wrote', () => {
    fc.assert(
      fc.property(
        file,
        fc.constantFrom(2, 4, '\t'),
        name,
        name,
        text,
        (whole, space, g, k, value) => {
          const json = JSON.stringify(whole, null, space);
          const wanted = expected(json, [g, k], value);
          // A file without any key shows no habit; it gets two blanks.
          const unit = Object.keys(whole).length === 0 ? 2 : space;
          expect(setWord(json, [g, k], value)).toBe(JSON.stringify(wanted, null, unit));
        },
      ),
    );
  });

  it('leaves every character alone when a word is set to what it says already', () => {
    const files = [...readTemplates(TEMPLATES_DIR)].filter(([path]) => path.endsWith('.json'));
    expect(files.length).toBeGreaterThan(20);
    for (const [, json] of files) {
      for (const [group, words] of Object.entries(JSON.parse(json) as { [g: string]: object })) {
        for (const key of Object.keys(words)) {
          expect(setWord(json, [group, key], wordAt(json, [group, key]) ?? '')).toBe(json);
          const more = setWord(json, [group, `${key}_more`], 'x');
          expect(setWord(more, [group, `${key}_more`], undefined)).toBe(json);
        }
      }
    }
  });
});
