/** IAM, as far as the templates use it: who may do what to what. An unknown condition is refused. */
import { LocalError } from './errors.ts';

export type Statement = {
  effect: 'Allow' | 'Deny';
  actions: string[];
  resources: string[];
  conditions: { [operator: string]: { [key: string]: string | string[] } };
};
/** One thing that somebody wants to do; `context` holds condition keys. */
export type Ask = {
  action: string;
  resource: string;
  context?: { [key: string]: string | string[] | undefined };
};

const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** A resolved policy statement of a template. */
export function readStatement(raw: { [key: string]: unknown }): Statement {
  const { Effect, Action, Resource, Condition } = raw;
  if ((Effect !== 'Allow' && Effect !== 'Deny') || raw['NotAction'] || raw['NotResource']) {
    throw new LocalError('unknown-policy', `Policy statement not understood: ${Object.keys(raw)}.`);
  }
  const conditions = (Condition ?? {}) as Statement['conditions'];
  for (const operator of Object.keys(conditions)) operatorOf(operator);
  return {
    effect: Effect,
    actions: list(Action as string | string[]),
    resources: list(Resource as string | string[] | undefined),
    conditions,
  };
}

const patterns = new Map<string, RegExp>();
/** `*` any text, `?` one character; all else as it stands. */
function like(pattern: string, text: string): boolean {
  if (pattern === text || pattern === '*') return true;
  if (!/[*?]/.test(pattern)) return false;
  let regex = patterns.get(pattern);
  if (!regex) {
    const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    regex = new RegExp(`^${source.replaceAll('?', '.')}$`, 's');
    patterns.set(pattern, regex);
  }
  return regex.test(text);
}

type Operator = (got: string[], wanted: string[]) => boolean;
const anyEqual: Operator = (got, wanted) => got.some((one) => wanted.includes(one));
const anyLike: Operator = (got, wanted) => got.some((one) => wanted.some((w) => like(w, one)));
const OPERATORS: { [name: string]: Operator } = {
  StringEquals: anyEqual,
  ArnEquals: anyLike,
  StringLike: anyLike,
  ArnLike: anyLike,
  Bool: anyEqual,
  'ForAnyValue:StringEquals': anyEqual,
  'ForAnyValue:StringLike': anyLike,
  'ForAllValues:StringEquals': (got, wanted) => got.every((one) => wanted.includes(one)),
  'ForAllValues:StringLike': (got, wanted) =>
    got.every((one) => wanted.some((pattern) => like(pattern, one))),
  /** `false`: the key has to be there. */
  Null: (got, [wanted]) => String(got.length === 0) === wanted,
  StringNotEquals: (got, wanted) => !anyEqual(got, wanted),
  ArnNotEquals: (got, wanted) => !anyLike(got, wanted),
};

function operatorOf(name: string): Operator {
  const operator = OPERATORS[name];
  if (operator) return operator;
  throw new LocalError(
    'unknown-policy',
    `Policy condition ${name} is not known to the local run; known: ${Object.keys(OPERATORS)}.`,
  );
}

const holds = (statement: Statement, context: Ask['context']): boolean =>
  Object.entries(statement.conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      operatorOf(operator)(
        list(context?.[key]).filter((one) => one !== undefined),
        list(wanted),
      ),
    ),
  );

/** Does this statement speak about the ask? */
export const covers = (statement: Statement, { action, resource, context }: Ask): boolean =>
  statement.actions.some((one) => like(one.toLowerCase(), action.toLowerCase())) &&
  statement.resources.some((one) => like(one, resource)) &&
  holds(statement, context);

/** Allowed by one statement and denied by none. */
export const allows = (statements: readonly Statement[], ask: Ask): boolean =>
  statements.some((one) => one.effect === 'Allow' && covers(one, ask)) &&
  !statements.some((one) => one.effect === 'Deny' && covers(one, ask));
