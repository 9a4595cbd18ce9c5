import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../functions/contract/predictions.ts';
import { modelAt } from '../../../functions/domain/prediction/model-at.ts';

const model = (from: number): Model => ({ id: `m-${from}`, from });

describe('the model that counts', () => {
  it('is none before the first night, and none before the first one begins', () => {
    expect(modelAt({}, 10)).toBeUndefined();
    expect(modelAt({ models: [] }, 10)).toBeUndefined();
    expect(modelAt({ models: [model(11)] }, 10)).toBeUndefined();
  });

  it('is the last that had begun by then, in whatever order they are listed', () => {
    const froms = fc.uniqueArray(fc.nat({ max: 50 }), { maxLength: 8 });
    fc.assert(
      fc.property(froms, fc.nat({ max: 50 }), (list, at) => {
        const wanted = Math.max(-1, ...list.filter((from) => from <= at));
        expect(modelAt({ models: list.map(model) }, at)?.from ?? -1).toBe(wanted);
      }),
    );
  });

  it('never changes for a moment that has passed when another is published', () => {
    const models = [model(5), model(20)];
    expect(modelAt({ models: [model(30), ...models] }, 25)).toEqual(modelAt({ models }, 25));
  });
});
