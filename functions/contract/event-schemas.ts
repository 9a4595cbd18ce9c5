/**
 * The edge: what a sender wrote -> the event as everything inside sees it, or a refusal with its reason.
 * Total over JSON: no input throws, and no refusal repeats a value that it was given.
 */
import {
  DEFINITIONS,
  type Definition,
  emitted,
  type Properties,
  VERSION_NOW,
} from './event-definitions.ts';
import { type Envelope, readEnvelope, type RefusalCode } from './event-envelope.ts';
import { tellsPerson } from './event-calls.ts';
import { objectOf } from './event-fields.ts';
import { linksOf } from './event-links.ts';
import { publicProduct } from './event-products.ts';
import { address, profileOf } from './event-profile.ts';
import {
  type CustomerEvent,
  EVENT_NAMES,
  type EventName,
  type Product,
  type PublishedDetail,
  type WriteKeyKind,
} from './events.ts';
import { logKey } from './keys.ts';
import { type Instant, iso } from './time.ts';

/** Why an event was refused. `got` names a kind of value, never the value. */
export type Refusal = { code: RefusalCode; got: string; wanted: string; path: string };

/** What the log keeps of what the sender wrote: enough to read it again with the schema of its version. */
export type EventBody = {
  userId?: string;
  anonymousId?: string;
  /** Of `alias`. */
  previousId?: string;
  /** Of identify; of other events what their context told about the person. */
  traits?: Properties;
  properties?: Properties;
};

export type ParseContext = {
  /** Stamped once, at ingest. */
  receivedAt: Instant;
  /** When the sender's clock says that it sent the batch. */
  sentAt?: Instant;
  /** The shop's: where an event with money names no currency. */
  currency: string;
  kind: WriteKeyKind;
};

export type Parsed =
  | { ok: true; event: CustomerEvent; body: EventBody }
  | { ok: false; reason: Refusal; messageId?: string };

/** One of Segment's calls (`{ type, event, userId, properties, … }`) -> one event. */
export function parseEvent(raw: unknown, context: ParseContext): Parsed {
  const read = readEnvelope(raw, context);
  if (!read.ok) return read;
  const { envelope } = read;
  const body = bodyOf(envelope, context.currency);
  const inner = readBody(envelope.name, VERSION_NOW, 0, body, context.currency);
  if (!inner.ok) return { ok: false, reason: inner.reason, messageId: envelope.id };
  const event: CustomerEvent = withLinks(body, {
    id: envelope.id,
    name: envelope.name,
    version: VERSION_NOW,
    aliasId: envelope.aliasId,
    occurredAt: envelope.occurredAt,
    receivedAt: context.receivedAt,
    channel: envelope.channel,
    mode: envelope.mode,
    verified: context.kind === 'server',
    depth: 0,
    properties: inner.properties,
    ...(inner.profile && { profile: inner.profile }),
    key: logKey(envelope.aliasId, envelope.stamp, envelope.id),
  });
  return { ok: true, event, body };
}

/** An event as its body was read, with who it says is the same person. */
export function withLinks(body: EventBody, event: CustomerEvent): CustomerEvent {
  const links = linksOf(event, body);
  return links ? { ...event, links } : event;
}

/** Events whose amounts need a currency; the shop's is written into the log when the sender gave none. */
const PRICED: ReadonlySet<string> = new Set<EventName>([
  'Order Completed',
  'Order Refunded',
  'Cart Updated',
  'Product Added',
  'Product Removed',
  'Cart Viewed',
  'Checkout Started',
  'Product Viewed',
]);

function bodyOf(envelope: Envelope, currency: string): EventBody {
  const { userId, anonymousId, previousId, traits, properties, name } = envelope;
  const priced =
    PRICED.has(name) && !properties['currency'] ? { ...properties, currency } : properties;
  return {
    ...(userId !== undefined && { userId }),
    ...(anonymousId !== undefined && { anonymousId }),
    ...(previousId !== undefined && { previousId }),
    ...(Object.keys(traits).length > 0 && { traits }),
    ...(Object.keys(priced).length > 0 && { properties: priced }),
  };
}

