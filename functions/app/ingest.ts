/** Segment's HTTP calls -> events in the log. What was answered with 200 is durable. */
import {
  type ParseContext,
  parseEvent,
  type Refusal,
  isEventName,
} from '../contract/event-schemas.ts';
import { instant, objectOf } from '../contract/event-fields.ts';
import { hashId } from '../contract/ids.ts';
import { callOfPath } from '../contract/segment-calls.ts';
import type { Instant } from '../contract/time.ts';
import type { Secrets } from '../contract/tokens.ts';
import { type KnownKey, knownKey } from '../contract/write-keys.ts';
import { eachLimited } from './each-limited.ts';
import { readRequestBody } from './ingest-body.ts';
import { store } from './narrow.ts';
import type { LogWriter, Reject, Rejects } from './ports.ts';
import type { Limited, RateLimits } from './rate-limits.ts';

export type IngestDeps = {
  log: LogWriter;
  rejects: Rejects;
  limits: RateLimits;
  secrets: Secrets;
  /** The shop's: for amounts that name none. */
  currency: string;
  now(): Instant;
  count(name: string, value?: number): void;
};

export type IngestRequest = {
  method: string;
  path: string;
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  /** The sender's network address; for its limit alone, and never kept. Those without one share a limit. */
  address?: string;
};
export type IngestResponse = { status: number; headers: Record<string, string>; body: string };

/** Events of one batch: Segment's own clients send at most 100, its limit of bytes allows some thousands. */
export const BATCH_EVENTS_MAX = 2_500;
/** Writes on the way at once: more only wait for the same CPU. */
const APPENDS_AT_ONCE = 16;
/** Refusals told in the answer and kept, of one request; all are counted. */
export const REJECTS_TOLD_MAX = 100;

/**
 * One request. 200 with the refusals listed, even when all events are bad: Segment's clients drop the
 * whole batch on any other 4xx but 429. 400 and 413 only for what cannot be read at all; a failed write
 * throws, so that the sender comes again and meets what is stored already. Whatever is refused as a whole has
 * asked no store anything.
 */
export async function ingest(deps: IngestDeps, request: IngestRequest): Promise<IngestResponse> {
  if (request.method === 'OPTIONS') return PREFLIGHT;
  const type = callOfPath(request.path);
  if (!type) return refuse(deps, 'RequestsUnknown', 404, `wanted ${WANTED_PATHS}`);
  if (request.method !== 'POST') return refuse(deps, 'RequestsUnknown', 405, 'wanted POST');
  const receivedAt = deps.now();
  const shown = keyInHeader(request.headers['authorization'], deps.secrets);
  if (shown?.kind !== 'server') {
    const limited = deps.limits.request(request.address ?? '', receivedAt);
    if (limited) return tooMany(deps, limited);
  }
  const body = readRequestBody(request.body);
  if (!body.ok) return unreadable(deps, body.status);
  const key = shown ?? keyOf(body.json['writeKey'], deps.secrets);
  if (!key) return refuse(deps, 'RequestsUnauthorised', 401, WANTED_KEY);
  const calls = type === 'batch' ? body.json['batch'] : [{ ...body.json, type }];
  if (!Array.isArray(calls)) return unreadable(deps, 400);
  if (calls.length > BATCH_EVENTS_MAX) return unreadable(deps, 413);
  const limited = await deps.limits.events(key, calls.length, receivedAt);
  if (limited) return tooMany(deps, limited);
  const sentAt = instant(body.json['sentAt']);
  const context: ParseContext = {
    receivedAt,
    currency: deps.currency,
    kind: key.kind,
    ...(sentAt !== undefined && { sentAt }),
  };
  return answer(200, { success: true, ...(await ingestCalls(deps, calls, context)) });
}

const WANTED_PATHS = '/v1/batch, track, identify, alias, group, page or screen';
const WANTED_KEY = 'wanted a write key: Basic authorization, or writeKey in the body';

/** `Basic base64(writeKey + ":")`, as Segment's clients send it. */
function keyInHeader(header: string | undefined, secrets: Secrets): KnownKey | undefined {
  const basic = /^Basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(header ?? '')?.[1];
  return keyOf(basic && Buffer.from(basic, 'base64').toString('utf8').split(':')[0], secrets);
}

