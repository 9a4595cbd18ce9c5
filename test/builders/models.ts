/** Models for tests: fitted on made-up shops, so that they have whatever shape models have. */
import { share } from '../../functions/contract/ids.ts';
import type { Policy } from '../../functions/contract/journeys.ts';
import type { Day, Model } from '../../functions/contract/predictions.ts';
import type { WhenModel } from '../../functions/contract/prediction-when.ts';
import type { WhoModel } from '../../functions/contract/prediction-who.ts';
import type { Instant } from '../../functions/contract/time.ts';
import { basketsOfCustomer } from '../../functions/domain/prediction/when/baskets.ts';
import { learnWhen } from '../../functions/domain/prediction/when/learn.ts';
import { fitWho } from '../../functions/domain/prediction/who/fit.ts';
import { panelFromDays } from '../../functions/domain/prediction/who/panel-from-days.ts';

/** Customers come over two years; each buys about every `gapDays` until they drop out, 1 in `lives` each time. */
export type MadeUpShop = { gapDays?: number; lives?: number; customers?: number };

const YEARS_DAYS = 730;
const FROM: Day = 19_000;

function orderDays(shop: Required<MadeUpShop>, customer: number): Day[] {
  const chance = (what: string, turn: number) =>
    share('made-up', what, String(shop.gapDays), String(customer), String(turn));
  const days = [Math.floor(chance('first', 0) * YEARS_DAYS)];
  for (let turn = 1; chance('drop', turn) >= 1 / shop.lives; turn += 1) {
    // Two uniform draws: gaps vary by 40% of their mean.
    const gap = shop.gapDays * (0.2 + 0.8 * (chance('a', turn) + chance('b', turn)));
    const day = (days.at(-1) ?? 0) + Math.max(1, Math.round(gap));
    if (day > YEARS_DAYS) break;
    days.push(day);
  }
  return days.map((day) => FROM + day);
}

/** The model of such a shop: few who miss their usual gap by much come again. */
export function whoModel(more: MadeUpShop = {}, horizonDays = 90): WhoModel {
  const shop = { gapDays: 30, lives: 6, customers: 150, ...more };
  const customers = Array.from({ length: shop.customers }, (_, index) => orderDays(shop, index));
  const panel = panelFromDays(customers, { until: FROM + YEARS_DAYS, horizonDays });
  return fitWho(panel, { horizonDays });
}

/** Of a shop with next to no customers: it cannot tell. */
export const clueless = (): WhoModel => whoModel({ customers: 2 });

/** When those who come again do: after about a month, always for the same ring. */
export const whenModel = (gapDays = 30, product = 'RING-9'): WhenModel => {
  const customers = Array.from({ length: 100 }, (_, index) =>
    orderDays({ gapDays, lives: 6, customers: 100 }, index),
  );
  return learnWhen(
    undefined,
    customers.flatMap((days) =>
      basketsOfCustomer(days.map((day) => ({ product, day, quantity: 1 }))),
    ),
  );
};

export const model = (id: string, from: Instant, who?: WhoModel, when?: WhenModel): Model => ({
  id,
  from,
  ...(who && { who }),
  ...(when && { when }),
});

export const withModels = (policy: Policy, ...models: Model[]): Policy => ({ ...policy, models });
