/**
 * Google Merchant feeds: RSS 2.0 (`<item>`) and Atom (`<entry>`), names of `g:`. Read item by item, so that a
 * feed of any length costs the memory of one.
 */
import { XMLParser } from 'fast-xml-parser';
import { objectOf } from '../functions/contract/event-fields.ts';
import type { Instant } from '../functions/contract/time.ts';
import { unpacked } from '../infra/local/text-lines.ts';

type Cells = { [name: string]: unknown };
/** `row` is the item's place in the feed, from 1; without cells it cannot be read. */
export type XmlRow = { row: number; cells: Cells | undefined; why?: string };

/** Longer than any product with all its texts. */
export const ITEM_CHARS_MAX = 256 * 1024;
const START = /<(item|entry)(?=[\s>])[^>]*>/;
const WHY = `not an item of XML: wanted one that ends, of at most ${ITEM_CHARS_MAX} characters`;
/** Enough to hold the beginning of a tag that a piece of the file cuts in two. */
const TAIL_CHARS = 1_024;

/** Entities of a document type are never read: they may be made to grow without end. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
});

export async function* xmlRows(
  stream: AsyncIterable<Uint8Array | string>,
  now: Instant,
): AsyncGenerator<XmlRow> {
  let row = 0;
  for await (const text of itemTexts(stream)) {
    row += 1;
    const cells = text === undefined ? undefined : cellsOf(text, now);
    yield cells ? { row, cells } : { row, cells, why: WHY };
  }
}

/** The text of each item; undefined for one that never ends, or not within its limit. */
async function* itemTexts(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of unpacked(stream)) {
    text += decoder.decode(chunk, { stream: true });
    for (;;) {
      const start = START.exec(text);
      if (!start) {
        text = text.slice(-TAIL_CHARS);
        break;
      }
      const close = `</${start[1]}>`;
      const end = text.indexOf(close, start.index);
      if (end < 0 && text.length - start.index <= ITEM_CHARS_MAX) break;
      const inner = start.index + start[0].length;
      const item = text.slice(inner, end < 0 ? inner + ITEM_CHARS_MAX : end);
      const next = START.exec(item);
      const isWhole = end >= 0 && !next && item.length <= ITEM_CHARS_MAX;
      yield isWhole ? text.slice(start.index, end + close.length) : undefined;
      // One that begins within is the next: the first never ended.
      text = text.slice(next ? inner + next.index : inner + item.length);
    }
  }
  if (START.test(text)) yield undefined;
}

/** The item by names without `g:`; Google's own come before those of RSS and Atom. */
function cellsOf(text: string, now: Instant): Cells | undefined {
  let item: Cells;
  try {
    item = objectOf(Object.values(parser.parse(text) as object)[0]);
  } catch {
    return undefined;
  }
  const entries = Object.entries(item).filter(([name]) => !name.startsWith('@'));
  const googles = entries.filter(([name]) => name.startsWith('g:'));
  const others = entries.filter(([name]) => !name.startsWith('g:'));
  const cells: Cells = {};
  for (const [name, value] of [...others, ...googles]) {
    cells[name.replace(/^g:/, '')] = valueOf(value);
  }
  if (!isOnSale(cells['sale_price_effective_date'], now)) delete cells['sale_price'];
  delete cells['sale_price_effective_date'];
  return { ...cells, attributes: detailsOf(item['g:product_detail'] ?? item['product_detail']) };
}

/** Texts stay; of several (pictures, categories) the first; of Atom's links the address. */
function valueOf(value: unknown): unknown {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  const { '@href': href, '#text': text } = objectOf(one);
  return href ?? text ?? one;
}

/** `2026-01-01T00:00+0200/2026-02-01T00:00+0200`; a sale without dates is on. */
function isOnSale(range: unknown, now: Instant): boolean {
  if (typeof range !== 'string') return true;
  const [from = Number.NaN, to = Number.NaN] = range
    .split('/')
    .map((text) => Date.parse(text.trim().replace(/([+-]\d\d)(\d\d)$/, '$1:$2')));
  return from <= now && now < to;
}

/** `product_detail`: names and values of the shop's own, such as stone or certificate. */
function detailsOf(details: unknown): Cells {
  const found: Cells = {};
  for (const detail of Array.isArray(details) ? details : [details]) {
    const from = objectOf(detail);
    const name = valueOf(from['g:attribute_name'] ?? from['attribute_name']);
    const value = valueOf(from['g:attribute_value'] ?? from['attribute_value']);
    if (typeof name === 'string' && name !== '__proto__') found[name] = value;
  }
  return found;
}
