/** What a marketing mail may show a customer beside its own subject, and why; nothing is better than wrong. */
import type { CatalogueProduct } from '../contract/catalogue.ts';
import type { Message } from '../contract/messages.ts';
import type {
  Pick as Picked,
  PickReason,
  WhatContext,
  WhatModel,
} from '../contract/prediction-what.ts';
import type { Settings } from '../contract/settings.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import type { Customer, Facts } from '../domain/customer.ts';
import { cartLines } from '../domain/facts/carts.ts';
import { isBought } from '../domain/facts/orders.ts';
import { recommend } from '../domain/prediction/what/recommend.ts';
import type { Catalogue } from './catalogue.ts';
import type { TablesReader } from './models.ts';

/** A product to show, with its reason; `because` is the product that the reason speaks of. */
export type Recommended = {
  product: CatalogueProduct;
  reason: PickReason;
  because?: CatalogueProduct;
};

export type RecommendDeps = {
  tables: TablesReader;
  catalogue: Pick<Catalogue, 'find'>;
};

/** Two rows of two; a mail with more is a catalogue. */
export const SHOWN_MAX = 4;
/** At most half of what is shown was bought before: the rest of the shop has a chance as well. */
const AGAIN_MAX = 2;
/** And at most half is what the marketer pinned, so that the mail stays the customer's. */
const PINNED_MAX = 2;
/** Asked of the catalogue in one read of at most 100 rows, with the customer's own products. */
const CANDIDATES_MAX = 30;
const OWN_MAX = 40;

const dayOf = (at: Instant): number => Math.floor(at / DAY_MS);

/** What the facts say, for the tables; of the cart, everything that lies in one. */
export function contextOf(facts: Facts, at: Instant): WhatContext {
  return {
    at: dayOf(at),
    bought: facts.orders
      .filter((order) => isBought(order) && !order.gift)
      .flatMap(({ placed, lines = [] }) =>
        lines.map(([product, quantity]) => ({ product, quantity, day: dayOf(placed?.at ?? 0) })),
      ),
    cart: facts.carts.flatMap((cart) => cartLines(cart).map(([product]) => product)),
    views: facts.views.map(({ product }) => product),
    searches: facts.searches.map(([query]) => query),
  };
}

/**
 * At most SHOWN_MAX products that the feed has available, from the tables of the moment of the plan; empty
 * without tables or without a feed. The mail's own product is not among them, nor is what the settings
 * exclude; what they pin comes first.
 */
export async function recommendedFor(
  { tables, catalogue }: RecommendDeps,
  { subject, plannedAt }: Pick<Message, 'subject' | 'plannedAt'>,
  { facts }: Customer,
  { pinned, excluded }: Settings['recommend'],
): Promise<Recommended[]> {
  const what = (await tables.at(plannedAt))?.what;
  if (!what) return [];
  const lists = { pinned, excluded: [subject.id, ...excluded] };
  const context = { ...contextOf(facts, plannedAt), ...lists };
  const own = [...new Set(context.bought.map(({ product }) => product))].slice(0, OWN_MAX);
  const wanted = mixed(what, context, CANDIDATES_MAX).flatMap(({ product, reason }) =>
    'because' in reason && reason.because ? [product, reason.because] : [product],
  );
  const rows = await catalogue.find([...new Set([...wanted, ...own])]);
  const known = { ...context, catalogue: (id: string) => rows.get(id) };
  return mixed(what, known, SHOWN_MAX, AGAIN_MAX).flatMap(({ product: id, reason }) => {
    const product = rows.get(id);
    const because = 'because' in reason && reason.because ? rows.get(reason.because) : undefined;
    return product ? [{ product, reason, ...(because && { because }) }] : [];
  });
}

/** What is pinned, then what is bought again, but not more than so much of either. */
function mixed(what: WhatModel, context: WhatContext, max: number, againMax = max): Picked[] {
  const fresh = recommend(what, { ...context, only: 'new' }, max + PINNED_MAX);
  const isPinned = ({ reason }: Picked) => reason.code === 'pinned';
  const pinned = fresh.filter(isPinned).slice(0, PINNED_MAX);
  const again = recommend(what, { ...context, pinned: [], only: 'again' }, againMax).filter(
    ({ product }) => !pinned.some((pick) => pick.product === product),
  );
  const rest = fresh.filter((pick) => !isPinned(pick));
  return [...pinned, ...again, ...rest].slice(0, againMax < max ? max : 2 * max);
}
