/** Products in memory: for tests and tools. Held to the same suite as DynamoDB's. */
import type { Catalogue, CatalogueReader, CatalogueWriter } from '../../app/catalogue.ts';
import type { CatalogueProduct } from '../../contract/catalogue.ts';

export function memoryCatalogue(
  products: Iterable<CatalogueProduct> = [],
): Catalogue & CatalogueReader & CatalogueWriter {
  const stored = new Map<string, CatalogueProduct>();
  const put = (product: CatalogueProduct) => stored.set(product.id, structuredClone(product));
  for (const product of products) put(product);
  return {
    find: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const product = stored.get(id);
          return product ? [[id, structuredClone(product)] as const] : [];
        }),
      ),
    async *pages() {
      yield structuredClone([...stored.values()]);
    },
    put: async (all) => {
      for (const product of all) put(product);
    },
  };
}
