/** DynamoDB's condition, key and update expressions, as small as our adapters use them; refuses what it does not know. */
export type Item = Record<string, unknown>;
export type Names = Record<string, string> | undefined;
export type Values = Record<string, unknown> | undefined;

const TOKEN = /\s*(<=|>=|<>|[=<>(),+-]|[:#]?[A-Za-z_][\w.#-]*|\d+)\s*/gy;

const known = new Map<string, string[]>();

/** Adapters use a few dozen expressions, again and again. */
function tokens(text: string): string[] {
  const found = known.get(text) ?? cut(text);
  known.set(text, found);
  return found;
}

function cut(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match?.[1]) throw new Error(`expression not known at ${at}: ${text}`);
    found.push(match[1]);
  }
  return found;
}

/** Order of DynamoDB for equal types: numbers, and text by UTF-8 bytes. */
export function compare(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string')
    return a === b ? 0 : Buffer.from(a).compare(Buffer.from(b));
  return undefined;
}

const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && JSON.stringify(a) === JSON.stringify(b));

class Reader {
  readonly list: string[];
  readonly names: Names;
  readonly values: Values;
  readonly item: Item;
  at = 0;

  constructor(text: string, names: Names, values: Values, item: Item) {
    this.list = tokens(text);
    this.names = names;
    this.values = values;
    this.item = item;
  }

  get done(): boolean {
    return this.at >= this.list.length;
  }

  peek(): string {
    return this.list[this.at] ?? '';
  }

  keyword(): string {
    return this.peek().toUpperCase();
  }

  take(wanted?: string): string {
    const token = this.list[this.at] ?? '';
    if (wanted !== undefined && token.toUpperCase() !== wanted) {
      throw new Error(`expression: got ${token}, wanted ${wanted} in ${this.list.join(' ')}`);
    }
    this.at += 1;
    return token;
  }

  path(): string[] {
    const token = this.take();
    return token.split('.').map((part) => {
      if (!part.startsWith('#')) return part;
      const name = this.names?.[part];
      if (name === undefined) throw new Error(`expression: name ${part} is not given`);
      return name;
    });
  }

  get(path: readonly string[]): unknown {
    return path.reduce<unknown>((value, name) => (value as Item | undefined)?.[name], this.item);
  }

  value(): unknown {
    const token = this.peek();
    if (!token.startsWith(':')) {
      if (this.list[this.at + 1] === '(') return this.call();
      return this.get(this.path());
    }
    this.take();
    if (!this.values || !(token in this.values)) {
      throw new Error(`expression: value ${token} is not given`);
    }
    return this.values[token];
  }

  /** Functions that give a value. */
  call(): unknown {
    const name = this.take();
    this.take('(');
    const at = this.at;
    if (name === 'if_not_exists') {
      const path = this.path();
      this.take(',');
      const fallback = this.value();
      this.take(')');
      return this.get(path) ?? fallback;
    }
    if (name === 'size') {
      const value = this.value() as { length?: number };
      this.take(')');
      return value?.length ?? Object.keys(value ?? {}).length;
    }
    if (name === 'list_append') {
      const a = this.value() as unknown[];
      this.take(',');
      const b = this.value() as unknown[];
      this.take(')');
      return [...a, ...b];
    }
    this.at = at;
    throw new Error(`expression: function ${name} is not known`);
  }

  or(): boolean {
    let result = this.and();
    while (this.keyword() === 'OR') {
      this.take();
      const right = this.and();
      result = result || right;
    }
    return result;
  }

  and(): boolean {
    let result = this.not();
    while (this.keyword() === 'AND') {
      this.take();
      const right = this.not();
      result = result && right;
    }
    return result;
  }

  not(): boolean {
    if (this.keyword() === 'NOT') {
      this.take();
      return !this.not();
    }
    if (this.peek() === '(') {
      this.take();
      const result = this.or();
      this.take(')');
      return result;
    }
    return this.test();
  }

  test(): boolean {
    const name = this.peek();
    if (['attribute_exists', 'attribute_not_exists'].includes(name)) {
      this.take();
      this.take('(');
      const value = this.get(this.path());
      this.take(')');
      return (value !== undefined) === (name === 'attribute_exists');
    }
    if (name === 'begins_with' || name === 'contains') {
      this.take();
      this.take('(');
      const a = this.value();
      this.take(',');
      const b = this.value();
      this.take(')');
      if (name === 'begins_with') return typeof a === 'string' && a.startsWith(String(b));
      return (typeof a === 'string' || Array.isArray(a)) && a.includes(b as never);
    }
    return this.comparison(this.value());
  }

  comparison(a: unknown): boolean {
    const operator = this.take().toUpperCase();
    if (operator === 'BETWEEN') {
      const low = this.value();
      this.take('AND');
      const high = this.value();
      return (compare(a, low) ?? -1) >= 0 && (compare(a, high) ?? 1) <= 0;
    }
    if (operator === 'IN') {
      this.take('(');
      const options = [this.value()];
      while (this.peek() === ',') {
        this.take();
        options.push(this.value());
      }
      this.take(')');
      return options.some((option) => same(a, option));
    }
    const b = this.value();
    if (operator === '=') return a !== undefined && same(a, b);
    if (operator === '<>') return !same(a, b);
    const order = compare(a, b);
    if (order === undefined) return false;
    switch (operator) {
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
      default:
        throw new Error(`expression: operator ${operator} is not known`);
    }
  }
}

/** Does `item` meet the condition? An absent condition is always met. */
export function meets(text: string | undefined, names: Names, values: Values, item: Item): boolean {
  if (text === undefined) return true;
  const reader = new Reader(text, names, values, item);
  const result = reader.or();
  if (!reader.done) throw new Error(`expression: more than was understood in ${text}`);
  return result;
}

function assign(item: Item, path: readonly string[], value: unknown): void {
  let target = item;
  for (const name of path.slice(0, -1)) {
    if (typeof target[name] !== 'object' || target[name] === null) {
      throw Object.assign(new Error('The document path provided is invalid for update'), {
        name: 'ValidationException',
      });
    }
    target = target[name] as Item;
  }
  const last = path.at(-1) as string;
  if (value === undefined) delete target[last];
  else target[last] = value;
}

/** `item` after the update expression; `item` itself stays as it was. */
export function updated(text: string, names: Names, values: Values, item: Item): Item {
  const next = structuredClone(item);
  const reader = new Reader(text, names, values, item);
  let clause = '';
  while (!reader.done) {
    if (['SET', 'REMOVE', 'ADD'].includes(reader.keyword())) clause = reader.take().toUpperCase();
    else if (reader.peek() === ',') reader.take();
    const path = reader.path();
    if (clause === 'REMOVE') assign(next, path, undefined);
    else if (clause === 'ADD')
      assign(next, path, Number(reader.get(path) ?? 0) + Number(reader.value()));
    else {
      reader.take('=');
      assign(next, path, sum(reader));
    }
  }
  return next;
}

function sum(reader: Reader): unknown {
  let value = reader.value();
  while (reader.peek() === '+' || reader.peek() === '-') {
    const sign = reader.take() === '+' ? 1 : -1;
    value = Number(value) + sign * Number(reader.value());
  }
  return value;
}
