/**
 * Is what a mail was planned for still true? Asked at every wake, and again at the claim: the world may
 * have changed between the two.
 */
import type { Condition } from '../contract/conditions.ts';
import type { CancelRule, Journey, Shop } from '../contract/journeys.ts';
import type { PlannedMessage, Subject } from '../contract/messages.ts';
import type { Reason } from '../contract/reasons.ts';
import type { Instant } from '../contract/time.ts';
import type { Customer, Facts, Mark, OrderFact } from './customer.ts';
import { cartPieces } from './facts/carts.ts';
import { isTrusted } from './facts/marks.ts';
import { evaluate } from './journeys/conditions.ts';
import { answerId } from './occasions.ts';
import { isLost } from './churn.ts';
import { isNotDue } from './reorder.ts';
import { askedVariables } from './variables.ts';

export type WhyNot = { outcome: 'cancelled' | 'lapsed'; reason: Reason };

/** What a run and its messages have in common. */
export type Standing = Pick<
  PlannedMessage,
  'step' | 'occasion' | 'subject' | 'startedAt' | 'expiresAt'
>;

/** Why the message must not go any more at `at`; `undefined` while all that it rests on holds. */
export function whyNot(
  message: Standing,
  journey: Journey,
  customer: Customer,
  at: Instant,
  shop: Shop,
): WhyNot | undefined {
  const no = whyNotGoOn(message, journey, customer, at, shop);
  if (no) return no;
  const step = journey.steps.find(({ id }) => id === message.step);
  if (step?.kind !== 'send' || !step.when) return undefined;
  if (holds(step.when, message, customer, at, shop)) return undefined;
  return { outcome: 'lapsed', reason: { code: 'condition-false' } };
}

/** Why the run must not go on at `at`: too old, before going live, its trigger undone, or a cancel rule. */
export function whyNotGoOn(
  run: Standing,
  journey: Journey,
  customer: Customer,
  at: Instant,
  shop: Shop,
): WhyNot | undefined {
  if (at >= run.expiresAt) {
    return { outcome: 'lapsed', reason: { code: 'expired', expiresAt: run.expiresAt } };
  }
  // Also what runs already: begun in shadow, or known again only from a table that was restored.
  const { goLiveAt } = shop.settings;
  if (goLiveAt !== undefined && run.startedAt < Date.parse(goLiveAt)) {
    return { outcome: 'lapsed', reason: { code: 'before-go-live', startedAt: run.startedAt } };
  }
  if (isUndone(run, journey, customer, at, shop)) {
    return { outcome: 'lapsed', reason: { code: 'trigger-false' } };
  }
  if (isWithdrawn(run.subject, journey, customer.facts)) {
    return { outcome: 'cancelled', reason: { code: 'fact-withdrawn', kind: run.subject.kind } };
  }
  const stands = (when: Condition) => holds(when, run, customer, at, shop);
  for (const [index, rule] of journey.cancelOn.entries()) {
    const reason = cancelledBy(rule, index, run, customer.facts, stands);
    if (reason) return { outcome: 'cancelled', reason };
  }
  return undefined;
}

/** Whether a condition holds for a run or message at `at`. */
export const holds = (
  when: Condition,
  { subject, startedAt }: Pick<Standing, 'subject' | 'startedAt'>,
  customer: Customer,
  at: Instant,
  shop: Shop,
): boolean => evaluate(when, askedVariables(customer, { subject, startedAt, at, shop }, when));

/** A computed moment that, by what is known now, has not come yet or has no ground any more. */
function isUndone(
  { subject, occasion }: Standing,
  journey: Journey,
  customer: Customer,
  at: Instant,
  shop: Shop,
): boolean {
  if (journey.trigger === 'Reorder Due') {
    return isNotDue(customer.facts, subject.id, occasion, at, shop);
  }
  if (journey.trigger === 'Churn Risk Changed') return !isLost(customer, at, shop);
  return false;
}

/** An order that was cancelled, a cart that is empty or has made room for four newer ones. */
function isWithdrawn(subject: Subject, journey: Journey, facts: Facts): boolean {
  if (subject.kind === 'order') {
    const isAboutTheEnd =
      journey.trigger === 'Order Cancelled' || journey.trigger === 'Order Refunded';
    const order = facts.orders.find(({ id }) => id === subject.id);
    return !isAboutTheEnd && order?.cancelled !== undefined;
  }
  if (subject.kind === 'cart') {
    const cart = facts.carts.find(({ id }) => id === subject.id);
    return !cart || cartPieces(cart) === 0;
  }
  return false;
}

function cancelledBy(
  rule: CancelRule,
  index: number,
  run: Standing,
  facts: Facts,
  stands: (when: Condition) => boolean,
): Reason | undefined {
  if ('when' in rule) return stands(rule.when) ? { code: 'cancel-when', rule: index } : undefined;
  return hasHappened(rule.event, facts, run)
    ? { code: 'cancel-event', event: rule.event }
    : undefined;
}

/**
 * Whether such an event happened since the run started. The thing that the run is about does not cancel
 * itself: another order does, another cart does; the shipping or refund of another order does not.
 */
function hasHappened(event: string, facts: Facts, { subject, startedAt }: Standing): boolean {
  const since = (mark: Mark | undefined): boolean =>
    mark !== undefined && isTrusted(mark) && mark.at >= startedAt;
  const after = (at: Instant | undefined): boolean => at !== undefined && at >= startedAt;
  const ofOrder = (markOf: (order: OrderFact) => Mark | undefined) =>
    facts.orders.some(
      (order) => (subject.kind !== 'order' || order.id === subject.id) && since(markOf(order)),
    );
  const isOther = (kind: Subject['kind'], id: string) => subject.kind !== kind || subject.id !== id;
  switch (event) {
    case 'Order Completed':
      return facts.orders.some(({ id, placed }) => isOther('order', id) && since(placed));
    case 'Order Shipped':
      return ofOrder(({ shipped }) => shipped);
    case 'Order Delivered':
      return ofOrder(({ delivered }) => delivered);
    case 'Order Cancelled':
      return ofOrder(({ cancelled }) => cancelled);
    case 'Order Refunded':
      return ofOrder(({ refunds }) => refunds?.[0]);
    case 'Cart Updated':
    case 'Product Added':
    case 'Product Removed':
    case 'Cart Viewed':
    case 'Checkout Started':
      return facts.carts.some(({ id, last }) => isOther('cart', id) && since(last));
    case 'Product Viewed':
      return facts.views.some((view) => isOther('view', view.product) && since(view));
    case 'Products Searched':
      return facts.searches.some(([, at]) => after(at));
    case 'Feedback Submitted':
      return facts.feedback.some((each) => isOther('feedback', answerId(each)) && since(each));
    case 'Consent Given':
      return facts.consent.given.some(since);
    case 'Consent Withdrawn':
      return (
        facts.consent.withdrawn.some(({ at }) => after(at)) || after(facts.consent.identifiedNo)
      );
    case 'identify':
      return since(facts.identified);
    case 'Email Bounced':
      return after(facts.reach.hardBounceAt) || after(facts.reach.softBounces?.[0]?.[0]);
    case 'Email Marked as Spam':
      return after(facts.reach.complaintAt);
    default:
      return false;
  }
}
