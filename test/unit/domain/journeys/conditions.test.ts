import * as fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { describe, expect, it } from 'vitest';
import {
  CONDITION_CHARS_MAX,
  evaluate,
  parseCondition,
  pathsOf,
} from '../../../../functions/domain/journeys/conditions.ts';

const holds = (text: string, variables: object = {}): boolean => {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.got}, wanted ${parsed.error.wanted}`);
  return evaluate(parsed.condition, variables as { [name: string]: unknown });
};

describe('evaluate', () => {
  it.each([
    ['customer.orders_count >= 2', { customer: { orders_count: 2 } }, true],
    ['customer.orders_count >= 2', { customer: {} }, false],
    ['customer.orders_count < 2', {}, false],
    ["order.channel == 'store'", { order: { channel: 'store' } }, true],
    ["order.tags contains 'vip'", { order: { tags: ['new', 'vip'] } }, true],
    ["order.note contains 'gift'", { order: { note: 'a gift for' } }, true],
    ['order.lines.size > 1', { order: { lines: [1, 2] } }, true],
    ["order['lines'][0] == 7", { order: { lines: [7] } }, true],
    ['order.gift', { order: { gift: false } }, false],
    ['order.total', { order: { total: 0 } }, true],
    ['customer.name == nil', {}, true],
    ['customer.name == empty', { customer: { name: '' } }, true],
    ['customer.name == blank', { customer: { name: '  ' } }, true],
    ['nil == blank', {}, true],
    ['blank == nil', {}, true],
    ['constructor.name', {}, false],
  ])('%s with %j is %s', (text, variables, wanted) => {
    expect(holds(text, variables)).toBe(wanted);
  });

  it('reads and/or from right to left, as Liquid does', () => {
    // Left to right would be (true or false) and false = false.
    expect(holds('true or false and false')).toBe(true);
    expect(holds('false and false or true')).toBe(false);
  });
});

describe('a condition that cannot work', () => {
  it.each([
    ['customer.orders_count = 2', 23, '=', '=='],
    ['a && b', 3, '&&', 'and'],
    ['(a or b)', 1, '(', 'parentheses'],
    ["now > '2026-01-01'", 1, 'now', 'no clock'],
    ['order.total | plus: 1', 13, '|', 'without filters'],
    ['a == (1..3)', 6, '(', 'parentheses'],
    ['a == 1..3', 7, '..', 'ranges'],
    ['not a', 1, 'not', '!='],
    ['a ==', 5, 'the end of the condition', 'a variable'],
    ['', 1, 'the end of the condition', 'a variable'],
    ["a == 'open", 6, "'", 'ends with'],
    ['a == 1 == 2', 8, '==', 'end of the condition'],
    ['a b', 3, 'b', 'and, or'],
    ["a == 'x\\'y'", 6, '\\', 'backslashes'],
    ['a.', 3, 'the end of the condition', 'a name after the dot'],
    ['a[b]', 3, 'b', 'quoted name'],
  ])('%s is refused at column %i', (text, column, got, wanted) => {
    const parsed = parseCondition(text);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.error).toMatchObject({ column, got });
    expect(parsed.error.wanted).toContain(wanted);
  });

  it('is refused when it is longer than a person can read', () => {
    const parsed = parseCondition('a or '.repeat(CONDITION_CHARS_MAX));
    expect(parsed).toMatchObject({ ok: false, error: { column: CONDITION_CHARS_MAX + 1 } });
  });

  it('never throws, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        expect(typeof parseCondition(text).ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });
});

describe('agreement with liquidjs', () => {
  const scalarPaths = ['a.n', 'a.s', 'a.b', 'b.n', 'b.s', "a['n']", 'a.missing', 'none.at.all'];
  const otherPaths = ['a.list', 'b.list', 'a.list.size', 'a.s.size', 'a.size', 'a.list[0]'];
  const literals = ['0', '1', '-2', '1.5', "''", "'x'", '"1"', "' '", 'true', 'false', 'nil'];
  const scalar = fc.constantFrom(...scalarPaths, ...literals, 'empty', 'blank');
  const operand = fc.oneof(scalar, fc.constantFrom(...otherPaths));
  const comparison = fc.oneof(
    fc.tuple(operand, fc.constantFrom(' == ', '!=', ' != '), operand).map((part) => part.join('')),
    fc.tuple(scalar, fc.constantFrom(' > ', '<', ' >= ', '<='), scalar).map((p) => p.join('')),
    fc
      .tuple(operand, fc.constantFrom("'x'", '1', "''", 'a.s', 'b.n', 'empty'))
      .map((parts) => parts.join(' contains ')),
    operand,
  );
  const condition = fc
    .tuple(
      comparison,
      fc.array(fc.tuple(fc.constantFrom('and', 'or'), comparison), { maxLength: 4 }),
    )
    .map(([first, rest]) => [first, ...rest.map((pair) => pair.join(' '))].join(' '));
  const value = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom('', ' ', 'x', '1', 'xy'));
  const part = fc.record({
    n: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constant(1.5)),
    s: fc.constantFrom('', ' ', 'x', '1', 'xy'),
    b: fc.boolean(),
    list: fc.array(value, { maxLength: 3 }),
  });
  const liquid = new Liquid({ ownPropertyOnly: true });

  it('finds the same truth for any condition and variables', () => {
    fc.assert(
      fc.property(condition, fc.record({ a: part, b: part }), (text, variables) => {
        // liquidjs says that nil is blank, but not when the word nil stands on the left.
        fc.pre(!/\bnil ?[!=]= ?blank\b/.test(text));
        const theirs = liquid.parseAndRenderSync(`{% if ${text} %}yes{% endif %}`, variables);
        expect(holds(text, variables)).toBe(theirs === 'yes');
      }),
      { numRuns: 1_000 },
    );
  });
});

it('names every variable that a condition reads', () => {
  const parsed = parseCondition("a.b == 1 and c['d'] contains e or true");
  expect(parsed.ok && pathsOf(parsed.condition)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});
