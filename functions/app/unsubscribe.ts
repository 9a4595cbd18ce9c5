/** Leaving: in effect before it is answered. */
import { hashId } from '../contract/ids.ts';
import type { Topic } from '../contract/messages.ts';
import { ownEvent } from '../contract/own-events.ts';
import { iso } from '../contract/time.ts';
import { store } from './narrow.ts';
import { type PageRequest, type PagesDeps, type Refused, visit } from './page-request.ts';

export type UnsubscribePage =
  | { kind: 'unsubscribe'; topic?: Topic }
  | { kind: 'unsubscribed'; topic?: Topic }
  | Refused;

/**
 * GET shows a page with one button. POST leaves: all marketing, as mail clients ask with their one click
 * (RFC 8058), or with `scope=topic` what this mail was about. Again and again is fine.
 */
export async function unsubscribe(deps: PagesDeps, request: PageRequest): Promise<UnsubscribePage> {
  const seen = visit(deps, request, 'unsubscribe');
  if ('kind' in seen) return seen;
  const { customerId, messageId, topic } = seen.token;
  if (!seen.changes) return { kind: 'unsubscribe', ...(topic && { topic }) };
  const form = new URLSearchParams(request.body.toString('utf8'));
  const only = form.get('scope') === 'topic' ? topic : undefined;
  const at = deps.now();
  // Each click is an event of its own: who leaves, returns, and leaves by the same link again is gone again.
  const left = ownEvent({
    id: hashId('unsubscribe', messageId, only ?? '*', iso(at)),
    name: 'Consent Withdrawn',
    aliasId: customerId,
    at,
    channel: 'email',
    properties: { source: 'unsubscribe', message_id: messageId, ...(only && { topic: only }) },
  });
  await store(deps.log, left);
  deps.count('Unsubscribed');
  return { kind: 'unsubscribed', ...(only && { topic: only }) };
}