export type Read =
  | { ok: true; properties: Properties; profile?: NonNullable<CustomerEvent['profile']> }
  | { ok: false; reason: Refusal };

/** Reads a body of the log again: the same answer every time, whatever the shop's currency is by now. */
export function readBody(
  name: string,
  version: number,
  depth: number,
  body: EventBody,
  currency = NO_CURRENCY,
): Read {
  const raw = body.properties ?? {};
  const definition = definitionOf(name, version, depth);
  const result = definition?.parse(raw, currency);
  if (result && !result.success) {
    return { ok: false, reason: refusalOf(result.error.issues[0], raw) };
  }
  if (!tellsPerson(name)) return { ok: true, properties: result?.data ?? {} };
  const profile = profileOf(body.traits);
  // An address beside the order is as good as one in the traits. Beside an event that we do not know it may
  // be anybody's (`Friend Invited`), who would then get this customer's mail.
  const email = profile.email ?? (isEventName(name) ? address(raw['email']) : undefined);
  if (email !== undefined) profile.email = email;
  const known = Object.keys(profile).length > 0;
  return { ok: true, properties: result?.data ?? {}, ...(known && { profile }) };
}

/** ISO 4217 for "no currency": rows of the log name their own. */
const NO_CURRENCY = 'XXX';

export const isEventName = (name: string): name is EventName =>
  (EVENT_NAMES as readonly string[]).includes(name);

/** `undefined` for names that we do not know: stored, published without properties, else ignored. */
function definitionOf(name: string, version: number, depth: number): Definition | undefined {
  if (depth > 0) return emitted;
  if (!isEventName(name)) return undefined;
  const versions: { readonly [version: number]: Definition } = DEFINITIONS[name];
  return versions[version];
}

function refusalOf(
  issue: { path: PropertyKey[]; message: string } | undefined,
  raw: Properties,
): Refusal {
  const path = issue?.path ?? [];
  const got = path.reduce<unknown>((value, part) => objectOf(value)[String(part)], raw);
  return {
    code: 'malformed',
    got: kindOf(got),
    wanted: issue?.message ?? 'an object',
    path: ['properties', ...path.map(String)].join('.'),
  };
}

/** What kind of thing a value is, without a letter of it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `text of ${value.length} characters`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** EventBridge bills each started 64 KB: what is larger travels by its key alone. */
export const PUBLISHED_BYTES_MAX = 60 * 1024;

/** The event as the bus may see it: nothing personal. */
export function publishedDetail(event: CustomerEvent): PublishedDetail {
  const properties = publicProperties(event);
  const oversized = Buffer.byteLength(JSON.stringify(properties)) > PUBLISHED_BYTES_MAX;
  return {
    metadata: {
      id: event.id,
      key: event.key,
      // What the kernel needs besides is only in the profile (the address, the zone, the consent) and in
      // what people type into a search box.
      complete: event.profile === undefined && !oversized && event.name !== 'Products Searched',
    },
    data: {
      name: event.name,
      version: event.version,
      aliasId: event.aliasId,
      occurredAt: iso(event.occurredAt),
      receivedAt: iso(event.receivedAt),
      channel: event.channel,
      mode: event.mode,
      verified: event.verified,
      depth: event.depth,
      ...(event.links && { links: event.links }),
      properties: oversized ? {} : properties,
    },
  };
}

/** The parsed properties that their schema marks as not personal. */
export function publicProperties(event: CustomerEvent): Properties {
  const allowed = definitionOf(event.name, event.version, event.depth)?.publish ?? [];
  const entries = Object.entries(event.properties)
    .filter(([name]) => allowed.includes(name) || allowed.includes('*'))
    .map(([name, value]): [string, unknown] => [name, publicValue(name, value)]);
  return Object.fromEntries(entries);
}

function publicValue(name: string, value: unknown): unknown {
  if (name === 'product') return publicProduct(value as Product);
  return name === 'products' ? (value as Product[]).map(publicProduct) : value;
}
