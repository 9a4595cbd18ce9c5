/**
 * One schema per event name and version: from the properties of Segment's e-commerce spec v2 (and ours in
 * the same grammar) to the parsed properties of `events.ts`. `publish` lists what is not personal: only
 * that leaves the log. A change that old senders would not understand adds a version, never edits one.
 */
import * as z from 'zod';
import {
  compact,
  currency,
  decimal,
  flag,
  httpsUrl,
  id,
  instant,
  isAbsent,
  LONG_TEXT_CHARS_MAX,
  may,
  mayStrict,
  minor,
  must,
  objectOf,
  type Reader,
  TEXT_CHARS_MAX,
  text,
} from './event-fields.ts';
import { isProduct, productOf, productsOf } from './event-products.ts';
import { locale } from './event-profile.ts';
import type { EventName } from './events.ts';
import { TOPICS } from './messages.ts';

export type Properties = { [name: string]: unknown };

export type Definition = {
  /** Reads the sender's properties into ours; money of `shopCurrency` where the event names none. */
  parse(raw: unknown, shopCurrency: string): z.ZodSafeParseResult<Properties>;
  /** Parsed properties that are not personal. */
  publish: readonly string[];
};

/** Joins a schema of the sender's names with the mapping to ours. */
const define = <T extends z.ZodType>(
  schema: T,
  map: (read: z.output<T>, shopCurrency: string, raw: Properties) => Properties,
  publish: readonly string[],
): Definition => ({
  publish,
  parse(raw, shopCurrency) {
    const result = schema.safeParse(raw);
    if (!result.success) return result as z.ZodSafeParseError<Properties>;
    return { success: true, data: compact(map(result.data, shopCurrency, objectOf(raw))) };
  },
});

const ID = 'an id: text of 1 to 200 characters or a number';
const AMOUNT = 'a decimal number such as 19.90';
const CURRENCY = 'an ISO 4217 code such as EUR';
const orderId = must(id, ID);
const anyCurrency = mayStrict(currency, CURRENCY);
const amount = mayStrict(decimal, AMOUNT);

/** Segment's three words for what was paid: `total` has all discounts in it, `revenue` leaves out shipping. */
const amounts = { total: amount, value: amount, revenue: amount };

const order = define(
  z
    .object({
      order_id: orderId,
      ...amounts,
      currency: anyCurrency,
      gift: may(flag),
      is_gift: may(flag),
      marketing_notice: may(flag),
      products: z.unknown().optional(),
    })
    .refine((read) => orderTotal(read) !== undefined, { path: ['total'], message: AMOUNT }),
  (read, shopCurrency) => {
    const code = read.currency ?? shopCurrency;
    const gift = read.gift ?? read.is_gift;
    return {
      orderId: read.order_id,
      total: minor(orderTotal(read), code),
      currency: code,
      products: productsOf(read.products, code),
      gift: gift || undefined,
      marketingNotice: read.marketing_notice || undefined,
    };
  },
  ['orderId', 'total', 'currency', 'products', 'gift', 'marketingNotice'],
);

/** What was paid; where the sender gives none, what the lines add up to. */
function orderTotal(read: {
  total?: number | undefined;
  value?: number | undefined;
  revenue?: number | undefined;
  products?: unknown;
}): number | undefined {
  const given = read.total ?? read.value ?? read.revenue;
  if (given !== undefined || !Array.isArray(read.products)) return given;
  let sum: number | undefined;
  for (const line of read.products) {
    const price = decimal(objectOf(line)['price']);
    const pieces = objectOf(line)['quantity'];
    if (price !== undefined)
      sum = (sum ?? 0) + price * (isAbsent(pieces) ? 1 : (decimal(pieces) ?? 0));
  }
  return sum;
}

const refund = define(
  z.object({ order_id: orderId, ...amounts, currency: anyCurrency }),
  (read, shopCurrency) => {
    const code = read.currency ?? shopCurrency;
    const paid = read.total ?? read.value ?? read.revenue;
    // Senders write refunds with and without a minus; absent means the whole order.
    const total = paid === undefined ? undefined : Math.abs(minor(paid, code) ?? 0);
    return { orderId: read.order_id, total, currency: code };
  },
  ['orderId', 'total', 'currency'],
);

