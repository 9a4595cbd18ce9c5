import { describe, expect, it } from 'vitest';
import { CONDITION_VARIABLES } from '../../../functions/contract/variables.ts';
import { TEMPLATES_DIR } from '../../../infra/build-release.ts';
import {
  conditionWords,
  EITHER,
  NAMES,
  questionWords,
} from '../../../infra/studio/journeys/condition-words.ts';
import { figureLines, figuresOf, reasonLines } from '../../../infra/studio/journeys/figures.ts';
import { allSteps, graphOf } from '../../../infra/studio/journeys/graph.ts';
import { durationWords, journeyFacts } from '../../../infra/studio/journeys/sentences.ts';
import { journeyFolders, readTemplates } from '../../../infra/templates/files.ts';

const FILES = readTemplates(TEMPLATES_DIR);
const graph = (id: string, text = FILES.get(`${id}/journey.yaml`) ?? '') =>
  graphOf(id, `${id}/journey.yaml`, text);
const titles = (id: string) => allSteps(graph(id)?.steps ?? []).map(({ title }) => title);

describe('conditions in words', () => {
  it.each([
    ['customer.orders_count >= 2', 'the number of orders is at least 2'],
    ['cart.is_newest == true', 'there is no newer cart'],
    ['cart.is_newest == false', 'there is a newer cart'],
    ['run.feedback_given != true', 'no answer came meanwhile'],
    ['customer.churn_risk == nil', 'the risk to lose the customer is unknown'],
    ['customer.p_active', 'the chance of another order is known'],
    ['customer.country == "LT" and order.gift', 'the country is LT and the order is a gift'],
    [
      'order.total >= 5 or order.gift and order.shipped',
      'the order total is at least 5, or the order is a gift and the order has left the shop',
    ],
    ['shop.open_hours > 3', "the shop's open hours is more than 3"],
    ['order.total >', 'order.total >'],
  ])('says %s as "%s"', (code, words) => {
    expect(conditionWords(code)).toBe(words);
  });

  it('asks what a branch asks', () => {
    expect(questionWords('feedback.score >= 9')).toBe('Is the score at least 9?');
    expect(questionWords('order.gift')).toBe('Is the order a gift?');
    expect(questionWords('cart.is_newest')).toBe('Is it so that there is no newer cart?');
  });

  it('has a phrase for every variable of conditions', () => {
    const known = [...Object.keys(NAMES), ...Object.keys(EITHER)].sort();
    const booleans = Object.keys(CONDITION_VARIABLES).filter(
      (name) => CONDITION_VARIABLES[name]?.type === 'boolean',
    );
    expect(known).toEqual(Object.keys(CONDITION_VARIABLES).sort());
    expect(Object.keys(EITHER).sort()).toEqual(booleans.sort());
  });
});

describe('a journey in words', () => {
  it.each([
    ['P14D', '14 days'],
    ['PT4H', '4 hours'],
    ['P1DT12H', '1 day 12 hours'],
    ['P1W', '1 week'],
    ['soon', 'soon'],
  ])('says %s as "%s"', (duration, words) => {
    expect(durationWords(duration)).toBe(words);
  });

  it('says what each step does', () => {
    expect(titles('win-back')).toEqual([
      'Is the risk to lose the customer unknown?',
      'Tells other applications: Churn Risk Changed',
      'Goes on at 10:00 local time',
      'Sends “Hello”',
      'Waits 14 days',
      'Sends “Goodbye”',
    ]);
    const [wait] = allSteps(graph('feedback')?.steps ?? []);
    expect(wait?.details).toEqual([
      "1 day if the order's channel is store",
      '7 days after delivery',
      '14 days after shipping',
      'else 21 days',
    ]);
  });

  it('reads every shipped journey, with the mail of each send and the line of each step', () => {
    for (const id of journeyFolders(FILES)) {
      const read = graph(id);
      expect(read?.file).toBeDefined();
      const lines = (FILES.get(`${id}/journey.yaml`) ?? '').split('\n');
      for (const { kind, step, mail, line = 0 } of allSteps(read?.steps ?? [])) {
        expect(kind).not.toBe('unreadable');
        expect(lines[line - 1]).toContain(`id: ${step}`);
        expect(kind !== 'send' || FILES.has(`${mail}.mjml`)).toBe(true);
      }
    }
  });

  it('says what holds for a journey beside its steps', () => {
    const file = graph('win-back')?.file;
    const facts = file ? journeyFacts(file, { share: 0.1, oncePer: 'order' }) : [];
    expect(Object.fromEntries(facts.map(({ name, words }) => [name, words.join('; ')]))).toEqual({
      'Starts when': 'the risk to lose a customer rises',
      'Only if': 'the number of orders is at least 2',
      'How often': 'once for each order; at least 180 days between two starts',
      'Stops when': 'an order is placed',
      'Too late': '30 days after its occasion',
      Purpose: 'marketing: needs consent',
      Topic: 'offers: can be left without leaving all',
      Priority: '30 of 100: the higher speaks first',
      'Held out': '10% get no mail, so that its effect can be measured, as in the settings',
      Mode: 'live: mails go out',
    });
  });

  it('draws what can be read of a file that is half typed, and marks the rest', () => {
    const text =
      'trigger: Order Com\nsteps:\n  - id: a\n    wait: P1D\n  - id: b\n    wiat: P1D\n  - 7\n';
    const read = graph('x', text);
    expect(read?.file).toBeUndefined();
    expect(allSteps(read?.steps ?? []).map(({ kind, line }) => [kind, line])).toEqual([
      ['wait', 3],
      ['unreadable', 5],
      ['unreadable', 7],
    ]);
    expect(graph('x', 'a: [')).toBeUndefined();
    expect(graph('x', '- a')).toBeUndefined();
  });

  it('does not draw more than anybody could look at', () => {
    const steps = Array.from({ length: 5_000 }, () => '  - {}').join('\n');
    expect(allSteps(graph('x', `steps:\n${steps}\n`)?.steps ?? []).length).toBeLessThan(300);
  });
});

describe('numbers of a step', () => {
  const numbers = {
    journey: 'a',
    step: 's',
    planned: 1200,
    sent: 1000,
    suppressed: 200,
    clicked: 250,
  };

  it('says how many were sent and clicked, and why others were not', () => {
    expect(figureLines(numbers)).toEqual([
      '1,000 sent of 1,200',
      '250 clicked (25%)',
      '200 not sent',
    ]);
    expect(reasonLines({ ...numbers, reasons: { 'topic-left': 50, complaint: 150 } })).toEqual([
      '150: the customer reported spam',
      '50: the customer left this topic',
    ]);
  });

  it('belongs to its journey alone, and to no step without an id', () => {
    expect(figuresOf('a', [numbers])('s')).toEqual(numbers);
    expect(figuresOf('b', [numbers])('s')).toBeUndefined();
    expect(figuresOf('a', [numbers])(undefined)).toBeUndefined();
  });
});
