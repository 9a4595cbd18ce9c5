/** Who, when, how: the part of a Segment call that is the same for every event. */
import { nameOf, propertiesOf, tellsPerson } from './event-calls.ts';
import { type Properties } from './event-definitions.ts';
import { compact, id, instant, isAbsent, objectOf, type Reader } from './event-fields.ts';
import { address, CONTEXT_TRAITS, locale, timezone } from './event-profile.ts';
import {
  type Channel,
  CHANNELS,
  CLOCK_AHEAD_MAX_MS,
  EVENT_BYTES_MAX,
  type EventMode,
} from './events.ts';
import { aliasId, hashId } from './ids.ts';
import type { ParseContext, Refusal } from './event-schemas.ts';
import { type Instant, iso } from './time.ts';

export type RefusalCode =
  | 'not-an-object'
  | 'too-large'
  | 'too-deep'
  | 'unknown-type'
  | 'bad-name'
  | 'own-name'
  | 'bad-message-id'
  | 'bad-time'
  | 'no-identity'
  | 'malformed';

/** Nesting of an event: Segment's own spec needs 4; deep JSON only costs stack. */
export const DEPTH_MAX = 16;
/** Segment's own limit. */
export const MESSAGE_ID_CHARS_MAX = 100;
/** Below this, sent and received differ by the network's time, not by a wrong clock. */
export const CLOCK_SKEW_MIN_MS = 60_000;

export type Envelope = {
  id: string;
  name: string;
  aliasId: string;
  userId?: string;
  anonymousId?: string;
  /** Of `alias`: who the person was before. */
  previousId?: string;
  occurredAt: Instant;
  /** The sender's own time, uncorrected, ISO; '-' without one. */
  stamp: string;
  channel: Channel;
  mode: EventMode;
  traits: Properties;
  properties: Properties;
};
type Result = { ok: true; envelope: Envelope } | { ok: false; reason: Refusal; messageId?: string };

export function readEnvelope(raw: unknown, context: ParseContext): Result {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return refuse('not-an-object', '', 'not an object', 'an object { type, userId, … }');
  }
  if (isDeeper(raw, DEPTH_MAX)) {
    return refuse('too-deep', '', `more than ${DEPTH_MAX} levels`, `at most ${DEPTH_MAX} levels`);
  }
  const text = JSON.stringify(raw);
  const bytes = Buffer.byteLength(text);
  if (bytes > EVENT_BYTES_MAX) {
    return refuse('too-large', '', `${bytes} bytes`, `at most ${EVENT_BYTES_MAX} bytes`);
  }
  const from = raw as Properties;
  const named = nameOf(from);
  if (!named.ok) return named;
  if (context.kind === 'browser' && isOurs(named.name)) {
    return refuse('own-name', 'event', 'one of our own names', 'a server key for this name');
  }
  const who = identityOf(from, named.name);
  if (!who) return nobody(named.name);
  if (named.name === 'group' && id(from['groupId']) === undefined) {
    return refuse('malformed', 'groupId', 'no id', 'text of 1 to 200 characters or a number');
  }
  const sent = messageIdOf(from['messageId'], who.aliasId, text);
  if (sent === undefined) {
    return refuse(
      'bad-message-id',
      'messageId',
      'something else',
      `text of 1 to ${MESSAGE_ID_CHARS_MAX} printable characters`,
    );
  }
  const times = timesOf(from, context);
  if (!times) {
    return {
      ...refuse('bad-time', 'timestamp', 'something else', 'ISO 8601 between 1990 and 2200'),
      messageId: sent,
    };
  }
  return {
    ok: true,
    envelope: {
      id: sent,
      name: named.name,
      ...who,
      ...times,
      channel: channelOf(from),
      mode: modeOf(from, context),
      traits: tellsPerson(named.name) ? traitsOf(from) : {},
      properties: propertiesOf(named.name, from),
    },
  };
}

const refuse = (code: RefusalCode, path: string, got: string, wanted: string) =>
  ({ ok: false, reason: { code, path, got, wanted } }) as const;

const nobody = (name: string) =>
  name === 'alias'
    ? refuse('no-identity', 'previousId', 'not two ids', 'previousId and userId')
    : refuse(
        'no-identity',
        'userId',
        'nothing to know a customer by',
        'userId, an e-mail address or anonymousId',
      );

/** Deeper than `max` levels? It looks no further than that, so no input can use up the stack. */
export function isDeeper(value: unknown, max: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (max === 0) return true;
  for (const part of Object.values(value)) if (isDeeper(part, max - 1)) return true;
  return false;
}

/** What we tell ourselves: others act on these names, so nobody may send them with a public key. */
const OUR_NAMES: readonly string[] = ['Detractor Reported', 'Churn Risk Changed', 'Message Sent'];
const isOurs = (name: string): boolean => OUR_NAMES.includes(name) || name.startsWith('Email ');

