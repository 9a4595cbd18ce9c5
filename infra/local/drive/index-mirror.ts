/**
 * The next due time of an index (wake, open), kept beside it from the table's stream, so that the driver
 * need not ask every shard after every event. A test compares it with the index itself.
 */
import type { Instant } from '../../../functions/contract/time.ts';
import type { Item } from '../data/dynoxide.ts';

export type IndexPlan = { name: string; partition: string; sort: string };
type Entry = { key: string; shard: string; at: Instant };

/** A binary heap with lazy deletion: an entry counts only while `current` still holds it. */
export class IndexMirror {
  readonly plan: IndexPlan;
  private readonly current = new Map<string, Entry>();
  private heap: Entry[] = [];

  constructor(plan: IndexPlan) {
    this.plan = plan;
  }

  get size(): number {
    return this.current.size;
  }

  /** A row as it is now; without the index's attributes (or `undefined`) it leaves the index. */
  put(keys: Item, row: Item | undefined): void {
    const key = `${keys['pk']?.S}|${keys['sk']?.S}`;
    const shard = row?.[this.plan.partition]?.S;
    const text = row?.[this.plan.sort]?.S;
    if (shard === undefined || text === undefined) {
      this.current.delete(key);
      return;
    }
    const entry = { key, shard, at: Date.parse(text) };
    this.current.set(key, entry);
    this.push(entry);
  }

  /** The earliest due time. */
  next(): Instant | undefined {
    for (let top = this.heap[0]; top; top = this.heap[0]) {
      if (this.current.get(top.key) === top) return top.at;
      this.pop();
    }
    return undefined;
  }

  /** Shards that hold something due at or before `until`. */
  shardsDue(until: Instant): string[] {
    const shards = new Set<string>();
    for (const { at, shard } of this.current.values()) if (at <= until) shards.add(shard);
    return [...shards].sort();
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as Entry).at <= entry.at) break;
      heap[at] = heap[parent] as Entry;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (heap.length === 0 || !last) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Entry).at < (heap[child] as Entry).at) {
        child += 1;
      }
      if ((heap[child] as Entry).at >= last.at) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}
