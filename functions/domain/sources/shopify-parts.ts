/** What several of Shopify's payloads have in common: lines, and the consent of a customer. */
import { objectOf } from '../../contract/event-fields.ts';
import {
  factId,
  given,
  LINES_MAX,
  listOf,
  type SegmentCall,
  track,
  type Who,
  words,
} from './call.ts';

type Fields = { [name: string]: unknown };

/**
 * The consent state of a customer. `subscribed` gives, `unsubscribed` withdraws; `pending` waits for the
 * click of a double opt-in, `not_subscribed` says nothing, and `invalid` and `redacted` are no answers. What
 * happened when is `consent_updated_at`, so an old state that comes late changes nothing.
 */
export function shopifyConsentOf(customer: Fields, who: Who): SegmentCall[] {
  const consent = objectOf(customer['email_marketing_consent']);
  const { state, consent_updated_at: told } = consent;
  if (state !== 'subscribed' && state !== 'unsubscribed') return [];
  const isGiven = state === 'subscribed';
  // Without a time the earliest counts for a yes and the latest for a no. A yes of which nobody knows when it
  // was given is none.
  const at = told ?? (isGiven ? customer['created_at'] : customer['updated_at']) ?? undefined;
  if (isGiven && at === undefined) return [];
  return [
    track(
      who,
      isGiven ? 'Consent Given' : 'Consent Withdrawn',
      factId('shopify', 'consent', customer['id'], state, at ?? ''),
      at,
      { source: `shopify ${words(consent['opt_in_level'], 30) ?? 'unknown'}` },
    ),
  ];
}

/** Lines of an order or a checkout. A line of its own (a service, a tip) has no product and is left out. */
export const shopifyLines = (value: unknown): Fields[] =>
  listOf(value)
    .slice(0, LINES_MAX)
    .map((line) =>
      given({
        product_id: line['product_id'] ?? words(line['sku']),
        name: words(line['title']),
        variant: words(line['variant_title'], 40),
        brand: words(line['vendor'], 40),
        price: line['price'],
        quantity: line['quantity'],
      }),
    );
