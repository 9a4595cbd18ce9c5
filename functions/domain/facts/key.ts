/**
 * Log keys inside the customer item, packed: most rows lie in the customer's own partition, so that only
 * stamp and event id are stored.
 */
import { type Key, logPartition } from '../../contract/keys.ts';

const PREFIX = 'EVENT#';
const BREAK = '\n';

/** `stamp#id` in the customer's own partition, `pk\nsk` in another. */
export function packKey(customerId: string, { pk, sk }: Key): string {
  const own = pk === logPartition(customerId) && sk.startsWith(PREFIX);
  return own ? sk.slice(PREFIX.length) : pk + BREAK + sk;
}

/** The log row again. */
export function unpackKey(customerId: string, packed: string): Key {
  const cut = packed.indexOf(BREAK);
  if (cut < 0) return { pk: logPartition(customerId), sk: PREFIX + packed };
  return { pk: packed.slice(0, cut), sk: packed.slice(cut + 1) };
}
