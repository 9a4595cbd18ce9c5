/** Every key pattern of both tables, in one place. Log rows never move; state rows belong to one customer or to CONTROL. */
import { hashId, share } from './ids.ts';
import { type Instant, iso } from './time.ts';

export type Key = { pk: string; sk: string };

/** Table log: one row an event. `stamp` is the sender's own timestamp, uncorrected ('-' if there was none). */
export const logKey = (aliasId: string, stamp: string, messageId: string): Key => ({
  pk: `ALIAS#${aliasId}`,
  sk: `EVENT#${stamp}#${messageId}`,
});
export const logPartition = (aliasId: string): string => `ALIAS#${aliasId}`;

const customer = (customerId: string) => `CUSTOMER#${customerId}`;
/** Facts, runs and the armed wake of a customer; or, once merged, only `mergedInto` (the alias look-up). */
export const stateKey = (customerId: string): Key => ({ pk: customer(customerId), sk: 'STATE' });
export const gateKey = (customerId: string): Key => ({ pk: customer(customerId), sk: 'GATE' });
export const messageKey = (customerId: string, messageId: string): Key => ({
  pk: customer(customerId),
  sk: `MESSAGE#${messageId}`,
});
/** Reasons of one call of `decide` (or of one claim); `cause` makes a repeat meet the same key. */
export const decisionKey = (customerId: string, at: Instant, cause: string): Key => ({
  pk: customer(customerId),
  sk: `DECISION#${iso(at)}#${hashId(cause)}`,
});

/** Small shared rows: pauses, breaker, the day's counters of mails and of events that came in. */
export const controlKey = (
  sk: 'PAUSE' | 'BREAKER' | `DAY#${string}` | `EVENTS#${string}`,
): Key => ({
  pk: 'CONTROL',
  sk,
});
/** Refused events, by day: what was got, wanted, and the reason; ids only, kept 30 days. */
export const rejectKey = (at: Instant, id: string): Key => ({
  pk: `REJECT#${iso(at).slice(0, 10)}`,
  sk: `${iso(at)}#${id}`,
});

/**
 * What makers ask on behalf of people (erasure, what we hold): hashed aliases, kept until somebody has acted
 * on it, so without an end. One partition, read as a whole.
 */
export const PRIVACY = 'PRIVACY';
export const privacyRequestKey = (id: string): Key => ({ pk: PRIVACY, sk: id });

/** Which models are published: their manifests, newest first. */
export const modelPointerKey = (): Key => ({ pk: 'MODEL', sk: 'POINTER' });
/** A manifest for replay, for as long as its parts live. Published models have times of their own. */
export const modelManifestKey = (from: Instant): Key => ({ pk: 'MODEL', sk: `FROM#${iso(from)}` });
/** A piece of a model or of its tables, by content: written once, never changed. */
export const modelPartKey = (hash: string): Key => ({ pk: `MODEL#${hash}`, sk: 'PART' });
/**
 * What marketers publish lies in partitions of its own, beside no customer: a role may be given these alone.
 * The pointer and the history are one partition, the pieces one each, what nobody published yet another.
 */
export const RELEASES = 'RELEASES';
/** Which publication is current: a whole one, so that one read tells all. */
export const releasePointerKey = (): Key => ({ pk: RELEASES, sk: 'CURRENT' });
/** The history, by version: `VERSION#00000001`. */
export const publicationKey = (version: number): Key => ({
  pk: RELEASES,
  sk: `${PUBLICATIONS}${String(version).padStart(8, '0')}`,
});
export const PUBLICATIONS = 'VERSION#';
/** A piece of a release, by content. */
export const releasePartKey = (hash: string): Key => ({ pk: `RELEASE#${hash}`, sk: 'PART' });
export const DRAFTS = 'DRAFTS';
/** A file that was changed and not published, by its path below templates/. */
export const draftKey = (path: string): Key => ({ pk: DRAFTS, sk: path });

