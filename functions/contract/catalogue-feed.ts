/** One row of a shop's product feed -> the product. Google's, Shopify's and Segment's names are understood. */
import type { CatalogueProduct } from './catalogue.ts';
import {
  compact,
  currency,
  decimal,
  flag,
  httpsUrl,
  id,
  isAbsent,
  minor,
  objectOf,
  quantity,
  text,
} from './event-fields.ts';

export type FeedRead =
  | { ok: true; product: CatalogueProduct }
  /** `got` never holds more than a few characters of what was there. */
  | { ok: false; column: string; got: string; wanted: string };

type Row = { [column: string]: unknown };

/** By what we call it: the first that is there counts. Compared in lower case, `-` and spaces as `_`. */
const COLUMNS = {
  id: ['id', 'product_id', 'productid', 'item_id', 'item', 'sku'],
  title: ['title', 'name', 'product_name'],
  url: ['url', 'link', 'product_url'],
  imageUrl: ['image_url', 'imageurl', 'image_link', 'image'],
  price: ['sale_price', 'price'],
  currency: ['currency', 'price_currency'],
  available: ['availability', 'available', 'in_stock', 'stock'],
  category: ['category', 'product_type', 'google_product_category', 'type'],
  certificateUrl: ['certificate_url', 'certificate_link'],
  storyImageUrl: ['story_image_url', 'story_image_link'],
  refillDays: ['refill_days', 'refilldays', 'lasts_days'],
  consumed: ['consumed', 'consumable'],
} as const;
type Column = keyof typeof COLUMNS;

/** Of feeds, but of no use here: texts for people, numbers of warehouses. */
const IGNORED = new Set(
  `description body_html gtin mpn ean barcode condition item_group_id shipping tax quantity updated_at
   created_at attributes cost weight additional_image_link mobile_link __proto__ constructor prototype`.split(
    /\s+/,
  ),
);
const KNOWN: ReadonlySet<string> = new Set(Object.values(COLUMNS).flat());

/** Free attributes of one product, and the length of one: they are compared, not shown. */
export const ATTRIBUTES_MAX = 20;
const ATTRIBUTE_CHARS_MAX = 60;
const ATTRIBUTE_NAME = /^[a-z][\w ]{0,39}$/;
/** Longer than a piece of anything lasts. */
const REFILL_DAYS_MAX = 3_650;

const GOT_CHARS = 40;
const wrong = (column: string, value: unknown, wanted: string): FeedRead => ({
  ok: false,
  column,
  got: isAbsent(value) ? 'nothing' : JSON.stringify(String(value).slice(0, GOT_CHARS)),
  wanted,
});

/** `shopCurrency` is for prices that name none. A price or flag that cannot be read refuses the row. */
export function productFromFeed(row: Row, shopCurrency: string): FeedRead {
  const named = withKnownNames(row);
  const found = (column: Column): unknown =>
    COLUMNS[column].map((name) => named.get(name)).find((value) => !isAbsent(value));
  const productId = id(found('id'));
  if (productId === undefined) return wrong('id', found('id'), 'an id of up to 200 characters');
  const title = text()(found('title'));
  if (title === undefined) return wrong('title', found('title'), 'a name');
  const price = priceOf(found('price'), found('currency'), shopCurrency);
  if (price === 'unreadable') {
    return wrong('price', found('price'), 'a number such as 19.90, or 19.90 EUR');
  }
  const available = availabilityOf(found('available'));
  if (available === undefined) {
    return wrong('availability', found('available'), 'in stock, out of stock, true or false');
  }
  const refillDays = daysOf(found('refillDays'));
  if (refillDays === 'unreadable') {
    return wrong('refill_days', found('refillDays'), `whole days up to ${REFILL_DAYS_MAX}`);
  }
  const consumed = flag(found('consumed'));
  const product = {
    id: productId,
    title,
    url: httpsUrl(found('url')),
    imageUrl: httpsUrl(found('imageUrl')),
    ...price,
    available,
    category: text()(found('category')),
    attributes: attributesOf(named),
    certificateUrl: httpsUrl(found('certificateUrl')),
    storyImageUrl: httpsUrl(found('storyImageUrl')),
    refillDays,
    // What has to be refilled is used up.
    consumed: consumed ?? (refillDays === undefined ? undefined : true),
  };
  return { ok: true, product: compact(product) };
}

const plainName = (name: string): string => name.trim().toLowerCase().replace(/[- ]/g, '_');

/** Google's feeds write `g:price`. */
const withKnownNames = (row: Row): Map<string, unknown> =>
  new Map(Object.keys(row).map((name) => [plainName(name).replace(/^g:/, ''), row[name]]));

function priceOf(
  value: unknown,
  named: unknown,
  shopCurrency: string,
): { price?: number; currency?: string } | 'unreadable' {
  if (isAbsent(value)) return {};
  const [, amount, code] = /^\s*([\d.]+)\s*([A-Za-z]{3})?\s*$/.exec(String(value)) ?? [];
  const own = currency(code ?? named) ?? shopCurrency;
  const price = minor(decimal(amount), own);
  return price === undefined || price < 0 ? 'unreadable' : { price, currency: own };
}

const IN_STOCK = /^(in_?stock|available|preorder|backorder|limited_availability)$/;
const NOT_IN_STOCK = /^(out_?of_?stock|sold_?out|unavailable|discontinued|archived|draft)$/;

/** A number is the stock. A feed without the column lists what it sells. */
function availabilityOf(value: unknown): boolean | undefined {
  if (isAbsent(value)) return true;
  const word = plainName(String(value));
  if (IN_STOCK.test(word)) return true;
  if (NOT_IN_STOCK.test(word)) return false;
  const stock = decimal(value);
  return flag(value) ?? (stock === undefined ? undefined : stock > 0);
}

function daysOf(value: unknown): number | undefined | 'unreadable' {
  if (isAbsent(value)) return undefined;
  const days = quantity(value);
  return days === undefined || days > REFILL_DAYS_MAX ? 'unreadable' : days;
}

/** Every other short text, beside the others or in `attributes`. */
function attributesOf(named: ReadonlyMap<string, unknown>): CatalogueProduct['attributes'] {
  const found: [string, string][] = [];
  const nested = Object.entries(objectOf(named.get('attributes')));
  for (const [name, value] of [...named, ...nested]) {
    const plain = plainName(name);
    const use = !KNOWN.has(plain) && !IGNORED.has(plain) && ATTRIBUTE_NAME.test(plain);
    const said = typeof value === 'string' ? value.trim() : '';
    if (!use || said === '' || said.length > ATTRIBUTE_CHARS_MAX) continue;
    if (found.length < ATTRIBUTES_MAX) found.push([plain, said]);
  }
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
