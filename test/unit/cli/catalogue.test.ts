import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { BAD_ROWS_SHOWN, feedLines, importCatalogue } from '../../../cli/catalogue.ts';
import { memoryCatalogue } from '../../../functions/adapters/memory/catalogue.ts';
import type { CatalogueProduct } from '../../../functions/contract/catalogue.ts';
import { productFromFeed } from '../../../functions/contract/catalogue-feed.ts';
import { demoFeed } from '../../../infra/local/demo/catalogue.ts';

const dir = mkdtempSync(join(tmpdir(), 'perennial-catalogue-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function imported(name: string, content: string | Uint8Array) {
  const file = join(dir, name);
  writeFileSync(file, content);
  const writer = memoryCatalogue();
  const report = await importCatalogue(file, { currency: 'EUR', writer });
  const products: CatalogueProduct[] = [];
  for await (const page of writer.pages()) products.push(...page);
  return { report, products };
}
const read = (row: { [name: string]: unknown }) =>
  productFromFeed({ id: 'A', title: 'T', ...row }, 'EUR');
const productOf = (row: { [name: string]: unknown }) => {
  const result = read(row);
  if (!result.ok) throw new Error(result.wanted);
  return result.product;
};

const CSV = `id,title,link,image_link,price,availability,product_type,material,stone,refill_days
RI-1,Amber ring,https://shop.example.com/ri-1,https://shop.example.com/ri-1.jpg,59.00 EUR,in stock,rings,silver 925,amber,
CA-1,Polish,https://shop.example.com/ca-1,,14,out of stock,care,polish,,60
`;

describe('a product feed', () => {
  it('in CSV becomes products with their attributes', async () => {
    const { report, products } = await imported('feed.csv', CSV);
    expect(report).toMatchObject({ rows: 2, written: 2, available: 1, bad: 0 });
    expect(products).toEqual([
      {
        id: 'RI-1',
        title: 'Amber ring',
        url: 'https://shop.example.com/ri-1',
        imageUrl: 'https://shop.example.com/ri-1.jpg',
        price: 5900,
        currency: 'EUR',
        available: true,
        category: 'rings',
        attributes: { material: 'silver 925', stone: 'amber' },
      },
      {
        id: 'CA-1',
        title: 'Polish',
        url: 'https://shop.example.com/ca-1',
        price: 1400,
        currency: 'EUR',
        available: false,
        category: 'care',
        attributes: { material: 'polish' },
        refillDays: 60,
        consumed: true,
      },
    ]);
  });

  it('names certificates and pictures of the making, which are no attributes', async () => {
    const { products } = await imported(
      'story.csv',
      `id,title,origin,certificate_url,story_image_url
RI-1,Amber ring,Lithuania,https://shop.example.com/c/${'1'.repeat(60)},https://shop.example.com/w.jpg
RI-2,Oak ring,,certified,
`,
    );
    expect(products).toEqual([
      {
        id: 'RI-1',
        title: 'Amber ring',
        available: true,
        attributes: { origin: 'Lithuania' },
        certificateUrl: `https://shop.example.com/c/${'1'.repeat(60)}`,
        storyImageUrl: 'https://shop.example.com/w.jpg',
      },
      { id: 'RI-2', title: 'Oak ring', available: true },
    ]);
  });

  it('may be packed, separated by semicolons, or JSON lines', async () => {
    const { products } = await imported('feed.csv', CSV);
    const packed = await imported('packed.csv.gz', gzipSync(CSV));
    expect(packed.products).toEqual(products);
    const semicolons = await imported('semicolons.csv', CSV.replaceAll(',', ';'));
    expect(semicolons.products).toEqual(products);
    const lines = demoFeed().map((product) => JSON.stringify({ ...product, price: 19.9 }));
    const json = await imported('feed.jsonl', `${lines.join('\n')}\n`);
    expect(json.report).toMatchObject({ written: 60, bad: 0 });
    expect(json.products[0]).toEqual({ ...demoFeed()[0], price: 1990 });
  });

  it('counts, lists and skips bad rows, and takes the others', async () => {
    const bad = Array.from({ length: 30 }, (_, n) => `X-${n},Thing,"nineteen"`).join('\n');
    const { report, products } = await imported(
      'bad.csv',
      `id,title,price\n,No id,1\nA,,1\nB,Good,1\n${bad}\n`,
    );
    expect(report).toMatchObject({ rows: 33, written: 1, bad: 32 });
    expect(products.map(({ id }) => id)).toEqual(['B']);
    expect(report.badRows).toHaveLength(BAD_ROWS_SHOWN);
    expect(feedLines(report).slice(0, 5)).toEqual([
      '33 rows, 1 products, 1 of them available',
      '32 bad rows skipped, the first 20 here:',
      '  row 2: id: got nothing, wanted an id of up to 200 characters',
      '  row 3: title: got nothing, wanted a name',
      '  row 5: price: got "nineteen", wanted a number such as 19.90, or 19.90 EUR',
    ]);
  });

  it('that is no JSON is told line by line', async () => {
    const { report } = await imported('bad.jsonl', '{"id":"A","title":"T"}\n{oops\n[1]\n\n');
    expect(report).toMatchObject({ rows: 3, written: 1, bad: 2 });
    expect(report.badRows).toEqual([
      { row: 2, reason: 'not JSON: wanted one object a line' },
      { row: 3, reason: 'not JSON: wanted one object a line' },
    ]);
  });

  it('that is missing is told in one sentence', async () => {
    await expect(importCatalogue(join(dir, 'none.csv'), { currency: 'EUR' })).rejects.toThrow(
      /no file .*none\.csv/,
    );
  });
});

describe('a row of a feed', () => {
  it.each([
    ['in stock', true],
    ['in_stock', true],
    ['Out of Stock', false],
    ['sold out', false],
    [0, false],
    ['12', true],
    [false, false],
    ['', true],
  ])('that says %j of its stock is available: %s', (availability, available) => {
    expect(productOf({ availability }).available).toBe(available);
  });

  it('is refused where money, stock or days cannot be read: a guess would be wrong', () => {
    for (const row of [
      { price: '19,90' },
      { price: '-1' },
      { price: '1 2 EUR' },
      { availability: 'perhaps' },
      { refill_days: 'a month' },
      { refill_days: -1 },
    ]) {
      expect(read(row).ok).toBe(false);
    }
  });

  it('keeps addresses only when they are safe in a mail', () => {
    expect(productOf({ url: 'javascript:alert(1)' }).url).toBeUndefined();
    expect(productOf({ url: 'http://shop.example.com' }).url).toBeUndefined();
  });

  it('takes the price in its own currency, with as many digits as that has', () => {
    expect(productOf({ price: '1200 JPY' })).toMatchObject({ price: 1200, currency: 'JPY' });
    expect(productOf({ price: 19.9, currency: 'usd' })).toMatchObject({
      price: 1990,
      currency: 'USD',
    });
  });

  it('never throws, and never becomes more than it may be', () => {
    const column = fc.oneof(
      fc.constantFrom('id', 'title', 'price', 'attributes', 'available', '__proto__', 'style'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.dictionary(column, fc.jsonValue()), (row) => {
        const result = productFromFeed(row, 'EUR');
        const { attributes = {} }: Partial<CatalogueProduct> = result.ok ? result.product : {};
        expect(Object.keys(attributes).length).toBeLessThanOrEqual(20);
        expect(JSON.stringify(result).length).toBeLessThan(16 * 1024);
      }),
    );
  });
});
