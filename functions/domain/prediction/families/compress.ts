/**
 * A million customers as a few thousand weighted rows. Customers are merged who are alike in what a
 * likelihood looks at: the number of orders, the logarithm of the time since the first, and how overdue
 * they are in units of their own mean gap. A merged row has the means of what it was made of, so that the
 * first order of the likelihood stays, and with fine classes nearly all of the second.
 */
import type { Outcome, Row } from '../panel.ts';

/**
 * Rows to fit on. Of 20,000 made-up customers so many rows give the well-told parameters within 0.6%, and
 * P(active) within 0.0001 on average, of the fit on all of them.
 */
export const COMPRESSED_MAX = 3000;

/** Classes of logarithms to begin with, and by how much they widen while there are too many. */
const WIDTH = 0.01;
const WIDER = 1.15;
/** Rows of the fine first pass: some megabytes. */
const FINE_MAX = 100_000;
/** Counts up to here have a class of their own; above, classes as wide in logarithm as those of time. */
const EXACT_COUNTS = 6;
/** Times far below the mean T are all "just now" to every model: this share of it is the unit of their logarithm. */
const SOON = 0.05;
/** Beyond so many mean gaps of silence all are gone alike. */
const OVERDUE_MAX = 40;

/** The rows themselves where there are no more than `limit`; else at most `limit`, in a fixed order. */
export function compress(rows: readonly Row[], limit = COMPRESSED_MAX): Row[] {
  return merge(
    rows,
    limit,
    (row) => ({ ...row }),
    () => {},
  );
}

/** The same for rows with what their customers did afterwards. */
export function compressOutcomes(rows: readonly Outcome[], limit = COMPRESSED_MAX): Outcome[] {
  return merge(
    rows,
    limit,
    (row) => ({ ...row }),
    (sum, row) => {
      sum.buyers += row.buyers;
      if (row.orders === undefined) delete sum.orders;
      else if (sum.orders !== undefined) sum.orders += row.orders;
    },
  );
}

type Coordinates = { count: Float64Array; time: Float64Array; overdue: Float64Array };

function merge<R extends Row>(
  rows: readonly R[],
  limit: number,
  copy: (row: R) => R,
  also: (sum: R, row: R) => void,
): R[] {
  if (!(limit >= 1)) throw new RangeError(`compress: wanted a limit of at least 1, got ${limit}`);
  if (rows.length <= limit) return rows.map(copy);
  let current: readonly R[] = rows;
  let coordinates = coordinatesOf(rows);
  // Many customers are first merged finely, once: the search for the width then runs over few.
  let most = rows.length > FINE_MAX ? FINE_MAX : limit;
  for (let width = WIDTH; ; width *= WIDER) {
    const place = classesOf(coordinates, width, most);
    if (!place) continue;
    const sums = merged(current, place, copy, also);
    if (sums.length <= limit) return sums;
    current = sums;
    coordinates = coordinatesOf(sums);
    most = limit;
  }
}

function coordinatesOf(rows: readonly Row[]): Coordinates {
  let [total, time] = [0, 0];
  for (const row of rows) {
    total += row.n;
    time += row.n * row.T;
  }
  const soon = total > 0 && time > 0 ? (SOON * time) / total : 1;
  const count = new Float64Array(rows.length);
  const times = new Float64Array(rows.length);
  const overdue = new Float64Array(rows.length);
  rows.forEach(({ x, tx, T }, i) => {
    count[i] = x > EXACT_COUNTS ? EXACT_COUNTS + Math.log(x / EXACT_COUNTS) : x;
    times[i] = Math.log1p(T / soon);
    const gaps = x > 0 ? ((T - tx) * (x + 1)) / (tx + soon) : 0;
    overdue[i] = Math.log1p(Math.min(OVERDUE_MAX, gaps));
  });
  return { count, time: times, overdue };
}

/** Bits of a key for each coordinate: together 30, so that a key is a small whole number. */
const TIME_CLASSES = 2 ** 11;
const OVERDUE_CLASSES = 2 ** 9;

/** Each row's class; absent where there would be more than `most`. */
function classesOf(of: Coordinates, width: number, most: number): Int32Array | undefined {
  const place = new Int32Array(of.time.length);
  const known = new Places(most);
  for (let i = 0; i < place.length; i += 1) {
    const c = of.count[i] as number;
    const above = (c - EXACT_COUNTS) / width;
    const exact = above > 0 ? EXACT_COUNTS + 1 + Math.floor(above) : Math.round(c);
    // Only a limit of some dozens makes classes so wide that small counts merge as well.
    const count = Math.floor(exact / Math.max(1, width));
    const time = Math.min(TIME_CLASSES - 1, Math.floor((of.time[i] as number) / width));
    const overdue = Math.floor((of.overdue[i] as number) / width);
    const at = known.place((count * TIME_CLASSES + time) * OVERDUE_CLASSES + overdue);
    if (at >= most) return undefined;
    place[i] = at;
  }
  return place;
}

/** Numbers keys in the order in which they come; several times as fast as a Map. */
class Places {
  readonly #keys: Int32Array;
  readonly #places: Int32Array;
  #size = 0;

  constructor(most: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * most + 2));
    this.#keys = new Int32Array(slots).fill(-1);
    this.#places = new Int32Array(slots);
  }

  /** May answer one place more than `most`, and is not asked again then. */
  place(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = (Math.imul(key, 0x9e3779b1) >>> 7) & mask;
    while (this.#keys[slot] !== key && this.#keys[slot] !== -1) slot = (slot + 1) & mask;
    if (this.#keys[slot] === -1) {
      this.#keys[slot] = key;
      this.#places[slot] = this.#size;
      this.#size += 1;
    }
    return this.#places[slot] as number;
  }
}

function merged<R extends Row>(
  rows: readonly R[],
  place: Int32Array,
  copy: (row: R) => R,
  also: (sum: R, row: R) => void,
): R[] {
  const sums: R[] = [];
  rows.forEach((row, i) => {
    const sum = sums[place[i] as number];
    if (!sum) {
      sums[place[i] as number] = copy(row);
      return;
    }
    const n = sum.n + row.n;
    const share = n > 0 ? row.n / n : 0;
    sum.x += (row.x - sum.x) * share;
    sum.tx += (row.tx - sum.tx) * share;
    sum.T += (row.T - sum.T) * share;
    sum.logGaps += (row.logGaps - sum.logGaps) * share;
    sum.n = n;
    also(sum, row);
  });
  return sums;
}
