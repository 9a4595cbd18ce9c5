/**
 * Why a journey runs: this order, this cart, this product's due date. Occasions are never stored; they
 * are read from the facts, so that they are the same whatever way the facts came.
 */
import type { Journey, Shop, Trigger } from '../contract/journeys.ts';
import type { Subject } from '../contract/messages.ts';
import type { Instant } from '../contract/time.ts';
import {
  type Customer,
  type FeedbackFact,
  type Mark,
  type OrderFact,
  receivedAt,
} from './customer.ts';
import { lostSince } from './churn.ts';
import { unpackKey } from './facts/key.ts';
import { reorderId, reorders } from './reorder.ts';

export type Occasion = {
  /** Names the thing itself; each is judged once per journey. */
  id: string;
  at: Instant;
  /** When we learned of it. */
  receivedAt: Instant;
  depth: number;
  /** Without its log key: most occasions are looked at and passed over. */
  subject: Subject;
  /** The log key, packed, and the moment that it was packed with. */
  packed?: readonly [key: string, at: Instant];
};

/** The subject with its log key. */
export const fullSubject = ({ id }: Customer, { subject, packed }: Occasion): Subject =>
  packed ? { ...subject, key: unpackKey(id, packed[0], packed[1]) } : subject;

/** The occasion of everything that happens once to a customer. */
export const ONCE = 'customer';

/**
 * The occasions of a trigger at or after `since`, whatever happened to them already. Quiet facts give
 * none. Most facts are older than any journey cares for, so they are passed over before anything is made.
 */
export function occasionsOf(
  trigger: Trigger,
  customer: Customer,
  since: Instant,
  shop: Shop,
): Occasion[] {
  const { facts } = customer;
  switch (trigger) {
    case 'Order Completed':
      return ofOrders(customer, since, ({ placed }) => placed);
    case 'Order Shipped':
      return ofOrders(customer, since, ({ shipped }) => shipped);
    case 'Order Delivered':
      return ofOrders(customer, since, ({ delivered }) => delivered);
    case 'Order Cancelled':
      return ofOrders(customer, since, ({ cancelled }) => cancelled);
    case 'Order Refunded':
      return ofOrders(customer, since, ({ refunds }) => refunds?.[0]);
    case 'Cart Updated':
      return facts.carts
        .filter(({ last }) => counts(last, since))
        .map(({ id, last, whole }) => {
          const key = whole && ([whole.key, whole.at] as const);
          return occasion(`${id}@${last.at}`, last, { kind: 'cart', id }, key);
        });
    case 'Product Viewed':
      return facts.views
        .filter((view) => counts(view, since))
        .map((view) => {
          const key = view.key ? ([view.key, view.at] as const) : undefined;
          const id = `${view.product}@${view.at}`;
          return occasion(id, view, { kind: 'view', id: view.product }, key);
        });
    case 'Feedback Submitted':
      return facts.feedback
        .filter((answer) => counts(answer, since))
        .map((answer) => {
          const id = answerId(answer);
          return occasion(id, answer, { kind: 'feedback', id }, [answer.key, answer.at]);
        });
    case 'Consent Given':
      return facts.consent.given
        .filter((given) => counts(given, since))
        .map((given) => occasion(`${given.topic}@${given.at}`, given, aboutPerson(customer)));
    case 'identify':
      return [facts.identified]
        .filter((mark) => mark !== undefined)
        .filter((mark) => counts(mark, since))
        .map((mark) => occasion(ONCE, mark, aboutPerson(customer)));
    case 'Reorder Due':
      return dueAgain(customer, since, shop);
    case 'Churn Risk Changed':
      return lost(customer, since, shop);
    default:
      return trigger satisfies never;
  }
}

/** Names an answer: its survey, and what it was asked about or when it came. */
export const answerId = ({ survey, occasion, at }: FeedbackFact): string =>
  `${survey}@${occasion ?? at}`;

const counts = (mark: Mark, since: Instant): boolean => !mark.quiet && mark.at >= since;

const occasion = (
  id: string,
  mark: Mark,
  subject: Subject,
  packed?: Occasion['packed'],
  at = mark.at,
): Occasion => ({
  id,
  at,
  receivedAt: receivedAt(mark),
  depth: mark.depth ?? 0,
  subject,
  ...(packed && { packed }),
});

const aboutPerson = ({ id }: Customer): Subject => ({ kind: 'profile', id });

const keyOf = ({ key, placed }: OrderFact): Occasion['packed'] =>
  key !== undefined && placed ? [key, placed.at] : undefined;

/** An order is only an occasion as far as the order itself may trigger: its shipping cannot do it alone. */
function ofOrders(
  customer: Customer,
  since: Instant,
  markOf: (order: OrderFact) => Mark | undefined,
): Occasion[] {
  const found: Occasion[] = [];
  for (const order of customer.facts.orders) {
    const mark = markOf(order);
    if (!mark || order.placed?.quiet || !counts(mark, since)) continue;
    found.push(occasion(order.id, mark, { kind: 'order', id: order.id }, keyOf(order)));
  }
  return found;
}

/** Due dates that follow from an order which may itself trigger. */
const dueAgain = ({ facts }: Customer, since: Instant, shop: Shop): Occasion[] =>
  reorders(facts, shop)
    .filter(({ nudgeAt, last }) => nudgeAt >= since && !last.placed.quiet)
    .map((reorder) => {
      const { product, last, nudgeAt } = reorder;
      const subject: Subject = { kind: 'product', id: product };
      return occasion(reorderId(reorder), last.placed, subject, keyOf(last), nudgeAt);
    });

/** One per silence, whatever the model says of it: it is named by the order since which it lasts. */
function lost(customer: Customer, since: Instant, shop: Shop): Occasion[] {
  const alarm = lostSince(customer, shop);
  if (!alarm || alarm.at < since) return [];
  const { last, at } = alarm;
  return [occasion(last.id, last.placed, { kind: 'customer', id: customer.id }, undefined, at)];
}

/** What the journey runs once for: the occasion itself, or the customer. */
export const onceId = (journey: Journey, { id }: Occasion): string =>
  journey.oncePer === ONCE ? ONCE : id;

/**
 * False for what is too old to ever mail: from before the shop went live, or staler on arrival than the
 * journey's `expires` allows.
 */
export const mayStart = (journey: Journey, occasion: Occasion, goLiveAt: Instant): boolean =>
  occasion.at >= goLiveAt && occasion.receivedAt - occasion.at < journey.expiresMs;
