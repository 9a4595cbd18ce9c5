/**
 * What a customer keeps to: values of attributes (material, stone, style, brand, size) that they choose more
 * often than others do, and those they never touch although they had the choice.
 */
import type { WhatContext } from '../../../contract/prediction-what.ts';
import type { Purchases } from './again.ts';
import type { Tables } from './tables.ts';

export type Liked = {
  code: number;
  name: string;
  value: string;
  /** A product of the customer's that has it. */
  because: string;
  /** Of their products that have such an attribute. */
  share: number;
};

export type Affinity = {
  /** Strongest first. */
  liked: Liked[];
  /** What a value that they took does to a score, by its code. */
  factors: ReadonlyMap<number, number>;
  /** By name of attribute. */
  names: ReadonlyMap<string, Taste>;
};

type Taste = {
  /** Products with such an attribute; of one value, by its code; of the commonest value. */
  products: number;
  values: Map<number, number>;
  top: number;
  /** What a value that they never took does to a score. */
  untouched: number;
};

/** Products after which the customer's own taste counts as much as that of everybody. */
const TASTE_DOUBT = 3;
/** A taste changes a score at most so much: it is a hint beside what customers really bought. */
const FACTOR_MAX = 3;
const LIKED_MAX = 6;
const LIKED_LIFT_MIN = 1.3;
const LIKED_PRODUCTS_MIN = 2;
/** A look tells less of a taste than a purchase. */
const LOOK = 0.5;
/**
 * Who has so many products with an attribute, so many of them of one value, and none of another, does not
 * want that other: no platinum for whoever buys silver.
 */
export const NEVER_PRODUCTS_MIN = 4;
export const NEVER_TOP_SHARE = 0.75;

export function affinityOf(
  tables: Tables,
  { cart = [], views = [] }: WhatContext,
  { own }: Purchases,
): Affinity {
  const counts = new Map<number, { count: number; because: string }>();
  const add = (product: string, weight: number) => {
    const place = tables.places.get(product);
    for (const code of place === undefined ? [] : (tables.featured[place] ?? [])) {
      if (!tables.features[code]?.attribute) continue;
      const known = counts.get(code);
      if (known) known.count += weight;
      else counts.set(code, { count: weight, because: product });
    }
  };
  for (const { product } of own) add(product, 1);
  for (const product of cart) add(product, 1);
  for (const product of new Set(views)) add(product, LOOK);
  return read(tables, counts);
}

function read(tables: Tables, counts: Map<number, { count: number; because: string }>): Affinity {
  const names = namesOf(tables, counts);
  const factors = new Map<number, number>();
  const liked: Liked[] = [];
  for (const [code, { count, because }] of counts) {
    const { name, value } = named(tables, code);
    const products = names.get(name)?.products ?? 0;
    const lift = liftOf(tables, code, { count, products });
    factors.set(code, dampened(lift));
    if (lift >= LIKED_LIFT_MIN && count >= LIKED_PRODUCTS_MIN) {
      liked.push({ code, name, value, because, share: count / products });
    }
  }
  liked.sort((a, b) => b.share - a.share || a.code - b.code);
  return { liked: liked.slice(0, LIKED_MAX), factors, names };
}

const named = ({ features }: Tables, code: number) =>
  (features[code] as Tables['features'][number]).attribute as { name: string; value: string };

function namesOf(tables: Tables, counts: Map<number, { count: number; because: string }>) {
  const names = new Map<string, Taste>();
  for (const [code, { count }] of counts) {
    const { name } = named(tables, code);
    const known = names.get(name) ?? { products: 0, values: new Map(), top: 0, untouched: 1 };
    known.products += count;
    known.values.set(code, count);
    known.top = Math.max(known.top, count);
    known.untouched = dampened(TASTE_DOUBT / (known.products + TASTE_DOUBT));
    names.set(name, known);
  }
  return names;
}

/** How much more often than others; of a value that they never took it depends on the name alone. */
const liftOf = (
  { common }: Tables,
  code: number,
  { count, products }: { count: number; products: number },
): number => {
  const usual = Math.max(common[code] ?? 0, Number.EPSILON);
  return (count + TASTE_DOUBT * usual) / (products + TASTE_DOUBT) / usual;
};

/** Each lift counts as its root: attributes go along with each other. */
const dampened = (lift: number): number => Math.sqrt(lift);

/** Above 1 for what the customer keeps to, below for what they pass by; 1 when nothing is known. */
export function affinityFactor(
  tables: Tables,
  { names, factors }: Affinity,
  place: number,
): number {
  if (names.size === 0) return 1;
  let factor = 1;
  for (const code of tables.featured[place] ?? []) {
    const name = tables.features[code]?.attribute?.name;
    if (name !== undefined) factor *= factors.get(code) ?? names.get(name)?.untouched ?? 1;
  }
  return Math.min(FACTOR_MAX, Math.max(1 / FACTOR_MAX, factor));
}

/** True for a value of an attribute that the customer never takes, where they clearly keep to another. */
export function isNever(tables: Tables, { names }: Affinity, place: number): boolean {
  return (tables.featured[place] ?? []).some((code) => {
    const attribute = tables.features[code]?.attribute;
    if (!attribute || attribute.name === CATEGORY) return false;
    const known = names.get(attribute.name);
    return (
      known !== undefined &&
      !known.values.has(code) &&
      known.products >= NEVER_PRODUCTS_MIN &&
      known.top >= NEVER_TOP_SHARE * known.products
    );
  });
}

/** Who buys rings may well want earrings: a category is not a taste. */
const CATEGORY = 'category';
