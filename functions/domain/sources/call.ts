/** What every source becomes: calls as Segment's clients send them, and how makers' payloads are read. */
import { id, objectOf } from '../../contract/event-fields.ts';
import { address } from '../../contract/event-profile.ts';
import type { EventName } from '../../contract/events.ts';
import { hashId } from '../../contract/ids.ts';
import type { Maker } from '../../contract/webhooks.ts';

type Fields = { [name: string]: unknown };

/** One call of Segment's API. It goes through the same parser as a call that came by HTTP. */
export type SegmentCall = {
  type: 'track' | 'identify';
  event?: EventName;
  /** The same for the same fact, whichever webhook told it: so the log drops repeats by its key. */
  messageId: string;
  timestamp?: unknown;
  userId?: string;
  traits?: Fields;
  properties?: Fields;
  context?: Fields;
};

/** What a maker asks on behalf of a person or a shop; people act on it. Without a name or an address. */
export type PrivacyRequest = {
  kind: 'customer-erasure' | 'customer-data' | 'shop-erasure';
  /** The same for the same request, however often it comes. */
  id: string;
  /** Hashed aliases of the person: how their rows are found. */
  aliases: string[];
};

/** Why a webhook leads to nothing. `no-customer`: nothing in it tells whom it is about. */
export type Ignored = 'topic' | 'no-customer' | 'nothing-to-tell';

export type Mapped = { calls: SegmentCall[]; requests?: PrivacyRequest[] } | { ignored: Ignored };

/** Whom a payload is about. */
export type Who = { userId?: string; traits: Fields };

/** An id for a fact of a maker's: 22 characters behind the maker's name. */
export const factId = (maker: Maker, ...parts: readonly unknown[]): string =>
  `${maker}-${hashId(maker, ...parts.map(String))}`;

/**
 * Refused by the parser, and so told on the reject list: a fact without its time must not count as having
 * happened today.
 */
export const NO_TIME = 'none given';

/** Text of a few words; `undefined` for anything else. */
export const words = (value: unknown, max = 80): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, max) : undefined;

/** The list, or nothing. */
export const listOf = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.map(objectOf) : [];

/** Without the parts that are not there. */
export const given = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Who it is, by the maker's own id and the address; `undefined` when there is neither. */
export function whoOf(userId: unknown, email: unknown, more: Fields = {}): Who | undefined {
  const known = id(userId);
  const mail = address(email);
  // WooCommerce's guests are all number 0.
  const own = known === '0' ? undefined : known;
  if (own === undefined && mail === undefined) return undefined;
  return { ...(own !== undefined && { userId: own }), traits: given({ email: mail, ...more }) };
}

/** An event of this person. */
export const track = (
  who: Who,
  event: EventName,
  messageId: string,
  timestamp: unknown,
  properties: Fields,
  context: Fields = {},
): SegmentCall => ({
  type: 'track',
  event,
  messageId,
  timestamp,
  ...(who.userId !== undefined && { userId: who.userId }),
  properties: given(properties),
  context: given({ traits: who.traits, ...context }),
});

/** What is known of this person. */
export const identify = (who: Who, messageId: string, timestamp: unknown): SegmentCall => ({
  type: 'identify',
  messageId,
  timestamp,
  ...(who.userId !== undefined && { userId: who.userId }),
  traits: who.traits,
});

/** The calls, or why there are none. */
export const mapped = (calls: SegmentCall[]): Mapped =>
  calls.length > 0 ? { calls } : { ignored: 'nothing-to-tell' };

/**
 * Lines of one order that are told. With names cut as the mappers do, in the widest script, a hundred are
 * 60 KB, and an event may have 64; the order's total is told apart from them.
 */
export const LINES_MAX = 100;
