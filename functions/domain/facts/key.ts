/**
 * Log keys inside the customer item, packed: most rows lie in the customer's own partition, under the
 * time that the fact has anyway, so that little more than the event's id is stored.
 */
import { type Key, logPartition } from '../../contract/keys.ts';
import { type Instant, iso } from '../../contract/time.ts';

const PREFIX = 'EVENT#';
/** Between the parts of a key that is stored as it is. No id holds it: it is refused at the edge. */
const BREAK = '\n';
const ISO_LENGTH = 24;

/** `delta#id`, the stamp's distance from `at` in base 36; or the whole key, where it is of another kind. */
export function packKey(customerId: string, { pk, sk }: Key, at: Instant): string {
  const whole = pk + BREAK + sk;
  if (pk !== logPartition(customerId) || !sk.startsWith(PREFIX)) return whole;
  const cut = sk.indexOf('#', PREFIX.length);
  const stamp = sk.slice(PREFIX.length, cut);
  if (stamp.length !== ISO_LENGTH) return whole;
  const stampedAt = Date.parse(stamp);
  if (Number.isNaN(stampedAt) || iso(stampedAt) !== stamp) return whole;
  const delta = stampedAt - at;
  return (delta === 0 ? '' : delta.toString(36)) + sk.slice(cut);
}

/** The log row again; `at` as when it was packed. */
export function unpackKey(customerId: string, packed: string, at: Instant): Key {
  const whole = packed.indexOf(BREAK);
  if (whole >= 0) return { pk: packed.slice(0, whole), sk: packed.slice(whole + 1) };
  const cut = packed.indexOf('#');
  const delta = cut === 0 ? 0 : Number.parseInt(packed.slice(0, cut), 36);
  return { pk: logPartition(customerId), sk: PREFIX + iso(at + delta) + packed.slice(cut) };
}
