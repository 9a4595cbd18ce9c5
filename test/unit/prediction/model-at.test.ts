import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../functions/contract/predictions.ts';
import { asOf, modelAt, MODELS_SEEN } from '../../../functions/domain/prediction/model-at.ts';

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

describe('the models that are seen', () => {
  const froms = fc.uniqueArray(fc.nat({ max: 200 }), { minLength: 1, maxLength: 12 });
  const policyWith = (list: readonly number[]) => ({ models: list.map(model) });

  it('never include one that begins later', () => {
    fc.assert(
      fc.property(froms, fc.nat({ max: 200 }), (list, now) => {
        for (const { from } of asOf(policyWith(list), now).models) {
          expect(from).toBeLessThanOrEqual(now);
        }
      }),
    );
  });

  it('are the same for whoever keeps only the newest and for whoever has all', () => {
    fc.assert(
      fc.property(froms, fc.nat({ max: 200 }), fc.nat({ max: 200 }), (list, now, at) => {
        const newest = list.toSorted((a, b) => b - a);
        const begun = newest.filter((from) => from <= now);
        // As a function keeps them: those that are seen, one more, and what has not begun.
        const kept = [
          ...newest.filter((from) => from > now).slice(-1),
          ...begun.slice(0, MODELS_SEEN + 1),
        ];
        const ids = (models: readonly Model[]) => models.map(({ id, from }) => [id, from]);
        expect(ids(asOf(policyWith(kept), now).models)).toEqual(
          ids(asOf(policyWith(list), now).models),
        );
        expect(modelAt(asOf(policyWith(kept), now), at)?.id).toBe(
          modelAt(asOf(policyWith(list), now), at)?.id,
        );
      }),
    );
  });

  it('let the oldest answer for what was before it, but only where there were older ones', () => {
    const few = policyWith([10, 20, 30]);
    expect(modelAt(asOf(few, 35), 5)).toBeUndefined();
    const many = policyWith([10, 20, 30, 40]);
    expect(modelAt(asOf(many, 45), 5)?.id).toBe('m-20');
    expect(modelAt(asOf(many, 45), 35)?.id).toBe('m-30');
  });

  it('are one object for as long as the same are seen, so that what is worked out is kept', () => {
    const policy = policyWith([10, 20]);
    expect(asOf(policy, 11)).toBe(asOf(policy, 19));
    expect(asOf(policy, 20)).not.toBe(asOf(policy, 19));
    const none = { models: [] };
    expect(asOf(none, 5)).toBe(none);
    expect(asOf({}, 5)).toEqual({});
  });
});
