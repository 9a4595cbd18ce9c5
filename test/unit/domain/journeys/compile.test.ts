import { describe, expect, it } from 'vitest';
import { type Journey, STEPS_MAX } from '../../../../functions/contract/journeys.ts';
import { DAY_MS } from '../../../../functions/contract/time.ts';
import { compileJourney } from '../../../../functions/domain/journeys/compile.ts';

const HEAD = [
  'trigger: Order Completed',
  'purpose: marketing',
  'topic: reminders',
  'expires: P30D',
] as const;

/** A journey of the head and these lines; the steps default to one mail. */
const fileOf = (lines: readonly string[], head: readonly string[] = HEAD) =>
  [...head, ...(lines.some((l) => l.startsWith('steps')) ? [] : ['steps: [{ id: a, send: a }]'])]
    .concat(lines)
    .join('\n');

const CONTEXT = { templates: new Set(['thanks/a', 'thanks/b', 'other/c']), holdout: 0.1 };
const compile = (text: string) =>
  compileJourney({ path: 'templates/thanks/journey.yaml', text }, CONTEXT);

function journeyOf(lines: readonly string[], head?: readonly string[]): Journey {
  const compiled = compile(fileOf(lines, head));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.journey;
}

function firstProblem(lines: readonly string[], head?: readonly string[]) {
  const compiled = compile(fileOf(lines, head));
  if (compiled.ok) throw new Error('the journey was accepted');
  return compiled.problems[0];
}

describe('a journey file', () => {
  it('takes its id from the folder and its defaults from the shop', () => {
    expect(journeyOf([])).toEqual({
      id: 'thanks',
      trigger: 'Order Completed',
      oncePer: 'order',
      cancelOn: [],
      priority: 50,
      purpose: 'marketing',
      topic: 'reminders',
      mode: 'live',
      holdout: 0.1,
      measured: true,
      expiresMs: 30 * DAY_MS,
      steps: [
        {
          kind: 'send',
          id: 'a',
          template: 'thanks/a',
          purpose: 'marketing',
          topic: 'reminders',
          priority: 50,
          measured: true,
        },
      ],
    });
  });

  it('turns nested branches into places to go to', () => {
    const { steps } = journeyOf([
      'steps:',
      '  - id: which',
      '    branch:',
      '      when: order.number == 1',
      '      then: [{ id: a, send: a }]',
      '      else:',
      '        - id: inner',
      '          branch: { when: order.gift, then: [{ id: stop, exit: true }] }',
      '        - { id: b, send: b }',
      '  - { id: told, emit: { event: Detractor Reported } }',
    ]);
    const ways = steps.map((step) =>
      step.kind === 'branch'
        ? [step.id, step.then, step.otherwise]
        : step.kind === 'jump'
          ? [step.id, step.to]
          : step.id,
    );
    expect(ways).toEqual([
      ['which', 1, 3],
      'a',
      ['which.end', 6],
      ['inner', 4, 5],
      ['stop', 7],
      'b',
      'told',
    ]);
  });

  it('holds nobody out of feedback and measures nothing where it says none', () => {
    const head = HEAD.map((line) => (line.startsWith('topic') ? 'topic: feedback' : line));
    expect(journeyOf([], head)).toMatchObject({ measured: false, holdout: 0 });
    expect(journeyOf(['holdout: none'])).toMatchObject({ measured: false, holdout: 0 });
    expect(journeyOf(['holdout: 0.25'])).toMatchObject({ measured: true, holdout: 0.25 });
  });

  it('reads weekdays and local times', () => {
    const steps =
      "steps: [{ id: w, wait_until: { at: '10:30', weekday: tuesday } }, { id: a, send: a }]";
    expect(journeyOf([steps]).steps[0]).toEqual({
      kind: 'wait_until',
      id: 'w',
      atMinute: 630,
      weekday: 2,
    });
  });

  it('hands on variables in what it emits', () => {
    const emit =
      '{ event: Detractor Reported, properties: { score: { value: customer.last_score } } }';
    const [step] = journeyOf([`steps: [{ id: e, emit: ${emit} }]`]).steps;
    const score = { op: 'truthy', a: { path: ['customer', 'last_score'] } };
    expect(step).toMatchObject({ properties: { score } });
  });
});

