/**
 * All events of a log in memory, in any order and with repeats, and out again by time. Events are kept
 * as bytes outside the heap (some 360 a view), so that a million fit into half a gigabyte.
 */
import { publicProduct } from '../../contract/event-products.ts';
import type { CustomerEvent, Product } from '../../contract/events.ts';
import { aliasOfLink } from '../../contract/ids.ts';
import { logPartition } from '../../contract/keys.ts';
import type { Instant } from '../../contract/time.ts';

/** Which clock drives: when events reached us, as it was live; or when they happened. */
export type ReplayClock = 'received' | 'occurred';

const BLOCK_BYTES = 16 * 1024 * 1024;
/** Of one UTF-16 unit. */
const UTF8_BYTES_MAX = 3;
/** A shop of 100,000 customers writes so much in some years; more would not fit into 16 GB. */
export const EVENTS_MAX = 20_000_000;

type Row = {
  received: Instant;
  occurred: Instant;
  alias: number;
  /** Sort key in the log: the sender's time stamp and the event's id. */
  sk: string;
  block: number;
  from: number;
  bytes: number;
  /** Another customer's row with the same `sk`; -1 for none. */
  next: number;
};

/** Products as the bus tells them to the kernel: pictures and stories are only for mails. */
function leanProperties({ properties, depth }: CustomerEvent): CustomerEvent['properties'] {
  if (depth > 0) return properties;
  const { product, products } = properties as { product?: Product; products?: Product[] };
  if (product) return { ...properties, product: publicProduct(product) };
  return products ? { ...properties, products: products.map(publicProduct) } : properties;
}

export class EventArena {
  /** Rows that were there already: same alias, time stamp and id, as the log would meet them. */
  repeats = 0;
  private readonly blocks: Buffer[] = [];
  private free = BLOCK_BYTES;
  private readonly rows: Row[] = [];
  private readonly aliasNumbers = new Map<string, number>();
  private readonly aliasIds: string[] = [];
  /** Row numbers of each alias, in the order in which they came here. */
  private readonly byAlias: number[][] = [];
  /** `sk` -> the row that came last with it. */
  private readonly bySk = new Map<string, number>();
  /** Aliases that some event links, each with another of its group; roots and lone ones are not in it. */
  private readonly linked = new Map<string, string>();

  get size(): number {
    return this.rows.length;
  }

  get customers(): number {
    return this.byAlias.length;
  }

  /** In the order of the alphabet: the same whatever came first. */
  customerIds(): string[] {
    return this.aliasIds.toSorted();
  }

  /** Aliases that may become one customer, whatever the rules say of it; in the order of the alphabet. */
  groups(): string[][] {
    const groups = Map.groupBy(this.customerIds(), (id) => this.rootOf(id));
    return [...groups.values()];
  }

  private rootOf(aliasId: string): string {
    let root = aliasId;
    for (let next = this.linked.get(root); next !== undefined; next = this.linked.get(root)) {
      root = next;
    }
    if (root !== aliasId) this.linked.set(aliasId, root);
    return root;
  }

  private link({ links = [] }: CustomerEvent): void {
    for (const link of links.slice(1)) {
      const [one, other] = [links[0] ?? link, link].map((each) => this.rootOf(aliasOfLink(each)));
      if (one !== undefined && other !== undefined && one !== other) this.linked.set(one, other);
    }
  }

  /** Time of the last event; 0 without any. */
  end(clock: ReplayClock): Instant {
    return this.rows.reduce((last, row) => Math.max(last, row[clock]), 0);
  }

