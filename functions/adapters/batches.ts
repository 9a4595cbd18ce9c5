/** What the batching services share: how much goes into one call, and how their clients wait. */

/** Cuts in order, by number and by bytes; an item above the limit of bytes stands alone. */
export function inBatches<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  limit: { entries: number; bytes: number },
): Item[][] {
  const all: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    const last = all.at(-1);
    if (last && last.length < limit.entries && bytes + size <= limit.bytes) {
      last.push(item);
      bytes += size;
    } else {
      all.push([item]);
      bytes = size;
    }
  }
  return all;
}

/** For clients whose calls may be repeated without harm: three tries of five seconds. */
export const REPEATABLE = {
  maxAttempts: 3,
  requestHandler: {
    requestTimeout: 5_000,
    connectionTimeout: 1_000,
    throwOnRequestTimeout: true,
  },
};