const keyOf = (text: unknown, secrets: Secrets): KnownKey | undefined =>
  typeof text === 'string' ? knownKey(text, secrets) : undefined;

type Told = { index: number; messageId?: string } & Refusal;
export type Ingested = {
  accepted: number;
  duplicates: number;
  rejected: number;
  rejects: Told[];
};

/** Parses and stores; the reject list is written too before the answer. */
async function ingestCalls(
  deps: IngestDeps,
  calls: readonly unknown[],
  context: ParseContext,
): Promise<Ingested> {
  const done: Ingested = { accepted: 0, duplicates: 0, rejected: 0, rejects: [] };
  const kept: Reject[] = [];
  await eachLimited([...calls.entries()], APPENDS_AT_ONCE, async ([index, call]) => {
    const parsed = parseEvent(call, context);
    if (parsed.ok) {
      const outcome = await store(deps.log, { event: parsed.event, body: parsed.body });
      done.accepted += 1;
      if (outcome === 'duplicate') done.duplicates += 1;
      return;
    }
    done.rejected += 1;
    deps.count(rejectFigure(parsed.reason));
    if (done.rejects.length >= REJECTS_TOLD_MAX) return;
    const { messageId } = parsed;
    done.rejects.push({ index, ...(messageId && { messageId }), ...parsed.reason });
    kept.push(rejectOf(call, parsed.reason, context.receivedAt, 'http', String(index)));
  });
  if (kept.length > 0) await deps.rejects.add(kept);
  if (done.accepted > done.duplicates) deps.count('EventsLogged', done.accepted - done.duplicates);
  if (done.duplicates > 0) deps.count('EventsRepeated', done.duplicates);
  done.rejects.sort((a, b) => a.index - b.index);
  return done;
}

/** Metric of a refusal: one a code. */
export const rejectFigure = ({ code }: Refusal): string => `EventsRejected.${code}`;

/** A row of the reject list. Of the event itself it keeps no text but a name that we know. */
export function rejectOf(
  call: unknown,
  reason: Refusal,
  at: Instant,
  source: Reject['source'],
  place: string,
): Reject {
  const { event, messageId } = objectOf(call);
  const name = typeof event === 'string' && isEventName(event) ? event : undefined;
  const id = hashId('reject', String(at), typeof messageId === 'string' ? messageId : '', place);
  return { id, at, source, reason, ...(name && { name }) };
}

const unreadable = (deps: IngestDeps, status: 400 | 413): IngestResponse =>
  status === 413
    ? refuse(deps, 'RequestsTooLarge', 413, `wanted at most 500 KB and ${BATCH_EVENTS_MAX} events`)
    : refuse(
        deps,
        'RequestsUnreadable',
        400,
        'wanted JSON in UTF-8: an object, with "batch" a list',
      );

/** Segment's clients keep what they have, and come again after so long. */
function tooMany(deps: IngestDeps, { limit, retryAfterSeconds }: Limited): IngestResponse {
  const error = `too much at once for this ${limit === 'day' ? 'key today' : limit}; send it again`;
  const { headers, ...limited } = refuse(deps, `RequestsLimited.${limit}`, 429, error);
  return { ...limited, headers: { ...headers, 'retry-after': String(retryAfterSeconds) } };
}

/** Counted by kind; nothing of the request is kept. */
function refuse(deps: IngestDeps, kind: string, status: number, error: string): IngestResponse {
  deps.count(kind);
  return answer(status, { error });
}

/**
 * Of every answer, failures too: no cookies and no secrets are in them, so any page of the shop may read them,
 * and when to come again.
 */
export const ANY_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after',
};

/**
 * Browsers ask before they send JSON or an authorization to another host. The star stands for what clients
 * invent (RudderStack's sends `anonymousid`); it does not stand for authorization.
 */
const PREFLIGHT: IngestResponse = {
  status: 204,
  headers: {
    ...ANY_ORIGIN,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type, content-encoding, *',
    'access-control-max-age': '86400',
  },
  body: '',
};

const answer = (status: number, body: object): IngestResponse => ({
  status,
  headers: { 'content-type': 'application/json', ...ANY_ORIGIN },
  body: JSON.stringify(body),
});
