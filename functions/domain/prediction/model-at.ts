/** Which model counts at a moment. */
import type { Policy } from '../../contract/journeys.ts';
import type { Model } from '../../contract/predictions.ts';
import type { Instant } from '../../contract/time.ts';

/**
 * The model whose `from` is the last at or before `at`, whatever their order; of two with one `from` the
 * one that is listed first. Undefined before the first of them.
 */
export function modelAt({ models }: Pick<Policy, 'models'>, at: Instant): Model | undefined {
  let found: Model | undefined;
  for (const model of models ?? []) {
    if (model.from <= at && (found === undefined || model.from > found.from)) found = model;
  }
  return found;
}
