/** A condition in its journey: it must parse, know its variables, and depend on at least one. */
import type { Condition, Operand } from '../../contract/conditions.ts';
import type { Trigger } from '../../contract/journeys.ts';
import { CONDITION_VARIABLES, type VariableDoc } from '../../contract/variables.ts';
import { evaluate, parseCondition, pathsOf } from './conditions.ts';
import type { Report } from './problems.ts';
import type { Path } from './source.ts';

export type About = NonNullable<VariableDoc['about']>;

/** What each trigger is about: only such variables have a value in its journeys. */
export const ABOUT: Readonly<Record<Trigger, About | undefined>> = {
  'Order Completed': 'order',
  'Order Shipped': 'order',
  'Order Delivered': 'order',
  'Order Cancelled': 'order',
  'Order Refunded': 'order',
  'Cart Updated': 'cart',
  'Product Viewed': 'product',
  'Feedback Submitted': 'feedback',
  'Consent Given': undefined,
  identify: undefined,
  'Reorder Due': 'product',
  'Churn Risk Changed': undefined,
};

/** `customer.country.size` is known where `customer.country` is. */
function docOf(path: readonly string[]): { name: string; doc?: VariableDoc; size: boolean } {
  const name = path.join('.');
  const own = CONDITION_VARIABLES[name];
  if (own) return { name, doc: own, size: false };
  const parent =
    path.at(-1) === 'size' ? CONDITION_VARIABLES[path.slice(0, -1).join('.')] : undefined;
  const counted = parent && (parent.type === 'text' || parent.type === 'list') ? parent : undefined;
  return { name, ...(counted && { doc: counted }), size: counted !== undefined };
}

function checkVariable(variable: readonly string[], about: About | undefined): string | undefined {
  const { name, doc } = docOf(variable);
  if (!doc) {
    const group = `${variable[0]}.`;
    const near = Object.keys(CONDITION_VARIABLES).filter((known) => known.startsWith(group));
    const groups = [...new Set(Object.keys(CONDITION_VARIABLES).map((k) => k.split('.')[0]))];
    return near.length > 0
      ? `one of ${near.join(', ')}`
      : `a variable that starts with ${groups.map((one) => `${one}.`).join(' ')}`;
  }
  if (doc.about === undefined || doc.about === about) return undefined;
  return `a variable that this trigger has; ${name} needs a trigger about ${doc.about}`;
}

const TYPE_OF_LITERAL: Readonly<Record<VariableDoc['type'], string>> = {
  text: 'string',
  time: 'string',
  number: 'number',
  money: 'number',
  boolean: 'boolean',
  list: 'object',
};
const NAMES: Readonly<Record<string, string>> = { string: 'a quoted text', object: 'a list' };

/** `customer.orders_count >= '2'` would quietly compare a number with a text. */
function checkTypes(a: Operand, b: Operand): { got: string; wanted: string } | undefined {
  const [variable, literal] = 'path' in a ? [a, b] : [b, a];
  if (!('path' in variable) || !('value' in literal) || literal.value === null) return undefined;
  const { name, doc, size } = docOf(variable.path);
  const wanted = size ? 'number' : doc && TYPE_OF_LITERAL[doc.type];
  if (wanted === undefined || wanted === typeof literal.value) return undefined;
  const got = JSON.stringify(literal.value);
  return { got: `${name} with ${got}`, wanted: `${NAMES[wanted] ?? `a ${wanted}`} beside ${name}` };
}

function comparisons(condition: Condition): { a: Operand; b: Operand }[] {
  if ('left' in condition) return [...comparisons(condition.left), ...comparisons(condition.right)];
  return 'b' in condition && condition.op !== 'contains'
    ? [{ a: condition.a, b: condition.b }]
    : [];
}

/** The parsed condition; or `undefined`, with everything that is wrong added to the report. */
export function compileCondition(
  text: string,
  path: Path,
  about: About | undefined,
  report: Report,
): Condition | undefined {
  const result = parseCondition(text);
  if (!result.ok) {
    const { column, got, wanted } = result.error;
    report.add(path, `${got} (character ${column} of the condition)`, wanted);
    return undefined;
  }
  const { condition } = result;
  const before = report.problems.length;
  const variables = pathsOf(condition);
  for (const variable of variables) {
    const wanted = checkVariable(variable, about);
    if (wanted) report.add(path, `the variable ${variable.join('.')}`, wanted);
  }
  for (const { a, b } of comparisons(condition)) {
    const wrong = checkTypes(a, b);
    if (wrong) report.add(path, wrong.got, wrong.wanted);
  }
  if (variables.length === 0) {
    const got = `a condition that is always ${evaluate(condition, {})}`;
    report.add(path, got, 'one that reads a variable: what hangs on this can never change');
  }
  return report.problems.length > before ? undefined : condition;
}