describe('a journey file that cannot work is refused by line', () => {
  const cart = HEAD.map((line) => (line.startsWith('trigger') ? 'trigger: Cart Updated' : line));
  const transactional = HEAD.map((line) =>
    line.startsWith('purpose') ? 'purpose: transactional' : line,
  );
  it.each([
    ['an unknown trigger', [], 1, 'Order Complete', 'Order Completed', ['trigger: Order Complete']],
    ['an unknown key', ['once: order'], 6, 'the key once', 'once_per'],
    ['a key that stands twice', ['priority: 1', 'priority: 2'], 7, 'unique', 'YAML'],
    ['a priority out of range', ['priority: 200'], 6, '200', '0 to 100'],
    [
      'an unknown event to cancel on',
      ['cancel_on: [{ event: Oder }]'],
      6,
      'Oder',
      'Order Completed',
    ],
    [
      'an event that no fact remembers',
      ['cancel_on: [{ event: Email Opened }]'],
      6,
      'Email Opened',
      'Order Completed',
    ],
    ['a duration of months', ['reentry: P3M'], 6, 'P3M', 'P7D'],
    [
      'a lifetime of more than 90 days',
      [],
      4,
      '91 days',
      'P90D',
      [...HEAD.slice(0, 3), 'expires: P91D'],
    ],
    ['a condition that does not parse', ['condition: order.total = 5'], 6, '= (character 13', '=='],
    ['a clock in a condition', ["condition: now > '2026'"], 6, 'now', 'no clock'],
    ['an unknown variable', ['condition: order.totl > 5'], 6, 'order.totl', 'order.total'],
    ['an unknown group of variables', ['condition: basket.total > 5'], 6, 'basket', 'cart.'],
    ["another thing's variable", ['condition: cart.items_count > 1'], 6, 'cart.', 'about cart'],
    ['a number beside a text', ["condition: order.number == '1'"], 6, '"1"', 'a number'],
    ['a condition that never changes', ['condition: 1 == 1'], 6, 'always true', 'a variable'],
    ['an unknown mail', ['steps: [{ id: a, send: thank }]'], 5, 'thank', 'one of a, b'],
    ["another journey's mail", ['steps: [{ id: a, send: c }]'], 5, 'the mail c', 'one of a, b'],
    ['an unknown step', ['steps:', '  - id: a', '    mail: a'], 6, 'mail', 'wait_until'],
    [
      'a step that does two things',
      ['steps: [{ id: a, send: a, wait: P1D }]'],
      5,
      'send',
      'one of',
    ],
    ['a step without an id', ['steps:', '  - send: a'], 6, 'nothing', 'an id'],
    ['an id of capitals', ['steps:', '  - id: First', '    send: a'], 6, 'First', 'small letters'],
    [
      'an id that stands twice',
      ['steps:', '  - { id: a, send: a }', '  - id: a', '    send: b'],
      7,
      'a second time',
      'its own',
    ],
    [
      'an unknown key of a step',
      ['steps:', '  - id: a', '    send: a', '    prio: 1'],
      8,
      'prio',
      'priority',
    ],
    [
      'a step behind the end',
      ['steps:', '  - { id: x, exit: true }', '  - { id: a, send: a }'],
      7,
      'behind the end',
      'reached',
    ],
    [
      'a step behind a branch that always ends',
      [
        'steps:',
        '  - id: w',
        '    branch: { when: order.gift, then: [{ id: x, exit: true }], else: [{ id: y, exit: true }] }',
        '  - { id: a, send: a }',
      ],
      8,
      'behind the end',
      'reached',
    ],
    [
      'a branch that always goes one way',
      [
        'steps:',
        '  - id: w',
        '    branch:',
        "      when: 'true'",
        '      then: [{ id: a, send: a }]',
      ],
      8,
      'always true',
      'a variable',
    ],
    [
      'a wait for no time',
      ['steps:', '  - { id: w, wait: PT0S }', '  - { id: a, send: a }'],
      6,
      'PT0S',
      'longer',
    ],
    ['a negative wait', ['steps:', '  - { id: w, wait: -P1D }'], 6, '-P1D', 'a duration'],
    [
      'a wait that may never end',
      [
        'steps:',
        '  - id: w',
        '    wait: [{ after: Order Delivered, for: P7D }]',
        '  - { id: a, send: a }',
      ],
      7,
      'unmet',
      'never end',
    ],
    [
      'an alternative behind one that always counts',
      [
        'steps:',
        '  - id: w',
        '    wait:',
        '      - for: P1D',
        '      - for: P2D',
        '  - { id: a, send: a }',
      ],
      9,
      'always counts',
      'at the end',
    ],
    [
      'waits beyond the lifetime',
      ['steps: [{ id: w, wait: P40D }, { id: a, send: a }]'],
      4,
      '40 days',
      'stale',
    ],
    [
      'waits of more than 90 days',
      ['steps: [{ id: a, send: a }, { id: w, wait: P100D }]'],
      5,
      '100 days',
      '90',
    ],
    [
      'an unknown event to emit',
      ['steps: [{ id: e, emit: { event: Big News } }]'],
      5,
      'Big News',
      'Detractor',
    ],
    ['a held-out share above one', ['holdout: 10'], 6, '10', 'share'],
    ['two lives of an occasion', ['once_per: cart'], 6, 'cart', 'customer or order'],
    ['another id than the folder', ['id: thank-you'], 6, 'thank-you', 'thanks'],
    ['steps that do nothing', ['steps: [{ id: w, wait: P1D }]'], 5, 'nothing', 'send or emit'],
    ['no steps', ['steps: []'], 5, 'a list of 0', 'at least one'],
    ['a quoted time left out', ['steps: [{ id: w, wait_until: { at: 10 } }]'], 5, '10', "'10:00'"],
    ['no YAML at all', ['steps: [', ''], 6, '', 'YAML'],
    ['a topic of a transactional mail', [], 3, 'reminders', 'no topic', transactional],
    [
      'a held-out share of feedback',
      ['holdout: 0.1'],
      6,
      '0.1',
      'none',
      HEAD.map((line) => (line.startsWith('topic') ? 'topic: feedback' : line)),
    ],
    [
      'a marketing mail without a topic',
      [],
      4,
      'without a topic',
      'leave',
      HEAD.filter((line) => !line.startsWith('topic')),
    ],
    [
      'a wait for an order in the journey of a cart',
      [
        'steps:',
        '  - id: w',
        '    wait:',
        '      - { after: Order Delivered, for: P1D }',
        '      - for: P2D',
      ],
      8,
      'Order Delivered',
      'never comes',
      cart,
    ],
  ] as [string, string[], number, string, string, string[]?][])(
    '%s',
    (_, lines, line, got, wanted, head) => {
      const problem = firstProblem(lines, head);
      expect(problem).toMatchObject({ file: 'templates/thanks/journey.yaml', line });
      expect(problem?.got).toContain(got);
      expect(problem?.wanted).toContain(wanted);
    },
  );

  it('tells all misplaced values at once', () => {
    const compiled = compile(fileOf(['priority: 200', 'mode: loud']));
    expect(compiled.ok ? [] : compiled.problems.map(({ line }) => line)).toEqual([6, 7]);
  });

  it('aliases, which make a reader jump, and files without end', () => {
    const alias = ['steps: [&a { id: a, send: a }, *a]'];
    expect(firstProblem(alias)).toMatchObject({ line: 1, got: expect.stringContaining('alias') });
    const endless = [`# ${'x'.repeat(70_000)}`];
    expect(firstProblem(endless)?.wanted).toContain('at most 65536');
  });

  it('a text, a number or a list in the place of a journey', () => {
    for (const text of ['', '5', 'a journey', '- a', 'steps: &x [*x]']) {
      const compiled = compile(text);
      expect(compiled.ok).toBe(false);
    }
  });

  it('branches deeper than anyone can follow', () => {
    const deep = (depth: number): string =>
      depth === 0
        ? '[{ id: a, send: a }]'
        : `[{ id: b${depth}, branch: { when: order.gift, then: ${deep(depth - 1)} } }]`;
    expect(firstProblem([`steps: ${deep(7)}`])?.wanted).toContain('at most 5');
  });

  it('more steps than anyone can follow', () => {
    const steps = (count: number) =>
      Array.from({ length: count }, (_, n) => `  - { id: s-${n}, send: a }`);
    expect(journeyOf(['steps:', ...steps(STEPS_MAX)]).steps).toHaveLength(STEPS_MAX);
    expect(firstProblem(['steps:', ...steps(STEPS_MAX + 1)])).toMatchObject({
      got: `a list of ${STEPS_MAX + 1}`,
      wanted: `at most ${STEPS_MAX} steps`,
    });
  });
});

