/** Conditions as a marketer would say them: `order.number == 1` -> "the order is the customer's 1st". */
import type { Comparison, Condition, Operand } from '../../../functions/contract/conditions.ts';
import { parseCondition } from '../../../functions/domain/journeys/conditions.ts';

/** By variable of conditions, as it stands in a sentence; a test holds them complete. */
export const NAMES: Readonly<Record<string, string>> = {
  'customer.orders_count': 'the number of orders',
  'customer.total_spent': 'the total spent',
  'customer.first_order_at': 'the time of the first order',
  'customer.last_order_at': 'the time of the last order',
  'customer.days_since_last_order': 'the days since the last order',
  'customer.order_gap_days': 'the usual gap between orders in days',
  'customer.country': 'the country',
  'customer.locale': 'the language',
  'customer.last_score': 'the last score',
  'customer.last_channel': 'the channel of the last order',
  'customer.p_active': 'the chance of another order',
  'customer.p_active_low': 'the lower end of the chance of another order',
  'customer.p_active_high': 'the upper end of the chance of another order',
  'customer.expected_orders': 'the number of orders to be expected',
  'customer.churn_risk': 'the risk to lose the customer',
  'customer.prediction_basis': 'what the prediction rests on',
  'customer.next_order_at': 'the day of the next order',
  'customer.next_order_in_days': 'the days until the next order',
  'customer.next_order_in_days_low': 'the fewest days until the next order',
  'customer.next_order_in_days_high': 'the most days until the next order',
  'customer.next_order_basis': 'what the date of the next order rests on',
  'order.id': 'the order id',
  'order.number': "the order's number for this customer",
  'order.total': 'the order total',
  'order.channel': "the order's channel",
  'order.items_count': 'the number of pieces',
  'cart.id': 'the cart id',
  'cart.items_count': 'the number of pieces in the cart',
  'product.id': 'the product id',
  'product.purchases': 'the number of times the product was bought',
  'product.gap_days': 'the days between purchases of the product',
  'product.reorder_at': 'the day on which the product is due',
  'product.reorder_in_days': 'the days until the product is due',
  'product.reorder_in_days_low': 'the fewest days until the product is due',
  'product.reorder_in_days_high': 'the most days until the product is due',
  'product.reorder_basis': 'what the due date rests on',
  'feedback.score': 'the score',
  'feedback.survey': 'the survey',
};

/** Yes and no of variables that are one or the other. */
export const EITHER: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  'customer.has_name': ['the first name is known', 'no first name is known'],
  'order.gift': ['the order is a gift', 'the order is no gift'],
  'order.shipped': ['the order has left the shop', 'the order has not left the shop'],
  'order.delivered': ['the order has arrived', 'the order has not arrived'],
  'cart.is_newest': ['there is no newer cart', 'there is a newer cart'],
  'cart.expires': ['the cart really expires', 'the cart does not expire'],
  'run.feedback_given': ['an answer came meanwhile', 'no answer came meanwhile'],
};

const RELATIONS: Readonly<Record<Comparison, string>> = {
  '==': 'is',
  '!=': 'is not',
  '>': 'is more than',
  '<': 'is less than',
  '>=': 'is at least',
  '<=': 'is at most',
  contains: 'contains',
};

/** The phrase of a variable; one without is said by its own words. */
function nameOf(path: readonly string[]): string {
  const whole = path.join('.');
  const own = NAMES[whole];
  if (own !== undefined) return own;
  const [group = '', ...rest] = path;
  return `the ${group}'s ${rest.join(' ').replaceAll('_', ' ')}`;
}

const nothing = (operand: Operand): boolean =>
  'empty' in operand || 'blank' in operand || ('value' in operand && operand.value === null);

function operandWords(operand: Operand): string {
  if ('path' in operand) return nameOf(operand.path);
  return 'value' in operand ? String(operand.value) : 'nothing';
}

function comparisonWords(op: Comparison, a: Operand, b: Operand): string {
  const negated = op === '!=';
  if ('path' in a && 'value' in b && typeof b.value === 'boolean') {
    const [yes, no] = EITHER[a.path.join('.')] ?? [
      `${nameOf(a.path)} is so`,
      `${nameOf(a.path)} is not so`,
    ];
    return b.value !== negated ? yes : no;
  }
  if ('path' in a && nothing(b) && (op === '==' || negated)) {
    return `${nameOf(a.path)} ${negated ? 'is known' : 'is unknown'}`;
  }
  return `${operandWords(a)} ${RELATIONS[op]} ${operandWords(b)}`;
}

/** The tree says what belongs together; a comma, or `either`, says it in words. */
function wordsOf(condition: Condition): string {
  if ('left' in condition) {
    const { op, left, right } = condition;
    const within = (inner: Condition) => 'left' in inner && inner.op !== op;
    const part = (inner: Condition) =>
      op === 'and' && within(inner) ? `either ${wordsOf(inner)}` : wordsOf(inner);
    const comma = op === 'or' && (within(left) || within(right)) ? ',' : '';
    return `${part(left)}${comma} ${op} ${part(right)}`;
  }
  if (condition.op === 'truthy') {
    const { a } = condition;
    if (!('path' in a)) return operandWords(a);
    return EITHER[a.path.join('.')]?.[0] ?? `${nameOf(a.path)} is known`;
  }
  return comparisonWords(condition.op, condition.a, condition.b);
}

/** `the score is at least 9` -> `Is the score at least 9?` */
export function questionWords(text: string): string {
  const words = conditionWords(text);
  const [, subject, rest] = /^((?:the|what) .+?) is (.+)$/.exec(words) ?? [];
  const single = subject !== undefined && !/\b(?:and|or)\b/.test(words);
  return single ? `Is ${subject} ${rest}?` : `Is it so that ${words}?`;
}

/** One that cannot be read is shown as it was written. */
export function conditionWords(text: string): string {
  const parsed = parseCondition(text);
  return parsed.ok ? wordsOf(parsed.condition) : text;
}
