/** What conditions read, from the facts of one customer, about one subject, at one moment. */
import type { Condition, Variables } from '../contract/conditions.ts';
import type { Shop } from '../contract/journeys.ts';
import type { Subject } from '../contract/messages.ts';
import { toDecimal } from '../contract/money.ts';
import { isTenScale } from '../contract/surveys.ts';
import { DAY_MS, type Instant, iso } from '../contract/time.ts';
import {
  type Customer,
  type Facts,
  type FeedbackFact,
  localeOf,
  type OrderFact,
} from './customer.ts';
import { cartPieces } from './facts/carts.ts';
import { dayOf } from './facts/days.ts';
import { isTrusted } from './facts/marks.ts';
import { netOf } from './facts/orders.ts';
import { asksForecast, forecastVariables } from './forecast.ts';
import { answerId } from './occasions.ts';
import { productDueAt } from './reorder.ts';
import { medianGap, ownOrders, placedOrders, repeatOfProduct } from './rhythm.ts';

export type About = {
  subject: Subject;
  /** The moment of the question: days since an order are counted to here. */
  at: Instant;
  /** When the run started. */
  startedAt: Instant;
  /** Its currency is what `total_spent` adds up. */
  shop: Shop;
};

/** Values by name, as in CONDITION_VARIABLES; what is not known is absent. */
export function variablesOf(customer: Customer, about: About): Variables {
  const { facts } = customer;
  const { at, shop } = about;
  const variables: Variables = {
    customer: { ...customerVariables(facts, about), ...forecastVariables(facts, at, shop) },
  };
  return withSubject(variables, customer, about);
}

/**
 * The same for a condition: what is said of the customer is only worked out when it is asked for. Most
 * conditions ask about an order or a cart, and every wake asks many. Fewer still ask about the future.
 */
export const askedVariables = (customer: Customer, about: About, when: Condition): Variables =>
  withSubject(
    {
      get customer() {
        const known = customerVariables(customer.facts, about);
        if (!asksForecast(when)) return known;
        return { ...known, ...forecastVariables(customer.facts, about.at, about.shop) };
      },
    },
    customer,
    about,
  );

function withSubject(variables: Variables, { facts }: Customer, about: About): Variables {
  const { subject, startedAt } = about;
  const isNew = (answer: FeedbackFact) => isTrusted(answer) && answer.at >= startedAt;
  variables['run'] = { feedback_given: facts.feedback.some(isNew) };
  switch (subject.kind) {
    case 'order':
      variables['order'] = orderVariables(facts, subject.id);
      break;
    case 'cart':
      variables['cart'] = cartVariables(facts, subject.id);
      break;
    case 'product':
    case 'view':
      variables['product'] = productVariables(facts, subject.id, about);
      break;
    case 'feedback':
      answerVariables(facts, subject.id, variables);
      break;
    case 'profile':
    case 'customer':
      break;
    default:
      subject.kind satisfies never;
  }
  return variables;
}

const days = (ms: number): number => Math.round((ms / DAY_MS) * 10) / 10;

function customerVariables(facts: Facts, { at, shop }: About): Variables {
  const { currency } = shop.settings.shop;
  const orders = placedOrders(facts);
  const last = orders[0];
  const firstAt = facts.sealed?.firstAt ?? orders.at(-1)?.placed.at;
  const gapMs = medianGap(orders.map(({ placed }) => placed.at));
  const { country, firstName } = facts.profile;
  const locale = localeOf(facts);
  const score = facts.feedback.find((each) => isTrusted(each) && isTenScale(each.survey))?.score;
  return {
    orders_count: orders.length + (facts.sealed?.count ?? 0),
    total_spent: toDecimal(spent(facts, orders, currency), currency),
    ...(firstAt !== undefined && { first_order_at: iso(firstAt) }),
    ...(last && {
      last_order_at: iso(last.placed.at),
      days_since_last_order: Math.max(0, Math.floor((at - last.placed.at) / DAY_MS)),
      last_channel: last.channel,
    }),
    ...(gapMs !== undefined && { order_gap_days: days(gapMs) }),
    ...(country && { country: country[0] }),
    ...(locale && { locale }),
    has_name: firstName !== undefined && firstName[0] !== '',
    ...(score !== undefined && { last_score: score }),
  };
}

/** Minor units in one currency; other currencies are not converted, since no rate is in the facts. */
function spent(facts: Facts, orders: readonly OrderFact[], currency: string): number {
  const sealed = facts.sealed?.totals.find(([name]) => name === currency)?.[1] ?? 0;
  const kept = orders.filter((order) => order.currency === currency);
  return kept.reduce((sum, order) => sum + netOf(order), sealed);
}

/** Nothing once the order has left the newest twelve: then no condition about it holds. */
function orderVariables(facts: Facts, id: string): Variables {
  const order = facts.orders.find((each) => each.id === id);
  if (!order) return {};
  const counted = placedOrders(facts);
  const place = counted.findIndex((each) => each.id === id);
  const number = (facts.sealed?.count ?? 0) + counted.length - place;
  const { total, currency, channel, pieces, gift, shipped, delivered } = order;
  return {
    id,
    ...(place >= 0 && { number }),
    ...(total !== undefined && currency && { total: toDecimal(netOf(order), currency) }),
    ...(channel && { channel }),
    gift: gift === 1,
    shipped: shipped !== undefined,
    delivered: delivered !== undefined,
    ...(pieces !== undefined && { items_count: pieces }),
  };
}

/** A cart that has left the newest four counts as empty, with a newer one beside it. */
function cartVariables(facts: Facts, id: string): Variables {
  const place = facts.carts.findIndex((cart) => cart.id === id);
  const cart = facts.carts[place];
  if (!cart) return { id, items_count: 0, is_newest: false, expires: false };
  const newer = facts.carts.slice(0, place);
  return {
    id,
    items_count: cartPieces(cart),
    is_newest: !newer.some((other) => other.last.at > cart.last.at && cartPieces(other) > 0),
    expires: cart.whole?.expiresAt !== undefined,
  };
}

function productVariables(facts: Facts, id: string, { at, shop }: About): Variables {
  const due = productDueAt(facts, id, at, shop);
  const today = dayOf(at);
  const repeat = repeatOfProduct(facts, id);
  // Neither gifts nor what was paid back: they say nothing of the customer's own need.
  const orders = ownOrders(facts).filter(({ lines = [] }) => lines.some(([each]) => each === id));
  return {
    id,
    purchases: repeat?.purchases ?? orders.length,
    ...(repeat && { gap_days: days(repeat.gapMs) }),
    ...(due && {
      reorder_at: iso(due.due * DAY_MS),
      reorder_in_days: due.due - today,
      reorder_in_days_low: due.low - today,
      reorder_in_days_high: due.high - today,
      reorder_basis: due.basis,
    }),
  };
}

function answerVariables(facts: Facts, id: string, variables: Variables): void {
  const answer = facts.feedback.find((each) => answerId(each) === id);
  variables['feedback'] = answer ? { score: answer.score, survey: answer.survey } : {};
  if (answer?.occasion !== undefined) variables['order'] = orderVariables(facts, answer.occasion);
}
