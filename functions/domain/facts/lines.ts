import type { Product } from '../../contract/events.ts';
import type { Line } from '../customer.ts';

/** Pieces by product, in the order of the event, at most `max` products. */
export function linesOf(products: readonly Product[], max: number): Line[] {
  const lines: Line[] = [];
  for (const { id, quantity } of products) {
    const known = lines.find(([product]) => product === id);
    if (known) known[1] += quantity;
    else if (lines.length < max) lines.push([id, quantity]);
  }
  return lines;
}

/** All pieces of the lines. */
export const piecesOf = (lines: readonly { quantity: number }[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);
