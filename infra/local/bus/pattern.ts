/**
 * EventBridge patterns: the operators that the templates use, and no others. What is not known is
 * refused when the rule is read, since a rule that silently matches nothing loses events.
 */
import { LocalError } from '../errors.ts';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** A compiled pattern: does this event match? */
export type Matcher = (event: Json) => boolean;
type ValueMatcher = (value: Json | undefined) => boolean;

const isObject = (value: unknown): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function refuse(path: string, got: unknown, wanted: string): never {
  throw new LocalError(
    'unknown-pattern',
    `Event pattern at ${path || 'its root'}: got ${JSON.stringify(got)}, wanted ${wanted}.`,
  );
}

/** Compiles a pattern. Throws LocalError for an operator or form that is not known here. */
export function compilePattern(pattern: unknown, path = ''): Matcher {
  if (!isObject(pattern)) return refuse(path, pattern, 'an object');
  const parts = Object.entries(pattern).map(([key, inner]) => {
    const here = path ? `${path}.${key}` : key;
    if (key.startsWith('$')) return refuse(here, key, 'a field name ($or is not known here)');
    if (Array.isArray(inner)) return { key, match: compileValues(inner, here) };
    const nested = compilePattern(inner, here);
    return { key, match: (value: Json | undefined) => isObject(value) && nested(value) };
  });
  if (parts.length === 0) return refuse(path, pattern, 'at least one field');
  return (event) => isObject(event) && parts.every(({ key, match }) => match(event[key]));
}

/** Any entry of the list has to match; where the event holds a list, any of its entries. */
function compileValues(list: Json[], path: string): ValueMatcher {
  if (list.length === 0) return refuse(path, list, 'at least one value');
  const tests = list.map((entry) => compileEntry(entry, path));
  return (value) => tests.some((test) => test(value));
}

const anyOf =
  (test: (leaf: Json) => boolean): ValueMatcher =>
  (value) => {
    if (value === undefined) return false;
    return Array.isArray(value) ? value.some((leaf) => test(leaf)) : test(value);
  };

function compileEntry(entry: Json, path: string): ValueMatcher {
  if (entry === null || ['string', 'number', 'boolean'].includes(typeof entry)) {
    return anyOf((leaf) => leaf === entry);
  }
  if (!isObject(entry)) return refuse(path, entry, 'a value or an operator');
  const [operator, ...others] = Object.keys(entry);
  if (operator === undefined || others.length > 0) return refuse(path, entry, 'one operator');
  const argument = entry[operator] as Json;
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return textOperator(operator, argument, path);
    case 'exists':
      if (typeof argument !== 'boolean') return refuse(path, entry, 'exists: true or false');
      return (value) => (value !== undefined && !isObject(value)) === argument;
    case 'anything-but':
      return anythingBut(argument, path);
    default:
      return refuse(path, entry, 'prefix, suffix, exists or anything-but');
  }
}

function textOperator(operator: 'prefix' | 'suffix', argument: Json, path: string): ValueMatcher {
  if (typeof argument !== 'string') return refuse(path, argument, `a text for ${operator}`);
  return anyOf(
    (leaf) =>
      typeof leaf === 'string' &&
      (operator === 'prefix' ? leaf.startsWith(argument) : leaf.endsWith(argument)),
  );
}

/** `anything-but` needs the field to be there, and takes texts, numbers, lists of them, or a prefix. */
function anythingBut(argument: Json, path: string): ValueMatcher {
  if (isObject(argument)) {
    const { prefix, ...rest } = argument;
    if (typeof prefix !== 'string' || Object.keys(rest).length > 0) {
      return refuse(path, argument, 'anything-but with a value, a list or a prefix');
    }
    return anyOf((leaf) => typeof leaf === 'string' && !leaf.startsWith(prefix));
  }
  const list = Array.isArray(argument) ? argument : [argument];
  if (list.length === 0 || list.some((one) => typeof one !== 'string' && typeof one !== 'number')) {
    return refuse(path, argument, 'texts or numbers for anything-but');
  }
  return anyOf((leaf) => !list.includes(leaf));
}
