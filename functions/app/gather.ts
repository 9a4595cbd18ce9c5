/**
 * Orders from the log's stream -> what `learn` needs of them, so that nothing ever reads the whole log or
 * all customers: one row for a batch, each order with the gaps that its customer's item still knows.
 */
import type { CustomerEvent } from '../contract/events.ts';
import { hashId } from '../contract/ids.ts';
import type { Instant } from '../contract/time.ts';
import { iso } from '../contract/time.ts';
import type { Customer } from '../domain/customer.ts';
import { basketOf, type Gathered } from '../domain/prediction/basket.ts';
import { eachLimited } from './each-limited.ts';

/** A logged order as the stream brings it. */
export type LoggedOrder = {
  event: CustomerEvent;
  /** Of the record in its shard; the same in every try. */
  sequence: string;
  /** When the row was written, as the stream says: the same in every try. */
  writtenAt: Instant;
};

export type Baskets = {
  /**
   * Keeps a batch of one UTC date. `batch` is the same when the same records come again, which then meet
   * their own row.
   */
  put(date: string, batch: string, gathered: readonly Gathered[], at: Instant): Promise<void>;
  /** Everything that was kept of a date, in pages; an order may be among them more than once. */
  read(date: string): AsyncIterable<readonly Gathered[]>;
};

export type GatherDeps = {
  baskets: Pick<Baskets, 'put'>;
  /** May be a little behind: an order that is not folded yet is one gap that is not known. */
  customers: { load(id: string): Promise<Customer> };
  count(name: string, value?: number): void;
};

/** Customers read at once: a batch is a few minutes old anyway, and nobody waits for it. */
const LOADS_AT_ONCE = 8;

/** The UTC date, as partitions and `LearnState` name it. */
export const dateOf = (at: Instant): string => iso(at).slice(0, 10);

/** Throws when something could not be read or written; the same records come again then. */
export async function gather(deps: GatherDeps, orders: readonly LoggedOrder[]): Promise<void> {
  // By the date of each record, not of the call: however often and in whatever batches a record comes, it
  // is found under one date, where it counts once.
  const dates = Map.groupBy(orders, ({ writtenAt }) => dateOf(writtenAt));
  for (const [date, group] of dates) {
    const gathered = await basketsOf(deps, group);
    if (gathered.length > 0) await deps.baskets.put(date, batchOf(group), gathered, last(group));
    deps.count('OrdersGathered', gathered.length);
    deps.count('OrdersNotGathered', group.length - gathered.length);
  }
}

async function basketsOf(
  { customers }: GatherDeps,
  orders: readonly LoggedOrder[],
): Promise<Gathered[]> {
  const byAlias = [...Map.groupBy(orders, ({ event }) => event.aliasId)];
  const found = new Map<LoggedOrder, Gathered>();
  await eachLimited(byAlias, LOADS_AT_ONCE, async ([aliasId, group]) => {
    const customer = await customers.load(aliasId);
    for (const order of group) {
      const gathered = basketOf(order.event, customer);
      if (gathered) found.set(order, gathered);
    }
  });
  const seen = new Set<string>();
  return orders.flatMap((order) => {
    const gathered = found.get(order);
    if (!gathered || seen.has(gathered.id)) return [];
    seen.add(gathered.id);
    return [gathered];
  });
}

const batchOf = (orders: readonly LoggedOrder[]): string =>
  hashId('batch', ...orders.map(({ sequence }) => sequence));

const last = (orders: readonly LoggedOrder[]): Instant =>
  Math.max(...orders.map(({ writtenAt }) => writtenAt));
