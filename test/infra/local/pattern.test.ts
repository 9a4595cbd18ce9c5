import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, type Json } from '../../../infra/local/bus/pattern.ts';

const matches = (pattern: unknown, event: Json) => compilePattern(pattern)(event);
const word = fc.constantFrom('a', 'b', 'c', 'ab', 'abc', '');
const leaf = fc.oneof(word, fc.integer({ min: 0, max: 3 }), fc.boolean(), fc.constant(null));

describe('an event pattern', () => {
  it('matches a value that is listed, alone or as one of a list in the event', () => {
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 1, maxLength: 4 }), leaf, (wanted, got) => {
        const expected = wanted.includes(got);
        expect(matches({ x: wanted }, { x: got })).toBe(expected);
        expect(matches({ x: wanted }, { x: [got, 'never listed'] })).toBe(expected);
      }),
    );
  });

  it('never matches where the field is missing, unless it asks for that', () => {
    fc.assert(
      fc.property(fc.array(leaf, { minLength: 1, maxLength: 4 }), (wanted) => {
        expect(matches({ x: wanted }, { y: 1 })).toBe(false);
      }),
    );
    expect(matches({ x: [{ 'anything-but': 'a' }] }, { y: 1 })).toBe(false);
    expect(matches({ x: [{ prefix: '' }] }, { y: 1 })).toBe(false);
    expect(matches({ x: [{ exists: false }] }, { y: 1 })).toBe(true);
  });

  it('takes exactly what a listing of the same values refuses, with anything-but', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), word, (words, got) => {
        const listed = matches({ x: words }, { x: got });
        expect(matches({ x: [{ 'anything-but': words }] }, { x: got })).toBe(!listed);
      }),
    );
  });

  it('compares prefixes and suffixes as texts', () => {
    fc.assert(
      fc.property(word, word, (part, got) => {
        expect(matches({ x: [{ prefix: part }] }, { x: got })).toBe(got.startsWith(part));
        expect(matches({ x: [{ suffix: part }] }, { x: got })).toBe(got.endsWith(part));
        const not = matches({ x: [{ 'anything-but': { prefix: part } }] }, { x: got });
        expect(not).toBe(!got.startsWith(part));
      }),
    );
  });

  it('wants every field, at any depth', () => {
    const pattern = { source: ['aws.ses'], detail: { mail: { tags: { set: ['dev'] } } } };
    const event = { source: 'aws.ses', detail: { mail: { tags: { set: ['dev'], other: ['x'] } } } };
    expect(matches(pattern, event)).toBe(true);
    expect(matches(pattern, { ...event, source: 'else' })).toBe(false);
    expect(matches(pattern, { source: 'aws.ses', detail: { mail: 'text' } })).toBe(false);
  });

  it('refuses every operator that it does not know', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (operator) => {
        fc.pre(!['prefix', 'suffix', 'exists', 'anything-but'].includes(operator));
        expect(() => compilePattern({ x: [{ [operator]: 'a' }] })).toThrow(/wanted/);
      }),
    );
    expect(() => compilePattern({ x: [{ numeric: ['>', 1] }] })).toThrow(/at x/);
    expect(() => compilePattern({ $or: [{ x: ['a'] }] })).toThrow(/\$or/);
    expect(() => compilePattern({ x: 'not a list' })).toThrow(/wanted an object/);
    expect(() => compilePattern({})).toThrow(/at least one field/);
  });
});
