/** Events as everything inside sees them: one function a kind, each with an honest default. */
import {
  type CustomerEvent,
  type EventName,
  type Product,
  type ProfileFields,
} from '../../functions/contract/events.ts';
import { aliasId } from '../../functions/contract/ids.ts';
import { logKey } from '../../functions/contract/keys.ts';
import { type Instant, iso } from '../../functions/contract/time.ts';

/** Monday, 5 January 2026, 09:00 in UTC: the default of every builder. */
export const T0: Instant = Date.UTC(2026, 0, 5, 9);

export const CUSTOMER = aliasId('email', 'ruta@example.com');

type Common = Partial<Omit<CustomerEvent, 'properties' | 'name'>> & { at?: Instant };

/** An event of any name; `at` sets both times. The id defaults to one made of name, time and properties. */
export function event(
  name: EventName | (string & {}),
  properties: { [name: string]: unknown } = {},
  { at = T0, ...common }: Common = {},
): CustomerEvent {
  const occurredAt = common.occurredAt ?? at;
  const alias = common.aliasId ?? CUSTOMER;
  const id = common.id ?? `${name}-${occurredAt}-${JSON.stringify(properties)}`.slice(0, 90);
  return {
    id,
    name,
    version: 1,
    aliasId: alias,
    occurredAt,
    receivedAt: common.receivedAt ?? Math.max(at, occurredAt),
    channel: 'web',
    mode: 'live',
    verified: true,
    depth: 0,
    properties,
    key: logKey(alias, iso(occurredAt), id),
    ...common,
  };
}

export const product = (id = 'RING-9', more: Partial<Product> = {}): Product => ({
  id,
  quantity: 1,
  name: 'Amber ring',
  price: 4900,
  currency: 'EUR',
  ...more,
});

type OrderOptions = Common & {
  orderId?: string;
  total?: number;
  currency?: string;
  products?: Product[];
  gift?: boolean;
  notice?: boolean;
};
export function orderCompleted(options: OrderOptions = {}): CustomerEvent {
  const { orderId = 'A-1', total = 4900, currency = 'EUR', gift, notice, ...rest } = options;
  const { products = [product()], ...common } = rest;
  const said = { ...(gift && { gift }), ...(notice && { marketingNotice: true }) };
  const properties = { orderId, total, currency, products, ...said };
  return event('Order Completed', properties, { id: `oc-${orderId}`, ...common });
}

type OrderRef = Common & { orderId?: string };
const aboutOrder =
  (name: EventName) =>
  ({ orderId = 'A-1', ...common }: OrderRef = {}): CustomerEvent =>
    event(name, { orderId }, common);
export const orderShipped = aboutOrder('Order Shipped');
export const orderDelivered = aboutOrder('Order Delivered');
export const orderCancelled = aboutOrder('Order Cancelled');
export const orderRefunded = (options: OrderRef & { total?: number } = {}): CustomerEvent => {
  const { orderId = 'A-1', total, ...common } = options;
  return event('Order Refunded', { orderId, ...(total !== undefined && { total }) }, common);
};

type CartOptions = Common & { cartId?: string; products?: Product[]; expiresAt?: Instant };
export const cartUpdated = (options: CartOptions = {}): CustomerEvent => {
  const { cartId = 'c-1', products = [product()], expiresAt, ...common } = options;
  const expiry = expiresAt !== undefined && { expiresAt };
  return event('Cart Updated', { cartId, products, ...expiry }, common);
};

type LineOptions = Common & { cartId?: string; product?: Product };
const aboutLine =
  (name: EventName) =>
  ({ cartId = 'c-1', product: line = product(), ...common }: LineOptions = {}): CustomerEvent =>
    event(name, { cartId, product: line }, common);
export const productAdded = aboutLine('Product Added');
export const productRemoved = aboutLine('Product Removed');

export const productViewed = (options: Common & { product?: Product } = {}): CustomerEvent => {
  const { product: viewed = product(), ...common } = options;
  return event('Product Viewed', { product: viewed }, common);
};
export const searched = (options: Common & { query?: string } = {}): CustomerEvent => {
  const { query = 'amber', ...common } = options;
  return event('Products Searched', { query }, common);
};

type FeedbackOptions = Common & { score?: number; survey?: string; occasion?: string };
export const feedbackSubmitted = (options: FeedbackOptions = {}): CustomerEvent => {
  const { score = 9, survey = 'nps', occasion, ...common } = options;
  const about = occasion !== undefined && { occasion };
  return event('Feedback Submitted', { survey, score, ...about }, common);
};

type ConsentOptions = Common & { topic?: string; source?: string };
const aboutConsent =
  (name: EventName) =>
  ({ topic, source = 'form', ...common }: ConsentOptions = {}): CustomerEvent =>
    event(name, { source, ...(topic !== undefined && { topic }) }, common);
export const consentGiven = aboutConsent('Consent Given');
export const consentWithdrawn = aboutConsent('Consent Withdrawn');

/** An identify; by default a customer in Vilnius who has agreed to marketing. */
export const identify = (options: Common & { traits?: ProfileFields } = {}): CustomerEvent => {
  const { traits, ...common } = options;
  const profile: ProfileFields = {
    email: 'ruta@example.com',
    firstName: 'Rūta',
    timezone: 'Europe/Vilnius',
    marketingConsent: true,
    ...traits,
  };
  return event('identify', {}, { id: `id-${common.at ?? T0}`, ...common, profile });
};

type MailOptions = Common & { bounceType?: 'Permanent' | 'Transient' };
export const emailBounced = (options: MailOptions = {}): CustomerEvent => {
  const { bounceType = 'Permanent', ...common } = options;
  return event('Email Bounced', { bounceType }, { channel: 'email', ...common });
};
export const emailComplaint = (common: Common = {}): CustomerEvent =>
  event('Email Marked as Spam', {}, { channel: 'email', ...common });
