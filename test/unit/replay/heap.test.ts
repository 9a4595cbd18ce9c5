import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Heap } from '../../../functions/app/replay/heap.ts';

it('always gives the smallest of what it holds, in whatever order it came', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (steps) => {
      const heap = new Heap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const step of steps) {
        const given = step === null ? [heap.pop(), model.shift()] : [];
        expect(given[0]).toBe(given[1]);
        if (step !== null) {
          heap.push(step);
          model.push(step);
          model.sort((a, b) => a - b);
        }
        expect(heap.peek()).toBe(model[0]);
        expect(heap.size).toBe(model.length);
      }
    }),
    { numRuns: 100 },
  );
});