const orderRef = define(z.object({ order_id: orderId }), (read) => ({ orderId: read.order_id }), [
  'orderId',
]);

/** Carts are known by `cart_id`; checkouts that have none by `checkout_id`, then `order_id`. */
const cartFields = {
  cart_id: may(id),
  checkout_id: may(id),
  order_id: may(id),
};
type CartIds = { [Name in keyof typeof cartFields]?: string | undefined };
const cartIdOf = (read: CartIds) => read.cart_id ?? read.checkout_id ?? read.order_id;
const withCartId = { path: ['cart_id'], message: ID };

const cart = define(
  z
    .object({
      ...cartFields,
      currency: anyCurrency,
      products: z.unknown().optional(),
      cart_url: may(httpsUrl),
      checkout_url: may(httpsUrl),
      url: may(httpsUrl),
      expires_at: may(instant),
    })
    .refine((read) => cartIdOf(read) !== undefined, withCartId),
  (read, shopCurrency) => ({
    cartId: cartIdOf(read),
    products: productsOf(read.products, read.currency ?? shopCurrency),
    currency: read.currency ?? shopCurrency,
    url: read.cart_url ?? read.checkout_url ?? read.url,
    expiresAt: read.expires_at,
  }),
  ['cartId', 'products', 'currency', 'expiresAt'],
);

const PRODUCT_ID = 'a product_id, and a quantity above 0 where one is given';

const cartLine = define(
  z
    .looseObject({ ...cartFields, currency: anyCurrency })
    .refine((read) => cartIdOf(read) !== undefined, withCartId)
    .refine(isProduct, { path: ['product_id'], message: PRODUCT_ID }),
  (read, shopCurrency, raw) => ({
    cartId: cartIdOf(read),
    product: productOf(raw, read.currency ?? shopCurrency),
  }),
  ['cartId', 'product'],
);

const view = define(
  z
    .looseObject({ currency: anyCurrency })
    .refine(isProduct, { path: ['product_id'], message: PRODUCT_ID }),
  (read, shopCurrency, raw) => ({ product: productOf(raw, read.currency ?? shopCurrency) }),
  ['product'],
);

/** What people type into a search box may be anything, their own name included: never published. */
const search = define(
  z.object({ query: must(text(TEXT_CHARS_MAX), 'text') }),
  (read) => ({ query: read.query }),
  [],
);

const score: Reader<number> = (value) => {
  const number = isAbsent(value) ? undefined : decimal(value);
  return number !== undefined && Number.isInteger(number) && number >= 0 && number <= 10
    ? number
    : undefined;
};

const feedback = define(
  z.object({
    survey: may(id),
    occasion: may(id),
    order_id: may(id),
    score: must(score, 'a whole number from 0 to 10'),
    comment: may(text(LONG_TEXT_CHARS_MAX)),
    quote_wording: may(text(LONG_TEXT_CHARS_MAX)),
    quote_at: may(instant),
    language: may(locale),
  }),
  (read) => ({
    survey: read.survey ?? 'nps',
    occasion: read.occasion ?? read.order_id,
    score: read.score,
    comment: read.comment,
    quoteWording: read.quote_wording,
    quoteAt: read.quote_at,
    language: read.language,
  }),
  ['survey', 'occasion', 'score', 'language'],
);

const preferences = define(
  z.object({ paused_until: may(instant), language: may(locale) }),
  (read) => ({ pausedUntil: read.paused_until, language: read.language }),
  ['pausedUntil', 'language'],
);

const WORD_CHARS_MAX = 40;
const reasonGiven = define(
  z.object({
    about: may(text(WORD_CHARS_MAX)),
    reason: may(text(WORD_CHARS_MAX)),
    message_id: may(id),
  }),
  (read) => ({ about: read.about, reason: read.reason, messageId: read.message_id }),
  // What a shop sends may be what a customer typed.
  ['messageId'],
);

const consentFields = z.object({
  topic: mayStrict(text(40), 'text of at most 40 characters'),
  source: may(text(40)),
  wording: may(text(LONG_TEXT_CHARS_MAX)),
});
const ALL_TOPICS = new Set(['*', 'all', 'marketing']);
const topicOf = (topic: string | undefined) =>
  topic === undefined || ALL_TOPICS.has(topic.toLowerCase()) ? undefined : topic.toLowerCase();
