/** A tick of the clock: customers who are due -> the wake queue. */
import type { WakeOrder } from '../contract/events.ts';
import { ALL_SHARDS, SHARDS } from '../contract/keys.ts';
import type { Instant } from '../contract/time.ts';
import { eachLimited } from './each-limited.ts';

export type WakeDeps = {
  wakes: {
    /** Customers of one shard who are due at or before `until`, the longest overdue first, at most `limit`. */
    due(shard: string, until: Instant, limit: number): Promise<WakeOrder[]>;
  };
  queue: {
    send(orders: readonly WakeOrder[]): Promise<void>;
    /** Messages that wait to be taken, approximately; not those under way, nor those that failed. */
    waiting(): Promise<number>;
  };
  now(): Instant;
};

/**
 * A tick's work: 5,000 wakes at 10 ms each are a minute for one lane. What is left over is still at the
 * start of its shard at the next tick.
 */
export const WAKES_PER_TICK_MAX = 5_000;
/** Evenly over the shards, so that one full shard cannot keep the others waiting. */
export const WAKES_PER_SHARD_MAX = Math.ceil(WAKES_PER_TICK_MAX / SHARDS);
/**
 * Above this the queue still holds a tick's work, and reading the index again would only send the same
 * wakes twice. Wakes that fail are not counted: each is out of sight for minutes before it comes again, and
 * a few such customers must not stop the clock of everybody else.
 */
export const BACKLOG_MAX = 50;
/** Shards read at once. */
const SHARDS_AT_ONCE = 8;

export const isShard = (value: unknown): value is string =>
  typeof value === 'string' && ALL_SHARDS.includes(value);

/** Sends who is due now; resolves to how many, or to 'busy' when the last tick's work is still waiting. */
export async function wake(
  deps: WakeDeps,
  shards: readonly string[] = ALL_SHARDS,
): Promise<number | 'busy'> {
  if ((await deps.queue.waiting()) > BACKLOG_MAX) return 'busy';
  const until = deps.now();
  let sent = 0;
  await eachLimited(shards, SHARDS_AT_ONCE, async (shard) => {
    const orders = await deps.wakes.due(shard, until, WAKES_PER_SHARD_MAX);
    if (orders.length === 0) return;
    await deps.queue.send(orders);
    sent += orders.length;
  });
  return sent;
}
