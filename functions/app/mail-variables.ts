/** What a mail may say: the customer's facts, the products of the event it is about, and the shop. */
import type { CatalogueProduct } from '../contract/catalogue.ts';
import type { Variables } from '../contract/conditions.ts';
import type { Coupon } from '../contract/coupons.ts';
import type {
  CartProperties,
  CustomerEvent,
  OrderProperties,
  Product,
  ViewProperties,
} from '../contract/events.ts';
import { hashId } from '../contract/ids.ts';
import type { Policy } from '../contract/journeys.ts';
import type { PlannedMessage } from '../contract/messages.ts';
import { toDecimal } from '../contract/money.ts';
import type { Day } from '../contract/predictions.ts';
import type { Settings } from '../contract/settings.ts';
import { DAY_MS, iso } from '../contract/time.ts';
import { type Customer, profileOf } from '../domain/customer.ts';
import { cartLines } from '../domain/facts/carts.ts';
import { productDueAt } from '../domain/reorder.ts';
import { variablesOf } from '../domain/variables.ts';
import { zoneOf } from '../domain/zones.ts';
import type { Format } from './formats.ts';
import type { Recommended } from './recommendations.ts';

export type MailLinks = {
  /** The page to leave; the same address goes into `List-Unsubscribe`. */
  unsubscribe: string;
  /** The survey page, without a query: mails add `?score=9`. */
  survey: string;
  /** The page to choose topics, a pause and the language. */
  preferences: string;
};

export type MailSource = {
  customer: Customer;
  message: Pick<PlannedMessage, 'subject' | 'startedAt' | 'plannedAt'>;
  /** The log row that `message.subject.key` names; without it a mail has no names and pictures. */
  event?: CustomerEvent;
  /** What the shop's feed says today of the product that the mail is about. */
  product?: CatalogueProduct;
  /** Of marketing mails that show any. */
  recommended?: readonly Recommended[];
  /** Of a mail whose step promises one. */
  coupon?: Coupon;
  settings: Settings;
  /** What was learned from the shop's orders; without it a mail says nothing of the future. */
  models?: Policy['models'];
  links: MailLinks;
};

/** Longer ones are no first names, and fit no greeting. */
const NAME_CHARS_MAX = 80;
/** A mail shows six; the rest is in the shop. */
const LINES_MAX = 20;
const REFERRAL_CHARS = 10;

/** Letters as they are; no control characters, and no switches of direction that would turn the line. */
const clean = (text: string): string =>
  text
    .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '')
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .trim();

const HOLDS_ADDRESS = /:\/\/|www\.|@/i;

/** Sign-up forms are abused to mail strangers an address in the place of a name: such a name is none. */
function firstName(name: string | undefined): string | undefined {
  const text = clean(name ?? '');
  return text === '' || HOLDS_ADDRESS.test(text) || [...text].length > NAME_CHARS_MAX
    ? undefined
    : text;
}

