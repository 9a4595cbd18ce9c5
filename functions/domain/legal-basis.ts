/**
 * On what a marketing mail may rest beside consent: a sale, where both the shop's country and the customer's
 * allow it. The stricter of the two wins in every part; a country that is not known allows consent alone.
 */
import { LEGAL_BASES, type LegalBasisRow, type SaleRule } from '../contract/legal-bases.ts';
import type { Settings } from '../contract/settings.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import type { Customer } from './customer.ts';
import { counts, isRefunded } from './facts/orders.ts';

/** `consent`: theirs. `own-goods`: told at the sale. `past-sale`: implied by the sale itself. */
export type Basis = 'consent' | 'own-goods' | 'past-sale';

export type SaleBasis =
  | { ok: true; basis: Exclude<Basis, 'consent'>; until: Instant }
  /** `until`: when it ended, where there had been one. */
  | { ok: false; country: string; until?: Instant };

type Rows = readonly LegalBasisRow[];
/** Country of a customer who told none, or whom only a public key told of. */
const UNKNOWN = 'unknown';

/** What both allow: notice where either wants it, the shorter term; nothing where either allows nothing. */
export const stricterOf = (
  a: SaleRule | undefined,
  b: SaleRule | undefined,
): SaleRule | undefined =>
  a && b && { notice: a.notice || b.notice, days: Math.min(a.days, b.days) };

const ruleOf = (rows: Rows, country: string) => rows.find((row) => row.country === country)?.sale;

/** What a sale allows now to this customer of this shop. Asked only where nobody consented or left. */
export function saleBasis(
  customer: Customer,
  { shop }: Pick<Settings, 'shop'>,
  now: Instant,
  rows: Rows = LEGAL_BASES,
): SaleBasis {
  const country = countryOf(customer);
  const [own, theirs] = [ruleOf(rows, shop.country), ruleOf(rows, country)];
  const rule = stricterOf(own, theirs);
  if (!rule) return { ok: false, country: own ? country : shop.country };
  const sold = latestSale(customer, rule);
  if (sold === undefined) return { ok: false, country };
  const until = sold + rule.days * DAY_MS;
  if (now >= until) return { ok: false, country, until };
  return { ok: true, basis: rule.notice ? 'own-goods' : 'past-sale', until };
}

function countryOf({ facts }: Customer): string {
  const [country, , unverified] = facts.profile.country ?? [];
  return country === undefined || unverified ? UNKNOWN : country;
}

/**
 * Of the newest orders that stand: neither cancelled nor paid back whole. An older one that is only counted
 * any more says nothing: rather a mail too few.
 */
function latestSale({ facts }: Customer, { notice }: SaleRule): Instant | undefined {
  let latest: Instant | undefined;
  for (const order of facts.orders) {
    if (!order.placed || !counts(order) || isRefunded(order)) continue;
    if (notice && !order.notice) continue;
    latest = Math.max(order.placed.at, latest ?? order.placed.at);
  }
  return latest;
}
