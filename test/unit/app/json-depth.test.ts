import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isNestedDeeper } from '../../../functions/app/json-depth.ts';
import { isDeeper } from '../../../functions/contract/event-envelope.ts';

it('tells the depth of any JSON from its bytes as one tells it from its values', () => {
  const texts = fc.constantFrom('[{', '"', '\\', '\\"[', ']}', 'é[', '\u2028{');
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 8 },
      fc.oneof(texts, fc.string(), fc.integer(), fc.constant(null)),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(texts, fc.string()), tie('json'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(json, fc.nat({ max: 8 }), (value, max) => {
      const bytes = Buffer.from(JSON.stringify(value));
      expect(isNestedDeeper(bytes, max)).toBe(isDeeper(value, max));
    }),
    { numRuns: 500 },
  );
});

it('reads a megabyte of brackets, or of text that never ends, in no time', () => {
  const started = performance.now();
  expect(isNestedDeeper(Buffer.alloc(1_000_000, '['), 32)).toBe(true);
  expect(isNestedDeeper(Buffer.alloc(1_000_000, '[]'), 32)).toBe(false);
  expect(isNestedDeeper(Buffer.from(`"${'['.repeat(1_000_000)}`), 32)).toBe(false);
  expect(isNestedDeeper(Buffer.from(`"${'\\'.repeat(1_000_001)}`), 32)).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
