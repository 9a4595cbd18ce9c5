/**
 * Outputs and conditions that are simple, as nearly all are, worked out at once: liquidjs goes through a
 * generator for each name, dot and filter. What is not plainly there is left to liquidjs, which says why.
 */
import {
  type Context,
  IfTag,
  isTruthy,
  Output,
  type Template,
  TokenKind,
  UnlessTag,
} from 'liquidjs';
import { budgetOf } from './render-limits.ts';

/** Not to be worked out here. */
export const SLOW = Symbol('slow');
type Slow = typeof SLOW;
type Read = (context: Context) => unknown;

type TokenLike = {
  kind: TokenKind;
  content?: unknown;
  variable?: unknown;
  props?: TokenLike[];
  operator?: string;
};
type Reader = { findScope(key: string): object; readProperty(of: unknown, key: unknown): unknown };

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** `order.lines`, `'text'`, `3`; undefined for what is more than that. */
function readerOf(token: TokenLike): Read | undefined {
  const { content, props } = token;
  if (isPlain(content)) return () => content;
  if (token.kind !== TokenKind.PropertyAccess || token.variable !== undefined) return undefined;
  const path = props?.map((prop) => prop.content) ?? [];
  const [first] = path;
  if (typeof first !== 'string' || !path.every(isPlain)) return undefined;
  return (context) => {
    const scopes = context as unknown as Reader;
    let value: unknown = scopes.findScope(first);
    for (const name of path) {
      value = scopes.readProperty(value, name);
      if (value === undefined) return undefined;
    }
    return value;
  };
}

type FilterLike = {
  name: string;
  handler(this: object, value: unknown, ...given: unknown[]): unknown;
  args: (TokenLike | [string, TokenLike | undefined])[];
  token: unknown;
  liquid: unknown;
};
type ValueLike = { initial: { postfix: TokenLike[] }; filters: FilterLike[] };

type Argument = { name?: string; read: Read };

function argumentsOf({ args }: FilterLike): Argument[] | undefined {
  const all = args.map((given): Argument | undefined => {
    const [name, token] = Array.isArray(given) ? given : [undefined, given];
    const read = token && readerOf(token);
    return read && { read, ...(name !== undefined && { name }) };
  });
  return all.every((one) => one !== undefined) ? all : undefined;
}

type Apply = (value: unknown, context: Context) => unknown;

function applied(filter: FilterLike): Apply | undefined {
  const given = argumentsOf(filter);
  if (!given) return undefined;
  const { handler, token, liquid } = filter;
  return (value, context) => {
    const values: unknown[] = [];
    for (const { name, read } of given) {
      const one = read(context);
      if (one === undefined) return SLOW;
      values.push(name === undefined ? one : [name, one]);
    }
    return handler.apply({ context, token, liquid }, [value, ...values]);
  };
}

/** What is written for a value and its filters. */
function outputOf({ initial, filters }: ValueLike): Read | undefined {
  const [token, ...more] = initial.postfix;
  const read = token && more.length === 0 ? readerOf(token) : undefined;
  const steps = filters.map(applied);
  if (!read || !steps.every((step) => step !== undefined)) return undefined;
  return (context) => {
    let value = read(context);
    if (value === undefined) return SLOW;
    for (const step of steps) {
      value = step(value, context);
      if (value === SLOW) return SLOW;
    }
    return typeof value === 'string' ? value : SLOW;
  };
}

const OPERATORS: { readonly [sign: string]: (one: unknown, other: unknown) => boolean } = {
  '==': (one, other) => one === other,
  '!=': (one, other) => one !== other,
  '<': (one, other) => (one as number) < (other as number),
  '>': (one, other) => (one as number) > (other as number),
  '<=': (one, other) => (one as number) <= (other as number),
  '>=': (one, other) => (one as number) >= (other as number),
};

/** One name, or two that are compared; what is not there is `null`, as conditions may ask for it. */
function conditionOf({ initial, filters }: ValueLike): Read | undefined {
  if (filters.length > 0) return undefined;
  const [left, right, sign, ...more] = initial.postfix;
  const read = left && readerOf(left);
  if (!read || more.length > 0) return undefined;
  if (!right) return (context) => read(context) ?? null;
  const other = readerOf(right);
  const compare = OPERATORS[sign?.operator ?? ''];
  if (!other || !compare) return undefined;
  return (context) => {
    const one = read(context);
    const two = other(context);
    if (!isPlain(one) || !isPlain(two)) return SLOW;
    budgetOf(context).compare(one, two);
    return compare(one, two);
  };
}

type Branch = { value: unknown; test?: typeof isTruthy; templates: Template[] };
type Choose = (context: Context) => Template[] | Slow;

/** The templates of the branch whose turn it is. */
function choiceOf(tag: { branches: Branch[]; elseTemplates?: Template[] }): Choose | undefined {
  const branches = tag.branches.map(({ value, test = isTruthy, templates }) => {
    const condition = conditionOf(value as ValueLike);
    return condition && { condition, test, templates };
  });
  if (!branches.every((branch) => branch !== undefined)) return undefined;
  return (context) => {
    for (const { condition, test, templates } of branches) {
      const value = condition(context);
      if (value === SLOW) return SLOW;
      if (test(value, context)) return templates;
    }
    return tag.elseTemplates ?? [];
  };
}

const outputs = new WeakMap<Template, Read>();
const choices = new WeakMap<Template, Choose>();

/** Prepares a part of what was parsed, if it is simple. */
export function quicken(part: object): void {
  if (part instanceof Output) {
    const output = outputOf(part.value as unknown as ValueLike);
    if (output) outputs.set(part, output);
  }
  if (part instanceof IfTag || part instanceof UnlessTag) {
    const choice = choiceOf(part as unknown as Parameters<typeof choiceOf>[0]);
    if (choice) choices.set(part, choice);
  }
}

/** What an output writes. */
export const quickOutput = (template: Template, context: Context): unknown =>
  outputs.get(template)?.(context) ?? SLOW;

/** What follows in a condition. */
export const quickChoice = (template: Template, context: Context): Template[] | Slow =>
  choices.get(template)?.(context) ?? SLOW;
