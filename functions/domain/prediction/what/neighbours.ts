/**
 * How much one product speaks for another. Counting pairs alone counts the same evidence again and again:
 * who has the red cup has the blue one too. So, for each product, a ridge regression of "has it" on having
 * its nearest products, all at once: EASE (Steck, "Embarrassingly shallow autoencoders for sparse data",
 * 2019), each column solved on its own neighbourhood so that it stays sparse, without negative weights
 * (Ning & Karypis, "SLIM", 2011). Only counts of pairs are needed.
 */
import { UNIT, type Pair } from './counts.ts';
import { Packer, Unpacker } from './pack.ts';
import type { PairCounts } from './pair-counts.ts';

/** Nearest products, by cosine, that a regression is solved on: 100 and 200 were no better. */
export const NEAREST_MAX = 50;
/** Of these, how many are kept: 20 cost 3% of the hits, 40 none. */
export const KEPT_MAX = 40;
/**
 * Customers' worth of doubt. 30 to 1,000 were tried on several dates and on a tenth of the customers; from
 * 100 to 1,000 differ by 2%.
 */
const RIDGE = 300;
/** Weights are kept in a byte, finer where they are small. */
const WEIGHT_STEPS = 255;
/** Weights that a byte would round to nothing. */
const WEIGHT_MIN = 1 / WEIGHT_STEPS ** 2;

/** `source` in the hands of a customer speaks for `target`. */
export type Edge = { source: number; target: number; weight: number };

type Adjacency = { starts: Uint32Array; others: Uint32Array; counts: Uint32Array };

/** For each product, its pairs one after another. */
function adjacencyOf(pairs: readonly Pair[], products: number): Adjacency {
  const starts = new Uint32Array(products + 1);
  for (const [a, b] of pairs) {
    starts[a + 1] = (starts[a + 1] as number) + 1;
    starts[b + 1] = (starts[b + 1] as number) + 1;
  }
  for (let i = 0; i < products; i += 1) {
    starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  }
  const ends = starts.slice();
  const others = new Uint32Array(pairs.length * 2);
  const counts = new Uint32Array(pairs.length * 2);
  for (const [a, b, count] of pairs) {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const at = ends[from] as number;
      others[at] = to;
      counts[at] = count;
      ends[from] = at + 1;
    }
  }
  return { starts, others, counts };
}

/** All products' neighbours, the strongest of each product first. */
export function neighboursOf(
  pairs: readonly Pair[],
  counts: PairCounts,
  buyers: readonly number[],
): Edge[][] {
  const adjacency = adjacencyOf(pairs, buyers.length);
  const solver = new Solver(counts, buyers);
  return buyers.map((_, target) => solver.edges(target, nearest(adjacency, buyers, target)));
}

type Near = { place: number; count: number; cosine: number };

function nearest({ starts, others, counts }: Adjacency, buyers: readonly number[], to: number) {
  const all: Near[] = [];
  for (let at = starts[to] as number; at < (starts[to + 1] as number); at += 1) {
    const place = others[at] as number;
    const count = counts[at] as number;
    const norm = (buyers[place] as number) * (buyers[to] as number);
    if (norm > 0) all.push({ place, count, cosine: count / Math.sqrt(norm) });
  }
  if (all.length <= NEAREST_MAX) return all;
  return all.sort((a, b) => b.cosine - a.cosine || a.place - b.place).slice(0, NEAREST_MAX);
}

/** (G + ridge) w = g by Cholesky, in arrays that are used again for each product. */
class Solver {
  private readonly matrix = new Float64Array(NEAREST_MAX * NEAREST_MAX);
  private readonly vector = new Float64Array(NEAREST_MAX);
  private readonly counts: PairCounts;
  private readonly buyers: readonly number[];

  constructor(counts: PairCounts, buyers: readonly number[]) {
    this.counts = counts;
    this.buyers = buyers;
  }

