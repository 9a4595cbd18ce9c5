import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { importCatalogue } from '../../../cli/catalogue.ts';
import { ITEM_CHARS_MAX, xmlRows } from '../../../cli/feed-xml.ts';
import { memoryCatalogue } from '../../../functions/adapters/memory/catalogue.ts';

const dir = mkdtempSync(join(tmpdir(), 'perennial-feed-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function imported(content: string) {
  const file = join(dir, 'feed.xml');
  writeFileSync(file, content);
  const writer = memoryCatalogue();
  const report = await importCatalogue(file, { currency: 'EUR', writer });
  const products = [];
  for await (const page of writer.pages()) products.push(...page);
  return { report, products };
}

const ITEM = `<g:id>RI-1</g:id>
<title>Ring</title><g:title><![CDATA[Amber & oak ring]]></g:title>
<g:image_link>https://shop.example.com/ri-1.jpg</g:image_link>
<g:additional_image_link>https://shop.example.com/2.jpg</g:additional_image_link>
<g:price>59.00 EUR</g:price><g:sale_price>49.00 EUR</g:sale_price>
<g:availability>in_stock</g:availability><g:brand>Amber &amp; Oak</g:brand>
<g:product_type>Rings</g:product_type><g:material>silver</g:material>
<g:product_detail><g:section_name>Stone</g:section_name><g:attribute_name>stone</g:attribute_name><g:attribute_value>amber</g:attribute_value></g:product_detail>
<g:product_detail><g:attribute_name>origin</g:attribute_name><g:attribute_value>Baltic</g:attribute_value></g:product_detail>`;
const rss = (items: string) =>
  `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title><link>https://shop.example.com</link>${items}</channel></rss>`;
const PRODUCT = {
  id: 'RI-1',
  title: 'Amber & oak ring',
  url: 'https://shop.example.com/ri-1',
  imageUrl: 'https://shop.example.com/ri-1.jpg',
  price: 4900,
  currency: 'EUR',
  available: true,
  category: 'Rings',
  attributes: { brand: 'Amber & Oak', material: 'silver', stone: 'amber', origin: 'Baltic' },
};

describe('a Google Merchant feed', () => {
  it('of RSS 2.0 becomes products with their details as attributes', async () => {
    const { report, products } = await imported(
      rss(`<item><link>https://shop.example.com/ri-1</link>${ITEM}</item>`),
    );
    expect(report).toMatchObject({ rows: 1, written: 1, bad: 0 });
    expect(products).toEqual([PRODUCT]);
  });

  it('of Atom becomes the same', async () => {
    const { products } = await imported(
      `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
      <entry><id>tag:1</id><link href="https://shop.example.com/ri-1"/>${ITEM}</entry></feed>`,
    );
    expect(products).toEqual([PRODUCT]);
  });

  it('tells the price of a sale only while it lasts', async () => {
    const dates =
      '<g:sale_price_effective_date>2020-01-01T00:00+0200/2020-02-01T00:00+0200</g:sale_price_effective_date>';
    const { products } = await imported(rss(`<item>${ITEM}${dates}</item>`));
    expect(products[0]?.price).toBe(5900);
    expect(products[0]?.attributes).toEqual(PRODUCT.attributes);
  });

  it('skips an item that cannot be read, and goes on after one without an end', async () => {
    const long = `<item><g:id>L</g:id><description>${'x'.repeat(ITEM_CHARS_MAX + 1)}`;
    const { report } = await imported(
      rss(`<item><g:id>A</g:id></item>${long}<item>${ITEM}</item><item><g:id>B</g:id>`),
    );
    expect(report.written).toBe(1);
    expect(report.bad).toBeGreaterThanOrEqual(2);
  });

  it('is the same product however the file comes in pieces', async () => {
    const bytes = Buffer.from(rss(`<item>${ITEM}</item><item><g:id>Ž</g:id></item>`));
    const read = async (pieces: Uint8Array[]) => {
      const rows = [];
      const stream = async function* () {
        yield* pieces;
      };
      for await (const row of xmlRows(stream(), 0)) rows.push(row);
      return rows;
    };
    const whole = await read([bytes]);
    expect(whole).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (size) => {
        const pieces = [];
        for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
        expect(await read(pieces)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('never throws, whatever stands in it', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        '<item>',
        '</item>',
        '<entry a="1">',
        '</entry>',
        '<g:id>A',
        '</g:id>',
        '&x;',
        '<!DOCTYPE a [',
      ),
      fc.constantFrom(
        '<![CDATA[',
        ']]>',
        '<g:product_detail>',
        '</g:product_detail>',
        '<__proto__>',
      ),
      fc.string({ maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 15 }), async (parts) => {
        const { report } = await imported(parts.join(''));
        expect(report.rows).toBe(report.written + report.bad);
      }),
      { numRuns: 150 },
    );
  });
});
