/**
 * The log as a file: one JSON line an event, in Segment's form, so that other tools read it too. What
 * Segment has no word for is under `perennial`. Replay reads these lines, and plain Segment files.
 */
import { type EventBody, parseEvent, readBody, type Refusal, withLinks } from './event-schemas.ts';
import { compact, instant, isAbsent, objectOf } from './event-fields.ts';
import { type CallName, CHANNELS, type CustomerEvent, isCallName } from './events.ts';
import type { LoggedEvent } from './own-events.ts';
import { logKey } from './keys.ts';
import { iso } from './time.ts';

export type LogLine = {
  type: 'track' | CallName;
  event?: string;
  messageId: string;
  userId?: string;
  anonymousId?: string;
  previousId?: string;
  /** When it happened, corrected for the sender's clock. */
  timestamp: string;
  /** The sender's own time, where it gave one: part of the row's key. */
  originalTimestamp?: string;
  receivedAt: string;
  traits?: EventBody['traits'];
  properties?: EventBody['properties'];
  context: { channel: string; mode?: 'history' };
  perennial: { aliasId: string; version: number; verified?: false; depth?: number };
};

/** One line of the exported log. */
export function lineOfEvent({ event, body }: LoggedEvent): LogLine {
  const stamp = stampOf(event);
  return {
    ...(isCallName(event.name) ? { type: event.name } : { type: 'track', event: event.name }),
    messageId: event.id,
    ...body,
    timestamp: iso(event.occurredAt),
    ...(stamp !== NO_STAMP && { originalTimestamp: stamp }),
    receivedAt: iso(event.receivedAt),
    context: { channel: event.channel, ...(event.mode === 'history' && { mode: 'history' }) },
    perennial: {
      aliasId: event.aliasId,
      version: event.version,
      ...(!event.verified && { verified: false }),
      ...(event.depth > 0 && { depth: event.depth }),
    },
  };
}

/** What `logKey` gets when the sender named no time. */
const NO_STAMP = '-';
/** `EVENT#<stamp>#<messageId>`: the stamp holds no #. */
const stampOf = ({ key }: CustomerEvent): string => key.sk.split('#')[1] ?? NO_STAMP;

export type LineRead =
  /** `stamped`: the line says when it was received, so replay can go `as-received`. */
  { ok: true; event: CustomerEvent; stamped: boolean } | { ok: false; reason: Refusal };

/**
 * A line of an exported log, or any Segment call, -> the event. Without `receivedAt` it counts as
 * received when it happened. `currency` is the shop's: for amounts that name none.
 */
export function eventFromLine(line: unknown, { currency }: { currency: string }): LineRead {
  const raw = objectOf(line);
  const times = [raw['receivedAt'], raw['timestamp'], raw['originalTimestamp']];
  const receivedAt = instant(times.find((time) => !isAbsent(time)));
  if (receivedAt === undefined) {
    return {
      ok: false,
      reason: {
        code: 'bad-time',
        path: 'timestamp',
        got: 'no time that can be read',
        wanted: 'receivedAt or timestamp, ISO 8601',
      },
    };
  }
  const stamped = !isAbsent(raw['receivedAt']);
  // Segment's `sentAt` only corrects `timestamp` against `receivedAt`; without the latter it misleads.
  const call = stamped ? raw : { ...raw, sentAt: undefined };
  const own = objectOf(raw['perennial']);
  if (typeof own['aliasId'] === 'string') return eventFromOwnLine(raw, own, receivedAt, currency);
  const parsed = parseEvent(call, { receivedAt, currency, kind: 'server' });
  return parsed.ok ? { ok: true, event: parsed.event, stamped } : parsed;
}

/** A line that we wrote: nothing of it is worked out again but what its schema reads. */
function eventFromOwnLine(
  raw: { [name: string]: unknown },
  own: { [name: string]: unknown },
  receivedAt: number,
  currency: string,
): LineRead {
  const line = raw as Partial<LogLine>;
  const aliasId = String(own['aliasId']);
  const id = String(line.messageId ?? '');
  const name = isCallName(line.type) ? line.type : String(line.event ?? '');
  const version = Number(own['version'] ?? 1);
  const depth = Number(own['depth'] ?? 0);
  const context = objectOf(line.context);
  const body: EventBody = compact({
    ...idsOf(line),
    traits: line.traits && objectOf(line.traits),
    properties: line.properties && objectOf(line.properties),
  });
  const read = readBody(name, version, depth, body, currency);
  if (!read.ok) return read;
  const event = withLinks(body, {
    id,
    name,
    version,
    aliasId,
    occurredAt: instant(line.timestamp) ?? receivedAt,
    receivedAt,
    channel: CHANNELS.find((channel) => channel === context['channel']) ?? 'web',
    mode: context['mode'] === 'history' ? 'history' : 'live',
    verified: own['verified'] !== false,
    depth,
    properties: read.properties,
    ...(read.profile && { profile: read.profile }),
    key: logKey(aliasId, line.originalTimestamp ?? NO_STAMP, id),
  });
  return { ok: true, event, stamped: true };
}

/** Ids as the log keeps them. */
const idsOf = ({ userId, anonymousId, previousId }: Partial<LogLine>): EventBody =>
  Object.fromEntries(
    Object.entries({ userId, anonymousId, previousId }).filter(([, id]) => typeof id === 'string'),
  );
