/** What every store of products and of gathered orders must do, in memory or in DynamoDB. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Catalogue, CatalogueReader, CatalogueWriter } from '../../functions/app/catalogue.ts';
import type { Baskets } from '../../functions/app/gather.ts';
import type { CatalogueProduct } from '../../functions/contract/catalogue.ts';
import type { Gathered } from '../../functions/domain/prediction/basket.ts';

export type ProductPorts = {
  catalogue: Catalogue & CatalogueReader & CatalogueWriter;
  baskets: Baskets;
};

const AT = Date.UTC(2026, 5, 1, 9);
const product = (id: string, more: Partial<CatalogueProduct> = {}): CatalogueProduct => ({
  id,
  title: `Product ${id}`,
  available: true,
  ...more,
});
export const gathered = (id: string, products = ['P-1', 'P-2']): Gathered => ({
  id,
  basket: {
    day: 20_600,
    lines: products.map((name) => ({ product: name, quantity: 2, gap: 31, before: 1 })),
    earlier: ['P-9'],
  },
});

export function productsSuite(name: string, make: () => Promise<ProductPorts>): void {
  let ports: ProductPorts;
  beforeEach(async () => {
    ports = await make();
  });
  const found = async (...ids: string[]) => [...(await ports.catalogue.find(ids)).values()];
  async function gatheredOf(date: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of ports.baskets.read(date)) ids.push(...page.map(({ id }) => id));
    return ids;
  }

  describe(`the catalogue (${name})`, () => {
    it('gives back every product as it was told, and only what was asked for', async () => {
      const ring = product('RI-101', {
        url: 'https://shop.example.com/ring',
        price: 5900,
        currency: 'EUR',
        category: 'rings',
        attributes: { material: 'silver 925', stone: 'amber' },
        refillDays: 60,
        consumed: true,
      });
      await ports.catalogue.put([ring, product('RI-102', { available: false })]);
      expect(await found('RI-101')).toEqual([ring]);
      expect(await found('RI-102', 'unknown')).toEqual([product('RI-102', { available: false })]);
      expect(await found()).toEqual([]);
    });

    it('takes the latest that was told of a product', async () => {
      await ports.catalogue.put([product('A', { price: 1 }), product('A', { price: 2 })]);
      expect(await found('A', 'A')).toEqual([product('A', { price: 2 })]);
      await ports.catalogue.put([product('A', { price: 3 })]);
      expect(await found('A')).toEqual([product('A', { price: 3 })]);
    });

    it('shows all of it to those who learn, each product once', async () => {
      const ids = Array.from({ length: 40 }, (_, index) => `P-${index}`);
      await ports.catalogue.put(ids.map((id) => product(id)));
      await ports.catalogue.put([product('P-0', { title: 'New' })]);
      const all: CatalogueProduct[] = [];
      for await (const page of ports.catalogue.pages()) all.push(...page);
      expect(all.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(all.find(({ id }) => id === 'P-0')?.title).toBe('New');
    });

    it('holds more products than one call may name', async () => {
      const ids = Array.from({ length: 230 }, (_, index) => `P-${index}`);
      await ports.catalogue.put(ids.map((id) => product(id)));
      expect((await found(...ids)).map(({ id }) => id).sort()).toEqual([...ids].sort());
    });
  });

  describe(`gathered orders (${name})`, () => {
    it('are found under their date alone', async () => {
      await ports.baskets.put('2026-06-01', 'batch-1', [gathered('a'), gathered('b')], AT);
      await ports.baskets.put('2026-06-01', 'batch-2', [gathered('c')], AT);
      await ports.baskets.put('2026-06-02', 'batch-1', [gathered('d')], AT);
      expect((await gatheredOf('2026-06-01')).sort()).toEqual(['a', 'b', 'c']);
      expect(await gatheredOf('2026-06-02')).toEqual(['d']);
      expect(await gatheredOf('2026-06-03')).toEqual([]);
    });

    it('stand once however often the same batch comes', async () => {
      for (let time = 0; time < 3; time += 1) {
        await ports.baskets.put('2026-06-01', 'batch-1', [gathered('a')], AT);
      }
      expect(await gatheredOf('2026-06-01')).toEqual(['a']);
    });

    it('come back to the letter', async () => {
      const one = gathered('ž', ['ŽIEDAS „9“', 'P-1']);
      await ports.baskets.put('2026-06-01', 'batch-1', [one], AT);
      for await (const page of ports.baskets.read('2026-06-01')) expect(page).toEqual([one]);
    });
  });
}
