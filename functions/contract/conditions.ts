/** A Liquid condition, parsed once into a small tree. No clock, no randomness, no filters but `size`. */
export type Operand =
  | { value: string | number | boolean | null }
  /** `nil`-safe path into the variables: `customer.orders_count`. */
  | { path: string[] }
  | { empty: true }
  | { blank: true };

export type Comparison = '==' | '!=' | '>' | '<' | '>=' | '<=' | 'contains';

/** Liquid has no parentheses and evaluates `and`/`or` from right to left; the tree says it outright. */
export type Condition =
  | { op: 'and' | 'or'; left: Condition; right: Condition }
  | { op: Comparison; a: Operand; b: Operand }
  | { op: 'truthy'; a: Operand };

/** What conditions read: JSON without functions. Times are ISO text, money decimals, durations days. */
export type Variables = { [name: string]: unknown };
