/**
 * Liquid's condition syntax, parsed once into a small tree and evaluated without clock, randomness or I/O.
 * Own code, since the kernel may not carry a template engine; a property test holds it to liquidjs.
 */
import type { Comparison, Condition, Operand, Variables } from '../../contract/conditions.ts';

export type ConditionError = {
  /** 1 for the first character of the condition. */
  column: number;
  got: string;
  wanted: string;
};
export type ParsedCondition =
  | { ok: true; condition: Condition }
  | { ok: false; error: ConditionError };

/** Far above any rule that a person can read; it also bounds the depth of the tree. */
export const CONDITION_CHARS_MAX = 1_000;

type Token = {
  kind: 'word' | 'number' | 'string' | 'operator' | 'punctuation';
  text: string;
  column: number;
};

const TOKEN = new RegExp(
  [
    String.raw`(?<blank>\s+)`,
    String.raw`(?<number>-?\d+(?:\.\d+)?(?![\p{L}\p{N}_-]))`,
    String.raw`(?<string>'[^']*'|"[^"]*")`,
    String.raw`(?<operator>==|!=|>=|<=|<>|=>|=<|&&|\|\||[><=|])`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_-]*\??)`,
    String.raw`(?<punctuation>\.\.|[^])`,
  ].join('|'),
  'uy',
);

const COMPARISONS: readonly string[] = ['==', '!=', '>', '<', '>=', '<=', 'contains'];
const RESERVED: readonly string[] = ['and', 'or', 'contains', 'not'];
/** Names that would bring in a clock; what follows for a customer must not depend on when it is asked. */
const CLOCKS: readonly string[] = ['now', 'today'];

/** What people write by habit of other languages, and what Liquid wants instead. */
const HINTS: Readonly<Record<string, string>> = {
  '=': '==',
  '<>': '!=',
  '=>': '>=',
  '=<': '<=',
  '&&': 'and',
  '||': 'or',
  '|': 'a condition without filters',
  '(': 'a condition without parentheses; and/or are read from right to left',
  '!': '!=, or `== false`',
  not: '!=, or `== false`',
  '..': 'a condition without ranges: use >= and <=',
};

/** Thrown inside this file only; `parseCondition` returns it as a value. */
class Refused extends Error {
  readonly error: ConditionError;
  constructor(error: ConditionError) {
    super(error.wanted);
    this.error = error;
  }
}

const refuse = (token: Token | undefined, text: string, wanted: string): never => {
  throw new Refused({
    column: token?.column ?? text.length + 1,
    got: token?.text ?? 'the end of the condition',
    wanted: (token && HINTS[token.text]) ?? wanted,
  });
};

function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(new RegExp(TOKEN, 'guy'))) {
    const kind = Object.entries(match.groups ?? {}).find(([, part]) => part !== undefined)?.[0];
    if (kind === 'blank' || kind === undefined) continue;
    found.push({ kind: kind as Token['kind'], text: match[0], column: match.index + 1 });
  }
  return found;
}

/** A cursor over the tokens of one condition. */
class Reader {
  readonly text: string;
  private readonly list: Token[];
  private place = 0;
  constructor(text: string) {
    this.text = text;
    this.list = tokens(text);
  }
  peek(): Token | undefined {
    return this.list[this.place];
  }
  next(): Token | undefined {
    return this.list[this.place++];
  }
  takes(text: string): boolean {
    if (this.peek()?.text !== text || this.peek()?.kind === 'string') return false;
    this.place += 1;
    return true;
  }
}

const LITERALS: Readonly<Record<string, Operand>> = {
  true: { value: true },
  false: { value: false },
  nil: { value: null },
  null: { value: null },
  empty: { empty: true },
  blank: { blank: true },
};

function readPath(reader: Reader, first: Token): Operand {
  const path = [first.text];
  for (;;) {
    if (reader.takes('.')) {
      const name = reader.next();
      if (name?.kind !== 'word') refuse(name, reader.text, 'a name after the dot');
      path.push((name as Token).text);
    } else if (reader.takes('[')) {
      const key = reader.next();
      if (key?.kind === 'string') path.push(key.text.slice(1, -1));
      else if (key?.kind === 'number' && /^\d+$/.test(key.text)) path.push(key.text);
      else
        refuse(key, reader.text, "a quoted name or a place in brackets, such as ['size'] or [0]");
      if (!reader.takes(']')) refuse(reader.peek(), reader.text, ']');
    } else return { path };
  }
}

function readString(token: Token, text: string): Operand {
  if (token.text.includes('\\')) {
    refuse({ ...token, text: '\\' }, text, 'a text without backslashes');
  }
  return { value: token.text.slice(1, -1) };
}

function readOperand(reader: Reader): Operand {
  const token = reader.next();
  if (token?.kind === 'number') return { value: Number(token.text) };
  if (token?.kind === 'string') return readString(token, reader.text);
  if (token?.text === '"' || token?.text === "'") {
    return refuse(token, reader.text, `a text that ends with ${token.text}`);
  }
  if (token?.kind !== 'word' || RESERVED.includes(token.text)) {
    return refuse(token, reader.text, 'a variable, a number, a quoted text, true, false or nil');
  }
  if (CLOCKS.includes(token.text)) {
    return refuse(
      token,
      reader.text,
      'no clock: use a variable such as customer.days_since_last_order',
    );
  }
  const literal = Object.hasOwn(LITERALS, token.text) ? LITERALS[token.text] : undefined;
  return literal ?? readPath(reader, token);
}

function readComparison(reader: Reader): Condition {
  const a = readOperand(reader);
  const operator = reader.peek();
  if (!operator || operator.kind === 'string' || !COMPARISONS.includes(operator.text)) {
    return { op: 'truthy', a };
  }
  reader.next();
  return { op: operator.text as Comparison, a, b: readOperand(reader) };
}

function readCondition(reader: Reader): Condition {
  const left = readComparison(reader);
  const joint = reader.peek();
  if (joint === undefined) return left;
  if (joint.kind !== 'word' || (joint.text !== 'and' && joint.text !== 'or')) {
    return refuse(joint, reader.text, 'and, or, a comparison, or the end of the condition');
  }
  reader.next();
  return { op: joint.text, left, right: readCondition(reader) };
}

/** Parses `customer.orders_count >= 2 and order.gift != true`; refusals say column, got and wanted. */
export function parseCondition(text: string): ParsedCondition {
  if (text.length > CONDITION_CHARS_MAX) {
    const got = `${text.length} characters`;
    const wanted = `at most ${CONDITION_CHARS_MAX} characters`;
    return { ok: false, error: { column: CONDITION_CHARS_MAX + 1, got, wanted } };
  }
  try {
    return { ok: true, condition: readCondition(new Reader(text)) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, error: error.error };
    throw error;
  }
}

/** Own properties only, so that no name of JavaScript's (`constructor`) is ever a variable. */
function property(value: unknown, key: string): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return key === 'size' ? value.length : undefined;
  if (typeof value !== 'object') return undefined;
  if (Object.hasOwn(value, key) && !(Array.isArray(value) && key === 'length')) {
    return (value as { [name: string]: unknown })[key];
  }
  if (key !== 'size') return undefined;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** Marks `empty` and `blank`, which are not values but questions about the other side. */
const EMPTY = Symbol('empty');
const BLANK = Symbol('blank');

function resolve(operand: Operand, variables: Variables): unknown {
  if ('value' in operand) return operand.value;
  if ('empty' in operand) return EMPTY;
  if ('blank' in operand) return BLANK;
  return operand.path.reduce<unknown>(property, variables);
}

const isNil = (value: unknown): boolean => value === null || value === undefined;

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

const isBlank = (value: unknown): boolean =>
  value === false ||
  isNil(value) ||
  (typeof value === 'string' ? /^\s*$/.test(value) : isEmpty(value));

function equal(a: unknown, b: unknown): boolean {
  if (a === EMPTY) return isEmpty(b);
  if (a === BLANK) return isBlank(b);
  if (b === EMPTY || b === BLANK) return equal(b, a);
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((item, place) => equal(item, b[place]))
    );
  }
  return a === b;
}

function contains(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return a.some((item) => equal(item, b));
  // `empty` and `blank` stand for '' here. A missing right side is in no text; liquidjs would look
  // for the word "undefined".
  const [text, part] = [a, b].map((side) => (typeof side === 'symbol' ? '' : side));
  return typeof text === 'string' && !isNil(part) && text.includes(String(part));
}

/** Nothing is more or less than nil, a list or an object. Texts and numbers compare as in JavaScript. */
function ordered(op: '>' | '<' | '>=' | '<=', a: unknown, b: unknown): boolean {
  const scalar = (value: unknown): value is number =>
    typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
  if (!scalar(a) || !scalar(b)) return false;
  if (op === '>') return a > b;
  if (op === '<') return a < b;
  return op === '>=' ? a >= b : a <= b;
}

/** In Liquid only `nil` and `false` are untrue: 0 and '' are true. Total: it never throws. */
export function evaluate(condition: Condition, variables: Variables): boolean {
  switch (condition.op) {
    case 'and':
      return evaluate(condition.left, variables) && evaluate(condition.right, variables);
    case 'or':
      return evaluate(condition.left, variables) || evaluate(condition.right, variables);
    case 'truthy': {
      const value = resolve(condition.a, variables);
      return !isNil(value) && value !== false;
    }
    default: {
      const a = resolve(condition.a, variables);
      const b = resolve(condition.b, variables);
      if (condition.op === '==') return equal(a, b);
      if (condition.op === '!=') return !equal(a, b);
      if (condition.op === 'contains') return contains(a, b);
      return ordered(condition.op, a, b);
    }
  }
}

/** Every variable path that a condition reads, in order of appearance. */
export function pathsOf(condition: Condition): string[][] {
  if ('left' in condition) return [...pathsOf(condition.left), ...pathsOf(condition.right)];
  const operands = condition.op === 'truthy' ? [condition.a] : [condition.a, condition.b];
  return operands.flatMap((operand) => ('path' in operand ? [operand.path] : []));
}
