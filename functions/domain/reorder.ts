/**
 * What a customer needs again, and when the nudge may go: by what the shop's model says of the product and
 * of this customer's gaps; where no model knows the shop's products, by the customer's own rhythm alone.
 */
import type { Shop } from '../contract/journeys.ts';
import type { ProductDue, WhenModel } from '../contract/prediction-when.ts';
import { DAY_MS, type Instant } from '../contract/time.ts';
import { type Facts, type OrderFact, receivedAt } from './customer.ts';
import { dayOf } from './facts/days.ts';
import { orderDaysOf } from './prediction/history.ts';
import { modelAt } from './prediction/model-at.ts';
import { type Bought, DAYS_MIN, dueOf, SHOP_GAPS_MIN } from './prediction/when/next.ts';
import { rhythmOf } from './prediction/when/rhythm.ts';
import { own } from './prediction/when/table.ts';
import { ownOrders, type Placed, placedOrders, repeats } from './rhythm.ts';

export type Reorder = {
  product: string;
  /** The latest order with it: one nudge each. */
  last: Placed;
  nudgeAt: Instant;
  /** The model's date, told as of the day of that order; absent where only the own rhythm tells. */
  told?: ProductDue;
};

/**
 * A short wait has no room for the whole lead time: whoever buys each week is not reminded on the third
 * day, and nobody on the day of the order itself.
 */
const LEAD_SHARE_MAX = 0.5;
/** A model that was published while the mail waited moves dates by days: the nudge need not wait for them. */
export const DRIFT_DAYS_MAX = 7;

type Purchase = { bought: Bought[]; last: Placed };
type Known = {
  sealed: Facts['sealed'];
  newest: Placed | undefined;
  byProduct: Map<string, Purchase>;
  asked?: { model: WhenModel; leadDays: number; value: readonly Reorder[] };
};

/** Lists of orders are never changed in place, so what follows from one is worked out once. */
const KNOWN = new WeakMap<readonly OrderFact[], Known>();

function knownOf({ orders, sealed }: Facts): Known {
  const before = KNOWN.get(orders);
  if (before && before.sealed === sealed) return before;
  const newest = placedOrders({ orders })[0];
  const known: Known = { sealed, newest, byProduct: purchasesOf(orders) };
  KNOWN.set(orders, known);
  return known;
}

/** By product, for oneself and kept, from whatever channel: bought in the store is bought. */
function purchasesOf(orders: readonly OrderFact[]): Map<string, Purchase> {
  const byProduct = new Map<string, Purchase>();
  for (const order of ownOrders({ orders }).toReversed()) {
    const day = dayOf(order.placed.at);
    for (const [product, pieces] of order.lines ?? []) {
      const known = byProduct.get(product);
      const latest = known?.bought.at(-1);
      if (!known) byProduct.set(product, { bought: [{ day, pieces }], last: order });
      else if (latest?.day === day) latest.pieces += pieces;
      else known.bought.push({ day, pieces });
      if (known) known.last = order;
    }
  }
  return byProduct;
}

/**
 * The model that dates rest on: that of the moment at which the latest order was known. So they follow from
 * facts and models alone, whenever they are asked for.
 */
function modelFor(shop: Shop, facts: Facts): WhenModel | undefined {
  const { newest } = knownOf(facts);
  return newest && modelAt(shop, receivedAt(newest.placed))?.when;
}

/** A model of a shop with next to no product gaps knows no more than the customer's own rhythm. */
const knows = (model: WhenModel, product: string): boolean =>
  model.productGaps >= SHOP_GAPS_MIN || own(model.refill, product) !== undefined;

/** What the customer needs again, each product by its latest order. */
export function reorders(facts: Facts, shop: Shop): readonly Reorder[] {
  const known = knownOf(facts);
  const model = modelFor(shop, facts);
  if (!model) return repeats(facts).map(byRhythm);
  const { leadDays } = shop.settings.reorder;
  const { asked } = known;
  if (asked && asked.model === model && asked.leadDays === leadDays) return asked.value;
  const value = [
    ...byModel(facts, known, model, leadDays),
    ...repeats(facts)
      .filter(({ product }) => !knows(model, product))
      .map(byRhythm),
  ];
  known.asked = { model, leadDays, value };
  return value;
}

export const reorderOf = (facts: Facts, product: string, shop: Shop): Reorder | undefined =>
  reorders(facts, shop).find((each) => each.product === product);

/** Names the occasion: the next purchase is another one. */
export const reorderId = ({ product, last }: Reorder): string => `${product}@${last.id}`;

const byRhythm = ({ product, last, dueAt }: ReturnType<typeof repeats>[number]): Reorder => ({
  product,
  last,
  nudgeAt: dueAt,
});

function byModel(facts: Facts, { byProduct }: Known, model: WhenModel, leadDays: number) {
  const found: Reorder[] = [];
  let orders: ReturnType<typeof rhythmOf> | undefined;
  for (const [product, { bought, last }] of byProduct) {
    const refill = own(model.refill, product) !== undefined;
    if (!knows(model, product) || bought.length < (refill ? 1 : DAYS_MIN)) continue;
    orders ??= rhythmOf(orderDaysOf(facts));
    const told = dueOf(model, product, bought, orders);
    const wait = told.due - told.last;
    const nudgeIn = Math.max(wait - leadDays, Math.ceil(wait * LEAD_SHARE_MAX));
    found.push({ product, last, nudgeAt: last.placed.at + nudgeIn * DAY_MS, told });
  }
  return found;
}

/** When the product is due by the model, given that it was not bought until `at`. */
export function productDueAt(
  facts: Facts,
  product: string,
  at: Instant,
  shop: Shop,
): ProductDue | undefined {
  const model = modelFor(shop, facts);
  const purchase = knownOf(facts).byProduct.get(product);
  if (!model || !purchase || !reorderOf(facts, product, shop)?.told) return undefined;
  const { bought } = purchase;
  const day = Math.max(dayOf(at), bought.at(-1)?.day ?? 0);
  return dueOf(model, product, bought, rhythmOf(orderDaysOf(facts)), day);
}

/**
 * Whether the nudge of an occasion has no ground any more at `at`: it was bought since, was paid back or
 * cancelled, or is due much later by what is known now.
 */
export function isNotDue(
  facts: Facts,
  product: string,
  occasion: string,
  at: Instant,
  shop: Shop,
): boolean {
  const reorder = reorderOf(facts, product, shop);
  if (!reorder) return true;
  if (!reorder.told) return reorder.nudgeAt > at;
  // What runs once per customer is not named after an order.
  if (occasion.includes('@') && occasion !== reorderId(reorder)) return true;
  return reorder.nudgeAt > at + DRIFT_DAYS_MAX * DAY_MS;
}