  edges(target: number, near: readonly Near[]): Edge[] {
    this.fill(near);
    this.solve(near.length);
    return near
      .map(({ place }, at) => ({ source: place, target, weight: this.vector[at] as number }))
      .filter(({ weight }) => weight >= WEIGHT_MIN)
      .sort((a, b) => b.weight - a.weight || a.source - b.source)
      .slice(0, KEPT_MAX);
  }

  private fill(near: readonly Near[]): void {
    near.forEach(({ place, count }, row) => {
      for (let column = 0; column < row; column += 1) {
        const other = (near[column] as Near).place;
        this.matrix[row * NEAREST_MAX + column] = this.counts.get(place, other);
      }
      this.matrix[row * NEAREST_MAX + row] = (this.buyers[place] as number) + RIDGE * UNIT;
      this.vector[row] = count;
    });
  }

  private solve(size: number): void {
    const { matrix, vector } = this;
    const cell = (row: number, column: number) => matrix[row * NEAREST_MAX + column] as number;
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column <= row; column += 1) {
        let sum = cell(row, column);
        for (let k = 0; k < column; k += 1) sum -= cell(row, k) * cell(column, k);
        // Counts that were pruned may leave the matrix a little off: it stays positive all the same.
        matrix[row * NEAREST_MAX + column] =
          row === column ? Math.sqrt(Math.max(sum, UNIT)) : sum / cell(column, column);
      }
    }
    for (let row = 0; row < size; row += 1) {
      let sum = vector[row] as number;
      for (let k = 0; k < row; k += 1) sum -= cell(row, k) * (vector[k] as number);
      vector[row] = sum / cell(row, row);
    }
    for (let row = size - 1; row >= 0; row -= 1) {
      let sum = vector[row] as number;
      for (let k = row + 1; k < size; k += 1) sum -= cell(k, row) * (vector[k] as number);
      vector[row] = sum / cell(row, row);
    }
  }
}

/** Each product keeps as many as all can have: the strongest of each, together at most so many bytes. */
export function packFitting(edges: readonly Edge[][], bytes: number): string {
  let each = edges.reduce((most, { length }) => Math.max(most, length), 0);
  for (;;) {
    const kept = edges.flatMap((some) => some.slice(0, each));
    const text = packEdges(kept, edges.length);
    if (text.length <= bytes || each === 0) return text;
    each -= 1;
    // Far from it: by halves first, so that no night is spent on packing.
    if (text.length > 2 * bytes) each = Math.ceil(each / 2);
  }
}

/** By source, then target; for each source: how many, then gaps and weights. */
function packEdges(edges: readonly Edge[], products: number): string {
  const sorted = edges.toSorted((a, b) => a.source - b.source || a.target - b.target);
  const packer = new Packer();
  let at = 0;
  for (let source = 0; source < products; source += 1) {
    let end = at;
    while (sorted[end]?.source === source) end += 1;
    packer.add(end - at);
    let before = 0;
    for (; at < end; at += 1) {
      const { target, weight } = sorted[at] as Edge;
      packer.add(target - before);
      packer.add(Math.max(1, Math.round(WEIGHT_STEPS * Math.sqrt(Math.min(1, weight)))));
      before = target;
    }
  }
  return packer.text();
}

export type Neighbours = { starts: Uint32Array; targets: Uint16Array; weights: Float32Array };

/** What a product speaks for: `targets` from `starts[product]` to `starts[product + 1]`. */
export function neighboursFrom(packed: string, products: number): Neighbours {
  const unpacker = new Unpacker(packed);
  const starts = new Uint32Array(products + 1);
  const targets: number[] = [];
  const weights: number[] = [];
  for (let source = 0; source < products; source += 1) {
    let target = 0;
    for (let left = unpacker.next(); left > 0; left -= 1) {
      target += unpacker.next();
      targets.push(target);
      weights.push((unpacker.next() / WEIGHT_STEPS) ** 2);
    }
    starts[source + 1] = targets.length;
  }
  return { starts, targets: Uint16Array.from(targets), weights: Float32Array.from(weights) };
}
