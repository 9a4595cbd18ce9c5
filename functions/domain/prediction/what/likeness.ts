/**
 * Products that too few have bought to be known by it speak through what they have in common with others:
 * cosine of their features, rare ones counting more (inverse document frequency).
 */
import type { Edge } from './neighbours.ts';

/** Below so many buyers a product is known by its features as well. */
export const BUYERS_KNOWN = 5;
/** Products that are asked about one feature: those sold most. A word of thousands says little anyway. */
const POSTINGS_MAX = 80;
const LIKE_KEPT = 8;
/** Where nothing was learned from orders yet: any number, since nothing stands beside it. */
const LIKE_WEIGHT = 0.04;
/** Nothing is alike in everything; 1 finds fewer of the new products, 5 too many of them. */
const LIKE_BEST = 2;
/** Less in common than this is chance. */
const COSINE_MIN = 0.3;

/**
 * `featured` goes by how much is sold; `buyers` in customers; `learned` are the neighbours from orders: whatever
 * is alike in everything weighs LIKE_BEST times what the best of these do on average.
 */
export function likeEdges(
  featured: readonly (readonly number[])[],
  buyers: readonly number[],
  learned: readonly (readonly Edge[])[],
): Edge[][] {
  const full = LIKE_BEST * (bestOf(learned) ?? LIKE_WEIGHT);
  const postings = postingsOf(featured);
  const rarity = postings.map(({ length }) => Math.log(1 + featured.length / (1 + length)));
  const norms = featured.map((codes) =>
    Math.sqrt(codes.reduce((sum, code) => sum + (rarity[code] as number) ** 2, 0)),
  );
  return featured.map((codes, target) => {
    const known = (buyers[target] as number) / BUYERS_KNOWN;
    if (known >= 1 || codes.length === 0) return [];
    const sums = new Map<number, number>();
    for (const code of codes) {
      for (const source of (postings[code] as number[]).slice(0, POSTINGS_MAX)) {
        if (source === target) continue;
        sums.set(source, (sums.get(source) ?? 0) + (rarity[code] as number) ** 2);
      }
    }
    return [...sums]
      .map(([source, dot]) => ({
        source,
        target,
        cosine: dot / ((norms[source] as number) * (norms[target] as number)),
      }))
      .filter(({ cosine }) => cosine >= COSINE_MIN)
      .sort((a, b) => b.cosine - a.cosine || a.source - b.source)
      .slice(0, LIKE_KEPT)
      .map(({ source, cosine }) => ({
        source,
        target,
        weight: full * cosine * (1 - known),
      }));
  });
}

/** Mean weight of the best neighbour that products have. */
function bestOf(learned: readonly (readonly Edge[])[]): number | undefined {
  const best = learned.flatMap(([first]) => (first ? [first.weight] : []));
  return best.length > 0 ? best.reduce((sum, weight) => sum + weight, 0) / best.length : undefined;
}

/** Products of each feature, those sold most first. */
export function postingsOf(featured: readonly (readonly number[])[]): number[][] {
  const postings: number[][] = [];
  featured.forEach((codes, product) => {
    for (const code of codes) (postings[code] ??= []).push(product);
  });
  for (let code = 0; code < postings.length; code += 1) postings[code] ??= [];
  return postings;
}
