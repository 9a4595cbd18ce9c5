/** A Bloom filter of order ids: "no" is certain, "maybe" sends the question to the log. */
import { createHash } from 'node:crypto';

/** 16 bits an id and 4 probes: one new order in 400 asks the log in vain. */
const BITS_PER_ID = 16;
const PROBES = 4;
const CAPACITY_MIN = 16;
/** 16 KB. Beyond 8,192 old orders of one customer the log is asked in vain more and more often. */
const CAPACITY_MAX = 8_192;

/** How many ids a filter for `size` ids is made for: powers of two, so that it is seldom made anew. */
export function capacityFor(size: number): number {
  let capacity = CAPACITY_MIN;
  while (capacity < size && capacity < CAPACITY_MAX) capacity *= 2;
  return capacity;
}

const empty = (capacity: number): Buffer => Buffer.alloc((capacity * BITS_PER_ID) / 8);

function* probes(id: string, bits: number): Generator<number> {
  const hash = createHash('sha256').update(id).digest();
  for (let probe = 0; probe < PROBES; probe += 1) yield hash.readUInt32BE(probe * 4) % bits;
}

/** The filter with more ids in it; `filter` is base64, '' for none yet. */
export function addToFilter(filter: string, capacity: number, ids: Iterable<string>): string {
  const bytes = filter === '' ? empty(capacity) : Buffer.from(filter, 'base64');
  for (const id of ids) {
    for (const bit of probes(id, bytes.length * 8)) {
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return bytes.toString('base64');
}

/** False: certainly not in it. */
export function mayHold(filter: string, id: string): boolean {
  const bytes = Buffer.from(filter, 'base64');
  for (const bit of probes(id, bytes.length * 8)) {
    if (((bytes[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

/**
 * A filter that may hold whatever either may hold. Sizes are powers of two, so the larger folds onto the
 * smaller: each probe's place in the one is its place in the other, modulo.
 */
export function joinFilters(a: string, b: string): string {
  const [small, large] = [a, b]
    .map((filter) => Buffer.from(filter, 'base64'))
    .sort((one, other) => one.length - other.length) as [Buffer, Buffer];
  if (small.length === 0) return large.toString('base64');
  const all = Buffer.from(small);
  large.forEach((byte, place) => {
    all[place % all.length] = (all[place % all.length] ?? 0) | byte;
  });
  return all.toString('base64');
}
