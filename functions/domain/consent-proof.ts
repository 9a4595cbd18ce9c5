/**
 * What can be shown of a customer's consent: every act by which it was given or left, and every sale that
 * allowed mails, as the log holds them. The log is only ever appended to, so this needs no rows of its own;
 * what is true now is the same acts folded (`consent.ts`).
 */
import type { ConsentProperties, CustomerEvent, OrderProperties } from '../contract/events.ts';
import { hashId } from '../contract/ids.ts';
import type { Key } from '../contract/keys.ts';
import type { Instant } from '../contract/time.ts';

export type ConsentAct = {
  act: 'given' | 'withdrawn' | 'sale-with-notice';
  purpose: 'marketing';
  /** `*`: all marketing. */
  topic: string;
  basis: 'consent' | 'own-goods';
  /** Where it was said: a form, the unsubscribe page, an order, ... */
  source: string;
  /** What the customer was shown, and its hash, to find the same words of others. */
  wording?: string;
  wordingHash?: string;
  at: Instant;
  receivedAt: Instant;
  /** The log's row. */
  key: Key;
};

/** Oldest first. What came with a browser key proves nothing. */
export const consentProof = (events: readonly CustomerEvent[]): ConsentAct[] =>
  events
    .flatMap((event) => actOf(event) ?? [])
    .sort((a, b) => a.at - b.at || a.receivedAt - b.receivedAt || (a.key.sk < b.key.sk ? -1 : 1));

function actOf(event: CustomerEvent): ConsentAct | undefined {
  if (!event.verified) return undefined;
  const { occurredAt: at, receivedAt, key } = event;
  const base = { purpose: 'marketing', topic: '*', basis: 'consent', at, receivedAt, key } as const;
  switch (event.name) {
    case 'Consent Given':
      return { ...base, act: 'given', ...said(event) };
    case 'Consent Withdrawn':
      return { ...base, act: 'withdrawn', ...said(event) };
    case 'identify': {
      const answer = event.profile?.marketingConsent;
      if (answer === undefined) return undefined;
      return { ...base, act: answer ? 'given' : 'withdrawn', source: 'identify' };
    }
    case 'Order Completed': {
      const { marketingNotice, orderId } = event.properties as OrderProperties;
      if (!marketingNotice) return undefined;
      return { ...base, act: 'sale-with-notice', basis: 'own-goods', source: `order ${orderId}` };
    }
    default:
      return undefined;
  }
}

function said({ properties }: CustomerEvent) {
  const { topic = '*', source, wording } = properties as ConsentProperties;
  return {
    topic,
    source,
    ...(wording !== undefined && { wording, wordingHash: hashId('wording', wording) }),
  };
}
