/** Segment's HTTP calls -> events in the log. What was answered with 200 is durable. */
import {
  type ParseContext,
  parseEvent,
  type Refusal,
  isEventName,
} from '../contract/event-schemas.ts';
import { instant, objectOf } from '../contract/event-fields.ts';
import type { WriteKeyKind } from '../contract/events.ts';
import { hashId } from '../contract/ids.ts';
import { ROUTES } from '../contract/routes.ts';
import type { Instant } from '../contract/time.ts';
import type { Secrets } from '../contract/tokens.ts';
import { writeKeyKind } from '../contract/write-keys.ts';
import { eachLimited } from './each-limited.ts';
import { readRequestBody } from './ingest-body.ts';
import { store } from './narrow.ts';
import type { LogWriter, Reject, Rejects } from './ports.ts';

export type IngestDeps = {
  log: LogWriter;
  rejects: Rejects;
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
 * whole batch on any other 4xx. 400 and 413 only for what cannot be read at all; a failed write throws,
 * so that the sender comes again and meets what is stored already.
 */
export async function ingest(deps: IngestDeps, request: IngestRequest): Promise<IngestResponse> {
  if (request.method === 'OPTIONS') return PREFLIGHT;
  if (request.method !== 'POST') return answer(405, { error: 'wanted POST' });
  const type = callOf(request.path);
  if (!type) return answer(404, { error: 'wanted /v1/batch, /v1/track or /v1/identify' });
  const body = readRequestBody(request.body);
  if (!body.ok) return unreadable(deps, body.status);
  const kind = authorised(request.headers['authorization'], body.json['writeKey'], deps.secrets);
  if (!kind) {
    deps.count('RequestsUnauthorised');
    return answer(401, {
      error: 'wanted a write key: Basic authorization, or writeKey in the body',
    });
  }
  const calls = type === 'batch' ? body.json['batch'] : [{ ...body.json, type }];
  if (!Array.isArray(calls)) return unreadable(deps, 400);
  if (calls.length > BATCH_EVENTS_MAX) return unreadable(deps, 413);
  const sentAt = instant(body.json['sentAt']);
  const context: ParseContext = {
    receivedAt: deps.now(),
    currency: deps.currency,
    kind,
    ...(sentAt !== undefined && { sentAt }),
  };
  return answer(200, { success: true, ...(await ingestCalls(deps, calls, context)) });
}

const callOf = (path: string): 'batch' | 'track' | 'identify' | undefined => {
  if (path.endsWith(ROUTES.batch)) return 'batch';
  if (path.endsWith(ROUTES.track)) return 'track';
  return path.endsWith(ROUTES.identify) ? 'identify' : undefined;
};

/** `Basic base64(writeKey + ":")`, as Segment's clients send it, or `writeKey` in the body. */
function authorised(
  header: string | undefined,
  inBody: unknown,
  secrets: Secrets,
): WriteKeyKind | undefined {
  const basic = /^Basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(header ?? '')?.[1];
  const user = basic && Buffer.from(basic, 'base64').toString('utf8').split(':')[0];
  const key = user || (typeof inBody === 'string' ? inBody : '');
  return writeKeyKind(key, secrets);
}

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

function unreadable(deps: IngestDeps, status: 400 | 413): IngestResponse {
  deps.count('RequestsUnreadable');
  const wanted =
    status === 413
      ? `wanted at most 500 KB and ${BATCH_EVENTS_MAX} events`
      : 'wanted a JSON object; for /v1/batch with a list "batch"';
  return answer(status, { error: wanted });
}

/** Browsers ask before they send JSON or an authorization to another host. */
const PREFLIGHT: IngestResponse = {
  status: 204,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type, content-encoding',
    'access-control-max-age': '86400',
  },
  body: '',
};

/** No cookies and no secrets in answers, so any page of the shop may read them. */
const answer = (status: number, body: object): IngestResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
  body: JSON.stringify(body),
});
