/** A file's orders by customer and day, product by product: what a command needs of them to recommend. */
import type { CatalogueProduct } from '../functions/contract/catalogue.ts';
import type { Basket, Day } from '../functions/contract/predictions.ts';
import { EARLIER_KEPT } from '../functions/domain/prediction/what/counts.ts';
import type { OrderRow } from './orders-file.ts';

export type Bought = { product: string; day: Day; quantity: number };

/** Several rows of a customer on one day are one order; of a product in it, one line. */
export class ProductBook {
  private readonly buyers = new Map<string, Bought[]>();
  private readonly titles = new Map<string, string>();
  private readonly ids = new Map<string, string>();

  add({ customer, item, day, quantity = 1, title, returned }: OrderRow): void {
    if (returned || item === undefined || quantity <= 0) return;
    const product = this.sameText(item);
    if (title !== undefined && !this.titles.has(product)) this.titles.set(product, title);
    const line = { product, day, quantity };
    const known = this.buyers.get(customer);
    if (known) known.push(line);
    else this.buyers.set(customer, [line]);
  }

  /** Everybody who bought, in the order of the file, with their lines by day. */
  *customers(): Generator<{ id: string; bought: Bought[] }> {
    for (const [id, bought] of this.buyers) {
      yield { id, bought: bought.sort((a, b) => a.day - b.day) };
    }
  }

  get size(): number {
    return this.buyers.size;
  }

  /** What the titles say; nothing for a file without them. */
  products(): Map<string, CatalogueProduct> {
    return new Map(
      [...this.titles].map(([id, title]) => [id, { id, title, available: true }] as const),
    );
  }

  baskets(): Basket[] {
    const all: Basket[] = [];
    for (const { bought } of this.customers()) all.push(...basketsOf(bought));
    return all;
  }

  /** One string for a product, however many rows name it. */
  private sameText(text: string): string {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    this.ids.set(text, text);
    return text;
  }
}

/** A customer's orders, oldest first; the lines by day. */
export function* basketsOf(bought: readonly Bought[]): Generator<Basket> {
  const last = new Map<string, Bought>();
  /** Products in the order of their purchases, with those that were bought again later. */
  let path: string[] = [];
  for (let at = 0; at < bought.length; ) {
    const { day } = bought[at] as Bought;
    const lines = new Map<string, number>();
    for (; bought[at]?.day === day; at += 1) {
      const { product, quantity } = bought[at] as Bought;
      lines.set(product, (lines.get(product) ?? 0) + quantity);
    }
    yield {
      day,
      lines: [...lines].map(([product, quantity]) => {
        const before = last.get(product);
        const known = before && { gap: day - before.day, before: before.quantity };
        return { product, quantity, ...known };
      }),
      earlier: earlierOf(path, lines),
    };
    for (const [product, quantity] of lines) {
      // Deleted first, so that the map stays in the order of the last purchase.
      last.delete(product);
      last.set(product, { product, day, quantity });
      path.push(product);
    }
    if (path.length > PATH_FACTOR * last.size) path = [...last.keys()];
  }
}

/** Of all guests under one name every order has a long past: it is looked through from its end, as far as needed. */
const PATH_FACTOR = 2;

/** The products of earlier orders that are not in this one, the latest first. */
function earlierOf(path: readonly string[], lines: ReadonlyMap<string, number>): string[] {
  const earlier = new Set<string>();
  for (let at = path.length - 1; at >= 0 && earlier.size < EARLIER_KEPT; at -= 1) {
    const product = path[at] as string;
    if (!lines.has(product)) earlier.add(product);
  }
  return [...earlier];
}
