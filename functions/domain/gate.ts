/**
 * Changes of the gate, each a pure function. The adapter stores the result only over the version that
 * was read, so that no two writers both pass it.
 */
import { GATE_CLAIMS_MAX, type Gate } from '../contract/messages.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';

/** The longest cap looks back a week. */
const CLAIMS_KEPT_MS = 7 * DAY_MS;
/** A full mailbox or a server on holiday may bounce now and then; three in a month is an address that is not read. */
export const SOFT_BOUNCES_MAX = 3;
const SOFT_BOUNCES_MS = 30 * DAY_MS;

/** The gate of a customer who never had one. */
export const openGate = (customerId: string): Gate => ({
  customerId,
  version: 0,
  withdrawn: {},
  claims: [],
});

const next = (gate: Gate, change: Partial<Gate>): Gate => ({
  ...gate,
  ...change,
  version: gate.version + 1,
});

type Withdrawal = Gate['withdrawn'][string];

/** `marketing_consent: false` of an identify: a word of the customer, but not an explicit withdrawal. */
export const IDENTIFY_SOURCE = 'identify';

/**
 * Leaves a topic, or `*` for all marketing. The latest time counts, and once anything explicit is among
 * the withdrawals the source stays explicit, in whatever order they come: an identify never softens one.
 */
export function withdraw(gate: Gate, topic: string, withdrawal: Withdrawal): Gate {
  const known = gate.withdrawn[topic];
  const merged = known ? mergeWithdrawals(known, withdrawal) : withdrawal;
  if (known && merged.at === known.at && merged.id === known.id && merged.source === known.source)
    return gate;
  return next(gate, { withdrawn: { ...gate.withdrawn, [topic]: merged } });
}

function mergeWithdrawals(a: Withdrawal, b: Withdrawal): Withdrawal {
  const latest = later(a, b) ? a : b;
  const explicit = [a, b].filter(({ source }) => source !== IDENTIFY_SOURCE);
  if (latest.source !== IDENTIFY_SOURCE || explicit[0] === undefined) return latest;
  return { ...latest, source: explicit[0].source };
}

const later = (a: Withdrawal, b: Withdrawal): boolean =>
  a.at > b.at || (a.at === b.at && a.id >= b.id);

/** Strongest first: an erased customer stays erased, whatever bounces later. */
const STRENGTH = ['erased', 'hard-bounce', 'complaint', 'soft-bounces'] as const;
export type SuppressionCode = (typeof STRENGTH)[number];

/** Suppresses the address. A stronger cause replaces a weaker one; the earlier of equals stays. */
export function suppress(gate: Gate, code: SuppressionCode, at: Instant): Gate {
  const known = gate.suppressed;
  if (known && STRENGTH.indexOf(known.code) <= STRENGTH.indexOf(code)) return gate;
  return next(gate, { suppressed: { code, at } });
}

/** One transient bounce; the third within 30 days suppresses. A repeat of the same event changes nothing. */
export function addSoftBounce(gate: Gate, eventId: string, at: Instant): Gate {
  if (gate.softBounces?.[eventId] !== undefined) return gate;
  const all = Object.entries({ ...gate.softBounces, [eventId]: at }).sort(
    ([idA, a], [idB, b]) => a - b || (idA < idB ? -1 : 1),
  );
  const newest = all.at(-1)?.[1] ?? at;
  const recent = all.filter(([, moment]) => moment > newest - SOFT_BOUNCES_MS);
  const kept = Object.fromEntries(recent.slice(-SOFT_BOUNCES_MAX));
  const counted = next(gate, { softBounces: kept });
  if (recent.length < SOFT_BOUNCES_MAX) return counted;
  return { ...suppress(counted, 'soft-bounces', newest), version: counted.version };
}

/**
 * Enters a marketing claim and forgets those that no cap looks at any more. `undefined` when the gate is
 * full: no cap of the settings allows so many, so the mail waits.
 */
export function claim(gate: Gate, messageId: string, at: Instant): Gate | undefined {
  const claims = gate.claims.filter(
    ([id, moment]) => id !== messageId && moment > at - CLAIMS_KEPT_MS,
  );
  if (claims.length >= GATE_CLAIMS_MAX) return undefined;
  return next(gate, { claims: [...claims, [messageId, at]] });
}

/** Takes a claim out: its mail did not go. The same gate when there was none. */
export function releaseClaim(gate: Gate, messageId: string): Gate {
  const claims = gate.claims.filter(([id]) => id !== messageId);
  return claims.length === gate.claims.length ? gate : next(gate, { claims });
}

/** Times of the claims of other messages: what the pace counts. */
export const otherClaims = (gate: Gate, messageId: string): Instant[] =>
  gate.claims.filter(([id]) => id !== messageId).map(([, at]) => at);
