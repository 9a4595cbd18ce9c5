import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffOf, hunks, lineDiff, wordChanges, wordDiff } from '../../../infra/studio/diff.ts';

const few = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });

describe('a comparison of two texts', () => {
  it('always holds the whole of both, in their order', () => {
    fc.assert(
      fc.property(few, few, (before, after) => {
        const diff = diffOf(before, after);
        const side = (kind: 'in' | 'out') =>
          diff.filter((line) => line.kind === 'same' || line.kind === kind).map(({ text }) => text);
        expect(side('out')).toEqual(before);
        expect(side('in')).toEqual(after);
      }),
    );
  });

  it('never calls something changed when nothing is', () => {
    fc.assert(
      fc.property(few, (text) => {
        expect(diffOf(text, text).every(({ kind }) => kind === 'same')).toBe(true);
      }),
    );
  });

  it('shows one changed line as one that went and one that came', () => {
    const diff = lineDiff('one\ntwo\nthree\n', 'one\nzwei\nthree\n');
    expect(diff.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same one',
      'out two',
      'in zwei',
      'same three',
    ]);
  });

  it('shows the one word of a sentence that changed, in any script', () => {
    const changed = wordDiff('شكرا لطلبك، مريم', 'شكرا لشرائك، مريم');
    expect(changed.filter(({ kind }) => kind !== 'same')).toHaveLength(2);
  });

  it('shows a long text as replaced, and at once', () => {
    const long = (word: string) => Array.from({ length: 5_000 }, (_, at) => `${word}${at}`);
    const begun = performance.now();
    expect(diffOf(long('a'), long('b'))).toHaveLength(10_000);
    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('leaves out what is far from a change, and says how much', () => {
    const before = Array.from({ length: 40 }, (_, at) => `line ${at}`);
    const found = hunks(diffOf(before, before.with(20, 'other')));
    expect(found).toHaveLength(1);
    expect(found[0]?.skipped).toBe(17);
    expect(found[0]?.lines).toHaveLength(8);
  });
});

describe('a comparison of words', () => {
  it('names the keys, plural forms included', () => {
    const before = '{"cart":{"items":{"one":"1 item","other":"{{ count }} items"},"old":"x"}}';
    const after = '{"cart":{"items":{"one":"one item","other":"{{ count }} items"}}}';
    expect(wordChanges(before, after)).toEqual([
      { key: 'cart.items.one', before: '1 item', after: 'one item' },
      { key: 'cart.old', before: 'x', after: undefined },
    ]);
    expect(wordChanges(undefined, '{"a":"b"}')).toEqual([
      { key: 'a', before: undefined, after: 'b' },
    ]);
  });

  it('is none where a file cannot be read', () => {
    expect(wordChanges('{', '{}')).toBeUndefined();
    expect(wordChanges('{"a":[1]}', '{}')).toBeUndefined();
  });
});
