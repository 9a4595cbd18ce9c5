/**
 * Products that too few have bought to be known by it speak through what they have in common with others:
 * cosine of their features, rare ones counting more (inverse document frequency).
 */
import type { Edge } from './neighbours.ts';

/** Below so many buyers a product is known by its features as well. */
export const BUYERS_KNOWN = 5;
/** Products that are asked about one feature: those sold most. A word of thousands says little anyway. */
const POSTINGS_MAX = 200;
const LIKE_KEPT = 8;
/** As much as a middling neighbour that was learned from orders. */
const LIKE_WEIGHT = 0.04;
/** Less in common than this is chance. */
const COSINE_MIN = 0.3;

/** `featured` goes by how much is sold; `buyers` in customers. */
export function likeEdges(
  featured: readonly (readonly number[])[],
  buyers: readonly number[],
): Edge[][] {
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
        weight: LIKE_WEIGHT * cosine * (1 - known),
      }));
  });
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
