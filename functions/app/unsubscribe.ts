/** Leaving: in effect before it is answered. What may follow comes after it, and never instead of it. */
import { hashId } from '../contract/ids.ts';
import { type Topic, TOPICS } from '../contract/messages.ts';
import { ownEvent } from '../contract/own-events.ts';
import { iso, MINUTE_MS } from '../contract/time.ts';
import { type LinkToken, readToken, signToken } from '../contract/tokens.ts';
import { store } from './narrow.ts';
import {
  afterLeaving,
  formOf,
  type PageRequest,
  type PagesDeps,
  type Refused,
  visit,
} from './page-request.ts';

/** Few, and none that argues. */
export const LEAVING_REASONS = ['too-many', 'not-relevant', 'not-asked', 'other'] as const;
export type LeavingReason = (typeof LEAVING_REASONS)[number];

/**
 * The page after leaving can take it back for so long. The link itself lives for ever, and a forwarded mail
 * must not sign anybody up.
 */
export const UNDO_MS = 60 * MINUTE_MS;

export type UnsubscribePage =
  | { kind: 'unsubscribe' }
  /** `undo`: a token that the forms of this page bring back. `explained`: the reason is saved. */
  | { kind: 'unsubscribed'; undo: string; explained?: true }
  /** `preferences`: the token of that page. */
  | { kind: 'resubscribed'; preferences: string; topics?: Topic[] }
  /** No act of the customer opens it: bounces and complaints closed it. */
  | { kind: 'closed' }
  | Refused;

/**
 * GET shows a page with one button. POST leaves all marketing, as mail clients ask with their one click
 * (RFC 8058), whatever is in its body, except what our own page offers afterwards. Again and again is fine.
 */
export async function unsubscribe(deps: PagesDeps, request: PageRequest): Promise<UnsubscribePage> {
  const seen = visit(deps, request, 'unsubscribe');
  if ('kind' in seen) return seen;
  const { token, changes } = seen;
  if (!changes) return { kind: 'unsubscribe' };
  const form = formOf(request);
  const act = form.get('do');
  if (act !== 'undo' && act !== 'keep' && act !== 'why') return leave(deps, token);
  const undo = form.get('undo') ?? '';
  const left = readToken(undo, 'undo', deps.secrets, deps.now());
  if (!left.ok) return { kind: 'refused', why: left.reason === 'expired' ? 'expired' : 'link' };
  const { customerId, messageId } = left.token;
  if (customerId !== token.customerId || messageId !== token.messageId) {
    return { kind: 'refused', why: 'link' };
  }
  if (act === 'why') return explain(deps, token, form, undo);
  if (act === 'undo') return comeBack(deps, request, token);
  const kept = TOPICS.filter((topic) => form.getAll('topic').includes(topic));
  if (kept.length === 0) return { kind: 'unsubscribed', undo };
  return comeBack(deps, request, token, kept);
}

async function leave(deps: PagesDeps, token: LinkToken): Promise<UnsubscribePage> {
  const { customerId, messageId } = token;
  const at = deps.now();
  // Each click is an event of its own: who leaves, returns, and leaves by the same link again is gone again.
  const left = ownEvent({
    id: hashId('unsubscribe', messageId, '*', iso(at)),
    name: 'Consent Withdrawn',
    aliasId: customerId,
    at,
    channel: 'email',
    properties: { source: 'unsubscribe', message_id: messageId },
  });
  await store(deps.log, left);
  deps.count('Unsubscribed');
  return { kind: 'unsubscribed', undo: nextToken(deps, token, 'undo') };
}

/** For the forms and links of the next page; both can open again what is closed, so neither lives long. */
const nextToken = (
  { secrets, now }: PagesDeps,
  { customerId, messageId }: LinkToken,
  purpose: 'undo' | 'preferences',
): string => signToken({ purpose, customerId, messageId, expiresAt: now() + UNDO_MS }, secrets);

/** An act of consent like any other, with the words that stood beside the button: for all, or some topics. */
async function comeBack(
  deps: PagesDeps,
  { words }: PageRequest,
  token: LinkToken,
  topics?: Topic[],
): Promise<UnsubscribePage> {
  const { customerId, messageId } = token;
  const person = await deps.people.look(customerId);
  if (person.gate.suppressed) return { kind: 'closed' };
  const at = afterLeaving(deps.now(), person);
  for (const topic of topics ?? [undefined]) {
    const source = topic ? 'unsubscribe-topics' : 'unsubscribe-undo';
    const given = ownEvent({
      id: hashId(source, messageId, topic ?? '*', iso(at)),
      name: 'Consent Given',
      aliasId: customerId,
      at,
      channel: 'email',
      quiet: true,
      properties: {
        source,
        wording: topic ? words.topics[topic] : words.undo,
        ...(topic && { topic }),
      },
    });
    await store(deps.log, given);
  }
  deps.count('Resubscribed');
  const preferences = nextToken(deps, token, 'preferences');
  return { kind: 'resubscribed', preferences, ...(topics && { topics }) };
}

async function explain(
  deps: PagesDeps,
  { customerId, messageId }: LinkToken,
  form: URLSearchParams,
  undo: string,
): Promise<UnsubscribePage> {
  const reason = LEAVING_REASONS.find((one) => one === form.get('reason'));
  if (!reason) return { kind: 'unsubscribed', undo };
  const at = deps.now();
  const told = ownEvent({
    id: hashId('reason', 'unsubscribe', messageId, iso(at)),
    name: 'Reason Given',
    aliasId: customerId,
    at,
    channel: 'email',
    properties: { about: 'unsubscribe', reason, message_id: messageId },
  });
  await store(deps.log, told);
  return { kind: 'unsubscribed', undo, explained: true };
}
