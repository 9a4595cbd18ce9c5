/**
 * Every five minutes: whatever a queue, a stream or a crash lost. It reads the open index from its start,
 * re-reads each row that is due, and moves it on; it sends nothing itself.
 */
import type { DeliverOrder } from '../contract/events.ts';
import { FIGURES } from '../contract/figures.ts';
import { SHARDS } from '../contract/keys.ts';
import type { Message } from '../contract/messages.ts';
import { HOUR_MS, type Instant, MINUTE_MS } from '../contract/time.ts';
import { brakeOf } from '../domain/brake.ts';
import { dueAt, isFresh, UNKNOWN_MS } from '../domain/ledger.ts';
import type { Control } from './control.ts';
import { eachLimited } from './each-limited.ts';
import { type LedgerDeps, settle } from './ledger.ts';

export type OpenEntry = DeliverOrder & { openAt: Instant };

export type OpenIndex = {
  /** Rows of a shard that are due, the earliest first; `next` where there are more. */
  due(
    shard: string,
    until: Instant,
    limit: number,
    after?: string,
  ): Promise<{ entries: OpenEntry[]; next?: string }>;
  /** All open rows of a shard, due or not. */
  count(shard: string): Promise<number>;
};

export type SweepDeps = LedgerDeps & {
  open: OpenIndex;
  deliverQueue: {
    send(orders: readonly DeliverOrder[]): Promise<void>;
    /** Messages waiting or under way; approximate. */
    depth(): Promise<number>;
  };
  /** One for each queue. */
  deadLetters: readonly {
    redrive(limit: number, timesMax: number): Promise<{ moved: number; exhausted: number }>;
  }[];
  /** Tells whether marketing stands still; the alarm of that name hears it. */
  control?: Pick<Control, 'read'>;
  count(name: string, value?: number): void;
};

export type Swept = {
  /** All rows that are not settled, due or not; from the index, so a second old. */
  open: number;
  /** PLANNED and due: sent to deliver again. */
  requeued: number;
  /** Of those: held by breaker, brake, pause or ceiling when last looked at. */
  held: number;
  /** SENDING with its lease over -> UNKNOWN. */
  lost: number;
  /** UNKNOWN for an hour -> UNRESOLVED. */
  unresolved: number;
  /** Open more than two hours past due and not held: the alarm. */
  overdue: number;
  redriven: number;
  /** Dead letters that had all their chances: they stay for a person. */
  exhausted: number;
};

/** A page of keys: small enough for a short read, large enough for few. */
const PAGE_ROWS = 250;
/** Rows of one shard in one tick: all shards together some 30,000, half a minute of reads. */
const PAGES_MAX = 16;
/** Orders in the queue above which due rows are not sent again: they are in it already. */
const DEPTH_MAX = 1_000;
/** A planned row is on its way through the stream; only after so long it is lost. */
const FRESH_MS = 5 * MINUTE_MS;
export const OVERDUE_MS = 2 * HOUR_MS;
/** Shards read at once: the table answers in 5 ms, so a tick takes a second. */
const SHARDS_AT_ONCE = 8;
/** Dead letters a queue and tick; each at most three times, then a person looks at it. */
export const REDRIVE_MAX = 100;
export const REDRIVE_TIMES_MAX = 3;

/** One tick. A row that cannot be moved now is met again by the next one; the first error is thrown last. */
export async function sweep(deps: SweepDeps): Promise<Swept> {
  const swept: Swept = {
    open: 0,
    requeued: 0,
    held: 0,
    lost: 0,
    unresolved: 0,
    overdue: 0,
    redriven: 0,
    exhausted: 0,
  };
  const errors: unknown[] = [];
  const guard = (work: Promise<unknown>) => work.catch((error: unknown) => errors.push(error));
  const depth = await deps.deliverQueue.depth().catch((error: unknown) => {
    errors.push(error);
    return Number.POSITIVE_INFINITY;
  });
  const requeue = depth <= DEPTH_MAX;
  const shards = Array.from({ length: SHARDS }, (_, n) => String(n).padStart(2, '0'));
  await eachLimited(shards, SHARDS_AT_ONCE, (shard) =>
    guard(sweepShard(deps, shard, requeue, swept, guard)),
  );
  for (const letters of deps.deadLetters) await guard(redrive(letters, swept));
  for (const [name, value] of Object.entries(swept)) deps.count(`Ledger_${name}`, value);
  await guard(tellWhetherStopped(deps));
  if (errors.length > 0) throw errors[0];
  return swept;
}

/** The breaker, or the brake of bounces and complaints: 0 is told too, so that silence means sweep itself. */
async function tellWhetherStopped({ control, clock, count }: SweepDeps): Promise<void> {
  if (!control) return;
  const { breaker, days } = await control.read();
  count(FIGURES.sendingStopped, breaker || brakeOf(days, clock.now()) ? 1 : 0);
}

type Guard = (work: Promise<unknown>) => Promise<unknown>;

async function sweepShard(
  deps: SweepDeps,
  shard: string,
  requeue: boolean,
  swept: Swept,
  guard: Guard,
): Promise<void> {
  const now = deps.clock.now();
  const open = await deps.open.count(shard);
  swept.open += open;
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { entries, next } = await deps.open.due(shard, now, PAGE_ROWS, after);
    const orders: DeliverOrder[] = [];
    for (const entry of entries) await guard(sweepRow(deps, entry, now, orders, swept));
    if (requeue && orders.length > 0) {
      await deps.deliverQueue.send(orders);
      swept.requeued += orders.length;
    }
    if (next === undefined) return;
    after = next;
  }
}

/** The index may lag behind: the row itself decides. */
async function sweepRow(
  deps: SweepDeps,
  { customerId, messageId }: OpenEntry,
  now: Instant,
  orders: DeliverOrder[],
  swept: Swept,
): Promise<void> {
  const row = await deps.ledger.load({ customerId, messageId });
  if (!row) return;
  if (now - (dueAt(row) ?? now) > OVERDUE_MS && !row.held) swept.overdue += 1;
  if (row.state === 'PLANNED') {
    if (row.held) swept.held += 1;
    if (isLost(row, now)) orders.push({ customerId, messageId });
  } else if (row.state === 'SENDING' && (row.leaseUntil ?? 0) <= now) {
    // The lease is over and nobody said what came of it: it may have gone. `settle` compares the opId.
    const reason = { code: 'lease-lost' as const };
    if (await settle(deps, row, { kind: 'ambiguous', at: now, reason })) swept.lost += 1;
  } else if (row.state === 'UNKNOWN' && (row.unknownSince ?? 0) + UNKNOWN_MS <= now) {
    const reason = { code: 'no-evidence' as const };
    if (await settle(deps, row, { kind: 'unresolved', reason })) swept.unresolved += 1;
  }
}

/** Put-back rows have no other way back; fresh ones come by the stream, unless it lost them. */
const isLost = (row: Message, now: Instant): boolean =>
  row.notBefore <= now && (!isFresh(row) || now - row.notBefore >= FRESH_MS);

async function redrive(letters: SweepDeps['deadLetters'][number], swept: Swept): Promise<void> {
  const { moved, exhausted } = await letters.redrive(REDRIVE_MAX, REDRIVE_TIMES_MAX);
  swept.redriven += moved;
  swept.exhausted += exhausted;
}
