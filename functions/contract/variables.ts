/**
 * Variables of conditions, in every journey, and of mails (which have a few more: see `mail`).
 * The journey check refuses any other name; the marketers' reference is generated from this list.
 */
import type { VariableDoc } from './variables-of-mails.ts';

export { LINE_VARIABLES, MAIL_VARIABLES, type VariableDoc } from './variables-of-mails.ts';

/** Known in conditions and in mails. Money is a decimal number here; mails get `money` formatted by filter. */
export const CONDITION_VARIABLES: Readonly<Record<string, VariableDoc>> = {
  'customer.orders_count': {
    type: 'number',
    meaning: 'orders that were not cancelled',
    example: '3',
  },
  'customer.total_spent': {
    type: 'money',
    meaning: 'orders minus refunds, shop currency',
    example: '129.90',
  },
  'customer.first_order_at': {
    type: 'time',
    meaning: 'time of the first order',
    example: '2026-01-05T09:00:00.000Z',
  },
  'customer.last_order_at': {
    type: 'time',
    meaning: 'time of the latest order',
    example: '2026-06-05T09:00:00.000Z',
  },
  'customer.days_since_last_order': {
    type: 'number',
    meaning: 'whole days since the latest order',
    example: '41',
  },
  'customer.order_gap_days': {
    type: 'number',
    meaning: 'median days between orders; absent below 3 orders',
    example: '30',
  },
  'customer.country': { type: 'text', meaning: 'ISO 3166-1 code', example: 'LT' },
  'customer.locale': { type: 'text', meaning: 'BCP 47 tag', example: 'lt-LT' },
  'customer.has_name': { type: 'boolean', meaning: 'a first name is known', example: 'true' },
  'customer.last_score': { type: 'number', meaning: 'latest score from 0 to 10', example: '9' },
  'customer.last_channel': {
    type: 'text',
    meaning: 'channel of the latest order',
    example: 'store',
  },
  'customer.p_active': {
    type: 'number',
    meaning: 'probability of an order within the horizon, 0 to 1; absent while nobody can tell',
    example: '0.31',
  },
  'customer.p_active_low': {
    type: 'number',
    meaning: 'lower end of what p_active may really be (80% interval)',
    example: '0.24',
  },
  'customer.p_active_high': {
    type: 'number',
    meaning: 'upper end of it',
    example: '0.38',
  },
  'customer.expected_orders': {
    type: 'number',
    meaning: 'orders to be expected within the horizon; absent while nobody can tell',
    example: '0.42',
  },
  'customer.churn_risk': {
    type: 'text',
    meaning: "low, medium, high: p_active against the shop's two thresholds",
    example: 'medium',
  },
  'customer.prediction_basis': {
    type: 'text',
    meaning:
      "what it rests on: shop (its own orders), shrunk (few of them), prior (others'); absent: nobody can tell",
    example: 'shop',
  },
  'customer.next_order_at': {
    type: 'time',
    meaning: 'day on which the next order is to be expected; absent while nobody can tell',
    example: '2026-08-14T00:00:00.000Z',
  },
  'customer.next_order_in_days': {
    type: 'number',
    meaning: 'whole days until then',
    example: '12',
  },
  'customer.next_order_in_days_low': {
    type: 'number',
    meaning: 'four of five such orders come between this',
    example: '5',
  },
  'customer.next_order_in_days_high': {
    type: 'number',
    meaning: 'and this many days from now',
    example: '40',
  },
  'customer.next_order_basis': {
    type: 'text',
    meaning: 'what that date rests on most: customer, shop, prior (gaps of other shops)',
    example: 'customer',
  },
  'order.id': { type: 'text', meaning: "the shop's order_id", example: 'A-1001', about: 'order' },
  'order.number': {
    type: 'number',
    meaning: "which order of the customer's, 1 for the first",
    example: '1',
    about: 'order',
  },
  'order.total': {
    type: 'money',
    meaning: 'total, refunds deducted',
    example: '59.00',
    about: 'order',
  },
  'order.channel': { type: 'text', meaning: 'web, store, app', example: 'store', about: 'order' },
  'order.gift': { type: 'boolean', meaning: 'marked as a gift', example: 'false', about: 'order' },
  'order.shipped': {
    type: 'boolean',
    meaning: 'has left the shop',
    example: 'true',
    about: 'order',
  },
  'order.delivered': { type: 'boolean', meaning: 'has arrived', example: 'true', about: 'order' },
  'order.items_count': { type: 'number', meaning: 'pieces', example: '2', about: 'order' },
  'cart.id': { type: 'text', meaning: "the shop's cart_id", example: 'c-77', about: 'cart' },
  'cart.items_count': { type: 'number', meaning: 'pieces', example: '2', about: 'cart' },
  'cart.is_newest': {
    type: 'boolean',
    meaning: 'no newer cart of this customer',
    example: 'true',
    about: 'cart',
  },
  'cart.expires': {
    type: 'boolean',
    meaning: 'the shop gave a time at which it really expires',
    example: 'false',
    about: 'cart',
  },
  'product.id': {
    type: 'text',
    meaning: "the shop's product_id",
    example: 'RING-9',
    about: 'product',
  },
  'product.purchases': {
    type: 'number',
    meaning: 'how often this customer bought it, gifts and what was paid back left out',
    example: '4',
    about: 'product',
  },
  'product.gap_days': {
    type: 'number',
    meaning: 'median days between the purchases',
    example: '28',
    about: 'product',
  },
  'product.reorder_at': {
    type: 'time',
    meaning: 'the day on which it is likely to be bought again; absent while no model can tell',
    example: '2026-07-04T00:00:00.000Z',
    about: 'product',
  },
  'product.reorder_in_days': {
    type: 'number',
    meaning: 'days until then, given that it was not bought so far',
    example: '5',
    about: 'product',
  },
  'product.reorder_in_days_low': {
    type: 'number',
    meaning: 'days until the interval begins in which four of five such dates lie',
    example: '2',
    about: 'product',
  },
  'product.reorder_in_days_high': {
    type: 'number',
    meaning: 'days until that interval ends',
    example: '14',
    about: 'product',
  },
  'product.reorder_basis': {
    type: 'text',
    meaning:
      "what the date rests on most: 'customer' (their own gaps), 'product' (other customers'), 'refill' (the catalogue), 'shop' (its other products) or 'prior' (other shops)",
    example: 'customer',
    about: 'product',
  },
  'feedback.score': {
    type: 'number',
    meaning: 'the score given: 0 to 10; csat 1 to 5; yes-no 0 or 1',
    example: '9',
    about: 'feedback',
  },
  'feedback.survey': {
    type: 'text',
    meaning: 'which survey: nps, csat, yes-no, or one of the shop',
    example: 'nps',
    about: 'feedback',
  },
  'run.feedback_given': {
    type: 'boolean',
    meaning: 'a survey answer came after this run started',
    example: 'false',
  },
};
