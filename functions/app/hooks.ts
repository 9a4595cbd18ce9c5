/** Webhooks of shops and payment services -> the log, by the same parser as calls of Segment's clients. */
import { parseEvent } from '../contract/event-schemas.ts';
import { ROUTES } from '../contract/routes.ts';
import type { Instant } from '../contract/time.ts';
import type { Secrets } from '../contract/tokens.ts';
import { type Maker, MAKERS } from '../contract/webhooks.ts';
import type { Ignored, Mapped } from '../domain/sources/call.ts';
import { shopifyToEvents } from '../domain/sources/shopify.ts';
import { stripeToEvents } from '../domain/sources/stripe.ts';
import { woocommerceToEvents } from '../domain/sources/woocommerce.ts';
import { isSigned } from './hook-signatures.ts';
import { isNestedDeeper } from './json-depth.ts';
import { type IngestRequest, type IngestResponse, rejectFigure, rejectOf } from './ingest.ts';
import { store } from './narrow.ts';
import type { LogWriter, PrivacyRequests, Reject, Rejects } from './ports.ts';

export type HookSinks = {
  log: LogWriter;
  rejects: Rejects;
  requests: PrivacyRequests;
  /** The shop's: for amounts that name none. */
  currency: string;
  now(): Instant;
  count(name: string, value?: number): void;
};
export type HookRequest = Pick<IngestRequest, 'method' | 'path' | 'headers' | 'body'>;
export type HooksDeps = HookSinks & {
  /** Only makers whose webhooks the stage has a secret for. */
  secrets: { readonly [maker in Maker]?: Secrets };
};

/** Shopify's largest orders are some hundred KB; API Gateway would let 10 MB through. */
export const HOOK_BYTES_MAX = 1024 * 1024;
/** An amount in an order of Shopify's lies eight levels deep; plugins of WooCommerce add some of their own. */
export const HOOK_DEPTH_MAX = 32;

const PATHS: { readonly [maker in Maker]: string } = {
  shopify: ROUTES.shopify,
  woocommerce: ROUTES.woocommerce,
  stripe: ROUTES.stripe,
};

/**
 * One webhook. 200 once all of it is stored, and for what means nothing to us; what throws is answered with
 * 503, so that the maker sends it again and meets what is stored already.
 */
export async function hooks(deps: HooksDeps, request: HookRequest): Promise<IngestResponse> {
  const maker = MAKERS.find((one) => request.path.endsWith(PATHS[one]));
  if (!maker) return answer(404, { error: `wanted one of ${Object.values(PATHS).join(', ')}` });
  if (request.method !== 'POST') return answer(405, { error: 'wanted POST' });
  const secrets = deps.secrets[maker];
  if (!secrets) {
    deps.count('HooksNotSetUp');
    return answer(404, { error: `this stage has no secret for ${maker}: see docs/sources.md` });
  }
  if (request.body.length > HOOK_BYTES_MAX) {
    return refused(deps, 413, `wanted at most ${HOOK_BYTES_MAX} bytes`);
  }
  if (maker === 'woocommerce' && isPing(request)) return answer(200, { ignored: 'ping' });
  if (!isSigned(maker, request, secrets, deps.now())) {
    deps.count('RequestsUnauthorised');
    return answer(401, { error: `wanted a signature of ${maker} over the body as it was sent` });
  }
  const payload = readPayload(request.body);
  if (!payload) {
    const wanted = `wanted a JSON object in UTF-8, at most ${HOOK_DEPTH_MAX} levels deep`;
    return refused(deps, 400, wanted);
  }
  return answer(200, await takeHook(deps, maker, topicOf(maker, request, payload), payload));
}

/** WooCommerce asks so, unsigned, when a webhook is saved, and keeps it only after a 200. */
const isPing = ({ headers, body }: HookRequest): boolean =>
  headers['x-wc-webhook-signature'] === undefined &&
  body.length < 40 &&
  /^webhook_id=\d{1,20}$/.test(body.toString('latin1').trim());

type Payload = { readonly [name: string]: unknown };

/** The JSON of the body; nothing where it is not UTF-8, not JSON, no object, or too deep. */
function readPayload(body: Buffer): Payload | undefined {
  if (isNestedDeeper(body, HOOK_DEPTH_MAX)) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    return isObject ? (json as Payload) : undefined;
  } catch {
    return undefined;
  }
}

/** Shopify and WooCommerce name the topic in a header, which nobody signs; Stripe in the signed body. */
function topicOf(maker: Maker, { headers }: HookRequest, payload: Payload): string {
  if (maker === 'stripe') return String(payload['type']);
  return headers[maker === 'shopify' ? 'x-shopify-topic' : 'x-wc-webhook-topic'] ?? '';
}

function mappedBy(maker: Maker, topic: string, payload: unknown): Mapped {
  switch (maker) {
    case 'shopify':
      return shopifyToEvents(topic, payload);
    case 'woocommerce':
      return woocommerceToEvents(topic, payload);
    case 'stripe':
      return stripeToEvents(topic, payload);
  }
}

export type Taken =
  | { ignored: Ignored }
  | { accepted: number; duplicates: number; rejected: number; kept: number };

/**
 * Stores what a webhook tells: requests in people's names, then events. Those that the parser refuses are on
 * the reject list. Also for webhooks that come by the bus.
 */
export async function takeHook(
  deps: HookSinks,
  maker: Maker,
  topic: string,
  payload: unknown,
): Promise<Taken> {
  const mapped = mappedBy(maker, topic, payload);
  if ('ignored' in mapped) {
    deps.count(`HooksIgnored.${mapped.ignored}`);
    return mapped;
  }
  const { calls, requests = [] } = mapped;
  const receivedAt = deps.now();
  for (const request of requests) {
    await deps.requests.add({ ...request, at: receivedAt, from: maker });
    deps.count(`PrivacyRequests.${request.kind}`);
  }
  const taken = { accepted: 0, duplicates: 0, rejected: 0, kept: requests.length };
  const refusals: Reject[] = [];
  for (const [index, call] of calls.entries()) {
    const context = { receivedAt, currency: deps.currency, kind: 'server' as const };
    const parsed = parseEvent(call, context);
    if (!parsed.ok) {
      taken.rejected += 1;
      deps.count(rejectFigure(parsed.reason));
      refusals.push(rejectOf(call, parsed.reason, receivedAt, 'hook', `${maker} ${index}`));
      continue;
    }
    const outcome = await store(deps.log, { event: parsed.event, body: parsed.body });
    taken.accepted += 1;
    if (outcome === 'duplicate') taken.duplicates += 1;
  }
  if (refusals.length > 0) await deps.rejects.add(refusals);
  const fresh = taken.accepted - taken.duplicates;
  if (fresh > 0) deps.count('EventsLogged', fresh);
  if (taken.duplicates > 0) deps.count('EventsRepeated', taken.duplicates);
  return taken;
}

function refused(deps: HooksDeps, status: 400 | 413, wanted: string): IngestResponse {
  deps.count('RequestsUnreadable');
  return answer(status, { error: wanted });
}

const answer = (status: number, body: object): IngestResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
