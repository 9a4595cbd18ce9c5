/** Shops' histories of products: a public one, and made-up ones with tastes, categories and attributes. */
import { ProductBook, type Bought, basketsOf } from '../../cli/product-book.ts';
import { readOrders } from '../../cli/orders-file.ts';
import type { CatalogueProduct } from '../../functions/contract/catalogue.ts';
import type { Basket, Day } from '../../functions/contract/predictions.ts';
import { sharedPath } from './shared-data.ts';

export type Shop = {
  /** Each customer's lines, by day. */
  customers: Bought[][];
  products: Map<string, CatalogueProduct>;
};

/** Its goods alone, five digits and a letter for the colour: no postage, fees and samples. */
export async function onlineRetail(): Promise<Shop> {
  const book = new ProductBook();
  const file = sharedPath('online_retail.csv.gz');
  await readOrders(file, { needs: ['item'], wants: ['quantity', 'title'] }, (row) => {
    if (/^\d{5}/.test(row.item ?? '')) book.add(row);
  });
  return {
    customers: [...book.customers()].map(({ bought }) => bought),
    products: book.products(),
  };
}

export const until = (bought: readonly Bought[], day: Day): Bought[] =>
  bought.filter((line) => line.day <= day);

/** Orders after `from`, up to and including `to`. */
export function basketsBetween({ customers }: Shop, from: Day, to: Day): Basket[] {
  return customers.flatMap((bought) =>
    [...basketsOf(until(bought, to))].filter(({ day }) => day > from),
  );
}

/** The products of each order day, by day. */
export function ordersOf(bought: readonly Bought[]): { day: Day; products: Set<string> }[] {
  const orders: { day: Day; products: Set<string> }[] = [];
  for (const { day, product } of bought) {
    if (orders.at(-1)?.day !== day) orders.push({ day, products: new Set() });
    orders.at(-1)?.products.add(product);
  }
  return orders;
}

/** Even numbers in [0, 1), the same on every machine (Numerical Recipes' linear congruence). */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const CATEGORIES = ['rings', 'earrings', 'chains', 'bracelets', 'brooches', 'care'];
const MATERIALS = ['silver', 'gold', 'platinum', 'rose gold'];
const STYLES = ['plain', 'floral', 'art deco', 'nautical', 'baroque'];
const PRICES = [4_000, 20_000, 90_000, 25_000];
const FIRST_DAY = 20_000;
const YEAR = 365;

/**
 * A jeweller's year: who buys keeps to a material and a style, within a collection of twelve pieces more
 * than outside, never the same piece twice; one in four orders takes a bottle of cleaner (`care`), which is
 * used up.
 */
export function jeweller(seed: number, size = 1_500): Shop {
  const random = numbers(seed);
  const any = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;
  const products = new Map<string, CatalogueProduct>();
  for (let index = 0; index < 600; index += 1) {
    const collection = Math.floor(index / 12);
    const material = collection % MATERIALS.length;
    const category = CATEGORIES[index % 12 === 11 ? 5 : index % 5] as string;
    const id = `p${index}`;
    products.set(id, {
      id,
      title: `Collection ${'abcdefghij'[collection % 10]}${collection} ${category}`,
      available: true,
      category,
      price: category === 'care' ? 900 : (PRICES[material] as number) + 10 * index,
      currency: 'EUR',
      ...(category !== 'care' && {
        attributes: {
          material: MATERIALS[material] as string,
          style: STYLES[collection % STYLES.length] as string,
        },
      }),
    });
  }
  const customers = Array.from({ length: size }, () => {
    const home = Math.floor(random() ** 1.5 * 50);
    const near = [home, (home + 20) % 50];
    const lines: Bought[] = [];
    let day = FIRST_DAY + Math.floor(random() * YEAR);
    const orders = 1 + Math.floor(random() * 6);
    for (let order = 0; order < orders && day < FIRST_DAY + YEAR; order += 1) {
      const pieces = 1 + Math.floor(random() * 3);
      for (let piece = 0; piece < pieces; piece += 1) {
        const collection = random() < 0.8 ? any(near) : Math.floor(random() * 50);
        const product = `p${collection * 12 + Math.floor(random() ** 1.5 * 11)}`;
        // Nobody needs the same ring twice.
        if (!lines.some((line) => line.product === product)) {
          lines.push({ product, day, quantity: 1 });
        }
      }
      if (random() < 0.25) lines.push({ product: `p${home * 12 + 11}`, day, quantity: 1 });
      day += 10 + Math.floor(random() * 90);
    }
    return lines;
  });
  return { customers, products };
}