/** What shop systems write when nobody is logged in; taken seriously, all guests would be one customer. */
const NOBODY = new Set(
  'null undefined none nil nan false true unknown guest anonymous 0 -1 [object object]'
    .split(/ (?!object)/)
    .concat('n/a', '(none)'),
);

const person: Reader<string> = (value) => {
  const text = id(value);
  return text !== undefined && !NOBODY.has(text.toLowerCase()) ? text : undefined;
};

type Ids = Pick<Envelope, 'userId' | 'anonymousId' | 'previousId'>;
type Identity = Ids & Pick<Envelope, 'aliasId'>;

/** The shop's own id, else the address, else the browser. `alias` needs two: who it is, and who it was. */
function identityOf(from: Properties, name: string): Identity | undefined {
  const userId = person(from['userId']);
  const anonymousId = person(from['anonymousId']);
  const previousId = name === 'alias' ? person(from['previousId']) : undefined;
  const ids: Ids = compact({ userId, anonymousId, previousId });
  if (name === 'alias' && (userId === undefined || previousId === undefined)) return undefined;
  if (userId !== undefined) return { aliasId: aliasId('user', userId), ...ids };
  const email = emailOf(from, name);
  if (email !== undefined) return { aliasId: aliasId('email', email), ...ids };
  if (anonymousId !== undefined) return { aliasId: aliasId('anonymous', anonymousId), ...ids };
  return undefined;
}

const contextTraits = (from: Properties) => objectOf(objectOf(from['context'])['traits']);

const emailOf = (from: Properties, name: string): string | undefined =>
  (tellsPerson(name) ? address(objectOf(from['traits'])['email']) : undefined) ??
  address(contextTraits(from)['email']) ??
  (tellsPerson(name) ? address(objectOf(from['properties'])['email']) : undefined);

/** Traits that are kept: identify's own, and what a context tells about the person. The rest of it goes. */
function traitsOf(from: Properties): Properties {
  const context = objectOf(from['context']);
  const told: Properties = {
    ...compact({ locale: locale(context['locale']), timezone: timezone(context['timezone']) }),
    ...contextTraits(from),
    ...objectOf(from['traits']),
  };
  // A server's own zone and language say nothing about the customer.
  if (objectOf(context['library'])['name'] === '@segment/analytics-node') {
    for (const name of CONTEXT_TRAITS) if (told[name] === context[name]) delete told[name];
  }
  return told;
}

/** The sender's id, or the hash of what was sent, so that a repeat meets the same row either way. */
function messageIdOf(value: unknown, alias: string, text: string): string | undefined {
  if (isAbsent(value)) return hashId('event', alias, text);
  const given = id(value);
  return given !== undefined && given.length <= MESSAGE_ID_CHARS_MAX ? given : undefined;
}

type Times = Pick<Envelope, 'occurredAt' | 'stamp'>;

/**
 * When it happened, by our clock. A sender whose clock is wrong is wrong by the same amount when it
 * stamps the event and when it sends it, so the difference of these two counts back from `receivedAt`.
 */
function timesOf(from: Properties, { receivedAt, sentAt }: ParseContext): Times | undefined {
  const original = timeOf(from['originalTimestamp']);
  const given = timeOf(from['timestamp']);
  if (original === null || given === null) return undefined;
  const own = original ?? given;
  if (own === undefined) return { occurredAt: receivedAt, stamp: '-' };
  const sent = timeOf(from['sentAt']) ?? sentAt;
  const skewed = sent !== undefined && Math.abs(receivedAt - sent) >= CLOCK_SKEW_MIN_MS;
  const at = skewed ? receivedAt - (sent - own) : (given ?? own);
  const ahead = at > receivedAt + CLOCK_AHEAD_MAX_MS;
  return { occurredAt: ahead ? receivedAt : at, stamp: iso(own) };
}

/** `undefined`: not given; `null`: given and unreadable. */
const timeOf = (value: unknown): Instant | undefined | null =>
  isAbsent(value) ? undefined : (instant(value) ?? null);

/** Words of other systems for our channels. */
const CHANNEL_WORDS: { readonly [word: string]: Channel } = {
  mobile: 'app',
  browser: 'web',
  server: 'web',
  online: 'web',
  pos: 'store',
  retail: 'store',
  'in-store': 'store',
};

/** `properties.channel`, else `context.channel`, else `channel`: the most exact word first; else `web`. */
function channelOf(from: Properties): Channel {
  const words = [objectOf(from['properties']), objectOf(from['context']), from];
  for (const { channel } of words) {
    if (typeof channel !== 'string') continue;
    const word = channel.trim().toLowerCase();
    const known = CHANNELS.find((one) => one === word) ?? ownValue(CHANNEL_WORDS, word);
    if (known) return known;
  }
  return 'web';
}

const ownValue = <T>(table: { readonly [key: string]: T }, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

/** `context.mode: "history"` of a server key: the event builds the profile and never plans a mail. */
const modeOf = (from: Properties, { kind }: ParseContext): EventMode =>
  kind === 'server' && objectOf(from['context'])['mode'] === 'history' ? 'history' : 'live';