/** Partition of what was gathered of one UTC date's orders (`2026-11-20`). */
export const basketsPartition = (date: string): string => `BASKETS#${date}`;
/** The baskets of one batch of the log's stream; `batch` is made of its sequence numbers. */
export const basketsKey = (date: string, batch: string): Key => ({
  pk: basketsPartition(date),
  sk: batch,
});
/** Partitions of the catalogue: few, so that a night can read all of it with as many queries. */
export const productsPartition = (shard: string): string => `PRODUCT#${shard}`;
/** A product as the shop's feed tells it. */
export const productKey = (productId: string): Key => ({
  pk: productsPartition(shardOf(productId)),
  sk: productId,
});

/** Index `wake` on the state table: shard, then `nextWakeAt`. Keys only. */
export const WAKE_INDEX = 'wake';
/** Index `open` on the state table: ledger rows that are not settled, shard, then due time. Keys only. */
export const OPEN_INDEX = 'open';
/**
 * Shards of both indexes. Each minute's tick asks every shard, and an empty answer costs half a read unit:
 * 32 shards idle cost 0.13 USD a month, 8 cost 0.04. Eight take 8,000 index writes a second, forty times
 * what the API lets in (docs/decisions: idle cost).
 */
export const SHARDS = 8;

const shardNamed = (number: number): string => String(number).padStart(2, '0');
/** All of them, `00` to `07`. */
export const ALL_SHARDS: readonly string[] = Array.from({ length: SHARDS }, (_, n) =>
  shardNamed(n),
);
const shardOf = (id: string): string => shardNamed(Math.floor(share('shard', id) * SHARDS));
/** Partition of a customer in the wake index: `00` to `07`. Attribute `wakeShard`; sort key `nextWakeAt` (ISO). */
export const wakeShard = (customerId: string): string => shardOf(customerId);
/** Partition of a ledger row in the open index. Attribute `openShard`; sort key `openAt` (ISO). */
export const openShard = (messageId: string): string => shardOf(messageId);

/**
 * Partition of the counted customers (domain/prediction/cells.ts), read as a whole: the base, then period
 * by period, then what was owed. DynamoDB splits a partition that grows warm by its sort keys.
 */
export const CELLS = 'CELLS';
/** Sorts before all periods. */
const BASE_CELLS = '-base';
type CellName = { period: number; first: number; repeats: number; last: number };
/** `period` -1 is the base. `shard` keeps apart what many customers change at once. */
export const cellKey = ({ period, first, repeats, last }: CellName, shard = ''): Key => ({
  pk: CELLS,
  sk: `${cellsOfPeriod(period)}${first}.${repeats}.${last}${shard && `#${shard}`}`,
});
/** What the sort keys of a period begin with. */
export const cellsOfPeriod = (period: number): string =>
  `${period < 0 ? BASE_CELLS : String(period).padStart(4, '0')}#`;
/** The cell that a sort key names; `undefined` for the other rows of the partition. */
export function cellNamed(sk: string): CellName | undefined {
  const [period = '', cell = ''] = sk.split('#');
  if (period !== BASE_CELLS && !/^\d{4}$/.test(period)) return undefined;
  const [first = 0, repeats = 0, last = 0] = cell.split('.').map(Number);
  return { period: period === BASE_CELLS ? -1 : Number(period), first, repeats, last };
}
/** Changes of cells that found their rows busy, or were too many for one transaction: added later. */
export const owedCellsKey = (id: string): Key => ({ pk: CELLS, sk: `${OWED_CELLS}${id}` });
export const OWED_CELLS = 'OWED#';
/** Orders of a period whose cells are in the base. */
export const flowKey = (period: number): Key => ({
  pk: CELLS,
  sk: `${FLOWS}${String(period).padStart(4, '0')}`,
});
export const FLOWS = 'FLOW#';

/**
 * Newcomers of a week all enter one cell. Two transactions on one row at the same moment refuse each
 * other; each takes about 20 ms, so 16 rows let 20 newcomers a second meet in one case of forty.
 */
const CELL_SHARDS = 16;
export const cellShard = (customerId: string): string =>
  Math.floor(share('cells', customerId) * CELL_SHARDS).toString(CELL_SHARDS);
