/**
 * A row of the log. Short, since writes are billed by the kilobyte: what is usual (live, verified, version
 * 1) is left out, and the body is JSON text, which also keeps any number that a sender may think of.
 */
import { type EventBody, readBody, withLinks } from '../../contract/event-schemas.ts';
import { CHANNELS } from '../../contract/events.ts';
import type { Key } from '../../contract/keys.ts';
import type { LoggedEvent } from '../../contract/own-events.ts';
import { logTtl, TTL_ATTRIBUTE } from '../../contract/retention.ts';
import { iso } from '../../contract/time.ts';

export type Row = Record<string, unknown>;

/** The row of an event, ready to be put. */
export function logItem({ event, body }: LoggedEvent): Key & Row {
  return {
    ...event.key,
    name: event.name,
    occurredAt: iso(event.occurredAt),
    receivedAt: iso(event.receivedAt),
    channel: event.channel,
    ...(event.version !== 1 && { version: event.version }),
    ...(event.mode === 'history' && { mode: event.mode }),
    ...(!event.verified && { verified: false }),
    ...(event.depth > 0 && { depth: event.depth }),
    ...(Object.keys(body).length > 0 && { body: JSON.stringify(body) }),
    [TTL_ATTRIBUTE]: logTtl(event),
  };
}

/** `ALIAS#<aliasId>`, `EVENT#<stamp>#<messageId>`; the stamp holds no #, the id may. */
const SORT_KEY = /^EVENT#([^#]*)#(.*)$/s;
const ALIAS = 'ALIAS#';

/** The event of a row; `undefined` for rows that are none, or that their schema does not read. */
export function loggedOf(row: Row): LoggedEvent | undefined {
  const { pk, sk } = row;
  if (typeof pk !== 'string' || typeof sk !== 'string') return undefined;
  const id = SORT_KEY.exec(sk)?.[2];
  if (id === undefined || !pk.startsWith(ALIAS)) return undefined;
  const name = String(row['name']);
  const version = Number(row['version'] ?? 1);
  const depth = Number(row['depth'] ?? 0);
  const body = typeof row['body'] === 'string' ? (JSON.parse(row['body']) as EventBody) : {};
  const read = readBody(name, version, depth, body);
  if (!read.ok) return undefined;
  const event = withLinks(body, {
    id,
    name,
    version,
    aliasId: pk.slice(ALIAS.length),
    occurredAt: Date.parse(String(row['occurredAt'])),
    receivedAt: Date.parse(String(row['receivedAt'])),
    channel: CHANNELS.find((channel) => channel === row['channel']) ?? 'web',
    mode: row['mode'] === 'history' ? 'history' : 'live',
    verified: row['verified'] !== false,
    depth,
    properties: read.properties,
    ...(read.profile && { profile: read.profile }),
    key: { pk, sk },
  });
  return { event, body };
}