describe('a step with a coupon', () => {
  const steps = (coupon: string, more = '') => [
    `steps: [{ id: a, send: a, coupon: ${coupon}${more} }]`,
  ];

  it('promises a share or an amount, for so many days', () => {
    const [percent] = journeyOf(steps('{ percent: 10, valid_days: 14, prefix: OAK }')).steps;
    expect(percent).toMatchObject({ coupon: { percent: 10, validDays: 14, prefix: 'OAK' } });
    const [amount] = journeyOf(steps('{ amount: 5.5, valid_days: 7 }')).steps;
    expect(amount).toHaveProperty('coupon', { amount: 5.5, validDays: 7 });
  });

  it.each([
    ['{ valid_days: 7 }', 'either percent or amount'],
    ['{ percent: 5, amount: 5, valid_days: 7 }', 'either percent or amount'],
    ['{ percent: 0, valid_days: 7 }', 'a whole number from 1 to 100'],
    ['{ percent: 12.5, valid_days: 7 }', 'a whole number from 1 to 100'],
    ['{ amount: -1, valid_days: 7 }', 'an amount above 0 in the currency of the shop'],
    ['{ percent: 5 }', 'a number of days from 1 to 365'],
    ['{ percent: 5, valid_days: 400 }', 'a number of days from 1 to 365'],
    ['{ percent: 5, valid_days: 7, prefix: oak }', 'two to eight capitals and digits, such as OAK'],
  ])('%s is refused: wanted %s', (coupon, wanted) => {
    expect(firstProblem(steps(coupon))?.wanted).toContain(wanted);
  });

  it('is never transactional', () => {
    const transactional = ', purpose: transactional';
    expect(firstProblem(steps('{ percent: 5, valid_days: 7 }', transactional))).toMatchObject({
      got: 'a coupon in a transactional mail',
    });
  });
});
