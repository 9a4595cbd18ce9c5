/**
 * Counts of pairs of products in bounded memory: open addressing in two typed arrays, eight bytes a place,
 * where a Map would take eighty. When it is full the smallest counts go; which ones these are depends on the
 * counts alone.
 */

/** Indices have 16 bits, so that a pair is one 32-bit key. */
export const INDEX_MAX = 0xffff;
/** 20 MB at most in 2^21 places, still quick at this load. The commonest pairs of a shop are far fewer. */
export const PAIRS_WORKING_MAX = 1_500_000;
const PLACES_MAX = 1 << 21;
const PLACES_START = 1 << 12;
const LOAD = 0.72;
/** Knuth's multiplicative hashing: 2^32 by the golden ratio. */
const GOLDEN = 0x9e3779b1;
/** A multiplier of MurmurHash3's last step. */
const MIX = 0x85ebca6b;
const COUNT_MAX = 0xffffffff;

const keyOf = (a: number, b: number): number =>
  (a < b ? a * (INDEX_MAX + 1) + b : b * (INDEX_MAX + 1) + a) >>> 0;

export class PairCounts {
  private keys = new Uint32Array(PLACES_START);
  private counts = new Uint32Array(PLACES_START);
  private shift = 32 - Math.log2(PLACES_START);
  size = 0;

  /** Adds to the count of a pair of two different products. */
  add(a: number, b: number, count: number): void {
    const key = keyOf(a, b);
    const place = this.placeOf(key);
    if (this.keys[place] === key) {
      this.counts[place] = Math.min(COUNT_MAX, (this.counts[place] as number) + count);
      return;
    }
    this.keys[place] = key;
    this.counts[place] = count;
    this.size += 1;
    if (this.size > PAIRS_WORKING_MAX) this.prune(PAIRS_WORKING_MAX / 2);
    else if (this.size > this.keys.length * LOAD) this.rebuild(this.keys.length * 2, () => true);
  }

  get(a: number, b: number): number {
    const key = keyOf(a, b);
    const place = this.placeOf(key);
    return this.keys[place] === key ? (this.counts[place] as number) : 0;
  }

  /** In no particular order; the callback must not depend on it. */
  each(use: (a: number, b: number, count: number) => void): void {
    for (let place = 0; place < this.keys.length; place += 1) {
      const key = this.keys[place] as number;
      if (key !== 0) use(key >>> 16, key & INDEX_MAX, this.counts[place] as number);
    }
  }

  /** Drops the smallest counts until about `kept` pairs are left. Of equal ones some stay, by their hash. */
  private prune(kept: number): void {
    const counts = this.counts.filter((_, place) => this.keys[place] !== 0).sort();
    const least = counts[counts.length - kept] as number;
    const above = counts.length - 1 - counts.lastIndexOf(least);
    const share = (kept - above) / (counts.length - above - counts.indexOf(least));
    // Another hash than that of the places: else all that stay would lie in one part of the table.
    const stays = (key: number) => Math.imul(key ^ (key >>> 15), MIX) >>> 0 < share * 2 ** 32;
    this.rebuild(
      Math.min(PLACES_MAX, this.keys.length),
      (count, key) => count > least || (count === least && stays(key)),
    );
  }

  private rebuild(places: number, keep: (count: number, key: number) => boolean): void {
    const { keys, counts } = this;
    this.keys = new Uint32Array(places);
    this.counts = new Uint32Array(places);
    this.shift = 32 - Math.log2(places);
    this.size = 0;
    for (let old = 0; old < keys.length; old += 1) {
      const key = keys[old] as number;
      const count = counts[old] as number;
      if (key === 0 || !keep(count, key)) continue;
      const place = this.placeOf(key);
      this.keys[place] = key;
      this.counts[place] = count;
      this.size += 1;
    }
  }

  /** Where the key is, or would be. Key 0 would be a product with itself: no pair. */
  private placeOf(key: number): number {
    const mask = this.keys.length - 1;
    let place = Math.imul(key, GOLDEN) >>> this.shift;
    for (;;) {
      const found = this.keys[place];
      if (found === key || found === 0) return place;
      place = (place + 1) & mask;
    }
  }
}
