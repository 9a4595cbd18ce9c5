/** Every minute: customers who are due -> the wake queue. */
import { isShard, type WakeDeps, wake } from '../app/wake.ts';
import { ALL_SHARDS } from '../contract/keys.ts';
import { scheduled } from '../runtime/middleware.ts';

/** A tick may name the shards to read; without them it reads all. Whoever knows that the others are empty saves 30 queries. */
export const createHandler = (deps: WakeDeps) =>
  scheduled((event) => {
    const { shards } = event as { shards?: unknown };
    return wake(deps, Array.isArray(shards) ? shards.filter(isShard) : ALL_SHARDS);
  });
