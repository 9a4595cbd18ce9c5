/** Products for one customer's page: what they may need again, and what they may like. Pure. */
import type { CatalogueProduct } from '../../functions/contract/catalogue.ts';
import type { PickReason, WhatModel } from '../../functions/contract/prediction-what.ts';
import type { ProductDue, WhenModel } from '../../functions/contract/prediction-when.ts';
import type { Day } from '../../functions/contract/predictions.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import type { Facts } from '../../functions/domain/customer.ts';
import { cartLines } from '../../functions/domain/facts/carts.ts';
import { orderDaysOf } from '../../functions/domain/prediction/history.ts';
import { recommend } from '../../functions/domain/prediction/what/recommend.ts';
import { dueProducts, type Purchase } from '../../functions/domain/prediction/when/next.ts';
import { ownOrders } from '../../functions/domain/rhythm.ts';

export type ProductsKnown = {
  when: WhenModel | undefined;
  what: WhatModel | undefined;
  /** Empty where the shop has told no feed. */
  catalogue: ReadonlyMap<string, CatalogueProduct>;
  settings: Settings;
};

export type CustomerProducts = {
  /** The soonest first. */
  due: (ProductDue & { name: string })[];
  /** The best first. */
  picks: { name: string; score: number; why: string }[];
};

const DUE_SHOWN = 8;
const PICKS_SHOWN = 8;

export function productsOf(facts: Facts, today: Day, known: ProductsKnown): CustomerProducts {
  const { when, what, catalogue, settings } = known;
  const name = (product: string) => catalogue.get(product)?.title ?? product;
  const bought: Purchase[] = ownOrders(facts).flatMap(({ placed, lines = [] }) =>
    lines.map(([product, quantity]) => ({
      product,
      day: Math.floor(placed.at / DAY_MS),
      quantity,
    })),
  );
  const due = when ? dueProducts(when, { lines: bought, days: orderDaysOf(facts) }, today) : [];
  const context = {
    at: today,
    bought,
    cart: facts.carts.flatMap((cart) => cartLines(cart).map(([product]) => product)),
    views: facts.views.map(({ product }) => product),
    searches: facts.searches.map(([query]) => query),
    ...settings.recommend,
    ...(catalogue.size > 0 && { catalogue: (product: string) => catalogue.get(product) }),
  };
  return {
    due: due.slice(0, DUE_SHOWN).map((one) => ({ ...one, name: name(one.product) })),
    picks: (what ? recommend(what, context, PICKS_SHOWN) : []).map(
      ({ product, score, reason }) => ({ name: name(product), score, why: why(reason, name) }),
    ),
  };
}

function why(reason: PickReason, name: (product: string) => string): string {
  switch (reason.code) {
    case 'pinned':
      return 'picked by the shop';
    case 'bought-again':
      return 'they bought it before';
    case 'popular':
      return 'many buy it';
    case 'new':
      return 'new in the shop';
    case 'bought-together':
      return `bought together with ${name(reason.because)}`;
    case 'bought-next':
      return `often bought after ${name(reason.because)}`;
    case 'similar':
      return `like ${name(reason.because)}`;
    case 'viewed':
      return reason.times === 1 ? 'they looked at it' : `they looked at it ${reason.times} times`;
    case 'searched':
      return `they searched for “${reason.words}”`;
    case 'same-attribute':
      return `${reason.name}: ${reason.value}${reason.because ? `, as ${name(reason.because)}` : ''}`;
    default:
      return reason satisfies never;
  }
}