/** No spaces, quotes, control or format characters: what a link shows is where it leads. */
const HTTPS = /^https:\/\/[^\s\p{Cc}\p{Cf}"'<>`\\]+$/u;
const https = (address: string | undefined): string | undefined =>
  address !== undefined && HTTPS.test(address) && URL.canParse(address) ? address : undefined;

/** Only what is known: mails ask with `if` for the rest. */
const known = (values: { [name: string]: unknown }): Variables =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** On the shop's own site, or on one below it: `checkout.shop.com` beside `www.shop.com`. */
function isOwnSite(address: string | undefined, shopUrl: string): boolean {
  const host = address && URL.parse(address)?.hostname;
  const own = new URL(shopUrl).hostname.replace(/^www\./, '');
  return !!host && (host === own || host.endsWith(`.${own}`));
}

/**
 * Browser keys are public: whoever reads one from a page can fill anybody's cart. So of what came with one,
 * no link leads away from the shop, and no name holds an address.
 */
function harmless(event: CustomerEvent, { shop }: Settings): CustomerEvent {
  if (event.verified) return event;
  const { url, product, products, ...rest } = event.properties as Partial<CartProperties> &
    Partial<ViewProperties>;
  const tame = ({ url: link, name, variant, ...kept }: Product): Product => ({
    ...kept,
    ...(link !== undefined && isOwnSite(link, shop.url) && { url: link }),
    ...(name !== undefined && !HOLDS_ADDRESS.test(name) && { name }),
    ...(variant !== undefined && !HOLDS_ADDRESS.test(variant) && { variant }),
  });
  const properties = {
    ...rest,
    ...(isOwnSite(url, shop.url) && { url }),
    ...(product && { product: tame(product) }),
    ...(products && { products: products.map(tame) }),
  };
  return { ...event, properties };
}

function lineOf(product: Product, currency: string, quantity: number): Variables {
  const own = product.currency ?? currency;
  return known({
    name: clean(product.name ?? ''),
    quantity,
    price: product.price === undefined ? undefined : toDecimal(product.price, own),
    currency: own,
    variant: product.variant,
    image_url: https(product.imageUrl),
    url: https(product.url),
  });
}

/** Products without a name are left out: nobody reads article numbers. */
const named = (products: readonly Product[]): Product[] =>
  products.filter(({ name }) => clean(name ?? '') !== '').slice(0, LINES_MAX);

function orderVariables(event: CustomerEvent, settings: Settings): Variables {
  const { products = [], currency } = event.properties as Partial<OrderProperties>;
  const own = currency ?? settings.shop.currency;
  return { lines: named(products).map((product) => lineOf(product, own, product.quantity)) };
}

/** The cart as it is now: names and pictures from the event, pieces from the facts. */
function cartVariables(source: MailSource): Variables {
  const { customer, message, settings, event } = source;
  const { products = [], currency, url } = (event?.properties ?? {}) as Partial<CartProperties>;
  const fact = customer.facts.carts.find(({ id }) => id === message.subject.id);
  const pieces = new Map(fact ? cartLines(fact) : products.map((p) => [p.id, p.quantity]));
  const own = currency ?? settings.shop.currency;
  const lines = named(products).flatMap((product) => {
    const quantity = pieces.get(product.id) ?? 0;
    return quantity > 0 ? [lineOf(product, own, quantity)] : [];
  });
  return known({ lines, url: https(url) });
}

/** Longer ones are texts, and fit no line. */
const FACT_CHARS_MAX = 80;

/** Where it is from, of what it is, and what proves it; the shop's own word, never that of a browser. */
function storyVariables(today?: CatalogueProduct, sold?: Product): Variables {
  const told = Object.entries({ ...sold?.attributes, ...today?.attributes });
  const attributes = new Map(told.map(([name, value]) => [name.toLowerCase(), value]));
  const fact = (name: string): string | undefined => {
    const text = clean(attributes.get(name) ?? '');
    return text === '' || text.length > FACT_CHARS_MAX ? undefined : text;
  };
  return {
    origin: fact('origin'),
    material: fact('material'),
    certificate_url: https(today?.certificateUrl) ?? https(attributes.get('certificate_url')),
    story_image_url: https(today?.storyImageUrl) ?? https(attributes.get('story_image_url')),
  };
}

/** What the feed says today counts before what the order or view told. */
function productVariables({ message, event, product: today }: MailSource): Variables {
  const { products = [], product } = (event?.properties ?? {}) as Partial<OrderProperties> &
    Partial<ViewProperties>;
  const found = [...products, ...(product ? [product] : [])].find(
    ({ id }) => id === message.subject.id,
  );
  const name = clean(today?.title ?? '') || clean(found?.name ?? '');
  return known({
    name: name === '' ? undefined : name,
    url: https(today?.url) ?? https(found?.url),
    image_url: https(today?.imageUrl) ?? https(found?.imageUrl),
    ...storyVariables(today, event?.verified ? found : undefined),
  });
}

/** When it is likely to be bought again, as of the moment of the plan. */
function reorderVariables({ customer, message, settings, models }: MailSource): Variables {
  const shop = { settings, ...(models && { models }) };
  const due = productDueAt(customer.facts, message.subject.id, message.plannedAt, shop);
  if (!due) return {};
  const time = (day: Day) => iso(day * DAY_MS);
  return { due_at: time(due.due), from: time(due.low), until: time(due.high) };
}

/** The shop's own page with a mark of who passed it on. The mark is a hash: it names nobody. */
function referralUrl(customer: Customer, settings: Settings): string {
  const url = new URL(settings.shop.url);
  url.searchParams.set('ref', hashId('referral', customer.id).slice(0, REFERRAL_CHARS));
  return url.href;
}

function subjectVariables(source: MailSource): { [group: string]: Variables } {
  const { message, event, settings } = source;
  switch (message.subject.kind) {
    case 'order':
      return { order: event ? orderVariables(event, settings) : { lines: [] } };
    case 'cart':
      return { cart: cartVariables(source) };
    case 'product':
    case 'view':
      return { product: productVariables(source), reorder: reorderVariables(source) };
    default:
      return {};
  }
}

/** What a reason speaks of is told as names; words that the customer searched for stay with the shop. */
function pickVariables({ product, reason, because }: Recommended, settings: Settings): Variables {
  const currency = product.currency ?? settings.shop.currency;
  const name = clean(because?.title ?? '');
  return known({
    name: clean(product.title),
    url: https(product.url),
    image_url: https(product.imageUrl),
    price: product.price === undefined ? undefined : toDecimal(product.price, currency),
    currency,
    reason: reason.code,
    because: name === '' ? undefined : name,
    attribute: reason.code === 'same-attribute' ? reason.name : undefined,
    value: reason.code === 'same-attribute' ? reason.value : undefined,
  });
}

const couponVariables = ({ code, percent, amount, currency, issuedAt, expiresAt }: Coupon) =>
  known({
    code,
    percent,
    amount: amount === undefined || !currency ? undefined : toDecimal(amount, currency),
    currency,
    issued_at: iso(issuedAt),
    expires_at: iso(expiresAt),
  });

/** All of CONDITION_VARIABLES and MAIL_VARIABLES that are known for this mail. */
export function mailVariables(told: MailSource): Variables {
  const { customer, message, settings, models, links, event } = told;
  const source = event ? { ...told, event: harmless(event, settings) } : told;
  const { shop } = settings;
  const { subject, startedAt, plannedAt: at } = message;
  const variables = variablesOf(customer, {
    subject,
    at,
    startedAt,
    shop: { settings, ...(models && { models }) },
  });
  const own = { customer: known({ first_name: firstName(profileOf(customer).firstName) }) };
  for (const [group, values] of Object.entries({ ...own, ...subjectVariables(source) })) {
    variables[group] = { ...(variables[group] as Variables | undefined), ...values };
  }
  const picks = (told.recommended ?? []).map((pick) => pickVariables(pick, settings));
  return {
    ...variables,
    recommendations: picks.filter(({ name }) => name !== ''),
    ...(told.coupon && { coupon: couponVariables(told.coupon) }),
    shop: { name: shop.name, address: shop.address, url: shop.url },
    links: known({
      ...links,
      review: shop.reviewUrl,
      referral: referralUrl(customer, settings),
      shop: shop.url,
    }),
  };
}

/** In the customer's language and zone; `render` says what it falls back to where it has no words in it. */
export function mailFormat(customer: Customer, settings: Settings): Format {
  const profile = profileOf(customer);
  const { locale: shopLocale, currency } = settings.shop;
  return {
    locale: profile.locale ?? shopLocale,
    shopLocale,
    zone: zoneOf(profile, settings),
    currency,
  };
}