const isTopic = (topic: string | undefined) =>
  (TOPICS as readonly (string | undefined)[]).includes(topic);

/** Consent for a topic that we do not have stays just that: it opens nothing else. */
const consentGiven = define(
  consentFields,
  (read) => ({ topic: topicOf(read.topic), source: read.source ?? 'api', wording: read.wording }),
  ['topic', 'source'],
);

/**
 * Who leaves a topic that we do not have, or in words that we cannot read (a list of topics), leaves all of
 * them: rather a mail too few than one too many.
 */
const consentWithdrawn = define(
  consentFields.extend({ topic: may(text(40)) }),
  (read) => {
    const topic = topicOf(read.topic);
    return {
      topic: isTopic(topic) ? topic : undefined,
      source: read.source ?? 'api',
      wording: read.wording,
    };
  },
  ['topic', 'source'],
);

const bounceType: Reader<string> = (value) =>
  ['Permanent', 'Transient', 'Undetermined'].find(
    (type) => typeof value === 'string' && type.toLowerCase() === value.trim().toLowerCase(),
  );

const email = define(
  z.object({
    message_id: may(id),
    email_id: may(id),
    bounce_type: may(bounceType),
    link_url: may(httpsUrl),
    url: may(httpsUrl),
  }),
  (read) => ({
    messageId: read.message_id ?? read.email_id,
    bounceType: read.bounce_type,
    url: read.link_url ?? read.url,
  }),
  ['messageId', 'bounceType'],
);

/** Everything that identify tells is personal: it is in the profile. */
const identify = define(z.object({}), () => ({}), []);
/** Segment's other calls: whatever they tell is personal, or may be, and nothing here needs it. */
const aside = identify;
/** Emitted by us for others: see `emitted`. The same name from outside carries nothing further. */
const announced = identify;

/** Current version of each. */
export const DEFINITIONS: { readonly [Name in EventName]: { readonly 1: Definition } } = {
  'Order Completed': { 1: order },
  'Order Refunded': { 1: refund },
  'Order Cancelled': { 1: orderRef },
  'Order Shipped': { 1: orderRef },
  'Order Delivered': { 1: orderRef },
  'Cart Updated': { 1: cart },
  'Product Added': { 1: cartLine },
  'Product Removed': { 1: cartLine },
  'Cart Viewed': { 1: cart },
  'Checkout Started': { 1: cart },
  'Product Viewed': { 1: view },
  'Products Searched': { 1: search },
  'Feedback Submitted': { 1: feedback },
  'Consent Given': { 1: consentGiven },
  'Consent Withdrawn': { 1: consentWithdrawn },
  'Preferences Updated': { 1: preferences },
  'Reason Given': { 1: reasonGiven },
  'Email Delivered': { 1: email },
  'Email Opened': { 1: email },
  'Email Link Clicked': { 1: email },
  'Email Bounced': { 1: email },
  'Email Marked as Spam': { 1: email },
  identify: { 1: identify },
  alias: { 1: aside },
  group: { 1: aside },
  page: { 1: aside },
  screen: { 1: aside },
  'Churn Risk Changed': { 1: announced },
  'Detractor Reported': { 1: announced },
};

/** The version that new events get. */
export const VERSION_NOW = 1;

/** Properties of one emit: journeys write short constants and numbers, never what a customer typed. */
export const EMITTED_PROPERTIES_MAX = 20;

/** What `decide` emits is made for the bus: its short values are its content, whatever its name. */
export const emitted: Definition = {
  publish: ['*'],
  parse(raw) {
    const short = Object.entries(objectOf(raw)).filter(
      ([name, value]) =>
        name !== '__proto__' &&
        ((typeof value === 'string' && value.length <= TEXT_CHARS_MAX) ||
          typeof value === 'number' ||
          typeof value === 'boolean'),
    );
    return {
      success: true,
      data: Object.fromEntries(short.slice(0, EMITTED_PROPERTIES_MAX)),
    };
  },
};
