/** What the catalogue says of products before customers have told enough: refill days, and their category. */
import type { WhenModel } from '../../../contract/prediction-when.ts';
import { PRODUCT_GAPS } from './products.ts';
import { own, put } from './table.ts';

/** By product id. */
export type Known = ReadonlyMap<string, { refillDays?: number; category?: string }>;

/** A product with more gaps of its own has nothing to learn from its category. */
export const CATEGORY_GAPS_MAX = 5 * PRODUCT_GAPS;
/** A twentieth of the time: less is not worth its bytes. */
const SHIFT_MIN = 0.05;

const byName = ([one]: [string, unknown], [two]: [string, unknown]): number => (one < two ? -1 : 1);

/** How many days a piece lasts, of at most `max` products. */
export function refillsOf(products: Known, max: number): WhenModel['refill'] {
  const table: WhenModel['refill'] = {};
  const told = [...products].filter(([, { refillDays = 0 }]) => refillDays > 0).sort(byName);
  for (const [id, { refillDays = 0 }] of told.slice(0, max)) put(table, id, refillDays);
  return table;
}

/**
 * How far the ln(gap + 1) of a product's category lies above that of the shop's products, for at most `max`
 * products that say little themselves: first those that were bought again, then the others by name.
 */
export function categoryShifts(
  { byProduct, usualGap }: Pick<WhenModel, 'byProduct' | 'usualGap'>,
  products: Known,
  max: number,
): WhenModel['byCategory'] {
  const sums = new Map<string, { gaps: number; above: number }>();
  for (const [product, [gaps, logGaps]] of Object.entries(byProduct)) {
    const category = products.get(product)?.category;
    if (category === undefined) continue;
    const sum = sums.get(category) ?? { gaps: 0, above: 0 };
    sums.set(category, {
      gaps: sum.gaps + gaps,
      above: sum.above + logGaps - gaps * usualGap,
    });
  }
  const gapsOf = (product: string) => own(byProduct, product)?.[0] ?? 0;
  const found: [string, number][] = [];
  for (const [product, { category }] of [...products].sort(byName)) {
    const sum = category === undefined ? undefined : sums.get(category);
    if (!sum || gapsOf(product) > CATEGORY_GAPS_MAX) continue;
    const shift = Math.round((100 * sum.above) / (sum.gaps + PRODUCT_GAPS)) / 100;
    if (Math.abs(shift) >= SHIFT_MIN) found.push([product, shift]);
  }
  const table: WhenModel['byCategory'] = {};
  const kept = found.sort(([one], [two]) => gapsOf(two) - gapsOf(one)).slice(0, max);
  for (const [product, shift] of kept.sort(byName)) put(table, product, shift);
  return table;
}
