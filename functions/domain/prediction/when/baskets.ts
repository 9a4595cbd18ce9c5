/** Baskets of one customer, each with the gaps that were known before it: what `learnWhen` learns from. */
import type { Rhythm } from '../../../contract/prediction-when.ts';
import type { Basket, Day } from '../../../contract/predictions.ts';
import { boughtDays, type Purchase } from './next.ts';
import { NO_RHYTHM, withGap } from './rhythm.ts';

type Line = Basket['lines'][number];

/**
 * One basket a day, ascending. `days` are all order days (ascending, each once) where lines do not tell them
 * all; what was given back is left out.
 */
export function basketsOfCustomer(lines: readonly Purchase[], days?: readonly Day[]): Basket[] {
  const byDay = new Map<Day, Line[]>();
  for (const [product, bought] of boughtDays(lines)) {
    let rhythm: Rhythm = NO_RHYTHM;
    let before: { day: Day; pieces: number } | undefined;
    for (const now of bought) {
      const line: Line = { product, quantity: now.pieces };
      if (before) {
        const gap = now.day - before.day;
        Object.assign(line, { gap, before: before.pieces, own: rhythm });
        rhythm = withGap(rhythm, gap, before.pieces);
      }
      before = now;
      const basket = byDay.get(now.day);
      if (basket) basket.push(line);
      else byDay.set(now.day, [line]);
    }
  }
  return withOrderGaps(byDay, days ?? [...byDay.keys()].sort((one, two) => one - two));
}

/** Baskets without products: only order days are known. */
export const basketsOfDays = (days: readonly Day[]): Basket[] => withOrderGaps(new Map(), days);

function withOrderGaps(byDay: Map<Day, Line[]>, days: readonly Day[]): Basket[] {
  let rhythm: Rhythm = NO_RHYTHM;
  return days.map((day, i) => {
    const gap = i > 0 ? day - (days[i - 1] as Day) : undefined;
    const own = gap === undefined ? { ...rhythm } : { ...rhythm, gap };
    if (gap !== undefined) rhythm = withGap(rhythm, gap);
    return { day, lines: byDay.get(day) ?? [], own, earlier: [] };
  });
}
