/**
 * What products have in common: attributes, category, words of the title. They find products that nobody
 * has bought yet, and tell what a customer keeps to and what they never touch.
 */
import type { CatalogueProduct } from '../../../contract/catalogue.ts';
import { Packer, Unpacker } from './pack.ts';

/** Rarer ones are left out: the dictionary stays below 100 KB, and most codes take one or two bytes. */
export const FEATURES_MAX = 4_000;
/** Of one product: attributes first, then the category, then words. */
export const FEATURES_PER_PRODUCT_MAX = 7;
/** A feature that only one product has joins nothing. */
const PRODUCTS_MIN = 2;
const FEATURE_CHARS_MAX = 60;
const WORD_CHARS_MIN = 3;

/** Words of a title or of a search: letters and digits, in lower case. Numbers alone are sizes of packs. */
export const wordsOf = (text: string): string[] =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter(
    (word) => word.length >= WORD_CHARS_MIN && /\p{L}/u.test(word),
  );

export const attributeFeature = (name: string, value: string): string =>
  `${name.trim().toLowerCase()}=${value.trim().toLowerCase()}`;

/** `material=silver` -> its name and value; undefined for a word of a title. */
export function attributeOf(feature: string): { name: string; value: string } | undefined {
  const at = feature.indexOf('=');
  return at < 0 ? undefined : { name: feature.slice(0, at), value: feature.slice(at + 1) };
}

/** What a product is known by. Names are sorted, so that the feed's order does not matter. */
export function featuresOf({ title, category, attributes = {} }: CatalogueProduct): string[] {
  const own = Object.keys(attributes)
    .sort()
    .map((name) => attributeFeature(name, attributes[name] as string));
  const words = wordsOf(title).map((word) => `title~${word}`);
  const all = [...own, ...(category ? [attributeFeature('category', category)] : []), ...words];
  return [...new Set(all)].filter((feature) => feature.length <= FEATURE_CHARS_MAX);
}

/** Commonest first, so that their codes are short. */
export function dictionaryOf(featured: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const features of featured) {
    for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= PRODUCTS_MIN)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, FEATURES_MAX)
    .map(([feature]) => feature);
}

/** Per product: how many, then the codes. */
export function packFeatures(
  featured: readonly (readonly string[])[],
  dictionary: readonly string[],
): string {
  const codes = new Map(dictionary.map((feature, code) => [feature, code]));
  const packer = new Packer();
  for (const features of featured) {
    const known = features
      .flatMap((feature) => codes.get(feature) ?? [])
      .slice(0, FEATURES_PER_PRODUCT_MAX);
    packer.add(known.length);
    for (const code of known) packer.add(code);
  }
  return packer.text();
}

export function featuresFrom(packed: string, products: number): number[][] {
  const unpacker = new Unpacker(packed);
  return Array.from({ length: products }, () =>
    Array.from({ length: unpacker.next() }, () => unpacker.next()),
  );
}
