/** Products in Segment's form -> ours. A line that cannot be read is left out, never the whole order. */
import {
  compact,
  currency,
  decimal,
  httpsUrl,
  id,
  LONG_TEXT_CHARS_MAX,
  minor,
  objectOf,
  quantity,
  text,
} from './event-fields.ts';
import type { Product } from './events.ts';

/** Lines of one order or cart that are read: a wholesale order may be long, an item may not. */
export const PRODUCTS_MAX = 200;
/** Free attributes of one product: material, stone, style, story, ... */
export const ATTRIBUTES_MAX = 20;

/** Segment's own names; every other text property of a product is a free attribute. */
const KNOWN = new Set(
  `product_id productId id sku variant_id name title price quantity currency variant category brand
   url image_url imageUrl position coupon cart_id checkout_id order_id value total revenue gift
   list_id share_via share_message wishlist_id email locale timezone channel __proto__ constructor
   prototype`.split(/\s+/),
);

const name = text();
/** Stories are told in full. */
const words = text(LONG_TEXT_CHARS_MAX);

const productIdOf = (from: { [name: string]: unknown }): string | undefined =>
  id(from['product_id']) ?? id(from['productId']) ?? id(from['id']) ?? id(from['sku']);

/** Whether `productOf` would make one of it. */
export function isProduct(value: unknown): boolean {
  const from = objectOf(value);
  return productIdOf(from) !== undefined && quantity(from['quantity']) !== undefined;
}

/** A product; `undefined` without an id, or with a quantity of nothing. */
export function productOf(value: unknown, shopCurrency: string): Product | undefined {
  const from = objectOf(value);
  const productId = productIdOf(from);
  const pieces = quantity(from['quantity']);
  if (productId === undefined || pieces === undefined) return undefined;
  const own = currency(from['currency']);
  const price = minor(decimal(from['price']), own ?? shopCurrency);
  return compact({
    id: productId,
    quantity: pieces,
    name: name(from['name']) ?? name(from['title']),
    price,
    // Of no use without an amount.
    currency: price === undefined ? undefined : own,
    variant: name(from['variant']),
    category: name(from['category']),
    brand: name(from['brand']),
    url: httpsUrl(from['url']),
    imageUrl: httpsUrl(from['image_url']) ?? httpsUrl(from['imageUrl']),
    attributes: attributesOf(from),
  });
}

const ATTRIBUTE_NAME = /^[A-Za-z][\w ]{0,39}$/;

function attributesOf(from: { [name: string]: unknown }): Product['attributes'] {
  const found: [string, string][] = [];
  // Some senders nest them, most write them beside the others.
  for (const part of [from, objectOf(from['attributes'])]) {
    for (const name of Object.keys(part)) {
      if (found.length >= ATTRIBUTES_MAX) break;
      const value = part[name];
      if (typeof value !== 'string' || KNOWN.has(name) || !ATTRIBUTE_NAME.test(name)) continue;
      const read = words(value);
      if (read !== undefined) found.push([name, read]);
    }
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** The lines of an order or a cart: a list, or one product alone. */
export function productsOf(value: unknown, shopCurrency: string): Product[] {
  const list = Array.isArray(value) ? value : [value];
  const products: Product[] = [];
  for (const line of list.slice(0, PRODUCTS_MAX)) {
    const product = productOf(line, shopCurrency);
    if (product) products.push(product);
  }
  return products;
}

/** What may be published of a product. Free attributes may hold an engraving, addresses may hold tokens. */
export const publicProduct = (product: Product): Partial<Product> =>
  compact({
    id: product.id,
    quantity: product.quantity,
    name: product.name,
    price: product.price,
    currency: product.currency,
    variant: product.variant,
    category: product.category,
    brand: product.brand,
  });
