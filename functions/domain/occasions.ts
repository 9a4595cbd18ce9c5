/**
 * Why a journey runs: this order, this cart, this product's due date. Occasions are never stored; they
 * are read from the facts, so that they are the same whatever way the facts came.
 */
import type { Journey, Trigger } from '../contract/journeys.ts';
import type { Subject } from '../contract/messages.ts';
import { type Instant, iso } from '../contract/time.ts';
import {
  type Customer,
  type FeedbackFact,
  type Mark,
  type OrderFact,
  receivedAt,
} from './customer.ts';
import { unpackKey } from './facts/key.ts';
import { lateness, repeats } from './rhythm.ts';

export type Occasion = {
  /** Names the thing itself; each is judged once per journey. */
  id: string;
  at: Instant;
  /** When we learned of it. */
  receivedAt: Instant;
  depth: number;
  subject: Subject;
};

/** The occasion of everything that happens once to a customer. */
export const ONCE = 'customer';

/** All occasions of a trigger, whatever happened to them already. Quiet facts give none. */
export function occasionsOf(trigger: Trigger, customer: Customer): Occasion[] {
  switch (trigger) {
    case 'Order Completed':
      return ofOrders(customer, ({ placed }) => placed);
    case 'Order Shipped':
      return ofOrders(customer, ({ shipped }) => shipped);
    case 'Order Delivered':
      return ofOrders(customer, ({ delivered }) => delivered);
    case 'Order Cancelled':
      return ofOrders(customer, ({ cancelled }) => cancelled);
    case 'Order Refunded':
      return ofOrders(customer, ({ refunds }) => refunds?.[0]);
    case 'Cart Updated':
      return customer.facts.carts.flatMap(({ id, last, whole }) =>
        known(`${id}@${iso(last.at)}`, last, subjectOf(customer, 'cart', id, whole?.key)),
      );
    case 'Product Viewed':
      return customer.facts.views.flatMap((view) =>
        known(view.product, view, subjectOf(customer, 'view', view.product, view.key)),
      );
    case 'Feedback Submitted':
      return customer.facts.feedback.flatMap((answer) =>
        known(
          answerId(answer),
          answer,
          subjectOf(customer, 'feedback', answerId(answer), answer.key),
        ),
      );
    case 'Consent Given':
      return customer.facts.consent.given.flatMap((given) =>
        known(`${given.topic}@${iso(given.at)}`, given, aboutPerson(customer)),
      );
    case 'identify':
      return customer.facts.identified
        ? known(ONCE, customer.facts.identified, aboutPerson(customer))
        : [];
    case 'Reorder Due':
      return dueAgain(customer);
    case 'Churn Risk Changed':
      return late(customer);
    default:
      return trigger satisfies never;
  }
}

/** Names an answer: its survey, and what it was asked about or when it came. */
export const answerId = ({ survey, occasion, at }: FeedbackFact): string =>
  `${survey}@${occasion ?? iso(at)}`;

function known(id: string, mark: Mark, subject: Subject): Occasion[] {
  if (mark.quiet) return [];
  const { at, depth = 0 } = mark;
  return [{ id, at, receivedAt: receivedAt(mark), depth, subject }];
}

const subjectOf = (
  customer: Customer,
  kind: Subject['kind'],
  id: string,
  key?: string,
): Subject => ({ kind, id, ...(key !== undefined && { key: unpackKey(customer.id, key) }) });

const aboutPerson = ({ id }: Customer): Subject => ({ kind: 'profile', id });

/** An order is only an occasion as far as the order itself may trigger: its shipping cannot do it alone. */
function ofOrders(customer: Customer, markOf: (order: OrderFact) => Mark | undefined): Occasion[] {
  return customer.facts.orders.flatMap((order) => {
    const mark = markOf(order);
    if (!mark || order.placed?.quiet) return [];
    return known(order.id, mark, subjectOf(customer, 'order', order.id, order.key));
  });
}

function dueAgain(customer: Customer): Occasion[] {
  return repeats(customer.facts).flatMap(({ product, last, dueAt }) => {
    const subject = subjectOf(customer, 'product', product, last.key);
    return computed(`${product}@${last.id}`, last.placed, dueAt, subject);
  });
}

function late(customer: Customer): Occasion[] {
  const lateAt = lateness(customer.facts);
  if (!lateAt) return [];
  const subject: Subject = { kind: 'customer', id: customer.id };
  return computed(lateAt.last.id, lateAt.last.placed, lateAt.dueAt, subject);
}

/** A moment that follows from an order which may itself trigger. */
const computed = (id: string, placed: Mark, at: Instant, subject: Subject): Occasion[] =>
  known(id, placed, subject).map((occasion) => ({ ...occasion, at }));

/** What the journey runs once for: the occasion itself, or the customer. */
export const onceId = (journey: Journey, { id }: Occasion): string =>
  journey.oncePer === ONCE ? ONCE : id;

/**
 * False for what is too old to ever mail: from before the shop went live, or staler on arrival than the
 * journey's `expires` allows.
 */
export const mayStart = (journey: Journey, occasion: Occasion, goLiveAt: Instant): boolean =>
  occasion.at >= goLiveAt && occasion.receivedAt - occasion.at < journey.expiresMs;
