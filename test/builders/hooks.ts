/** Webhooks as their makers send them: fixtures by topic, and requests with their signatures. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { memoryLog, memoryRejects } from '../../functions/adapters/memory/log.ts';
import { memoryPrivacyRequests } from '../../functions/adapters/memory/privacy-requests.ts';
import type { HookRequest, HooksDeps } from '../../functions/app/hooks.ts';
import type { Gate } from '../../functions/contract/messages.ts';
import type { Maker } from '../../functions/contract/webhooks.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);

export type Hook = { maker: Maker; name: string; topic: string; payload: unknown };

/** Every fixture of a maker. `orders__updated~refunded.json` is a payload of the topic `orders/updated`. */
export const hooksOf = (maker: Maker): Hook[] =>
  readdirSync(new URL(`${maker}/`, FIXTURES))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => hook(maker, file.slice(0, -'.json'.length)));

export function hook(maker: Maker, name: string): Hook {
  const text = readFileSync(new URL(`${maker}/${name}.json`, FIXTURES), 'utf8');
  const topic = (name.split('~')[0] ?? '').replace('__', '/');
  return { maker, name, topic, payload: JSON.parse(text) };
}

/** 2026-11-01T00:00:00Z: after everything in the fixtures. */
export const HOOK_NOW = Date.UTC(2026, 10, 1);
export const HOOK_SECRET = 'a-secret-of-the-maker-0123456789';

export function hookWorld(more: Partial<HooksDeps> = {}) {
  const gateRows = new Map<string, Gate>();
  const log = memoryLog(gateRows);
  const rejects = memoryRejects();
  const requests = memoryPrivacyRequests();
  const counted = new Map<string, number>();
  const one = { current: HOOK_SECRET };
  const deps: HooksDeps = {
    log: log.writer,
    rejects,
    requests,
    secrets: { shopify: one, woocommerce: one, stripe: one },
    currency: 'EUR',
    now: () => HOOK_NOW,
    count: (name, value = 1) => counted.set(name, (counted.get(name) ?? 0) + value),
    ...more,
  };
  const events = () => [...log.rows.values()].map(({ event }) => event);
  const isEmpty = () =>
    log.rows.size + rejects.rows.length + requests.rows.size + gateRows.size === 0;
  return { deps, log, rejects, requests, counted, gateRows, events, isEmpty };
}

type Signing = { secret?: string; at?: number; topic?: string };

/** The request that a maker makes of a body. */
export function signed(
  maker: Maker,
  body: Buffer | string,
  { secret = HOOK_SECRET, at = HOOK_NOW, topic = '' }: Signing = {},
): HookRequest {
  const bytes = Buffer.from(body);
  const mac = (...parts: (string | Buffer)[]) => {
    const hmac = createHmac('sha256', secret);
    for (const part of parts) hmac.update(part);
    return hmac;
  };
  const stamp = Math.floor(at / 1000);
  const headers: { [maker in Maker]: Record<string, string> } = {
    shopify: { 'x-shopify-topic': topic, 'x-shopify-hmac-sha256': mac(bytes).digest('base64') },
    woocommerce: {
      'x-wc-webhook-topic': topic,
      'x-wc-webhook-signature': mac(bytes).digest('base64'),
    },
    stripe: { 'stripe-signature': `t=${stamp},v1=${mac(`${stamp}.`, bytes).digest('hex')}` },
  };
  return {
    method: 'POST',
    path: `/hooks/${maker}`,
    headers: { 'content-type': 'application/json', ...headers[maker] },
    body: bytes,
  };
}

/** The request of a fixture. */
export const requestOf = ({ maker, topic, payload }: Hook, signing: Signing = {}) =>
  signed(maker, JSON.stringify(payload), { topic, ...signing });