  add(event: CustomerEvent): void {
    if (this.rows.length >= EVENTS_MAX) throw new RangeError(`more than ${EVENTS_MAX} events`);
    // The key is made again from the row: a quarter of the bytes.
    const json = JSON.stringify({ ...event, properties: leanProperties(event), key: undefined });
    const { receivedAt: received, occurredAt: occurred } = event;
    const alias = this.aliasOf(event.aliasId);
    const { sk } = event.key;
    const known = this.bySk.get(sk);
    const same = this.find(known, alias);
    if (same) {
      this.repeats += 1;
      this.keepFirst(same, event, json);
      return;
    }
    this.link(event);
    this.bySk.set(sk, this.rows.length);
    this.byAlias[alias]?.push(this.rows.length);
    this.rows.push({ received, occurred, alias, sk, ...this.store(json), next: known ?? -1 });
  }

  private find(from: number | undefined, alias: number): Row | undefined {
    for (let row = this.rows[from ?? -1]; row; row = this.rows[row.next]) {
      if (row.alias === alias) return row;
    }
    return undefined;
  }

  /** Of two rows with one key the earlier counts, then the smaller: whatever their order in the file. */
  private keepFirst(row: Row, event: CustomerEvent, json: string): void {
    const later = event.receivedAt - row.received;
    if (later > 0 || (later === 0 && json >= this.jsonOf(row))) return;
    const times = { received: event.receivedAt, occurred: event.occurredAt };
    Object.assign(row, this.store(json), times);
  }

  private aliasOf(aliasId: string): number {
    const known = this.aliasNumbers.get(aliasId);
    if (known !== undefined) return known;
    const alias = this.byAlias.length;
    this.aliasNumbers.set(aliasId, alias);
    this.aliasIds.push(aliasId);
    this.byAlias.push([]);
    return alias;
  }

  private store(json: string): Pick<Row, 'block' | 'from' | 'bytes'> {
    const most = json.length * UTF8_BYTES_MAX;
    if (this.free + most > BLOCK_BYTES) {
      this.blocks.push(Buffer.allocUnsafe(Math.max(BLOCK_BYTES, most)));
      this.free = 0;
    }
    const block = this.blocks.length - 1;
    const from = this.free;
    const bytes = (this.blocks[block] as Buffer).write(json, from);
    this.free += bytes;
    return { block, from, bytes };
  }

  private jsonOf({ block, from, bytes }: Row): string {
    return (this.blocks[block] as Buffer).toString('utf8', from, from + bytes);
  }

  private read(row: Row, clock: ReplayClock): CustomerEvent {
    const event = JSON.parse(this.jsonOf(row)) as CustomerEvent;
    event.key = { pk: logPartition(event.aliasId), sk: row.sk };
    if (clock === 'occurred') event.receivedAt = event.occurredAt;
    return event;
  }

  /** Every event once, by time, then by key; equal for equal sets of lines. */
  *inOrder(clock: ReplayClock): Generator<CustomerEvent> {
    const sorted = [...this.rows].sort(this.by(clock));
    for (const row of sorted) yield this.read(row, clock);
  }

  ofCustomer = (aliasId: string, clock: ReplayClock, until: Instant): CustomerEvent[] =>
    this.ofCustomers([aliasId], clock, until);

  /** The events of these aliases up to `until`, as the log would hold them then. */
  ofCustomers(aliasIds: readonly string[], clock: ReplayClock, until: Instant): CustomerEvent[] {
    const rows = aliasIds.flatMap((id) => this.byAlias[this.aliasNumbers.get(id) ?? -1] ?? []);
    return rows
      .map((index) => this.rows[index] as Row)
      .filter((row) => row[clock] <= until)
      .sort(this.by(clock))
      .map((row) => this.read(row, clock));
  }

  /** By time, then by what the log would sort by; never by the order of arrival here. */
  private by(clock: ReplayClock) {
    return (a: Row, b: Row): number => {
      if (a[clock] !== b[clock]) return a[clock] - b[clock];
      if (a.sk !== b.sk) return a.sk < b.sk ? -1 : 1;
      return (this.aliasIds[a.alias] ?? '') < (this.aliasIds[b.alias] ?? '') ? -1 : 1;
    };
  }
}
