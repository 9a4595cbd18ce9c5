/** Which model counts at a moment, and which are seen at all. */
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

/**
 * How many models are seen at a moment: the one that counts, and those before it, for questions about what
 * was known a while ago. A function keeps few, a replay has all of them, and both must see the same.
 */
export const MODELS_SEEN = 3;

type Views<P> = { byFrom: readonly Model[]; bySeen: Map<number, P> };
const VIEWS = new WeakMap<object, Views<unknown>>();

/**
 * The policy as it stood at `now`: only models that had begun by then, the newest few. Where there were
 * older ones, the oldest of these answers for all moments before it. The same object as long as the same
 * models are seen.
 */
export function asOf<P extends Pick<Policy, 'models'>>(policy: P, now: Instant): P {
  if (policy.models === undefined || policy.models.length === 0) return policy;
  const { byFrom, bySeen } = viewsOf(policy, policy.models);
  const begun = countUntil(byFrom, now);
  const known = bySeen.get(begun);
  if (known) return known;
  const view = { ...policy, models: newestOf(byFrom, begun) };
  bySeen.set(begun, view);
  return view;
}

function viewsOf<P extends object>(policy: P, models: readonly Model[]): Views<P> {
  const known = VIEWS.get(policy) as Views<P> | undefined;
  if (known) return known;
  const views = {
    byFrom: models.toSorted((a, b) => a.from - b.from),
    bySeen: new Map<number, P>(),
  };
  VIEWS.set(policy, views);
  return views;
}

/** How many begin at or before `now`. */
function countUntil(byFrom: readonly Model[], now: Instant): number {
  let [low, high] = [0, byFrom.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((byFrom[middle] as Model).from <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}

function newestOf(byFrom: readonly Model[], begun: number): Model[] {
  const seen = byFrom.slice(Math.max(0, begun - MODELS_SEEN), begun);
  const [oldest] = seen;
  if (oldest && begun > MODELS_SEEN) seen[0] = { ...oldest, from: Number.NEGATIVE_INFINITY };
  return seen.toReversed();
}
