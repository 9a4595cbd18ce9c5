/** The shop's products as its feed tells them, by id. */
import type { CatalogueProduct } from '../contract/catalogue.ts';

export type Catalogue = {
  /** Those of these products that the feed has told of, by id. */
  find(ids: readonly string[]): Promise<Map<string, CatalogueProduct>>;
};

/** Everything that the feed has told of, in pages. */
export type CatalogueReader = { pages(): AsyncIterable<readonly CatalogueProduct[]> };

export type CatalogueWriter = {
  /** Each takes the place of what was told of the same product before. */
  put(products: readonly CatalogueProduct[]): Promise<void>;
};

/** What a feed may write into one product; longer ones are a fault of the feed. */
export const PRODUCT_BYTES_MAX = 16 * 1024;
