/** How good lists of products are, and the simple rules that they must beat. */
import type { Day } from '../../functions/contract/predictions.ts';
import { ordersOf, type Shop, until } from './product-shops.ts';

export type Scores = {
  cases: number;
  recall10: number;
  ndcg10: number;
  hit5: number;
  hit10: number;
};

/** Means over cases. Recall and the ideal of NDCG are of everything that was bought. */
export class Score {
  private readonly sums = { recall10: 0, ndcg10: 0, hit5: 0, hit10: 0 };
  private cases = 0;

  add(list: readonly string[], bought: ReadonlySet<string>): void {
    const ten = list.slice(0, 10);
    const gain = (rank: number) => 1 / Math.log2(rank + 2);
    const hits = ten.filter((product) => bought.has(product)).length;
    const ideal = Array.from({ length: Math.min(10, bought.size) }, (_, rank) => gain(rank));
    const gains = ten.map((product, rank) => (bought.has(product) ? gain(rank) : 0));
    this.cases += 1;
    this.sums.recall10 += hits / bought.size;
    this.sums.ndcg10 += sum(gains) / sum(ideal);
    this.sums.hit10 += Number(hits > 0);
    this.sums.hit5 += Number(ten.slice(0, 5).some((product) => bought.has(product)));
  }

  get means(): Scores {
    const of = (value: number) => value / this.cases;
    const { recall10, ndcg10, hit5, hit10 } = this.sums;
    return {
      cases: this.cases,
      recall10: of(recall10),
      ndcg10: of(ndcg10),
      hit5: of(hit5),
      hit10: of(hit10),
    };
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The next order of each returning customer after a day: what they had, and what was new in it. */
export function nextOrders(shop: Shop, day: Day) {
  return shop.customers.flatMap((bought) => {
    const past = until(bought, day);
    const next = ordersOf(bought).find((order) => order.day > day);
    const had = new Set(past.map(({ product }) => product));
    const fresh = new Set([...(next?.products ?? [])].filter((product) => !had.has(product)));
    return past.length > 0 && fresh.size > 0 ? [{ past, had, fresh }] : [];
  });
}

export type Ranker = (had: ReadonlySet<string>) => string[];

/** Products in most orders, those that the customer has left out. */
export function mostPopular(shop: Shop, day: Day): Ranker {
  const orders = new Map<string, number>();
  for (const bought of shop.customers) {
    for (const { products } of ordersOf(until(bought, day))) {
      for (const product of products) orders.set(product, (orders.get(product) ?? 0) + 1);
    }
  }
  const ranked = [...orders].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return (had) => top(ranked.map(([product]) => product).filter((product) => !had.has(product)));
}

const top = (products: readonly string[]): string[] => products.slice(0, 10);

/** Item to item: the cosine of the customers of two products, summed over what the customer has. */
export function plainCosine(shop: Shop, day: Day): Ranker {
  const places = new Map<string, number>();
  const sets = shop.customers.map((bought) => {
    const own = new Set(until(bought, day).map(({ product }) => product));
    for (const product of own) if (!places.has(product)) places.set(product, places.size);
    return [...own].map((product) => places.get(product) as number);
  });
  const size = places.size;
  const pairs = new Float32Array(size * size);
  for (const own of sets) {
    for (const a of own) for (const b of own) pairs[a * size + b] = (pairs[a * size + b] ?? 0) + 1;
  }
  const buyers = Array.from({ length: size }, (_, at) => pairs[at * size + at] as number);
  const products = [...places.keys()];
  return (had) => {
    const scores = new Float64Array(size);
    for (const product of had) {
      const a = places.get(product) as number;
      for (let b = 0; b < size; b += 1) {
        const norm = Math.sqrt((buyers[a] as number) * (buyers[b] as number));
        scores[b] = (scores[b] as number) + (pairs[a * size + b] as number) / norm;
      }
    }
    const ranked = products
      .map((product, at) => ({ product, score: scores[at] as number }))
      .filter(({ product }) => !had.has(product))
      .sort((a, b) => b.score - a.score);
    return top(ranked.map(({ product }) => product));
  };
}

/** Scores of a ranker on what was new in everybody's next order. */
export function scoreNew(cases: ReturnType<typeof nextOrders>, rank: Ranker): Scores {
  const score = new Score();
  for (const { had, fresh } of cases) score.add(rank(had), fresh);
  return score.means;
}
