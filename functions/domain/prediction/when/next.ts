/** When a customer orders next, and when they need which product again. */
import type { Due, ProductDue, WhenBasis, WhenModel } from '../../../contract/prediction-when.ts';
import type { Day, History } from '../../../contract/predictions.ts';
import { waitOf } from './due.ts';
import { gapOf, ownShare } from './gap.ts';
import { emptyWhen } from './learn.ts';
import { PRODUCT_GAPS, productGap } from './products.ts';
import { NO_RHYTHM, rhythmOf, rhythmOfHistory } from './rhythm.ts';
import { own } from './table.ts';

/** Fewer gaps of a shop say less than other shops do. */
export const SHOP_GAPS_MIN = 30;

export type NextOptions = {
  /** The date, if it comes within so many days; without it, within their usual time (see due.ts). */
  withinDays?: number;
};

/**
 * The next order day of a customer who has not ordered since `history.last`, seen on the day `at`; always
 * after `at`. With `days` (ascending, each once) later gaps count more; without them all count alike.
 */
export function nextOrder(
  model: WhenModel | undefined,
  history: History & { days?: readonly Day[] },
  at: Day,
  { withinDays }: NextOptions = {},
): Due {
  const known = model ?? emptyWhen(at);
  const rhythm = history.days ? rhythmOf(history.days) : rhythmOfHistory(history);
  const gap = gapOf(known.orders, known.orders.at, rhythm);
  const wait = waitOf(gap, Math.max(0, at - history.last), withinDays);
  const shop: WhenBasis = known.orderGaps >= SHOP_GAPS_MIN ? 'shop' : 'prior';
  const basis = ownShare(known.orders, rhythm) >= OWN_SHARE ? 'customer' : shop;
  return { due: at + wait.due, low: at + wait.low, high: at + wait.high, basis };
}

/** From this weight on a date rests on the customer's own gaps most. */
const OWN_SHARE = 0.5;

/** One product on one day; several lines of a day may be several of these. Pieces given back are negative. */
export type Purchase = { product: string; day: Day; quantity: number };

/** What one customer bought. */
export type Purchases = {
  lines: readonly Purchase[];
  /** All order days, ascending, each once; without them those of what was kept. */
  days?: readonly Day[];
};

/**
 * Products with a reason to be bought again: bought on two days or more, or once where the catalogue knows
 * how long a piece lasts. What was given back was never bought. The soonest first.
 */
export function dueProducts(
  model: WhenModel | undefined,
  { lines, days }: Purchases,
  at: Day,
  options: NextOptions = {},
): ProductDue[] {
  const known = model ?? emptyWhen(at);
  const byProduct = boughtDays(lines);
  const orders = rhythmOf(days ?? daysOf(byProduct));
  const found: ProductDue[] = [];
  for (const [product, bought] of byProduct) {
    if (bought.length < (own(known.refill, product) === undefined ? DAYS_MIN : 1)) continue;
    found.push(dueOf(known, product, bought, orders, at, options));
  }
  return found.sort((one, two) => one.due - two.due || (one.product < two.product ? -1 : 1));
}

/** Two days make one gap. */
export const DAYS_MIN = 2;

export type Bought = { day: Day; pieces: number };

/** One product; `bought` ascending, a day each. */
export function dueOf(
  model: WhenModel,
  product: string,
  bought: readonly Bought[],
  orders = NO_RHYTHM,
  at: Day = bought.at(-1)?.day ?? 0,
  { withinDays }: NextOptions = {},
): ProductDue {
  const last = bought.at(-1) ?? { day: at, pieces: 1 };
  const rhythm = rhythmOf(
    bought.map(({ day }) => day),
    bought.map(({ pieces }) => pieces),
  );
  const gap = productGap(model, { product, rhythm, orders, pieces: last.pieces });
  const wait = waitOf(gap, Math.max(0, at - last.day), withinDays);
  const basis = basisOf(model, product, ownShare(model.products, rhythm));
  return {
    product,
    due: at + wait.due,
    low: at + wait.low,
    high: at + wait.high,
    basis,
    purchases: bought.length,
    last: last.day,
  };
}

function basisOf(model: WhenModel, product: string, share: number): WhenBasis {
  if (share >= OWN_SHARE) return 'customer';
  const [gaps] = own(model.byProduct, product) ?? [0];
  if (gaps >= PRODUCT_GAPS) return 'product';
  if (own(model.refill, product) !== undefined) return 'refill';
  return model.productGaps >= SHOP_GAPS_MIN ? 'shop' : 'prior';
}

/** Days and pieces of each product, ascending: what came back is taken from the latest before it. */
export function boughtDays(lines: readonly Purchase[]): Map<string, Bought[]> {
  const byProduct = new Map<string, Bought[]>();
  const inOrder = [...lines].sort((one, two) => one.day - two.day || two.quantity - one.quantity);
  for (const { product, day, quantity } of inOrder) {
    const bought = byProduct.get(product) ?? [];
    if (quantity > 0) {
      if (bought.length === 0) byProduct.set(product, bought);
      const last = bought.at(-1);
      if (last?.day === day) last.pieces += quantity;
      else bought.push({ day, pieces: quantity });
    } else giveBack(bought, -quantity);
  }
  for (const [product, bought] of byProduct) if (bought.length === 0) byProduct.delete(product);
  return byProduct;
}

function giveBack(bought: Bought[], pieces: number): void {
  let left = pieces;
  for (let last = bought.at(-1); last && left > 0; last = bought.at(-1)) {
    if (last.pieces > left) {
      last.pieces -= left;
      return;
    }
    left -= last.pieces;
    bought.pop();
  }
}

/** Days on which anything was bought, ascending. */
export function daysOf(byProduct: ReadonlyMap<string, readonly Bought[]>): Day[] {
  const days = new Set<Day>();
  for (const bought of byProduct.values()) for (const { day } of bought) days.add(day);
  return [...days].sort((one, two) => one - two);
}
